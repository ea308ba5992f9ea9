"""Fills an update template with the facts of an incident."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from models.kernel.text import LIMITS
from models.policy.audience import Audience, ComponentState
from models.policy.phase import OPEN
from models.updates.templates import FilledTemplate, filled_in, shipped_file

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.rules import Rules
    from models.updates.templates import Template, Templates


def filled(
    incident: IncidentView, to: Audience, of_team: Templates, agreed: Rules, language: str, now: datetime
) -> FilledTemplate:
    """What the draft for this audience may begin with, in the phase that it tells of."""
    spoken = shipped_file(language)
    draft = incident.drafts[to]
    template: Template = of_team.get(to, {}).get(draft.phase) or getattr(spoken, to)[draft.phase]
    due = _coming(draft.next_update_at, draft.next_in, now)
    due = due or agreed.due(to, incident.severity, incident.reopened_at or incident.declared_at, now)
    # the text names it in minutes, and so it is promised to the minute
    due = due.replace(second=0, microsecond=0) if due and draft.phase in OPEN else None
    expected = _coming(draft.expected_at, draft.expected_in, now)
    facts = _facts(incident, to, due, expected, spoken.words, now)
    limit = LIMITS["title"]
    title = filled_in(template.title, facts)
    title = title if len(title) <= limit else f"{title[: limit - 1]}…"
    return FilledTemplate(title=title, text=filled_in(template.text, facts), next_update_at=due, expected_at=expected)


def _coming(at: datetime | None, minutes: int | None, now: datetime) -> datetime | None:
    """A time of the draft that is to come, if it is published now."""
    if at is None and minutes is not None:
        return now + timedelta(minutes=minutes)
    return at if at is not None and at > now else None


def _facts(
    incident: IncidentView,
    to: Audience,
    due: datetime | None,
    expected: datetime | None,
    words: Mapping[str, str],
    now: datetime,
) -> dict[str, str]:
    draft = incident.drafts[to]
    states = {**(incident.drafts[Audience.CUSTOMERS].components), **draft.components}
    hurt = [name for name, state in states.items() if state is not ComponentState.OPERATIONAL] or list(states)
    unknown = words["unknown"]
    return {
        "services": ", ".join(hurt) or words["our services"],
        "components": ("\n" if to is Audience.CUSTOMERS else "; ").join(
            words["component"].format(name, words[state]) for name, state in states.items()
        ),
        "began": _stamp(incident.declared_at, now),
        "next_update": _stamp(due, now) if due else "",
        "expected": _stamp(expected, now) if expected else unknown,
        "ref": incident.ref,
        "title": incident.title,
        "severity": str(incident.severity),
        "impact": words[incident.impact] if incident.impact else unknown,
        "phase": words[draft.phase],
        "manager": incident.manager or words["nobody"],
    }


def _stamp(at: datetime, now: datetime) -> str:
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"
