"""What the desk looks like while its database is really away, was never there, or may really only be read.

`pytest tests/screens/test_snapshots_away.py --snapshot-update -n 0` accepts new looks.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy import make_url

from models.kernel import watch
from models.kernel.failures import Unreachable
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.news import State
from screens.kernel.messages import DeskChanged
from tests.postgres import PASSWORD, Cluster
from tests.screens.busy import busy
from tests.screens.desks import Place, Sitting
from tests.screens.looks import SIZES, same
from tests.team import Team
from tests.watching import NEVER

__all__ = ["same"]


HERE = Path("/proc/self/cwd")
"""What a desk says of a lost file has its name: this one is the same at every run."""


@pytest.fixture
def place(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    if not HERE.exists():
        pytest.skip("Only Linux gives the folder that one is in another name.")
    monkeypatch.chdir(tmp_path)
    known = place.location.path
    assert known is not None
    here = Place(Location.file(HERE / known.relative_to(tmp_path)), place.cache)
    yield here
    here.store.close()


async def gone(at: Sitting) -> None:
    """Until the link has tried to open it again, whose words then stay."""
    await at.until(lambda: at.desk.news.state is State.LOST and "is missing" in at.banner)


async def call_it_the_same(at: Sitting, folder: Path) -> None:
    """Have the desk say what it says, with the name that the file has at every run: a watch tells its real one."""
    said = at.desk.news.failure
    assert said is not None
    words = said.message.replace(str(folder), str(HERE))
    assert words != said.message
    at.desk.post_message(DeskChanged(at.desk.news._replace(failure=Unreachable(words, said.remedy))))
    await at.until(lambda: at.desk.news.failure is not said)


async def looked_at(place: Place) -> None:
    """Somebody has had a desk there, and left it."""
    async with place.desk() as at:
        await at.caught_up()


@SIZES
def test_the_database_is_lost(
    place: Place, same: Any, size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(place)

    monkeypatch.setattr(watch, "RETRY_SECONDS", (NEVER,))

    async def steps(at: Sitting) -> None:
        place.lose()
        await at.until(lambda: at.desk.news.state is State.LOST)
        place.clock.forward(minutes=3)
        await call_it_the_same(at, tmp_path)

    assert same(place, size, steps)


@SIZES
def test_unreachable_at_start_with_a_remembered_board(place: Place, same: Any, size: tuple[int, int]) -> None:
    busy(place)
    asyncio.run(looked_at(place))
    place.lose()
    place.clock.forward(hours=2)
    assert same(place, size, gone, live=False)


@SIZES
def test_unreachable_at_the_first_start(place: Place, same: Any, size: tuple[int, int]) -> None:
    place.lose()

    async def steps(at: Sitting) -> None:
        await at.until(lambda: at.desk.news.failure)

    assert same(place, size, steps, live=False)


@pytest.fixture
def observed(postgres: Cluster, postgres_location: Location, tmp_path: Path) -> Iterator[Place]:
    """A database of a team, in which vera only observes."""
    vera = sql.Identifier("vera")
    with ExitStack() as stack:

        def open_store(location: Location) -> Store:
            store = Store(location)
            store.open(create=False)
            stack.callback(store.close)
            return store

        team = Team(postgres, postgres_location, open_store)
        team.run("CREATE ROLE {} LOGIN PASSWORD {}", vera, sql.Literal(PASSWORD))
        stack.callback(team.run, "DROP ROLE {}", vera)
        team.run("GRANT {} TO {}", sql.Identifier(team.roles.observer), vera)
        place = Place(Location.parse(postgres.superuser(team.database)), tmp_path / "cache")
        stack.callback(place.store.close)
        yield place


@SIZES
def test_read_only(observed: Place, postgres: Cluster, same: Any, size: tuple[int, int]) -> None:
    busy(observed)
    database = make_url(observed.location.url).database or ""
    mine = Location.parse(postgres.url(database, user="vera"))
    assert same(observed, size, me="vera", database=mine)
