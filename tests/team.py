"""A Postgres database with its roles, and real logins in them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Literal

import pytest
from psycopg import sql
from sqlalchemy import make_url

from models.kernel.access import give, map_login
from models.kernel.location import Location
from models.kernel.postgres.privileges import Roles
from models.kernel.store import Store
from tests.postgres import PASSWORD, Cluster

_NUMBERS = count(1)
"""Roles are the whole server's: each team has names of its own."""

Part = Literal["observer", "responder", "keeper"]


class Team:
    """Whoever works with one database, each with a login of their own."""

    def __init__(self, cluster: Cluster, location: Location, open_store: Callable[[Location], Store]) -> None:
        self.cluster = cluster
        self.database = make_url(location.url).database or ""
        self.prefix = f'te"am %s;-- {next(_NUMBERS)} '
        self.roles = Roles(self.prefix)
        self._open = open_store
        self.above = open_store(Location.parse(cluster.superuser(self.database)))
        give(self.above, self.prefix)

    def login(self, name: str, part: Part | None = None) -> Location:
        """Make a login, and where it connects."""
        called = f"{name}{self.prefix.split()[-1]}"
        self.run("CREATE ROLE {} LOGIN PASSWORD {}", sql.Identifier(called), sql.Literal(PASSWORD))
        if part is not None:
            self.run("GRANT {} TO {}", sql.Identifier(getattr(self.roles, part)), sql.Identifier(called))
        return Location.parse(self.cluster.url(self.database, user=called))

    def store(self, name: str, part: Part | None = None) -> Store:
        """Make a login, and open a store with it."""
        return self._open(self.login(name, part))

    def responder(self, person: str, login: str = "") -> Store:
        """A store with a responder's login that is that person's."""
        location = self.login(login or person, "responder")
        map_login(self.above, user(location), person, "kim")
        return self._open(location)

    def run(self, statement: str, *parts: sql.Composable) -> None:
        """As the superuser."""
        self.cluster.administer(sql.SQL(statement).format(*parts), self.database)


def user(location: Location) -> str:
    """What the location logs in as."""
    return make_url(location.url).username or ""


@pytest.fixture
def team(postgres: Cluster, postgres_location: Location) -> Iterator[Team]:
    with ExitStack() as stack:

        def open_store(location: Location) -> Store:
            store = Store(location)
            stack.callback(store.close)
            store.open(create=False)
            return store

        yield Team(postgres, postgres_location, open_store)
