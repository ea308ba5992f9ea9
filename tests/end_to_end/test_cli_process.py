"""The installed command in a process of its own: what it imports, and how it gets on with pipes and terminals."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from models.kernel.verbs import by_name, verbs
from tests.end_to_end.commanding import Answer, Desk

COMMAND = Path(sys.executable).with_name("bridgewatch")
ROOT = Path(__file__).parents[2]
SLOW = {"pydantic", "sqlalchemy", "models.kernel.store", "models.commands", "psycopg", "alembic"}


def command(*arguments: str, **variables: str) -> Answer:
    """The installed command, in a process of its own without a terminal."""
    done = subprocess.run([COMMAND, *arguments], capture_output=True, env={**os.environ, **variables}, input=b"")
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_the_version() -> None:
    assert command("--version") == Answer(0, "bridgewatch 0.1.0\n", "")


def test_a_database_of_one_s_own_is_made_at_first_use(tmp_path: Path) -> None:
    declared = command("declare", "Checkout", "--severity", "P1", "--json", BRIDGEWATCH_AS="ana")
    assert (declared.code, declared.json["ref"], declared.json["manager"]) == (0, "INC-1", "ana")
    assert (tmp_path / "data" / "bridgewatch" / "incidents.db").exists()
    assert command("list", "--json").json[0]["title"] == "Checkout"


def test_without_a_terminal_there_is_no_desk() -> None:
    for arguments in ([], ["demo"]):
        refused = command(*arguments)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith("The desk needs a terminal. ")


def test_a_reader_that_has_seen_enough(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P1")
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run([COMMAND, "--database", here.database, "list"], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_terminal_that_knows_no_unicode(here: Desk) -> None:
    here("declare", "検索", "--severity", "P1")
    listed = command("--database", here.database, "list", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (listed.code, listed.err) == (0, "")
    assert "INC-1  ??" in listed.out


def test_on_a_narrow_terminal_the_title_gives_way(here: Desk) -> None:
    here("declare", "Checkout returns 502 to most people who pay by card", "--severity", "P1")
    terminal, inside = pty.openpty()
    size = {"COLUMNS": "72", "LINES": "24"}
    process = subprocess.Popen(
        [COMMAND, "--database", here.database, "list"], stdout=inside, env={**os.environ, **size}, stdin=inside
    )
    assert process.wait() == 0
    said = os.read(terminal, 65_536).decode().splitlines()
    os.close(inside)
    os.close(terminal)
    assert max(map(len, said)) <= 72
    assert "Checkout returns 502" in said[1]


def test_help_names_every_verb_and_imports_nothing_slow() -> None:
    script = "import sys; from tui import cli\ntry: cli.main(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    for verb in verbs():
        assert f"  {verb.name} " in done.stdout
        assert verb.help in done.stdout
    assert not _slow(done.stderr) | {"textual", "asyncio"} & set(done.stderr.split())


@pytest.mark.parametrize(
    ("earlier", "now"),
    [
        ("give", "assign-task"),
        ("finish", "complete"),
        ("drop", "cancel-task"),
        ("revise", "edit"),
        ("ask-approval", "request-approval"),
        ("send-back", "request-changes"),
        ("leave-out", "skip-delivery"),
        ("brief", "summary"),
        ("difference", "diff"),
        ("site", "status-page"),
        ("place", "destination"),
        ("book", "playbook"),
    ],
)
def test_the_earlier_name_of_a_verb_does_the_same_and_is_not_shown(here: Desk, earlier: str, now: str) -> None:
    by_earlier, by_today = here(earlier, "--help"), here(now, "--help")
    assert by_earlier.code == 0
    assert by_earlier.out == by_today.out
    assert f"bridgewatch {now} " in by_today.out
    assert f"  {earlier} " not in here("--help").out


def test_before_the_desk_paints_nothing_slow_is_imported() -> None:
    script = """
from tui import app
app.Bridgewatch.run = lambda desk: print(*sys.modules)
"""
    desk = _desk(script)
    assert (desk.code, desk.err) == (0, "")
    assert not _slow(desk.out)


def test_a_keymap_that_cannot_be_is_a_slip_in_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'[keys]\nnote = "{by_name()["declare"].key}"\n')
    slip = _desk(BRIDGEWATCH_CONFIG=str(file))
    assert (slip.code, slip.out, slip.err.count("\n")) == (2, "", 1)


def _desk(script: str = "", **variables: str) -> Answer:
    """The desk begun without a terminal, after a script."""
    script = f"import sys\nfrom tui import cli\ncli.need_a_terminal = lambda: None\n{script}\nsys.exit(cli.main([]))"
    environment = {**os.environ, **variables}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, env=environment)
    return Answer(done.returncode, done.stdout, done.stderr)


def test_a_verb_imports_no_more_than_it_needs(here: Desk) -> None:
    script = "import sys; from tui import cli; cli.main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    arguments = [sys.executable, "-c", script, "--database", here.database, "list"]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0
    assert not {"textual", "psycopg", "alembic", "models.updates.editing"} & set(done.stderr.split())


def _slow(modules: str) -> set[str]:
    return SLOW & set(modules.split())


def test_merging(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P2")
    run("declare", "Payments", "--severity", "P2")
    merged = run.json("merge", "2", "1", "--reason", "one pool")
    assert (merged["ref"], merged["kind"], merged["text"]) == ("INC-2", "merged", "one pool")
    assert [row["ref"] for row in run.json("list")] == ["INC-1"]
    assert run.json("show", "2")["phase"] == "merged"
    assert run("merge", "2", "1").code == 1
    assert run("merge", "2").code == 2


def test_undoing_what_another_process_did() -> None:
    command("declare", "Checkout", "--severity", "P1", BRIDGEWATCH_AS="ana")
    command("severity", "1", "P3", "--reason", "less", BRIDGEWATCH_AS="ana")
    undone = command("undo", "1", "--json", BRIDGEWATCH_AS="ana")
    assert (undone.code, undone.err) == (0, "")
    assert undone.json["data"]["kind"] == "severity"
