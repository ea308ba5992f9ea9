"""Which person a Postgres login belongs to."""

from __future__ import annotations

from sqlalchemy import Connection, text

_OWN = text(
    "SELECT people.name FROM logins JOIN people ON people.id = logins.person_id WHERE logins.login = session_user::text"
)


def own(connection: Connection) -> str | None:
    """Whose the session's login is; None: nobody has said, or the database has no logins."""
    if connection.dialect.name == "sqlite":
        return None
    found = connection.execute(_OWN).scalar()
    return None if found is None else str(found)
