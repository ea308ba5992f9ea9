"""Looking after the database on the command line: checks, seals that are kept, and copies."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import create_engine, text

from models.kernel.location import Location
from tests.end_to_end.commanding import Answer, Desk

LATER = datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def kept(here: Desk) -> Desk:
    """With two incidents on a SQLite file."""
    here("declare", "Checkout", "--severity", "P1")
    here("declare", "Search", "--severity", "P3")
    here("note", "INC-2", "It began at noon")
    return here


def later(run: Desk, *arguments: str) -> Answer:
    with time_machine.travel(LATER):
        return run(*arguments)


def by_hand(run: Desk, *statements: str) -> None:
    engine = create_engine(run.database)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_all_is_well(kept: Desk) -> None:
    answer = later(kept, "doctor")
    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0].startswith(f"{Location.parse(kept.database).path}: schema ")
    assert ", 2 incidents with 3 entries, checked in " in lines[0]
    assert lines[-3] == "No problems found."
    assert lines[-2].startswith("Checkpoint: 20")
    assert lines[-1].startswith("It covers the 3 entries recorded before ")
    document = later(kept, "doctor", "--json").out
    assert '"well": true' in document


def test_what_was_found_is_told_with_what_to_do(run: Desk) -> None:
    """On both databases; the tests' Postgres does not wait for its disk, which is a finding of its own."""
    run("declare", "Checkout", "--severity", "P1")
    run("note", "INC-1", "It began at noon")
    sqlite = run.database.startswith("sqlite")
    off = "DROP TRIGGER entries_no_update" if sqlite else "ALTER TABLE entries DISABLE TRIGGER entries_stay"
    by_hand(run, off, "UPDATE entries SET text = 'It began at moon' WHERE n = 2")
    answer = run("doctor")
    assert answer.code == 1
    assert "✗ Entry 2 of INC-1 was altered: its hash does not match (note, by ana, 20" in answer.out
    assert "  → Keep a copy of this database, and compare it with a backup" in answer.out
    assert "entries_no_update is missing" in answer.out or "entries_stay is missing, disabled" in answer.out
    assert ("2 findings." if sqlite else "3 findings.") in answer.out
    document = run("doctor", "--json")
    assert document.code == 1
    assert [finding["about"] for finding in document.json["findings"]] == [
        *([] if sqlite else ["durability"]),
        "constraints",
        "seals",
    ]
    assert "p@ss" not in answer.out + document.out


def test_a_seal_that_was_kept(kept: Desk, tmp_path: Path) -> None:
    seal = later(kept, "doctor").out.split("Checkpoint: ")[1].split()[0]
    kept_in = tmp_path / "seals.txt"
    kept_in.write_text(f"the first of the month: {seal}\n")
    for given in (seal, str(kept_in)):
        answer = later(kept, "doctor", "--checkpoint", given)
        assert answer.code == 0
        assert f"✓ No changes to history before checkpoint {seal}." in answer.out
    forged = f"{seal[:-1]}{'0' if seal[-1] != '0' else '1'}"
    answer = later(kept, "doctor", "--checkpoint", forged)
    assert answer.code == 1
    assert "✗ The history before " in answer.out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nonsense", "nonsense is not a checkpoint, and not a readable file (No such file"),
        ("empty.txt", "contains no checkpoint"),
    ],
)
def test_what_is_no_seal(kept: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, words: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").write_text("nothing\n")
    answer = kept("doctor", "--checkpoint", given)
    assert answer.code == 2
    assert words in answer.err


def test_nothing_is_made_where_there_is_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Desk(f"sqlite:///{tmp_path / 'none.db'}", capsys)
    for verb in (["doctor"], ["backup", str(tmp_path / "copy.db")]):
        answer = run(*verb)
        assert answer.code == 4
        assert "is missing" in answer.err
    assert not list(tmp_path.glob("*.db"))


def test_names_that_a_terminal_would_obey(kept: Desk) -> None:
    by_hand(kept, "UPDATE people SET name = 'a' || char(27) || ']0;x' || char(7) || 'na'")
    answer = kept("doctor")
    assert answer.code == 1
    assert "\x1b" not in answer.out
    assert "\x1b" not in kept("doctor", "--json").out


def test_a_copy(kept: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    answer = kept("backup", str(copy))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"Backup written to {copy} (0.")
    again = kept("backup", str(copy))
    assert (again.code, again.out) == (1, "")
    assert again.err == f"{copy} already exists. Choose another name, or overwrite it with --force.\n"
    made = kept.json("backup", str(copy), "--force")
    assert made == {
        "database": str(Location.parse(kept.database).path),
        "backup": str(copy),
        "bytes": copy.stat().st_size,
    }
    there = Desk(f"sqlite:///{copy}", capsys)
    assert [row["title"] for row in there.json("list")] == ["Checkout", "Search"]
    assert later(there, "doctor").code == 0


def test_postgres_has_a_tool_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Desk("postgresql://ana:s3cret@db.example:5433/incidents?sslmode=require&sslpassword=s3cret", capsys)
    answer = run("backup", str(tmp_path / "it's here.dump"))
    assert answer.code == 1
    assert answer.err.endswith(
        f"Run: pg_dump --format=custom --file='{tmp_path}/it'\"'\"'s here.dump'"
        " 'postgresql://ana@db.example:5433/incidents?sslmode=require'\n"
    )
