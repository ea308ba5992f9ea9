"""What every test shares: Hypothesis's profile, and each of the two databases, fresh and with its tables made."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck
from sqlalchemy import insert, make_url

from models.kernel import wording
from models.kernel.location import Location
from models.kernel.store import Store
from models.kernel.tables import settings
from models.updates.rules import SETTING
from tests.postgres import Cluster, postgres
from tests.rows import write_rows

__all__ = ["postgres"]

wording.strict = True

hypothesis.settings.register_profile(
    "bridgewatch",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis.settings.load_profile("bridgewatch")


class Clock:
    """A clock for a Store: every look is a second later."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "bridgewatch.db"
    _make_tables(Location.file(path))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> str:
    url = postgres.new_database()
    _make_tables(Location.parse(url))
    return make_url(url).database or ""


@pytest.fixture
def sqlite_location(sqlite_template: Path, tmp_path: Path) -> Location:
    path = tmp_path / "bridgewatch.db"
    shutil.copy(sqlite_template, path)
    return Location.file(path)


@pytest.fixture
def postgres_location(postgres: Cluster, postgres_template: str) -> Location:
    return Location.parse(postgres.new_database(postgres_template))


@pytest.fixture(params=["sqlite", "postgres"])
def location(request: pytest.FixtureRequest) -> Location:
    """A database of one's own with its tables made and nothing in them, of each kind in turn."""
    found: Location = request.getfixturevalue(f"{request.param}_location")
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(location: Location, clock: Clock) -> Iterator[Store]:
    """A store on `location`, opened."""
    store = Store(location, clock=clock)
    store.open(create=False)
    yield store
    store.close()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An opened store that property tests share: each of their examples declares an incident of its own."""
    if request.param == "sqlite":
        location = Location.file(tmp_path_factory.mktemp("shared") / "bridgewatch.db")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        location = Location.parse(cluster.new_database())
    store = Store(location, clock=Clock())
    store.open()
    publish_alone(store)
    yield store
    store.close()


def _make_tables(location: Location) -> None:
    store = Store(location)
    store.open()
    publish_alone(store)
    store.close()


def publish_alone(store: Store) -> None:
    """Let nobody need an approval, so that only the tests of approvals speak of them."""
    with write_rows(store) as connection:
        connection.execute(insert(settings), {"key": SETTING, "value": {"approval": None}})
