"""An update as JSON, to any address.

    POST <address>
    Content-Type: application/json
    Idempotency-Key: <the delivery's key, the same at every attempt>

    {"version": 1, "event": "update", "id": <the delivery's key>, "audience": "customers" | "team" | "executives",
     "incident": {"id", "title", "maintenance": {"starts_at", "ends_at", "components", "canceled_at"} | null},
     "update": {"id", "phase", "text", "components": {name: state}, "published_at", "next_update_at", "expected_at"}}

Ids are those of the published page, times ISO 8601 in UTC, phases and states the words that the desk shows. For the
team and executives, `incident` has `ref`, `own_title` and `severity` besides, and `update` has `published_by` and
`approved_by`; nothing of these is ever sent with what customers were told. Any answer from 200 to 299 is a yes. A test
is `{"version": 1, "event": "test"}`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.delivery.http import Session
from models.delivery.sending import Message, Sent
from models.delivery.views import DestinationView


def send(place: DestinationView, secrets: dict[str, str], message: Message) -> Sent:
    Session(place, secrets).ask("POST", body=document(message), headers={"Idempotency-Key": message.key})
    return Sent()


def test(place: DestinationView, secrets: dict[str, str]) -> str:
    Session(place, secrets).ask("POST", body={"version": 1, "event": "test"})
    return "Test message sent."


def document(message: Message) -> dict[str, Any]:
    """The body."""
    window = message.window
    incident: dict[str, Any] = {
        "id": message.incident,
        "title": message.title,
        "maintenance": window
        and {
            "starts_at": _at(window.starts_at),
            "ends_at": _at(window.ends_at),
            "components": list(window.components),
            "canceled_at": _at(window.canceled_at),
        },
    }
    update: dict[str, Any] = {
        "id": message.update,
        "phase": message.phase,
        "text": message.text,
        "components": message.components,
        "published_at": _at(message.published_at),
        "next_update_at": _at(message.next_update_at),
        "expected_at": _at(message.expected_at),
    }
    if message.inside is not None:
        inside = message.inside
        incident |= {"ref": inside.ref, "own_title": inside.title, "severity": inside.severity}
        update |= {"published_by": inside.published_by, "approved_by": inside.approved_by}
    return {
        "version": 1,
        "event": "update",
        "id": message.key,
        "audience": message.audience,
        "incident": incident,
        "update": update,
    }


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
