"""Where there is no database, whoever only reads is told so, and none is made."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from tests.end_to_end.commanding import Desk
from tests.postgres import Cluster

READING = (
    ("list",),
    ("list", "--all", "--mine"),
    ("show", "1"),
    ("who", "1"),
    ("theories", "1"),
    ("steps", "1"),
    ("summary", "1"),
    ("preview", "1"),
    ("diff", "1"),
    ("rules",),
    ("maintenances",),
    ("destination", "list"),
    ("playbook", "list"),
    ("playbook", "export", "high-velocity"),
    ("people",),
    ("login", "list"),
    ("grants",),
    ("status-page", "page"),
    ("relay", "--once"),
    ("mend", "--check"),
)
ON_AN_INCIDENT = (("note", "1", "x"), ("take", "1", "scribe"), ("phase", "1", "investigating"), ("publish", "1"))
"""They change an incident, which an empty database does not have."""


@pytest.fixture(params=["sqlite", "postgres"])
def nothing(request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    if request.param == "sqlite":
        return Desk(f"sqlite:///{tmp_path / 'none.db'}", capsys)
    cluster: Cluster = request.getfixturevalue("postgres")
    return Desk(cluster.new_database(), capsys)


@pytest.mark.parametrize("verb", [*READING, *ON_AN_INCIDENT], ids=" ".join)
def test_it_is_told_how_to_make_one(
    nothing: Desk, verb: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = nothing(*verb)
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert "There is no database at" in told.err or "has no Bridgewatch tables" in told.err
    assert "with `bridgewatch init`" in told.err
    assert nothing(*verb, "--json").error["kind"] == "refused"
    assert not list(tmp_path.glob("*.db*"))
    if nothing.database.startswith("postgresql"):
        engine = create_engine(nothing.database)
        assert inspect(engine).get_table_names() == []
        engine.dispose()


def test_an_empty_file_is_not_spoiled_by_who_reads_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lock that a reader left beside it made the next start take it for a file that somebody had emptied."""
    (tmp_path / "new.db").touch()
    desk = Desk(f"sqlite:///{tmp_path / 'new.db'}", capsys)
    assert desk("list").err.startswith(f"There is no database at {tmp_path / 'new.db'}.")
    assert desk("upgrade").code == 1
    assert [each.name for each in tmp_path.glob("new.db*")] == ["new.db"]
    assert desk("declare", "Checkout returns 502", "--severity", "P1").code == 0


def test_one_is_made_by_init_and_by_the_first_incident(nothing: Desk) -> None:
    assert nothing("declare", "Checkout returns 502", "--severity", "P1").code == 0
    assert nothing("init").code == 0
    assert [row["ref"] for row in nothing.json("list")] == ["INC-1"]
