"""What the tests of the desk share."""

import gc
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.kernel.location import Location
from screens.kernel import key_queue as turns
from tests.screens.desks import LONG, Place


@pytest.fixture(autouse=True)
def the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An hour ahead of UTC, in colour, and with all the patience that a slow machine needs."""
    monkeypatch.setenv("TZ", "CET-1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", LONG)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """A desk keeps the collector off all that it has loaded, which here would keep the desks of all tests before."""
    often = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*often)


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> Iterator[Place]:
    """A database with nothing in it."""
    path = tmp_path / "kept" / "bridgewatch.db"
    path.parent.mkdir()
    shutil.copy(sqlite_template, path)
    place = Place(Location.file(path), tmp_path / "cache")
    yield place
    place.store.close()
