"""What the tests of the whole program share: places of their own, and the command line on each database."""

from pathlib import Path

import pytest

from models.kernel.location import Location
from tests.end_to_end.commanding import Desk


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "AS", "LANG", "THEME", "CONFIG", "DEBUG"):
        monkeypatch.delenv(f"BRIDGEWATCH_{name}", raising=False)
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def run(location: Location, capsys: pytest.CaptureFixture[str]) -> Desk:
    """On each kind of database in turn."""
    return Desk(location.url, capsys)


@pytest.fixture
def here(sqlite_location: Location, capsys: pytest.CaptureFixture[str]) -> Desk:
    """On an SQLite file."""
    return Desk(sqlite_location.url, capsys)
