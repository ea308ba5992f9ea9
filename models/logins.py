"""Whose a database login is. In a Postgres database, a login that is somebody's writes in nobody else's name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update

from models.failures import Refused
from models.keepers import only_postgres
from models.snapshot import Snapshot
from models.tables import logins, people

if TYPE_CHECKING:
    from models.store import Store

_OWN = text(
    "SELECT people.name FROM logins JOIN people ON people.id = logins.person_id WHERE logins.login = session_user::text"
)
_CAN_LOG_IN = text("SELECT rolcanlogin FROM pg_roles WHERE rolname = :login")
_keeper = people.alias()
_EVERY = (
    select(logins.c.login, people.c.name.label("person"), _keeper.c.name.label("mapped_by"), logins.c.mapped_at)
    .join(people, people.c.id == logins.c.person_id)
    .join(_keeper, _keeper.c.id == logins.c.mapped_by)
    .order_by(logins.c.login)
)
_MOVE = update(logins).where(logins.c.login == bindparam("known"))
_REMOVE = delete(logins).where(logins.c.login == bindparam("known"))


class LoginView(Snapshot, frozen=True, kw_only=True):
    """A login that is somebody's."""

    login: str
    person: str
    mapped_by: str
    """Which keeper said so."""
    mapped_at: datetime


def own(connection: Connection) -> str | None:
    """Whose the session's login is; None: nobody has said, or the database has no logins."""
    if connection.dialect.name == "sqlite":
        return None
    found = connection.execute(_OWN).scalar()
    return None if found is None else str(found)


def every(store: Store) -> tuple[LoginView, ...]:
    with store.reading() as read:
        return tuple(LoginView(**row) for row in read.connection.execute(_EVERY).mappings())


def map_login(store: Store, login: str, person: str, by: str) -> LoginView:
    """From now on the login is that person's, who is added on first use. Raises Refused when there is no such login."""
    with store.keeping(by, "logins", "say whose a login is") as tx:
        only_postgres(tx.connection)
        may = tx.connection.execute(_CAN_LOG_IN, {"login": login}).scalar()
        if may is None:
            raise Refused(
                f"The server has no login {login!r}.", f"Its administrator makes one: CREATE ROLE {login!r} …"
            )
        if may is False:
            raise Refused(f"{login} is a role that nobody logs in as.", "Map the logins of its members.")
        person_id, name = tx.person(person)
        values = {"person_id": person_id, "mapped_by": tx.author_id, "mapped_at": tx.now}
        if not tx.connection.execute(_MOVE.values(**values), {"known": login}).rowcount:
            tx.connection.execute(insert(logins), {"login": login, **values})
        return LoginView(login=login, person=name, mapped_by=tx.author, mapped_at=tx.now)


def unmap_login(store: Store, login: str, by: str) -> None:
    """From now on the login is nobody's, and writes in any name. Raises Refused when it was nobody's."""
    with store.keeping(by, "logins", "say whose a login is") as tx:
        only_postgres(tx.connection)
        if not tx.connection.execute(_REMOVE, {"known": login}).rowcount:
            raise Refused(f"The login {login!r} is nobody's.", "`bridgewatch login list` shows whose the others are.")
