"""Databases that tests take away and bring back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from models.kernel.command import Command
from models.kernel.location import Location
from models.kernel.store import Store
from tests.postgres import Cluster


class Breakable(Protocol):
    """A database that can be away."""

    location: Location

    def go(self) -> None: ...

    def write(self, command: Command) -> None:
        """Somebody reaches it, or does as soon as it can be reached, while the desks cannot yet."""

    def come_back(self) -> None: ...


class MovedFile:
    """An SQLite database whose folder is moved away; somebody who knows the new place goes on writing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._here, self._away = folder, folder.with_name("away")
        self.location = Location.file(folder / "bridgewatch.db")

    def go(self) -> None:
        self._here.rename(self._away)

    def write(self, command: Command) -> None:
        _write(Location.file(self._away / "bridgewatch.db"), command)

    def come_back(self) -> None:
        self._away.rename(self._here)


class StoppedServer:
    """A Postgres server that crashes."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.location = Location.parse(cluster.new_database())
        self._waiting: list[Command] = []

    def go(self) -> None:
        self._cluster.stop("immediate")

    def write(self, command: Command) -> None:
        self._waiting.append(command)

    def come_back(self) -> None:
        self._cluster.start()
        for command in self._waiting:
            _write(self.location, command)


def _write(location: Location, command: Command) -> None:
    store = Store(location)
    store.open(create=False)
    store.perform(command)
    store.close()


@pytest.fixture(params=["sqlite", "postgres"])
def breakable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Breakable]:
    """A database of one's own, of each kind in turn, with its tables made."""
    if request.param == "sqlite":
        database: Breakable = MovedFile(tmp_path / "shared")
        _make(database.location)
        yield database
    else:
        with Cluster() as cluster:
            database = StoppedServer(cluster)
            _make(database.location)
            yield database


def _make(location: Location) -> None:
    store = Store(location)
    store.open()
    store.close()
