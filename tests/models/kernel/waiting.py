"""Waiting until somebody else waits for a lock: the moment at which two transactions meet."""

from time import monotonic

from sqlalchemy import create_engine, text

from models.kernel.location import Location
from tests.watching import LONG

_WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def until_somebody_waits(location: Location) -> None:
    """Return when some session of that Postgres database waits for a lock that another one holds."""
    engine = create_engine(location.url, isolation_level="AUTOCOMMIT")
    end = monotonic() + LONG
    with engine.connect() as connection:
        while connection.execute(_WAITS).scalar_one() == 0:
            assert monotonic() < end, "Nobody waits for a lock."
    engine.dispose()
