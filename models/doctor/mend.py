"""Makes rows that cannot be read anew: from the entries of their incident, else as if nobody had set them.

What other tables are made from stays as it is: entries, people, playbooks. Nothing tells what stood there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, delete, func, select, text, update

from models.doctor.rows import KEPT, Damage, damaged
from models.doctor.story import Story
from models.kernel.columns import Tolerant
from models.kernel.damage import UNREADABLE
from models.kernel.postgres.admins import become_owner
from models.kernel.reader import Rows
from models.kernel.store import Store
from models.kernel.tables import head, incidents
from models.policy.delivery import DeliveryState

_TOGETHER = (
    ("asked_by", "asked_at", "approved_by", "approved_revision", "returned_by", "returned"),
    ("open_by", "open_at"),
    ("leased_by", "leased_until"),
)
"""Columns that say one thing: it is said whole, or not at all."""

_UNCHECKED = text(
    "SELECT conrelid::regclass::text AS of, conname AS name, pg_get_constraintdef(oid) AS def FROM pg_constraint"
    " WHERE connamespace = current_schema()::regnamespace AND contype = 'c' AND NOT convalidated"
)


@dataclass(frozen=True, slots=True)
class Mend:
    """What becomes of one damaged row."""

    damage: Damage
    values: Mapping[str, Any]
    """What its columns hold from now on; empty: it stays as it is."""
    told: bool
    """Whether the entries tell all of it."""


def mend(store: Store, *, look: bool = False) -> list[Mend]:
    """Make every damaged row anew that can be, in one transaction; `look`: only say what would be done.

    Raises Refused where the login is no admin, who alone may do more than look.
    """
    if look:
        with store.reading(Rows) as read:
            return _found(read.connection)
    with store.administering("settings", "mend the database") as connection:
        found = _found(connection)
        for each in found:
            if each.values:
                _write(connection, each)
        _show(connection, found)
        if connection.dialect.name == "postgresql":
            _validate(connection)
    return found


def _found(connection: Connection) -> list[Mend]:
    return [_mend(connection, damage) for damage in list(damaged(connection))]


def _mend(connection: Connection, damage: Damage) -> Mend:
    name = damage.table.name
    if name in KEPT or not damage.reachable:
        return Mend(damage, {}, told=False)
    if name == "head":
        last = connection.execute(select(func.max(incidents.c.changed))).scalar()
        return Mend(damage, {"ticket": 1 + (last if isinstance(last, int) else 0)}, told=True)
    if name == "settings":
        return Mend(damage, {"value": None}, told=False)
    told = _told(connection, damage)
    wanted = {*damage.columns}
    for group in _TOGETHER:
        if wanted & {*group}:
            wanted |= {column for column in group if column in damage.table.c}
    beside = {"state", "ended_at", "sent_at"} if wanted & {"state", "ended_at", "sent_at"} else set()
    values = {column: told.get(column, _neutral(damage, column)) for column in wanted}
    values |= {column: told[column] for column in beside if column in told and column in damage.table.c}
    return Mend(damage, values, told={*damage.columns} <= {*told})


def _told(connection: Connection, damage: Damage) -> Mapping[str, Any]:
    """The columns that entries tell."""
    name, row = damage.table.name, damage.row
    if name == "deliveries":
        sent = row["sent_at"] if "sent_at" not in damage.columns else None
        return {"state": DeliveryState.SENT if sent else DeliveryState.WAITING, "sent_at": sent}
    incident = damage.incident
    if incident is None or not hasattr(Story, name if name != "incidents" else "incident"):
        return {}
    story = Story(connection, incident)
    if name == "incidents":
        return story.incident()
    found: Mapping[str, Any] = getattr(story, name)(row)
    return found


def _neutral(damage: Damage, name: str) -> Any:
    """What a column holds that nobody has set."""
    column: Column[Any] = damage.table.c[name]
    if column.nullable:
        return None
    if name in ("added_at", "since", "next_at", "edited_at", "declared_at", "offered_at"):
        return damage.row.get("declared_at") or column.type.instead  # type: ignore[attr-defined]
    if isinstance(column.type, Tolerant):
        return column.type.instead
    return 0 if column.type.python_type is int else UNREADABLE


def _write(connection: Connection, each: Mend) -> None:
    table = each.damage.table
    which = [table.c[name] == value for name, value in each.damage.key.items()]
    with _unprotected(connection, table.name):
        if table.name == "settings":
            connection.execute(delete(table).where(*which))
        else:
            connection.execute(update(table).where(*which).values(**each.values))


@contextmanager
def _unprotected(connection: Connection, table: str) -> Iterator[None]:
    """Without the triggers that keep rows as they were written, and say in whose name: until this one is mended."""
    if connection.dialect.name == "postgresql":
        become_owner(connection)
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    kept = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table AND name = :name")
    name = f"{table}_no_update"
    made = connection.execute(kept, {"table": table, "name": name}).scalar()
    if made:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    if made:
        connection.exec_driver_sql(made)


def _show(connection: Connection, found: list[Mend]) -> None:
    """Let every desk see it."""
    mended = {each.damage.incident for each in found if each.values} - {None}
    if not mended:
        return
    ticket = connection.execute(update(head).values(ticket=head.c.ticket + 1).returning(head.c.ticket)).scalar_one()
    connection.execute(update(incidents).where(incidents.c.id.in_(mended)).values(changed=ticket))


def _validate(connection: Connection) -> None:
    """Let Postgres count on the constraints that every row keeps by now."""
    become_owner(connection)
    for table, name, written in connection.execute(_UNCHECKED).all():
        check = str(written).removeprefix("CHECK ").removesuffix(" NOT VALID")
        broken = f"SELECT EXISTS (SELECT 1 FROM {table} WHERE ({check}) IS NOT TRUE)"  # noqa: S608
        if not connection.exec_driver_sql(broken).scalar_one():
            connection.exec_driver_sql(f'ALTER TABLE {table} VALIDATE CONSTRAINT "{name}"')
