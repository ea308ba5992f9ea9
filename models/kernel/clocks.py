"""Whether this machine's clock is right, as far as its database can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from models.kernel.tables import entries, incidents
from models.kernel.times import age

FAR = timedelta(minutes=1)
"""How far a clock may be off before anybody is told."""

_NEWEST = (
    select(entries.c.recorded_at)
    .join(incidents, (incidents.c.id == entries.c.incident_id) & (incidents.c.version == entries.c.n))
    .order_by(incidents.c.changed.desc())
    .limit(1)
)


def beside_the_server(before: datetime, there: datetime, after: datetime) -> str:
    """How far this clock is off the server's, which said `there` at some time between the two; empty: not far."""
    if before - there > FAR:
        off = f"{_span(before - there)} ahead of"
    elif there - after > FAR:
        off = f"{_span(there - after)} behind"
    else:
        return ""
    return f"This machine's clock is {off} the database's. Due times and typed times are wrong here. Set the clock."


def beside_the_entries(connection: Connection, clock: Callable[[], datetime]) -> str:
    """What follows where the newest entry is from a time to come; empty: it is not."""
    newest = connection.execute(_NEWEST).scalar()
    if not isinstance(newest, datetime) or newest - (now := clock()) <= FAR:  # it may be damaged
        return ""
    return (
        f"The newest entry is dated {newest:%Y-%m-%d %H:%MZ}, {_span(newest - now)} ahead of this machine's clock."
        " This clock is slow, or another was fast. Set the clock."
    )


def _span(span: timedelta) -> str:
    return age(span.total_seconds())
