"""Files and devices without an end, names that are too long, outputs that take nothing: a sentence, and no defect."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.kernel import bounded
from models.kernel.location import Location
from models.live.remembered import RememberedBoard, UnsavedDrafts
from tests.end_to_end.commanding import Answer, Desk

COMMAND = Path(sys.executable).with_name("bridgewatch")
LONG = "x" * 300


def in_words(answer: Answer, code: int) -> str:
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.count("\n") <= 2
    assert "Internal error" not in answer.err
    return answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "statuspage"),
        ("import", "statuspage", "--check"),
        ("playbook", "check"),
        ("playbook", "import"),
        ("templates", "check"),
        ("templates", "import"),
        ("doctor", "--checkpoint"),
    ],
)
def test_a_file_without_an_end(here: Desk, arguments: tuple[str, ...]) -> None:
    assert "it is longer than" in in_words(here(*arguments, "/dev/zero"), 2)


@pytest.mark.parametrize("verb", [("import", "statuspage"), ("playbook", "check"), ("templates", "check")])
def test_a_pipe_without_an_end(here: Desk, verb: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/zero").open() as endless:
        monkeypatch.setattr("sys.stdin", endless)
        assert "Standard input cannot be read: it is longer than" in in_words(here(*verb, "-"), 2)


def test_a_settings_file_without_an_end(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEWATCH_CONFIG", "/dev/zero")
    assert "it is longer than 1,000,000 bytes" in in_words(here("list"), 2)


@pytest.mark.parametrize(
    "text",
    [
        f"{'a.' * 60_000}a = 1",
        f"[{'a.' * 60_000}a]",
        f"x = {'[' * 60_000}",
        f"x = {'{a=' * 30_000}",
        f"x = {'{a.b.c = ' * 12}1",
    ],
    ids=["keys", "table", "arrays", "inline tables", "both"],
)
def test_toml_that_is_nested_too_deep(here: Desk, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "deep.toml"
    file.write_text(text)
    assert "nested too deeply" in in_words(here("playbook", "check", str(file)), 1)
    assert "Nested more than 32 levels deep (at line 1" in in_words(here("templates", "check", str(file)), 1)
    monkeypatch.setenv("BRIDGEWATCH_CONFIG", str(file))
    assert "Nested more than 32 levels deep (at line 1" in in_words(here("list"), 2)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("backup", LONG), 1),
        (("status-page", LONG), 1),
        (("playbook", "export", "high-velocity", LONG), 2),
        (("playbook", "check", LONG), 2),
        (("import", "statuspage", LONG), 2),
        (("doctor", "--checkpoint", LONG), 2),
        (("list", "--database", LONG), 1),
        (("init", "--database", "x" * 253), 1),  # of which only the files beside it are too long
        (("note", "1", "x", "--database", f"{LONG}/x.db"), 1),
    ],
)
def test_a_name_that_is_too_long(
    here: Desk, tmp_path: Path, arguments: tuple[str, ...], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "File name too long" in in_words(here(*arguments), code)
    assert not [name for name in os.listdir(tmp_path) if "x" * 100 in name]


def test_the_longest_name_that_a_backup_can_have(here: Desk, tmp_path: Path) -> None:
    assert here("backup", str(tmp_path / ("x" * 255))).code == 0


def test_a_cache_with_too_long_a_name_is_done_without(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", f"/{LONG}")
    assert here("list").code == 0


@pytest.mark.parametrize(
    "name", ["a\x01b.db", "a\nb.db", "a\x1b[2Jb.db", "a\tb.db", "\udcff.db", "\u202e.db", "a?b#c%41.db"]
)
def test_a_path_of_any_characters(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(str(tmp_path / name), capsys)
    assert desk("declare", "Checkout", "--severity", "P3").code == 0
    assert [row["ref"] for row in desk.json("list")] == ["INC-1"]
    assert desk("doctor").code == 0
    told = desk("backup", str(tmp_path / f"{name}.copy"))
    assert told.code == 0
    assert "\x1b" not in told.out
    assert "Not a directory" in in_words(desk("list", "--database", str(tmp_path / name / "x")), 1)
    assert "\x1b" not in in_words(desk("import", "statuspage", str(tmp_path / f"{name}.none")), 2)


def test_a_link_to_itself(here: Desk, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert "symbolic links" in in_words(here("list", "--database", str(tmp_path / "loop")), 1)


def run(*arguments: str, database: str, **streams: object) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "BRIDGEWATCH_DATABASE": database, "BRIDGEWATCH_AS": "ana"}
    return subprocess.run([COMMAND, *arguments], env=environment, text=True, **streams)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--help"], ["--version"], ["list"], ["list", "--json"], ["playbook", "export", "--help"]),
        *(["show", "1"], ["show", "1", "--json"], ["playbook", "export", "high-velocity"], ["note", "1", "x"]),
    ],
    ids=" ".join,
)
def test_an_output_that_is_full(here: Desk, arguments: list[str]) -> None:
    here("declare", "Checkout", "--severity", "P3")
    with Path("/dev/full").open("w") as full:
        done = run(*arguments, database=here.database, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 74
    assert done.stderr.count("\n") == 1
    assert "The output cannot be written: No space left on device." in done.stderr


def test_what_was_asked_for_is_done_although_nobody_can_be_told(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P3")
    with Path("/dev/full").open("w") as full:
        run("note", "1", "x", database=here.database, stdout=full, stderr=subprocess.DEVNULL)
        both = run("retract", "9", "1", "x", database=here.database, stdout=full, stderr=full)
    assert here.json("show", "1")["entries"][0]["text"] == "x"
    assert both.returncode == 1


def test_streams_that_are_closed(here: Desk) -> None:
    shell = f'"{COMMAND}" list'
    environment = {**os.environ, "BRIDGEWATCH_DATABASE": here.database}

    def closing(redirected: str) -> tuple[int, str]:
        done = subprocess.run(["sh", "-c", f"{shell} {redirected}"], env=environment, capture_output=True, text=True)
        return done.returncode, done.stderr

    code, said = closing(">&-")
    assert (code, said.count("\n"), "it is closed" in said) == (74, 1, True)
    assert closing("--nonsense 2>&-") == (2, "")
    assert closing("<&- 2>&-") == (0, "")


def test_what_the_system_refuses_is_no_defect(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        os.listdir("/nowhere/at/all")

    monkeypatch.setattr("tui.incident.list_incidents", refuse)
    said = in_words(here("list"), 1)
    assert (
        said == "The system refuses this: /nowhere/at/all: No such file or directory. Check the path, and try again.\n"
    )


def test_a_stranger_in_the_cache(here: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = Location.parse(here.database)
    board, drafts = RememberedBoard(tmp_path, location, "ana"), UnsavedDrafts(tmp_path, location, "ana")
    assert drafts.keep("INC-1", "words", 1)
    for kept in (board._file, drafts._folder / "INC-1.json"):
        kept.unlink(missing_ok=True)
        kept.symlink_to("/dev/zero")
    monkeypatch.setattr("models.live.remembered._MOST_BYTES", 1_000)
    assert (board.recall(), drafts.kept("INC-1")) == (None, None)
    for kept in (board._file, drafts._folder / "INC-1.json"):
        kept.unlink()
        kept.write_bytes(b"[" * 900)
    assert (board.recall(), drafts.kept("INC-1")) == (None, None)


def test_reading_counts_bytes() -> None:
    assert bounded.everything(io.BytesIO(b"1234"), 4) == b"1234"
    with pytest.raises(OSError, match="longer than 3 bytes"):
        bounded.everything(io.BytesIO(b"1234"), 3)
    with pytest.raises(OSError, match="no file can have this name"):
        bounded.read("a\0b", 3)
