"""An update on a page at Statuspage, by its REST API (developer.statuspage.io).

The incident there remembers in its metadata which of ours it is and which update it had last. So an update that may
have arrived, although nobody heard the answer, is looked for before it is sent again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.delivery.http import Missing, Session
from models.delivery.sending import Message, NotSent, Sent
from models.delivery.views import DestinationView
from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.updates.public import PublishedWindow

_STATUSES = {phase: str(phase) for phase in (Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING, Phase.RESOLVED)}
_STATES = {
    ComponentState.OPERATIONAL: "operational",
    ComponentState.DEGRADED: "degraded_performance",
    ComponentState.PARTIAL_OUTAGE: "partial_outage",
    ComponentState.MAJOR_OUTAGE: "major_outage",
    ComponentState.MAINTENANCE: "under_maintenance",
}
_OURS = "bridgewatch"
_PAGE = 100
"""The most that one answer lists."""
_NEWEST = 50
"""How many incidents an earlier attempt is looked for among: it was made within hours."""


def send(place: DestinationView, secrets: dict[str, str], message: Message) -> Sent:
    line = Session(place, secrets)
    there = _find(line, message)
    metadata = there.get("metadata") or {} if there else {}
    if there and _ours(there).get("update") == message.update:
        return Sent(remote_id=there["id"])
    wanted = dict.fromkeys((*message.components, *(message.window.components if message.window else ())))
    ids = _component_ids(line, wanted) if wanted else {}
    incident: dict[str, Any] = {
        "status": _status(message),
        "body": message.text,
        "metadata": {**metadata, _OURS: {"incident": message.incident, "update": message.update}},
    }
    if message.title:
        incident["name"] = message.title
    if ids:
        incident["component_ids"] = [*ids.values()]
    states = {ids[name]: _STATES[state] for name, state in message.components.items() if name in ids}
    if states:
        incident["components"] = states
    if message.window:
        incident |= _schedule(message.window)
    if there:
        line.ask("PATCH", f"/incidents/{there['id']}", body={"incident": incident})
        remote_id = there["id"]
    else:
        made = line.ask("POST", "/incidents", body={"incident": {"name": message.title or "Incident", **incident}})
        remote_id = _identity(made)
    missing = [name for name in wanted if name not in ids]
    return Sent(remote_id=remote_id, said=f"Component not found on the page: {', '.join(missing)}." if missing else "")


def test(place: DestinationView, secrets: dict[str, str]) -> str:
    parts = Session(place, secrets).ask("GET", f"/components?per_page={_PAGE}")
    if not isinstance(parts, list):
        raise NotSent("The response is not from a Statuspage page.", lasting=True)
    return f"The page has {len(parts)} component{'s' * (len(parts) != 1)}; nothing was published."


def _find(line: Session, message: Message) -> dict[str, Any] | None:
    """Our incident on the page, wherever an earlier attempt left it."""
    if message.remote_id:
        try:
            found = line.ask("GET", f"/incidents/{message.remote_id}")
        except Missing:  # somebody removed it there
            pass
        else:
            _identity(found)
            return dict(found)
    listed = line.ask("GET", f"/incidents?limit={_NEWEST}")
    if not isinstance(listed, list):
        raise NotSent("The response is not from a Statuspage page.", lasting=True)
    return next((each for each in listed if _is_ours(each, message) and _identity(each)), None)


def _is_ours(incident: Any, message: Message) -> bool:
    """Whether it is the message's: marked as such, or where the incident was imported from."""
    marked = _ours(incident).get("incident") == message.incident
    return marked or (isinstance(incident, dict) and incident.get("id") == message.incident)


def _ours(incident: Any) -> dict[str, Any]:
    """What we wrote down on an incident there; nothing: it is not ours."""
    found = (incident.get("metadata") or {}).get(_OURS) if isinstance(incident, dict) else None
    return found if isinstance(found, dict) else {}


def _identity(incident: Any) -> str:
    identity = incident.get("id") if isinstance(incident, dict) else None
    if not isinstance(identity, str) or not identity.isalnum() or len(identity) > 200:
        raise NotSent("The response is not from a Statuspage page.", lasting=True)
    return identity


def _component_ids(line: Session, wanted: dict[str, None]) -> dict[str, str]:
    """Those of these components that the page has: name -> id."""
    found: dict[str, str] = {}
    for page in range(1, 11):
        parts = line.ask("GET", f"/components?per_page={_PAGE}&page={page}")
        if not isinstance(parts, list):
            break
        for part in parts:
            if isinstance(part, dict) and part.get("name") in wanted and not part.get("group"):
                found.setdefault(part["name"], _identity(part))
        if len(parts) < _PAGE or len(found) == len(wanted):
            break
    return found


def _status(message: Message) -> str:
    """Incidents and maintenances have different ones there."""
    if message.window is None:
        return _STATUSES[message.phase]
    if message.phase is Phase.RESOLVED:
        return "completed"
    if message.phase is Phase.MONITORING:
        return "verifying"
    return "scheduled" if message.published_at < message.window.starts_at else "in_progress"


def _schedule(window: PublishedWindow) -> dict[str, Any]:
    """A maintenance starts and ends there by itself, unless it is worked on as an incident by now."""
    return {
        "scheduled_for": _at(window.starts_at),
        "scheduled_until": _at(window.ends_at),
        "scheduled_auto_in_progress": True,
        "scheduled_auto_completed": not window.went_wrong,
        "auto_transition_to_maintenance_state": True,
        "auto_transition_to_operational_state": True,
    }


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
