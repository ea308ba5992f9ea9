"""What observers and responders may do in a Postgres database, table by table; and what is otherwise, in words.

Observers read, responders work incidents, keepers own the tables and all that is agreed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, text

from models.kernel.failures import Refused
from models.kernel.postgres.admins import member

PREFIX = "bridgewatch_"
"""What the roles' names begin with, unless somebody chose otherwise."""

SETTING = "privileges"
"""Where the database keeps that choice."""

_LONGEST_NAME = 63
"""The most bytes of a name in Postgres."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What responders may do to a table besides reading it."""

    insert: bool = False
    columns: tuple[str, ...] = ()
    """Those that an inserted row may have; empty: all."""
    update: tuple[str, ...] = ()
    delete: bool = False


_ROWS = Rights(insert=True)

RESPONDER: dict[str, Rights] = {
    "people": Rights(insert=True, columns=("name", "key", "added_at")),
    "incidents": Rights(
        insert=True,
        update=(
            *("title", "category", "severity", "impact", "phase", "version", "seal", "changed"),
            *("resolved_at", "published_at", "told", "reopened_at"),
        ),
    ),
    "incident_roles": Rights(insert=True, update=("key", "removed", "duties")),
    "assignments": Rights(insert=True, update=("until", "ended_by", "confirmed_by")),
    "offers": Rights(insert=True, update=("answer", "answered_at", "answered_by")),
    "entries": _ROWS,
    "tasks": Rights(
        insert=True,
        update=(
            *("state", "owner_id", "reason", "due_at", "ended_at"),
            *("given_by", "given_at", "confirmed_by"),
        ),
    ),
    "theories": Rights(insert=True, update=("said", "state", "moved")),
    "evidence": Rights(insert=True, update=("said",)),
    "skips": Rights(insert=True, delete=True),
    "drafts": Rights(
        insert=True,
        update=(
            *("revision", "title", "text", "phase", "components", "next_update_at", "expected_at"),
            *("edited_by", "edited_at", "open_by", "open_at", "asked_by", "asked_at"),
            *("approved_by", "approved_revision", "returned_by", "returned"),
            *("next_in", "expected_in", "approved_phase", "approved_next_in", "unapproved", "worded_phase"),
        ),
    ),
    "status_updates": _ROWS,
    "promises": Rights(insert=True, update=("told_at", "due_at", "snoozed")),
    "components": Rights(insert=True, update=("state",)),
    "maintenances": Rights(insert=True, update=("starts_at", "ends_at", "canceled_at")),
    "deliveries": Rights(
        insert=True,
        update=(
            *("state", "attempts", "next_at", "leased_by", "leased_until", "said", "remote_id", "sent_at"),
            "left_out",
        ),
    ),
    "books": Rights(insert=True, columns=("key", "version", "text", "digest", "added_at")),
    "head": Rights(update=("ticket",)),
    "places": Rights(),
    "settings": Rights(),
    "meta": Rights(),
    "logins": Rights(),
    "alembic_version": Rights(),
}
"""By table. A book without `added_by` is one that the program ships, kept with the first incident declared under it.

Whoever is new is added by being named; what a person is called, and whether they are one with another, keepers say."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of the three."""

    prefix: str

    def __post_init__(self) -> None:
        if "\0" in self.prefix or len(self.responder.encode()) > _LONGEST_NAME:
            raise Refused("This is not a valid role name.", f"A prefix can have at most {_LONGEST_NAME - 9} letters.")

    @property
    def observer(self) -> str:
        return f"{self.prefix}observer"

    @property
    def responder(self) -> str:
        return f"{self.prefix}responder"

    @property
    def keeper(self) -> str:
        return f"{self.prefix}keeper"

    @property
    def every(self) -> tuple[str, str, str]:
        return self.observer, self.responder, self.keeper


@dataclass(frozen=True, slots=True, order=True)
class Privilege:
    """One thing that a role may do."""

    role: str
    table: str
    """Or a sequence."""
    deed: str
    """SELECT, INSERT, UPDATE, DELETE or one of Postgres's others."""
    column: str = ""
    """Empty: every column."""


_KEPT = text("SELECT value ->> 'prefix' FROM settings WHERE key = :key")
_KNOWN = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)")
TABLES = text(
    "SELECT relname AS name, rolname AS owner FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY(:names) ORDER BY relname"
)
SEQUENCES = text(
    "SELECT sequence.relname AS name, owner.relname AS of FROM pg_depend"
    " JOIN pg_class sequence ON sequence.oid = objid AND sequence.relkind = 'S'"
    " JOIN pg_class owner ON owner.oid = refobjid"
    " WHERE pg_depend.classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype = 'a'"
    " AND sequence.relnamespace = current_schema()::regnamespace AND owner.relname = ANY(:names)"
    " ORDER BY sequence.relname"
)
"""Those that number a table's rows; who inserts into it needs them."""

_GIVEN = text(
    "SELECT coalesce(rolname, 'PUBLIC'), relname, privilege_type, attname FROM ("
    "SELECT relname, '' AS attname, (aclexplode(relacl)).*, relowner AS owner FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace"
    " AND (relkind = 'r' AND relname = ANY(:names) OR relkind = 'S' AND relname = ANY(:sequences))"
    " UNION ALL SELECT relname, attname, (aclexplode(attacl)).*, relowner FROM pg_attribute"
    " JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = current_schema()::regnamespace"
    " AND relkind = 'r' AND relname = ANY(:names) AND attnum > 0 AND NOT attisdropped"
    ") given LEFT JOIN pg_roles ON pg_roles.oid = grantee WHERE grantee <> owner"
)
_PUBLIC_MAKES = text("SELECT has_schema_privilege('public', current_schema(), 'CREATE')")


def kept_prefix(connection: Connection) -> str | None:
    """What the names of this database's roles begin with; None: it has none."""
    found = connection.execute(_KEPT, {"key": SETTING}).scalar()
    return None if found is None else str(found)


def roles(connection: Connection, prefix: str | None = None) -> Roles:
    """The roles that the database has, or would have with that prefix. Raises Refused when it has others."""
    kept = kept_prefix(connection)
    if kept is not None and prefix not in (None, kept):
        raise Refused(
            f"The roles of this database are already named: {kept}observer and so on.", "Run it without --prefix."
        )
    return Roles(next(known for known in (kept, prefix, PREFIX) if known is not None))


def known(connection: Connection, of: Roles) -> set[str]:
    """Those of the three that there are."""
    return set(connection.execute(_KNOWN, {"names": list(of.every)}).scalars())


def wanted(of: Roles, sequences: Mapping[str, str]) -> set[Privilege]:
    """All that observers and responders should be able to do; a responder also reads, as an observer.

    `sequences`: each with the table whose rows it numbers.
    """
    found = {Privilege(of.observer, table, "SELECT") for table in RESPONDER}
    for table, rights in RESPONDER.items():
        if rights.insert:
            found |= {Privilege(of.responder, table, "INSERT", column) for column in rights.columns or ("",)}
        found |= {Privilege(of.responder, table, "UPDATE", column) for column in rights.update}
        if rights.delete:
            found.add(Privilege(of.responder, table, "DELETE"))
    for sequence, table in sequences.items():
        if RESPONDER[table].insert:
            found.add(Privilege(of.responder, sequence, "USAGE"))
    return found


def findings(connection: Connection, of: Roles) -> list[str]:
    """What is not as it should be, in words; nothing when all is well."""
    missing = sorted(set(of.every) - known(connection, of))
    if missing:
        return [f"Role {name} does not exist." for name in missing]
    names = {"names": list(RESPONDER)}
    sequences = {row.name: row.of for row in connection.execute(SEQUENCES, names)}
    given = {Privilege(*row) for row in connection.execute(_GIVEN, {**names, "sequences": list(sequences)})}
    should = wanted(of, sequences)
    return [
        *(
            f"Table {row.name} belongs to {row.owner}, not to {of.keeper}."
            for row in connection.execute(TABLES, names)
            if row.owner != of.keeper
        ),
        *(f"{role} does not have {what}." for role, what in _grouped(should - given)),
        *(
            f"{role} must not have {what}."
            for role, what in _grouped(one for one in given - should if not _reads(one, of))
        ),
        *(
            []
            if member(connection, of.responder, of.observer)
            else [f"{of.responder} is not a member of {of.observer}."]
        ),
        *(["PUBLIC can create tables in this schema."] if connection.execute(_PUBLIC_MAKES).scalar_one() else ()),
    ]


def _reads(one: Privilege, of: Roles) -> bool:
    """Whether it is somebody else's, who only reads: a team may have let them."""
    return one.deed == "SELECT" and one.role not in (*of.every, "PUBLIC")


def _grouped(privileges: Iterable[Privilege]) -> Iterator[tuple[str, str]]:
    """Each role with what it may do to a table or a sequence: UPDATE on tasks (state, due_at)."""
    for (role, table, deed), some in groupby(sorted(privileges), key=lambda one: (one.role, one.table, one.deed)):
        columns = ", ".join(one.column for one in some if one.column)
        yield role, f"{deed} on {table}{columns and f' ({columns})'}"
