"""Role books on the command line: out, changed, checked, and in again."""

import io
import sys
from pathlib import Path

import pytest

from models.roles.book import keys, shipped
from models.roles.views import BookView
from tests.end_to_end.commanding import Desk
from tests.models.roles.test_book import SMALL


@pytest.fixture
def own(tmp_path: Path) -> Path:
    file = tmp_path / "own.toml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_a_book_out_changed_and_in_again(run: Desk, tmp_path: Path) -> None:
    run("declare", "Checkout", "--severity", "P1")
    file = tmp_path / "ours.toml"
    out = run("playbook", "export", "high-velocity", str(file))
    assert (out.code, out.out) == (
        0,
        f"Wrote high-velocity to {file}. Edit it, then run: bridgewatch playbook import {file}\n",
    )
    assert file.read_text(encoding="utf-8") == shipped("high-velocity")
    changed = shipped("high-velocity").replace('name.en = "Scribe"', 'name.en = "Chronicler"')
    file.write_text(changed, encoding="utf-8")
    told = run("playbook", "import", str(file), by="bo")
    assert (told.code, told.err) == (0, "")
    assert told.out == (
        "bo is new here.\nVersion 2 of high-velocity imported."
        " New incidents use this version; existing incidents keep theirs.\n"
    )
    run("declare", "Search", "--severity", "P1")
    assert [run.json("show", ref)["book_version"] for ref in ("1", "2")] == [1, 2]
    assert "Scribe" in run("show", "1").out
    assert "Chronicler" in run("show", "2").out
    assert (
        run("playbook", "export", "high-velocity").out == run("playbook", "export", "high-velocity", "-").out == changed
    )
    assert run("playbook", "export", "high-velocity", "--version", "1").out == shipped("high-velocity")
    again = run("playbook", "import", str(file))
    assert again.out.startswith("Version 2 of high-velocity already has this text; nothing was imported.")


def test_a_book_of_ones_own(run: Desk, own: Path) -> None:
    told = run.json("playbook", "import", str(own))
    assert told == {"key": "small", "version": 1, "new": True, "default": False, "notes": []}
    assert "`bridgewatch init --playbook small`" in run("playbook", "import", str(own)).out
    assert run("init", "--playbook", "small").code == 0
    run("declare", "Checkout", "--severity", "P1")
    assert [role["key"] for role in run.json("show", "1")["roles"]] == ["lead", "writer"]
    own.write_text(SMALL.replace('key = "small"', 'key = "tiny"'), encoding="utf-8")
    assert run.json("playbook", "import", str(own), "--default")["default"]
    run("declare", "Search", "--severity", "P1")
    assert run.json("show", "2")["book"] == "tiny"


def test_the_list(run: Desk, own: Path) -> None:
    listed = run.json("playbook", "list")
    assert [book["key"] for book in listed] == list(keys())
    assert set(listed[0]) == set(BookView.__struct_fields__)
    run("playbook", "import", str(own), "--default", by="bo")
    own.write_text(SMALL.replace("Tell them", "Tell all"), encoding="utf-8")
    run("playbook", "import", str(own), by="cy")
    lines = [line.split() for line in run("playbook", "list", "--lang", "fr").out.splitlines()]
    assert lines[0] == ["PLAYBOOK", "VERSION", "USE", "SINCE", "BY", "NAME"]
    small = [line for line in lines if line[0] == "small"]
    assert [(line[1], line[2], line[-2], line[-1]) for line in small] == [
        ("1", "earlier", "bo", "Petit"),
        ("2", "new", "cy", "Petit"),
    ]
    assert [line[:5] for line in lines if line[0] == "policy"] == [["policy", "—", "latest", "—", "Bridgewatch"]]


def test_checking_needs_no_database(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk("postgresql://nobody@127.0.0.1:1/nowhere", capsys)
    assert (
        desk("playbook", "check", str(own)).out
        == f"{own} can be imported as small: 2 roles, 2 responsibilities, 2 tasks, 0 steps.\n"
    )
    assert desk.json("playbook", "check", str(own)) == {
        "file": str(own),
        "key": "small",
        "roles": 2,
        "duties": 2,
        "tasks": 2,
        "steps": 0,
        "notes": [],
    }


def test_a_note_is_no_fault(run: Desk, own: Path) -> None:
    text = SMALL.replace('primary = ["decide"]', 'aliases.en = ["plume"]\nprimary = ["decide"]')
    own.write_text(text, encoding="utf-8")
    checked = run("playbook", "check", str(own))
    assert checked.code == 0
    assert f"{own}:27: note: role “writer”: aliases.fr (“plume”) is also an alias of “lead”" in checked.out
    (note,) = run.json("playbook", "import", str(own))["notes"]
    assert note["line"] == 27


@pytest.mark.parametrize("deed", ["check", "import"])
def test_a_bad_book_is_refused_with_every_line(run: Desk, own: Path, deed: str) -> None:
    bad = SMALL.replace('holders = "many"', 'holders = "few"').replace("within = 15", "within = 0")
    own.write_text(bad, encoding="utf-8")
    refused = run("playbook", deed, str(own))
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        f"{own} has 2 errors.\n"
        f"{own}:24: role “writer”: holders must be 'one' or 'many'.\n"
        f"{own}:34: task “tell”: within must be more than 0.\n"
    )
    error = run("playbook", deed, str(own), "--json").error
    assert error == {
        "kind": "refused",
        "message": f"{own} has 2 errors.",
        "remedy": "",
        "faults": [
            {"line": 24, "reason": "role “writer”: holders must be 'one' or 'many'."},
            {"line": 34, "reason": "task “tell”: within must be more than 0."},
        ],
    }
    assert "small" not in [book["key"] for book in run.json("playbook", "list")]


def test_a_hostile_book_reaches_no_terminal(run: Desk, own: Path) -> None:
    own.write_text(f'"\\u001b]0;you\\u0007" = 1\nname = "\x1b[2J"\n{SMALL}', encoding="utf-8")
    refused = run("playbook", "import", str(own))
    assert refused.code == 1
    assert f"{own}:2: the file contains a control or invisible character" in refused.err
    assert "\x1b" not in refused.err
    own.write_text(f'"\\u001b]0;you\\u0007" = 1\n{SMALL}', encoding="utf-8")
    refused = run("playbook", "import", str(own))
    assert f"{own}:1: contains an invisible character." in refused.err
    assert "\x1b" not in refused.err


def test_from_the_standard_input(run: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SMALL.encode())))
    assert run.json("playbook", "import", "-")["version"] == 1


def test_a_file_that_is_there_is_not_written_over(run: Desk, own: Path) -> None:
    refused = run("playbook", "export", "policy", str(own), "--json")
    assert refused.code == 2
    assert refused.error["message"] == f"{own} already exists, and may contain changes."
    assert own.read_text(encoding="utf-8") == SMALL


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["playbook"], 2, "required: WHAT"),
        (["playbook", "burn"], 2, "invalid choice: 'burn'"),
        (["playbook", "check"], 2, "required: FILE"),
        (["playbook", "check", "/nowhere/x.toml"], 2, "/nowhere/x.toml cannot be read: No such file or directory."),
        (["playbook", "check", "/"], 2, "/ cannot be read: Is a directory."),
        (["playbook", "export", "policy", "/nowhere/x.toml"], 2, "/nowhere/x.toml cannot be written: No such file"),
        (["playbook", "export", "tarot"], 1, "There is no playbook 'tarot'. Playbooks: high-velocity"),
        (["playbook", "export", "policy", "--version", "3"], 1, "Playbook 'policy' has no version 3."),
        (["playbook", "export", "policy", "--version", "x"], 2, "invalid int value: 'x'"),
    ],
)
def test_slips(run: Desk, arguments: list[str], code: int, told: str) -> None:
    answer = run(*arguments)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err


def test_an_export_for_programs(run: Desk, tmp_path: Path) -> None:
    assert run.json("playbook", "export", "policy") == {"key": "policy", "version": None, "text": shipped("policy")}
    file = str(tmp_path / "out.toml")
    assert run.json("playbook", "export", "policy", file) == {"key": "policy", "version": None, "file": file}


def test_a_database_that_cannot_be_used(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk("postgresql://nobody@127.0.0.1:1/nowhere", capsys)
    assert [desk("playbook", *deed).code for deed in (("import", str(own)), ("list",), ("export", "policy"))] == [
        4,
        4,
        4,
    ]
