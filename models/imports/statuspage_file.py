"""The file that a Statuspage publishes of its history (API version 2, incidents.json), read and checked."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from models.kernel.failures import Refused
from models.kernel.text import LIMITS, checked, clean
from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.policy.severity import Severity

MOST_BYTES = 16_000_000
"""The largest file that is read: the fifty incidents of a busy page take a tenth of it."""

PHASES = {
    "investigating": Phase.INVESTIGATING,
    "identified": Phase.IDENTIFIED,
    "monitoring": Phase.MONITORING,
    "resolved": Phase.RESOLVED,
    "postmortem": Phase.CLOSED,
    "scheduled": Phase.IDENTIFIED,
    "in_progress": Phase.IDENTIFIED,
    "verifying": Phase.MONITORING,
    "completed": Phase.RESOLVED,
}
SEVERITIES = {
    "critical": Severity.P1,
    "major": Severity.P2,
    "minor": Severity.P3,
    "none": Severity.P3,
    "maintenance": Severity.P3,
}
STATES = {
    "operational": ComponentState.OPERATIONAL,
    "degraded_performance": ComponentState.DEGRADED,
    "partial_outage": ComponentState.PARTIAL_OUTAGE,
    "major_outage": ComponentState.MAJOR_OUTAGE,
    "under_maintenance": ComponentState.MAINTENANCE,
}

_REMEDY = "Download it again: https://YOUR-PAGE/api/v2/incidents.json"
_NEW_LINES = r"(?i)<br\s*/?>|</(?:p|div|li|ul|ol|h[1-6]|tr)\s*>"
_TAGS = r"<[!/?a-zA-Z][^<>]*>"
_NO_CHARACTER = r"&#[xX]?[0-9a-fA-F]{9,};?"


def plain(body: str) -> str:
    """The words of an update's HTML. Raises ValueError, in words, when they are too many."""
    limit = LIMITS["draft"]
    if len(body) <= limit * 10:
        # Not html.parser: hostile text of this length keeps it busy for minutes.
        body = re.sub(_TAGS, "", re.sub(_NEW_LINES, "\n", body))
        body = clean(html.unescape(re.sub(_NO_CHARACTER, "", body)), lines=True).strip()
    return checked(body, what="update", limit=limit, lines=True, empty=True)


def _cut(what: str) -> AfterValidator:
    limit = LIMITS[what]

    def cut(words: str) -> str:
        words = clean(words[: limit * 10], lines=False)
        if len(words) > limit:
            words = words[: limit - 1].rstrip() + "…"
        return checked(words, what=what, limit=limit, lines=False)

    return AfterValidator(cut)


def _known(values: Mapping[str, object]) -> AfterValidator:
    def check(word: str) -> str:
        if word not in values:
            raise ValueError(f"Allowed: {', '.join(values)}.")
        return word

    return AfterValidator(check)


def _or(instead: object) -> BeforeValidator:
    return BeforeValidator(lambda value: instead if value is None else value)


def _in_our_time(moment: datetime) -> datetime:
    if not 1990 <= moment.year <= 2100:
        raise ValueError("This date is before the first status pages.")
    return moment.astimezone(UTC)


PageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Time = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
Status = Annotated[str, _known(PHASES)]
State = Annotated[ComponentState, BeforeValidator(lambda word: STATES.get(word, word) if type(word) is str else word)]
ComponentName = Annotated[str, _cut("component")]


class _OnPage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Component(_OnPage):
    """A part of the service, as it was last seen in the file."""

    id: PageId
    name: ComponentName
    status: State
    updated_at: Time
    position: int = 0
    description: Annotated[str, _or(""), AfterValidator(lambda words: clean(words[:500], lines=False))] = ""


class Affected(_OnPage):
    """What an update said of one component."""

    code: PageId
    name: ComponentName
    old_status: State
    new_status: State


class Update(_OnPage):
    """What customers were told."""

    id: PageId
    status: Status
    body: Annotated[str, _or(""), AfterValidator(plain)]
    display_at: Time
    affected_components: Annotated[tuple[Affected, ...], _or(()), Field(max_length=1_000)] = ()


class Incident(_OnPage):
    """An incident as the page tells it."""

    id: PageId
    name: Annotated[str, _cut("title")]
    status: Status
    impact: Annotated[str, _known(SEVERITIES)]
    created_at: Time
    started_at: Time | None = None
    resolved_at: Time | None = None
    incident_updates: Annotated[tuple[Update, ...], Field(max_length=2_000)]
    components: Annotated[tuple[Component, ...], _or(()), Field(max_length=1_000)] = ()

    @property
    def began(self) -> datetime:
        return self.started_at or self.created_at

    @property
    def updates(self) -> list[Update]:
        """Its updates, the oldest first, each once."""
        each = {told.id: told for told in self.incident_updates}
        return sorted(each.values(), key=lambda told: (told.display_at, told.id))


class _Page(_OnPage):
    name: Annotated[str, _cut("name")]


class _File(_OnPage):
    page: _Page
    incidents: Annotated[list[dict[str, Any]], Field(max_length=10_000)]


def read(document: bytes) -> tuple[str, list[Incident]]:
    """What the page is called, and its incidents, the oldest first, each once. Raises Refused, in words."""
    if len(document) > MOST_BYTES:
        raise Refused(f"The file has {len(document) / 1e6:,.0f} MB; {MOST_BYTES / 1e6:.0f} is the limit.", _REMEDY)
    try:
        file = _File.model_validate_json(document.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        raise Refused(f"This is not an incidents.json of Statuspage. {_in_words(error)}", _REMEDY) from None
    each = {}
    for number, raw in enumerate(file.incidents, 1):
        try:
            incident = Incident.model_validate(raw)
        except ValidationError as error:
            raise Refused(f"{_called(raw, number)} in the file is damaged. {_in_words(error)}", _REMEDY) from None
        each[incident.id] = incident
    return file.page.name, sorted(each.values(), key=lambda incident: (incident.began, incident.id))


def _in_words(error: ValidationError) -> str:
    """The first of the faults, and where it is."""
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, fault["loc"]))
    said = fault["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{where}: {said}." if where else f"{said}."


def _called(raw: Mapping[str, Any], number: int) -> str:
    name = raw.get("name")
    words = clean(name[: LIMITS["title"]], lines=False) if isinstance(name, str) else ""
    return f"“{words}”" if words else f"Incident number {number}"
