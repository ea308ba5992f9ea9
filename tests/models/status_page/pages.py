"""Status pages, and what a store has of them."""

import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy import select

from models.board.reader import Reader
from models.board.views import IncidentRow
from models.doctor.expected import METADATA
from models.kernel.entry import EntryView
from models.kernel.store import Store
from models.updates.views import UpdateView
from tests.rows import read_rows

REAL = files("models.imports").joinpath("githubstatus-incidents.json").read_bytes()
BEGAN = datetime(2025, 5, 1, 12, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    return (BEGAN + timedelta(minutes=minutes)).isoformat()


def update(key: str, minutes: float, status: str, body: str = "We know.", **states: tuple[str, str]) -> dict[str, Any]:
    affected = [
        {"code": f"c-{name}", "name": name, "old_status": was, "new_status": now} for name, (was, now) in states.items()
    ]
    return {"id": key, "status": status, "body": body, "display_at": at(minutes), "affected_components": affected}


def component(name: str, status: str, minutes: float = 0) -> dict[str, Any]:
    return {"id": f"c-{name}", "name": name, "status": status, "updated_at": at(minutes), "position": 1}


def incident(*updates: dict[str, Any], **fields: Any) -> dict[str, Any]:
    known = {"id": "one", "name": "It is slow", "status": "investigating", "impact": "minor", "created_at": at(0)}
    return {**known, "incident_updates": [*reversed(updates)], **fields}


def page(*incidents: dict[str, Any], name: str = "Acme") -> bytes:
    return json.dumps({"page": {"name": name}, "incidents": [*incidents]}).encode()


def row(store: Store, ref: str = "INC-1") -> IncidentRow:
    with store.reading(Reader) as reader:
        return reader.incident(int(ref.removeprefix("INC-")))


def recorded(store: Store, ref: str = "INC-1") -> tuple[EntryView, ...]:
    with store.reading(Reader) as reader:
        return reader.since(int(ref.removeprefix("INC-")), 0)


def updates(store: Store, ref: str = "INC-1") -> list[UpdateView]:
    """Oldest first."""
    with store.reading(Reader) as reader:
        return [*reversed(reader.updates(int(ref.removeprefix("INC-"))))]


def states(store: Store) -> dict[str, str]:
    with store.reading(Reader) as reader:
        return {part.name: part.state for part in reader.components()}


def contents(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with read_rows(store) as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in METADATA.sorted_tables
        }
