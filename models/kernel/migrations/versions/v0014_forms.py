"""What JSON may be in each column, which nothing but the program that wrote it knew until now.

A row that is otherwise already stays as it is: it is shown as damaged, and refuses to be written anew as it was.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

STATES = ("operational", "degraded", "partial outage", "major outage", "maintenance")
AUDIENCES = ("customers", "team", "executives")

FORMS = {
    ("settings", "value"): "any",
    ("entries", "data"): "object",
    ("drafts", "components"): "states",
    ("status_updates", "components"): "states",
    ("maintenances", "components"): "names",
    ("places", "headers"): "texts",
    ("places", "audiences"): "audiences",
}
TYPES = {"object": "object", "states": "object", "texts": "object", "names": "array", "audiences": "array"}
WORDS = {"states": STATES, "audiences": AUDIENCES}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        connection = op.get_bind()
        # SQLite renames no table while a trigger of another one speaks of the table that is gone
        triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
        for name, _ in triggers:
            op.execute(f"DROP TRIGGER {name}")
        for table in dict.fromkeys(table for table, _ in FORMS):
            make_anew(table, {column: form for (of, column), form in FORMS.items() if of == table})
        for _, trigger in triggers:
            connection.exec_driver_sql(trigger)
        for (table, column), form in FORMS.items():
            look_inside(table, column, form)
    else:
        for (table, column), form in FORMS.items():
            constrain(table, column, form)
    op.execute("UPDATE meta SET schema = 14")


def constrain(table: str, column: str, form: str) -> None:
    """Of a row that is otherwise, Postgres knows: the constraint holds for what is written from now on."""
    connection = op.get_bind()
    name, check = f"{table}_{column}_{form}", on_postgres(column, form)
    connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({check}) NOT VALID")
    damaged = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE ({check}) IS NOT TRUE)"  # noqa: S608
    if not connection.exec_driver_sql(damaged).scalar_one():
        connection.exec_driver_sql(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def on_postgres(column: str, form: str) -> str:
    if form == "any":
        return f"jsonb_typeof({column}) IS NOT NULL"
    typed = f"jsonb_typeof({column}) = '{TYPES[form]}'"
    if form == "object":
        return typed
    items = "$[*]" if TYPES[form] == "array" else "$.*"
    other = '@.type() != "string"'
    if form in WORDS:
        other += f' || !(@ like_regex "^({"|".join(WORDS[form])})$")'
    return f"CASE WHEN {typed} THEN NOT jsonb_path_exists({column}, 'strict {items} ? ({other})') ELSE false END"


def on_sqlite(column: str, form: str) -> str:
    typed = "" if form == "any" else f" AND json_type({column}) = '{TYPES[form]}'"
    return f"CASE WHEN typeof({column}) = 'text' AND json_valid({column}) THEN true{typed} ELSE false END"


def make_anew(table: str, forms: dict[str, str]) -> None:
    """SQLite cannot add a constraint in its place."""
    connection = op.get_bind()
    made = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"), {"name": table}
    )
    checks = (f"CONSTRAINT {table}_{column}_{form} CHECK ({on_sqlite(column, form)})" for column, form in forms.items())
    body = (
        re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE {table}_anew", made.scalar_one())
        .rstrip()
        .removesuffix(")")
    )
    beside = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = :name AND type = 'index' AND sql <> ''"),
        {"name": table},
    )
    others = beside.scalars().all()
    connection.exec_driver_sql(f"{body}, {', '.join(checks)})")
    op.execute("PRAGMA ignore_check_constraints = ON")  # what is damaged already stays as it is
    op.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")  # noqa: S608
    op.execute("PRAGMA ignore_check_constraints = OFF")
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_anew RENAME TO {table}")
    for other in others:
        connection.exec_driver_sql(other)


def look_inside(table: str, column: str, form: str) -> None:
    """No constraint of SQLite may look at each of the values."""
    if form in ("any", "object"):
        return
    other = "type <> 'text'"
    if form in WORDS:
        other += f" OR value NOT IN ({', '.join(map(repr, WORDS[form]))})"
    found = f"EXISTS (SELECT 1 FROM json_each(NEW.{column}) WHERE {other})"  # noqa: S608
    refuse = f"SELECT RAISE(ABORT, 'CHECK constraint failed: {table}_{column}_{form}')"
    for deed in ("INSERT", f"UPDATE OF {column}"):
        name = f"{table}_{column}_{form}_{deed.partition(' ')[0].lower()}"
        op.get_bind().exec_driver_sql(
            f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN {on_sqlite(f'NEW.{column}', form)} AND {found}"
            f" BEGIN {refuse}; END"
        )
