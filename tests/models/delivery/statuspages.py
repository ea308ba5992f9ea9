"""A page at Statuspage, as its REST API documents it: developer.statuspage.io. What it does not document is a 422."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tests.models.delivery.serving import Answer, Arrived, Server

PAGE = "kctbh9vrtdwd"
KEY = "s3cret-key"

_REALTIME = {"investigating", "identified", "monitoring", "resolved"}
_SCHEDULED = {"scheduled", "in_progress", "verifying", "completed"}
_STATES = {"operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage"}
_FLAGS = {
    "scheduled_remind_prior",
    "auto_transition_to_maintenance_state",
    "auto_transition_to_operational_state",
    "scheduled_auto_in_progress",
    "scheduled_auto_completed",
    "auto_transition_deliver_notifications_at_start",
    "auto_transition_deliver_notifications_at_end",
    "deliver_notifications",
}
_FIELDS = _FLAGS | {
    "name",
    "status",
    "impact_override",
    "scheduled_for",
    "scheduled_until",
    "metadata",
    "body",
    "components",
    "component_ids",
}


class Statuspage:
    """Answers at a server; `components`: those that the page has."""

    def __init__(self, server: Server, *components: str) -> None:
        self.components = {f"c{number}x": name for number, name in enumerate(components)}
        self.incidents: list[dict[str, Any]] = []
        """The newest first, with `updates`: what was written on each, the oldest first."""
        self.address = f"{server.address}/v1/pages/{PAGE}"
        self._server = server
        server.answer = self.answer

    @property
    def asked(self) -> list[str]:
        """Methods and paths below the page, without what follows a question mark."""
        below = f"/v1/pages/{PAGE}"
        return [f"{each.method} {each.path.partition('?')[0].removeprefix(below)}" for each in self._server.arrived]

    def answer(self, asked: Arrived) -> Answer:
        if asked.headers.get("authorization") != f"OAuth {KEY}":
            return 401, {"error": "Could not authenticate"}
        path, _, query = asked.path.partition("?")
        below = path.removeprefix(f"/v1/pages/{PAGE}")
        if below == path:
            return 404, {"error": "Page not found"}
        if asked.method == "GET" and below == "/components":
            parts = [{"id": i, "name": name, "group": False} for i, name in self.components.items()]
            return 200, parts if re.search(r"\bpage=1\b", query) or "page=" not in query.replace(
                "per_page=", ""
            ) else []
        if asked.method == "GET" and below == "/incidents":
            return 200, [self._shown(each) for each in self.incidents]
        if asked.method == "POST" and below == "/incidents":
            return self._create(asked.body)
        found = re.fullmatch(r"/incidents/(\w+)", below)
        incident = next((each for each in self.incidents if found and each["id"] == found[1]), None)
        if incident is None:
            return 404, {"error": "Record not found"}
        return (200, self._shown(incident)) if asked.method == "GET" else self._change(incident, asked.body)

    @staticmethod
    def _shown(incident: dict[str, Any]) -> dict[str, Any]:
        return {name: incident.get(name) for name in ("id", "name", "status", "metadata")}

    def _create(self, body: Any) -> Answer:
        wrong = self._wrong(body, None)
        if wrong:
            return 422, {"error": wrong}
        new = {"id": f"i{len(self.incidents)}", "updates": []}
        self.incidents.insert(0, new)
        return 201, self._write(new, body["incident"])

    def _change(self, incident: dict[str, Any], body: Any) -> Answer:
        wrong = self._wrong(body, incident)
        return (422, {"error": wrong}) if wrong else (200, self._write(incident, body["incident"]))

    def _write(self, incident: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        incident |= given
        incident["updates"].append((given["status"], given["body"], given.get("components", {})))
        return self._shown(incident)

    def _wrong(self, body: Any, incident: dict[str, Any] | None) -> list[str]:
        """What is not as documented."""
        if not isinstance(body, dict) or {*body} != {"incident"}:
            return ["incident is missing"]
        given = body["incident"]
        wrong = [f"{name} is not known" for name in {*given} - _FIELDS]
        known = {**(incident or {}), **given}
        if not known.get("name") or len(known["name"]) > 255:
            wrong.append("name is invalid")
        if given.get("status") not in (_SCHEDULED if "scheduled_for" in known else _REALTIME):
            wrong.append("status is invalid")
        if len(given.get("body", "")) > 25_000:
            wrong.append("body is too long")
        wrong += [f"{name} is no boolean" for name in _FLAGS & {*given} if not isinstance(given[name], bool)]
        wrong += [f"metadata.{name} is no object" for name, value in given.get("metadata", {}).items()
                  if not isinstance(value, dict)]  # fmt: skip
        ids = given.get("component_ids", [])
        states = given.get("components", {})
        if not {*ids, *states} <= {*self.components} or not {*states.values()} <= _STATES or not {*states} <= {*ids}:
            wrong.append("components are invalid")
        if "scheduled_for" in given:
            starts, ends = (datetime.fromisoformat(given[name]) for name in ("scheduled_for", "scheduled_until"))
            wrong += ["scheduled_until is before scheduled_for"] if ends <= starts else []
        return wrong
