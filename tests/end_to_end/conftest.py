"""What the tests of the whole program share: places of their own, and the command line on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.kernel.location import Location
from tests.end_to_end.commanding import Desk
from tests.pooler import Pooler
from tests.postgres import Cluster


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "AS", "LANG", "THEME", "CONFIG", "DEBUG"):
        monkeypatch.delenv(f"BRIDGEWATCH_{name}", raising=False)
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture(scope="session")
def pooler(postgres: Cluster) -> Iterator[Pooler]:
    with Pooler(postgres, "transaction") as pooler:
        yield pooler


@pytest.fixture
def pooled_location(pooler: Pooler, postgres_location: Location) -> Location:
    return pooler.location(postgres_location.url)


@pytest.fixture(params=["sqlite", "postgres", pytest.param("pooled", marks=pytest.mark.pooled)])
def location(request: pytest.FixtureRequest) -> Location:
    """As everywhere, and behind a pooler."""
    found: Location = request.getfixturevalue(f"{request.param}_location")
    return found


@pytest.fixture
def run(location: Location, capsys: pytest.CaptureFixture[str]) -> Desk:
    """On each kind of database in turn."""
    return Desk(location.url, capsys)


@pytest.fixture
def here(sqlite_location: Location, capsys: pytest.CaptureFixture[str]) -> Desk:
    """On an SQLite file."""
    return Desk(sqlite_location.url, capsys)
