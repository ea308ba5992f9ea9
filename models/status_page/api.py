"""Statuspage's read API (version 2) as files, field by field as Statuspage writes it, always in English."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any

from models.policy.audience import ComponentState
from models.status_page.seen import Component, Incident, Page, Update
from models.status_page.words import Words

MOST = 50
"""How many incidents Statuspage lists, the newest."""

_STATES = {
    ComponentState.OPERATIONAL: "operational",
    ComponentState.DEGRADED: "degraded_performance",
    ComponentState.PARTIAL_OUTAGE: "partial_outage",
    ComponentState.MAJOR_OUTAGE: "major_outage",
    ComponentState.MAINTENANCE: "under_maintenance",
}

Document = dict[str, Any]


class Api:
    """The documents of one page; `url` is where it is served, without a slash at its end, and may be empty."""

    def __init__(self, page: Page, *, name: str, url: str, words: Words) -> None:
        self._page = page
        self._url = url
        self._words = words
        self._head: Document = {
            "id": page.id,
            "name": name,
            "url": url,
            "time_zone": "Etc/UTC",
            "updated_at": _stamp(page.updated),
        }
        self._parts = {part.name: (part, place) for place, part in enumerate(page.components, 1)}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Path below the page, and content."""
        page = self._page
        components = [self._component(part.name) for part in page.components]
        indicator, description = page.indicator
        status = {"indicator": indicator, "description": description}
        unresolved, upcoming, active = map(self._incidents, (page.unresolved, page.upcoming, page.active))
        for path, document in (
            ("status", {"status": status}),
            ("components", {"components": components}),
            ("incidents", {"incidents": self._incidents(page.incidents[:MOST])}),
            ("incidents/unresolved", {"incidents": unresolved}),
            ("scheduled-maintenances", {"scheduled_maintenances": self._incidents(page.maintenances[:MOST])}),
            ("scheduled-maintenances/upcoming", {"scheduled_maintenances": upcoming}),
            ("scheduled-maintenances/active", {"scheduled_maintenances": active}),
            (
                "summary",
                {
                    "components": components,
                    "incidents": unresolved,
                    "scheduled_maintenances": active + upcoming,
                    "status": status,
                },
            ),
        ):
            yield f"api/v2/{path}.json", json.dumps({"page": self._head, **document}, ensure_ascii=False).encode()

    def _component(self, name: str) -> Document:
        part, place = self._parts[name]
        return {
            "id": part.id,
            "name": part.name,
            "status": _STATES[part.state],
            "created_at": _stamp(part.known_since or self._page.updated),
            "updated_at": _stamp(part.changed or self._page.updated),
            "position": place,
            "description": part.description or None,
            "showcase": True,
            "start_date": _day(part),
            "group_id": None,
            "page_id": self._page.id,
            "group": False,
            "only_show_if_degraded": False,
        }

    def _incidents(self, incidents: Iterable[Incident]) -> list[Document]:
        return [self._incident(incident) for incident in incidents]

    def _incident(self, incident: Incident) -> Document:
        over = incident.updated if incident.over else None
        told = {
            "id": incident.id,
            "name": self._words.name(incident),
            "status": incident.status,
            "created_at": _stamp(incident.began),
            "updated_at": _stamp(incident.updated),
            "monitoring_at": _stamp(incident.since("monitoring")),
            "resolved_at": _stamp(over),
            "impact": incident.impact,
            "shortlink": f"{self._url}/incidents/{incident.id}/",
            "started_at": _stamp(incident.began),
            "page_id": self._page.id,
            "incident_updates": [self._update(incident, update) for update in incident.updates],
            "components": [self._component(name) for name in incident.components],
            "reminder_intervals": None,
        }
        if incident.window is not None:
            told["scheduled_for"] = _stamp(incident.window.starts_at)
            told["scheduled_until"] = _stamp(incident.window.ends_at)
        return told

    def _update(self, incident: Incident, update: Update) -> Document:
        at = _stamp(update.at)
        return {
            "id": update.id,
            "status": update.status,
            "body": escape(self._words.body(update), quote=False).replace("\n", "<br />"),  # theirs is HTML
            "incident_id": incident.id,
            "created_at": at,
            "updated_at": at,
            "display_at": at,
            "affected_components": [
                {
                    "code": self._parts[change.component][0].id,
                    "name": change.component,
                    "old_status": _STATES[change.was],
                    "new_status": _STATES[change.now],
                }
                for change in update.changes
            ]
            or None,
            "deliver_notifications": True,
            "custom_tweet": None,
            "tweet_id": None,
        }


def _stamp(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _day(part: Component) -> str | None:
    return part.known_since.astimezone(UTC).date().isoformat() if part.known_since else None
