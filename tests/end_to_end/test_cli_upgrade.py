"""The tables of an earlier version: who upgrades them, what is said of it, and what is asked first."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bench.terminal import Terminal
from models.kernel.location import Location
from models.kernel.schema import SCHEMA
from tests.end_to_end.commanding import Desk
from tests.models.kernel.older_schemas import earlier_shape
from tests.postgres import Cluster

BEFORE = SCHEMA - 2
COMMAND = Path(sys.executable).with_name("bridgewatch")


@pytest.fixture
def server(postgres: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """On a server with the tables of two schemas before."""
    location = Location.parse(postgres.new_database())
    earlier_shape(location, monkeypatch, BEFORE).close()
    return Desk(location.url, capsys)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    location = Location.file(tmp_path / "old.db")
    earlier_shape(location, monkeypatch, BEFORE).close()
    return Desk(location.url, capsys)


def schema(desk: Desk) -> int:
    engine = create_engine(desk.database)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT schema FROM meta")).scalar_one()
    engine.dispose()
    return int(found)


@pytest.mark.parametrize("verb", [("list",), ("declare", "Checkout", "--severity", "P1"), ("init",)], ids=" ".join)
def test_no_other_verb_upgrades_a_server(server: Desk, verb: tuple[str, ...]) -> None:
    told = server(*verb)
    assert (told.code, told.out) == (1, "")
    assert f"has an older schema ({BEFORE}; this version needs {SCHEMA})." in told.err
    assert told.err.endswith("Back it up with pg_dump, then run `bridgewatch upgrade`.\n")
    assert schema(server) == BEFORE


def test_what_it_changes_is_said_and_a_backup_asked_for(server: Desk) -> None:
    told = server("upgrade")
    assert (told.code, told.out, schema(server)) == (1, "", BEFORE)
    assert server("upgrade", "--json").error["kind"] == "refused"
    where = Location.parse(server.database).shown
    first, *changes, afterwards, dump, refused = told.err.splitlines()
    assert first == f"{where} has schema {BEFORE}. The upgrade changes, in one transaction:"
    assert [change.split(":")[0].strip() for change in changes] == [str(n) for n in range(BEFORE + 1, SCHEMA + 1)]
    assert afterwards.startswith("Desks of an earlier version are read-only or offline after it.")
    assert dump == f"  pg_dump --format=custom --file=incidents.dump {where}"
    assert refused == ("The upgrade was not made. Back up the database, then run `bridgewatch upgrade --backed-up`.")


def test_with_a_backup_it_is_made_once(server: Desk) -> None:
    made = server.json("upgrade", "--backed-up")
    assert (made["from"], len(made["changes"]), made["backup"]) == (BEFORE, 2, None)
    assert schema(server) == SCHEMA
    assert server("upgrade").out.endswith(f" is up to date (schema {SCHEMA}).\n")
    assert server("declare", "Checkout", "--severity", "P1").code == 0


@pytest.mark.parametrize(
    ("answer", "found"), [(b"no\r", BEFORE), (b"\r", BEFORE), (b"\x04", BEFORE), (b"yes\r", SCHEMA)]
)
def test_somebody_at_a_terminal_is_asked(server: Desk, tmp_path: Path, answer: bytes, found: int) -> None:
    environment = {"HOME": str(tmp_path), "TERM": "xterm", "BRIDGEWATCH_DATABASE": server.database}
    with Terminal([str(COMMAND), "upgrade"], environment=environment, folder=tmp_path) as terminal:
        assert terminal.until(lambda: b"Type yes to upgrade:" in terminal.raw)
        terminal.send(answer)
        assert terminal.process.wait(60) == (0 if found == SCHEMA else 1)
    assert schema(server) == found


def test_a_file_is_upgraded_by_whoever_comes_and_says_where_it_was_kept(file: Desk) -> None:
    told = file("list")
    kept = told.err.removeprefix("The database was upgraded. The one before is kept as ").removesuffix(".\n")
    assert told.code == 0
    assert schema(Desk(f"sqlite:///{kept}", file._capsys)) == BEFORE
    assert file("list").err == ""


def test_a_file_can_be_upgraded_by_name(file: Desk) -> None:
    made = file("upgrade", "--json")
    assert made.code == 0
    assert schema(Desk(f"sqlite:///{made.json['backup']}", file._capsys)) == BEFORE
    assert schema(file) == SCHEMA


def test_there_has_to_be_something(postgres: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    empty = Desk(postgres.new_database(), capsys)
    assert "has no Bridgewatch tables" in empty("upgrade", "--backed-up").err


def test_a_newer_one_is_not_touched(postgres: Cluster, server: Desk) -> None:
    assert server("upgrade", "--backed-up").code == 0
    engine = create_engine(server.database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE meta SET schema = 99, min_reader = 99, min_writer = 99"))
    engine.dispose()
    told = server("upgrade", "--backed-up")
    assert told.code == 1
    assert "was upgraded by a newer version of Bridgewatch" in told.err
