"""Who may change what people agree on in a Postgres database: the logins that act as the tables' owner."""

from __future__ import annotations

from sqlalchemy import Connection, text

from models.kernel.failures import Refused

_LOGIN = text("SELECT session_user::text")
_OWNER = text("SELECT tableowner FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'meta'")
_MEMBER = text(
    "SELECT pg_has_role(of.oid, role.oid, :how) FROM pg_roles of, pg_roles role"
    " WHERE of.rolname = :name AND role.rolname = :role"
)

_ADMINS = text(
    "SELECT of.rolname FROM pg_roles of, pg_roles role WHERE of.rolcanlogin AND NOT of.rolsuper"
    " AND role.rolname = :owner AND pg_has_role(of.oid, role.oid, 'USAGE') ORDER BY of.rolname"
)
_MAY = text("SELECT has_table_privilege(CAST(:table AS text), 'UPDATE')")
_BECOME = text("SELECT set_config('role', :role, true)")

_MOST_NAMED = 3


def only_postgres(connection: Connection) -> None:
    """Raises Refused on SQLite, which has no logins."""
    if connection.dialect.name == "sqlite":
        raise Refused(
            "SQLite has no logins: anyone with write access to the file can change everything in it.",
            "The modes of the file and its folder decide who can read and write. `bridgewatch doctor` checks them;"
            " the documentation explains how to share a file.",
        )


def login(connection: Connection) -> str:
    """What the session has logged in as."""
    return str(connection.execute(_LOGIN).scalar_one())


def member(connection: Connection, name: str, role: str, how: str = "USAGE") -> bool:
    """Whether that login or role may act as another, or is one; False where there is none of that name."""
    return connection.execute(_MEMBER, {"name": name, "role": role, "how": how}).scalar() is True


def owner(connection: Connection) -> str | None:
    """Whose the tables are; None: there are none yet."""
    found = connection.execute(_OWNER).scalar()
    return None if found is None else str(found)


def may_act_as_owner(connection: Connection) -> bool:
    """Whether the login may act as the role that the tables belong to, or there are none yet."""
    role = owner(connection)
    return role is None or member(connection, login(connection), role)


def become_owner(connection: Connection) -> bool:
    """Until the transaction ends, act as the role that the tables belong to; False: the login may not."""
    if not may_act_as_owner(connection):
        return False
    role = owner(connection)
    if role is not None:
        connection.execute(_BECOME, {"role": role})
    return True


def admin_logins(connection: Connection) -> tuple[str, ...]:
    """The logins, but superusers', that may do what others may not."""
    return tuple(connection.execute(_ADMINS, {"owner": owner(connection)}).scalars())


def admins(connection: Connection) -> str:
    """Whom to ask, in words."""
    names = admin_logins(connection)
    if not names:
        return "an admin"
    if len(names) > _MOST_NAMED:
        return f"an admin ({', '.join(names[:_MOST_NAMED])} or another)"
    return f"an admin ({' or '.join(names)})"


def admins_only(connection: Connection, table: str, deed: str) -> None:
    """Raises Refused, which names the keepers, unless the login may change that table. `deed`: what it wants to do."""
    if connection.dialect.name == "sqlite" or connection.execute(_MAY, {"table": table}).scalar_one() is True:
        return
    raise Refused(f"{login(connection)} is not allowed to {deed}; only admins are.", f"Ask {admins(connection)}.")
