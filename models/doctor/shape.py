"""Whether the database has every table, column, constraint, index and trigger that the program counts on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Table, UniqueConstraint, inspect, text

from models.doctor.expected import METADATA
from models.doctor.report import Finding

APPEND_ONLY = ("books", "entries", "status_updates")
"""The tables whose rows stay as they were written."""

SAYS_WHO = {
    table.name
    for table in METADATA.tables.values()
    if any(column.name.endswith("_by") or column.name == "author_id" for column in table.columns)
} - {"deliveries"}
"""The tables whose rows say who did it; a delivery is leased by a program."""

LOOKS_INSIDE = [
    constraint
    for table in METADATA.tables.values()
    for constraint in table.constraints
    if constraint.info.get("form", "any") not in ("any", "object")
]
"""The constraints on JSON that look at each of its values, which on SQLite only a trigger can."""

TRIGGERS = {
    "sqlite": {
        *(f"{table}_no_{deed}" for table in APPEND_ONLY for deed in ("update", "delete", "replace")),
        *("status_updates_published", "maintenances_announced", "maintenances_moved"),
        *("incidents_approval_severity", "status_updates_approval_severity"),
        *(f"{constraint.name}_{deed}" for constraint in LOOKS_INSIDE for deed in ("insert", "update")),
    },
    "postgresql": {
        *(f"{table}_stay" for table in APPEND_ONLY),
        *(f"{table}_own_name" for table in SAYS_WHO),
        *("entries_own_words", "drafts_as_approved", "status_updates_published", "maintenances_announced"),
        *("incidents_approval_severity", "status_updates_approval_severity"),
    },
}
"""By the database's dialect."""

_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    " AND (sql LIKE '%RAISE(ABORT%' OR name LIKE '%_approval_severity')",
    "postgresql": "SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c"
    " ON c.oid = t.tgrelid WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal"
    " AND t.tgenabled IN ('O', 'A') AND (p.prosrc LIKE '%RAISE EXCEPTION%' OR t.tgname LIKE '%_approval_severity')",
}
"""Those that refuse something, or keep the severity by which updates are approved, and are not switched off."""

_UNUSABLE = (
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)"
    " UNION ALL SELECT conname FROM pg_constraint"
    " WHERE connamespace = current_schema()::regnamespace AND NOT convalidated"
)


def shape(connection: Connection) -> Iterator[Finding]:
    dialect = connection.dialect.name
    unusable = set(connection.execute(text(_UNUSABLE)).scalars()) if dialect == "postgresql" else set()
    for table in METADATA.sorted_tables:
        for what in _missing(connection, table, unusable):
            yield Finding("constraints", f"Missing in table {table.name}: {what}.", *_SO)
    present = set(connection.execute(text(_TRIGGERS[dialect])).scalars())
    for name in sorted(TRIGGERS[dialect] - present):
        yield Finding(
            "constraints",
            f"The trigger {name} is missing, disabled, or has no effect.",
            "Anyone with database access can change recorded entries, or write invalid data.",
            _RESTORE,
        )


_RESTORE = "Restore a backup that has it, or create a new database with `bridgewatch init` and copy the rows."
_SO = ("The database may accept invalid data, or be slow.", _RESTORE)


def _missing(connection: Connection, table: Table, unusable: set[str]) -> Iterator[str]:
    look = inspect(connection)
    if not look.has_table(table.name):
        yield "the whole table"
        return
    found: dict[str, Any] = {column["name"]: column for column in look.get_columns(table.name)}
    for column in table.columns:
        if column.name not in found:
            yield f"the column {column.name}"
        elif found[column.name]["nullable"] and not column.nullable:
            yield f"NOT NULL on {column.name}"
    if set(look.get_pk_constraint(table.name)["constrained_columns"]) != {each.name for each in table.primary_key}:
        yield "the primary key"
    indexes = {each["name"]: bool(each["unique"]) for each in look.get_indexes(table.name)}
    for index in table.indexes:
        name = str(index.name)
        if indexes.get(name) != bool(index.unique) or name in unusable:
            yield f"the index {name}" + (" (unique)" if index.unique else "")
    uniques = {frozenset(each["column_names"]) for each in look.get_unique_constraints(table.name)}
    checks = {each["name"] for each in look.get_check_constraints(table.name)} - unusable
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and frozenset(constraint.columns.keys()) not in uniques:
            yield f"UNIQUE on {_listed(constraint.columns.keys())}"
        if isinstance(constraint, CheckConstraint) and str(constraint.name) not in checks:
            yield f"the check {constraint.name}"
    keys = {
        (tuple(each["constrained_columns"]), each["referred_table"]): each for each in look.get_foreign_keys(table.name)
    }
    for key in table.foreign_key_constraints:
        known = tuple(key.column_keys), key.referred_table.name
        if known not in keys or keys[known]["name"] in unusable:
            yield f"the reference from {_listed(key.column_keys)} to {key.referred_table.name}"


def _listed(columns: Iterable[str]) -> str:
    return " and ".join(columns)
