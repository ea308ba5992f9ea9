"""The SQL that gives a Postgres database its three roles.

A keeper's role owns everything, so that migrations and privileges are its members' to change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, text

from models.kernel.postgres.admins import login, member
from models.kernel.postgres.privileges import RESPONDER, SEQUENCES, SETTING, TABLES, Rights, Roles, kept_prefix, known

_SCHEMA = text("SELECT current_schema()")
_DATABASE = text("SELECT current_database()")
_ABOVE = text("SELECT rolsuper FROM pg_roles WHERE rolname = :name")
_FUNCTIONS = text(
    "SELECT DISTINCT proname AS name, rolname AS owner FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
    " JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_roles ON pg_roles.oid = proowner"
    " WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace AND relname = ANY(:names)"
    " AND pronamespace = relnamespace ORDER BY proname"
)


def statements(connection: Connection, of: Roles) -> Iterator[sql.Composed]:
    """The SQL that makes the roles what they should be, from what they are; carried out once, it can be once more."""
    there = known(connection, of)
    for role in of.every:
        if role not in there:
            yield sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role))
    yield from _memberships(connection, of)
    schema = sql.Identifier(_schema(connection))
    database = sql.Identifier(str(connection.execute(_DATABASE).scalar_one()))
    observer, responder, keeper = map(sql.Identifier, of.every)
    yield sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}, {}").format(database, observer, responder, keeper)
    yield sql.SQL("REVOKE CREATE ON SCHEMA {} FROM PUBLIC, {}, {}").format(schema, observer, responder)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}, {}").format(schema, observer, responder)
    yield sql.SQL("GRANT USAGE, CREATE ON SCHEMA {} TO {}").format(schema, keeper)
    for row in connection.execute(TABLES, _names()):
        if row.owner != of.keeper:
            yield sql.SQL("ALTER TABLE {}.{} OWNER TO {}").format(schema, sql.Identifier(row.name), keeper)
    for row in connection.execute(_FUNCTIONS, _names()):
        if row.owner != of.keeper:
            yield sql.SQL("ALTER FUNCTION {}.{}() OWNER TO {}").format(schema, sql.Identifier(row.name), keeper)
    yield sql.SQL(
        "INSERT INTO {}.settings (key, value) VALUES ({}, {}::jsonb)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
    ).format(schema, sql.Literal(SETTING), sql.Literal(json.dumps({"prefix": of.prefix})))
    yield from _on_tables(connection, of)


def _memberships(connection: Connection, of: Roles) -> Iterator[sql.Composed]:
    """Who has been in charge until now stays it, as a keeper; a responder observes, and a keeper may make both."""
    in_charge = {row.owner for row in connection.execute(TABLES, _names())} | {login(connection)}
    for name in sorted(in_charge - set(of.every)):
        if not _above(connection, name) and not member(connection, name, of.keeper):
            yield sql.SQL("GRANT {} TO {}").format(sql.Identifier(of.keeper), sql.Identifier(name))
    if not member(connection, of.responder, of.observer):
        yield sql.SQL("GRANT {} TO {}").format(sql.Identifier(of.observer), sql.Identifier(of.responder))
    for role in (of.observer, of.responder):
        if not member(connection, of.keeper, role, "MEMBER WITH ADMIN OPTION"):
            yield sql.SQL("GRANT {} TO {} WITH ADMIN OPTION").format(sql.Identifier(role), sql.Identifier(of.keeper))


def _above(connection: Connection, name: str) -> bool:
    """Whether it is a superuser, who needs no privilege."""
    return connection.execute(_ABOVE, {"name": name}).scalar() is True


def _on_tables(connection: Connection, of: Roles) -> Iterator[sql.Composed]:
    schema = _schema(connection)
    every = [row.name for row in connection.execute(TABLES, _names())]
    observer, responder = sql.Identifier(of.observer), sql.Identifier(of.responder)
    tables = sql.SQL(", ").join(sql.Identifier(schema, name) for name in every)
    yield sql.SQL("REVOKE ALL ON {} FROM PUBLIC, {}, {}").format(tables, observer, responder)
    yield sql.SQL("GRANT SELECT ON {} TO {}").format(tables, observer)
    for name in every:
        rights = RESPONDER.get(name, Rights())
        deeds = [
            *([_deed("INSERT", rights.columns)] if rights.insert else ()),
            *([_deed("UPDATE", rights.update)] if rights.update else ()),
            *([sql.SQL("DELETE")] if rights.delete else ()),
        ]
        if deeds:
            table = sql.Identifier(schema, name)
            yield sql.SQL("GRANT {} ON {} TO {}").format(sql.SQL(", ").join(deeds), table, responder)
    for row in connection.execute(SEQUENCES, _names()):
        sequence = sql.Identifier(schema, row.name)
        yield sql.SQL("REVOKE ALL ON SEQUENCE {} FROM PUBLIC, {}, {}").format(sequence, observer, responder)
        if RESPONDER[row.of].insert:
            yield sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sequence, responder)


def _deed(deed: str, columns: Iterable[str]) -> sql.Composable:
    listed = [sql.Identifier(column) for column in columns]
    return sql.SQL(deed) + sql.SQL(" ({})").format(sql.SQL(", ").join(listed)) if listed else sql.SQL(deed)


def written(connection: Connection, made: Iterable[sql.Composed]) -> tuple[str, ...]:
    raw: Any = connection.connection.driver_connection
    return tuple(statement.as_string(raw) for statement in made)


def apply(connection: Connection, made: Iterable[sql.Composed]) -> tuple[str, ...]:
    """Run them in the connection's transaction; returns them as they were run."""
    done = written(connection, made)
    for statement in done:
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    return done


def renew(connection: Connection) -> None:
    """After an upgrade, whose tables nobody else may read yet: give the roles what they have in this program."""
    prefix = kept_prefix(connection)
    if prefix is not None and known(connection, of := Roles(prefix)) == set(of.every):
        apply(connection, _on_tables(connection, of))


def _schema(connection: Connection) -> str:
    return str(connection.execute(_SCHEMA).scalar_one())


def _names() -> dict[str, list[str]]:
    return {"names": list(RESPONDER)}
