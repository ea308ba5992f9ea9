"""Access to a Postgres database: the three access levels, and which person each login belongs to.

A login that belongs to a person cannot write in another name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from models.kernel.ahead import COUNTED
from models.kernel.errors import INSUFFICIENT_PRIVILEGE
from models.kernel.failures import Refused
from models.kernel.names import called
from models.kernel.postgres.admins import admin_logins, login, only_postgres
from models.kernel.postgres.grants import apply, statements, written
from models.kernel.postgres.privileges import findings, roles
from models.kernel.reader import Rows
from models.kernel.snapshot import Snapshot
from models.kernel.store import Store
from models.kernel.tables import logins, people

_CAN_LOG_IN = text("SELECT rolcanlogin FROM pg_roles WHERE rolname = :login")
_keeper = people.alias()
_EVERY = (
    select(logins.c.login, called(people).label("person"), called(_keeper).label("mapped_by"), logins.c.mapped_at)
    .join(people, people.c.id == logins.c.person_id)
    .join(_keeper, _keeper.c.id == logins.c.mapped_by)
    .order_by(logins.c.login)
)
_MOVE = update(logins).where(logins.c.login == bindparam("known"))
_REMOVE = delete(logins).where(logins.c.login == bindparam("known"))


@dataclass(frozen=True, slots=True)
class Granted:
    """The roles of a database, and the SQL that makes them what they should be."""

    observer: str
    responder: str
    keeper: str
    statements: tuple[str, ...]
    keepers: tuple[str, ...]
    """The logins that are keepers, by now."""


def planned(store: Store, prefix: str | None = None) -> Granted:
    """The SQL that is to be run, fitted to what is there. Raises Refused on SQLite, and for another prefix."""
    with store.reading(Rows) as read:
        only_postgres(connection := read.connection)
        of = roles(connection, prefix)
        return Granted(*of.every, written(connection, statements(connection, of)), admin_logins(connection))


def give(store: Store, prefix: str | None = None) -> Granted:
    """Run it, in one transaction. Raises Refused as `planned` does, and where the login may not make roles."""
    with store.writing() as (connection, _):
        only_postgres(connection)
        of, who = roles(connection, prefix), login(connection)
        try:
            done = apply(connection, statements(connection, of))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
                raise
            raise Refused(
                f"Login {who} is not allowed to do all of this: {str(error.orig).splitlines()[0]}.",
                "Ask a superuser to run the SQL that `bridgewatch grants` prints.",
            ) from None
        return Granted(*of.every, done, admin_logins(connection))


def check(store: Store, prefix: str | None = None) -> tuple[str, ...]:
    """What is not as it should be, in words. Raises Refused as `planned` does."""
    with store.reading(Rows) as read:
        only_postgres(connection := read.connection)
        return tuple(findings(connection, roles(connection, prefix)))


class LoginView(Snapshot, frozen=True, kw_only=True):
    """A login that is somebody's."""

    login: str
    person: str
    mapped_by: str
    """Which keeper said so."""
    mapped_at: datetime


def every(store: Store) -> tuple[LoginView, ...]:
    with store.reading(Rows) as read:
        return tuple(LoginView(**row) for row in read.connection.execute(_EVERY).mappings())


def map_login(store: Store, login: str, person: str, by: str) -> LoginView:
    """From now on the login is that person's, who is added on first use. Raises Refused when there is no such login."""
    with store.acting_as_admin(by, "logins", "map logins") as tx:
        only_postgres(tx.connection)
        may = tx.connection.execute(_CAN_LOG_IN, {"login": login}).scalar()
        if may is None:
            raise Refused(
                f"The server has no login {login!r}.", f"An administrator can create it: CREATE ROLE {login!r} …"
            )
        if may is False:
            raise Refused(f"{login} is a role without login.", "Map the logins of its members.")
        person_id, name = tx.person(person)
        values = {"person_id": person_id, "mapped_by": tx.author_id, "mapped_at": tx.now}
        if not tx.connection.execute(_MOVE.values(**values), {"known": login}, execution_options=COUNTED).rowcount:
            tx.connection.execute(insert(logins), {"login": login, **values})
        return LoginView(login=login, person=name, mapped_by=tx.author, mapped_at=tx.now)


def unmap_login(store: Store, login: str, by: str) -> None:
    """From now on the login is nobody's, and writes in any name. Raises Refused when it was nobody's."""
    with store.acting_as_admin(by, "logins", "map logins") as tx:
        only_postgres(tx.connection)
        if not tx.connection.execute(_REMOVE, {"known": login}, execution_options=COUNTED).rowcount:
            raise Refused(
                f"Login {login!r} is not mapped to anyone.", "See the mapped logins: `bridgewatch login list`."
            )
