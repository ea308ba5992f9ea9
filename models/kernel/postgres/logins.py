"""What a Postgres server says of a session: which person its login belongs to, and what time it is there."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, column, text

SESSION = text(
    "SELECT (SELECT coalesce(people.shown, people.name) FROM logins JOIN people ON people.id = logins.person_id"
    " WHERE logins.login = session_user::text) AS person, clock_timestamp() AS now"
).columns(column("person"), column("now"))


class Session(NamedTuple):
    """As the server sees it; nothing of SQLite, which has neither logins nor a clock."""

    person: str | None = None
    """Whose the login is; None: nobody has said."""
    now: datetime | None = None


def session(connection: Connection) -> Session:
    if connection.dialect.name == "sqlite":
        return Session()
    return Session(*connection.execute(SESSION).one())
