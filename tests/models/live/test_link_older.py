"""A desk that meets the tables of an earlier version on a server says so, upgrades nothing, and goes on afterwards."""

from contextlib import closing

import pytest

from models.kernel.location import Location
from models.kernel.schema import SCHEMA
from models.kernel.store import Store
from models.kernel.upgrading import pending
from tests.models.kernel.older_schemas import earlier_shape
from tests.models.live.listening import Open, desk
from tests.postgres import Cluster

__all__ = ["desk"]


def test_it_waits_for_somebody_to_upgrade(postgres: Cluster, desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    location = Location.parse(postgres.new_database())
    earlier_shape(location, monkeypatch, SCHEMA - 1).close()
    mine = desk(location)
    assert str(mine.lost().failure) == (
        f"{location.shown} has an older schema ({SCHEMA - 1}; this version needs {SCHEMA})."
        " Back it up with pg_dump, then run `bridgewatch upgrade`."
    )
    (change,) = pending(location).changes
    assert change.startswith(f"{SCHEMA}: ")
    with closing(Store(location)) as store:
        store.open(upgrade=True)
    mine.live()
    assert pending(location).changes == ()
