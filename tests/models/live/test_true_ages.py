"""How old the board is that a desk still shows: as what is known of the database, not as the news of its loss."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.kernel.failures import Unreachable
from models.kernel.location import Location
from models.kernel.presence import Desks
from models.kernel.sqlite.watch import SqliteWatch
from models.kernel.watch import Heard
from models.live.connection import Connection
from models.live.identity import Identity
from models.live.news import News
from models.live.remembered import RememberedBoard
from tests.models.live.listening import LONG

READ = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)


class Lone:
    """A connection without threads, at a time that the test sets."""

    def __init__(self, location: Location, folder: Path) -> None:
        self.now = READ
        self.unchanged_at: datetime | None = None
        self.told: list[News] = []
        self.memory: Callable[[], RememberedBoard] = lambda: RememberedBoard(folder, location, "ana")
        self.connection = Connection(
            location,
            self.told.append,
            Identity("ana", said=True, logins=False),
            language="en",
            remembered=self.memory(),
            clock=lambda: self.now,
            prefetch=None,
            desks=lambda store: Desks(),
            unchanged_at=lambda: self.unchanged_at,
        )

    def later(self, seconds: int) -> datetime:
        return READ + timedelta(seconds=seconds)


@pytest.fixture
def lone(sqlite_location: Location, tmp_path: Path) -> Lone:
    return Lone(sqlite_location, tmp_path / "cache")


def test_a_loss_that_is_noticed_late_began_when_the_board_was_read(lone: Lone) -> None:
    lone.connection.refresh()
    lone.now = lone.later(31)
    lone.connection.lose(Unreachable("gone"))
    assert lone.told[-1].since == READ


def test_it_began_when_nothing_had_changed_for_the_last_time(lone: Lone) -> None:
    lone.connection.refresh()
    lone.unchanged_at, lone.now = lone.later(24), lone.later(31)
    lone.connection.lose(Unreachable("gone"))
    assert lone.told[-1].since == lone.later(24)
    lone.now = lone.later(40)
    lone.connection.lose(Unreachable("still gone"))
    assert lone.told[-1].since == lone.later(24)


def test_a_board_is_remembered_as_old_as_it_was_when_the_desk_ended(lone: Lone) -> None:
    lone.connection.refresh()
    lone.unchanged_at = lone.later(60)
    lone.connection.stop()
    lone.connection.rest()
    kept = lone.memory().recall()
    assert kept
    assert kept.read_at == lone.later(60)


def test_a_board_that_could_not_be_read_again_stays_as_old_as_it_was(lone: Lone) -> None:
    lone.connection.refresh()
    lone.unchanged_at = lone.later(5)
    lone.connection.lose(Unreachable("gone"))
    lone.unchanged_at = lone.later(90)  # of a later connection, which the board does not know
    lone.connection.stop()
    lone.connection.lose(Unreachable("gone"))
    lone.connection.rest()
    kept = lone.memory().recall()
    assert kept
    assert kept.read_at == lone.later(5)


def test_the_file_is_known_to_be_unchanged_at_each_look(sqlite_location: Location) -> None:
    assert sqlite_location.path
    now = READ
    with SqliteWatch(sqlite_location.path) as watch:
        watch.clock = lambda: now
        assert watch.wait(LONG) is Heard.CHANGED
        assert watch.unchanged_at is None
        assert watch.wait(0) is Heard.NOTHING
        assert watch.unchanged_at == READ
