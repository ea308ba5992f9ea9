"""Importing on the command line: several files, a dry run, what was left out, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.commanding import Desk
from tests.models.status_page.pages import incident, update

FIELD = Path(__file__).parents[1] / "data" / "statuspage"
LIST, ODD = str(FIELD / "rest-v1-list.json"), str(FIELD / "old-and-odd.json")


@pytest.fixture
def partly(tmp_path: Path) -> str:
    """A file of which one incident cannot be read."""
    file = tmp_path / "partly.json"
    raw: list[dict[str, Any]] = [incident(update("u1", 1, "resolved")), incident(id="two", created_at="soon")]
    file.write_text(json.dumps(raw))
    return str(file)


def test_several_files_are_imported_in_one_call(run: Desk) -> None:
    told = run("import", "statuspage", LIST, ODD, LIST)
    assert told.code == 0
    first, note = told.out.splitlines()
    assert first == f"Imported incidents from {LIST}, {ODD}: 9 new, 0 updated, 0 unchanged; 1 new component."
    assert note.startswith("Note: “A future status word”: the state “mitigated” is unknown")


def test_what_was_left_out_is_named_and_the_exit_code_says_so(run: Desk, partly: str) -> None:
    told = run("import", "statuspage", partly)
    assert (told.code, told.err) == (1, "")
    assert "1 new, 0 updated, 0 unchanged" in told.out
    assert "Not imported:\n  “It is slow”: created_at: " in told.out
    document = run("import", "statuspage", partly, "--json")
    assert (document.code, document.json["unchanged"], len(document.json["faults"])) == (1, 1, 1)


def test_a_dry_run_says_what_would_happen(run: Desk, partly: str) -> None:
    run("import", "statuspage", LIST)
    before = run.json("list", "--all")
    told = run("import", "statuspage", "--check", LIST, partly)
    assert told.code == 1
    assert "Nothing was written." in told.out
    assert "1 new, 0 updated, 1 unchanged" in told.out
    assert "  new        —         It is slow (1 new update)" in told.out
    assert "Would not be imported:\n  “It is slow”: created_at: " in told.out
    seen = run("import", "statuspage", "--check", LIST, ODD, "--json").json
    assert (seen["checked"], seen["new"], seen["unchanged"]) == (True, 8, 1)
    assert run.json("list", "--all") == before
    assert run.json("import", "statuspage", LIST, ODD)["new"] == 8


def test_a_dry_run_makes_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(str(tmp_path / "new.db"), capsys)
    assert "8 new" in desk("import", "statuspage", "--check", ODD).out
    assert not [*tmp_path.glob("new.db*")]


def test_the_name_of_the_page_where_no_file_says_it(here: Desk) -> None:
    here("import", "statuspage", "--page", "Acme", LIST)
    assert "imported P3 from Acme: Login errors" in here("show", "1").out
