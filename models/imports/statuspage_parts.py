"""Incidents, updates and components as Statuspage's files have them. What older years lack is worked out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from models.imports.statuspage_words import MAINTENANCE, phase, plain, severity, state
from models.kernel.text import LIMITS, checked, clean, key
from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.policy.severity import Severity
from models.updates.public import ORIGIN

NAMED = "statuspage name:"
"""Before the name of a component that the page never gave an id: where it came from."""

_NO_COMPONENT = "no components were affected by this update"
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def _cut(what: str) -> AfterValidator:
    limit = LIMITS[what]

    def cut(words: str) -> str:
        words = clean(words[: limit * 10], lines=False)
        if len(words) > limit:
            words = words[: limit - 1].rstrip() + "…"
        return checked(words, what=what, limit=limit, lines=False)

    return AfterValidator(cut)


def _or(instead: object) -> BeforeValidator:
    return BeforeValidator(lambda value: instead if value is None else value)


def _in_our_time(moment: datetime) -> datetime:
    if not 1990 <= moment.year <= 2100:
        raise ValueError("This date is before the first status pages.")
    return moment.astimezone(UTC)


def _state(word: object) -> object:
    """A word that is like none of a component's states tells nothing of it."""
    return state(word) if type(word) is str else word


PageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Time = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
State = Annotated[ComponentState | None, BeforeValidator(_state)]
Word = Annotated[str, _or(""), AfterValidator(lambda word: clean(word[:64], lines=False))]
ComponentName = Annotated[str, _cut("component")]


class _OnPage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", revalidate_instances="never")


class Component(_OnPage):
    """A part of the service, or a group of them."""

    id: PageId
    name: ComponentName
    status: State = None
    updated_at: Annotated[Time, _or(_EARLIEST)] = _EARLIEST
    position: Annotated[int, _or(0)] = 0
    description: Annotated[str, _or(""), AfterValidator(lambda words: clean(words[:500], lines=False))] = ""
    group: Annotated[bool, _or(False)] = False
    group_id: PageId | None = None
    components: Annotated[tuple[str, ...], _or(())] = ()
    """The ids of those that it groups, in their order."""


class Affected(_OnPage):
    """What an update said of one component."""

    code: PageId | None = None
    name: ComponentName
    """With its group before it, where it has one: “Core - API”."""
    old_status: State = None
    new_status: State = None
    origin: str = ""
    """Of the component that it is, once all components are known."""

    @property
    def key(self) -> str:
        """The same for the same component, however it is called."""
        return f"{ORIGIN}{self.code}" if self.code else f"{NAMED}{key(self.name)[:180]}"


def _real(parts: tuple[Affected, ...]) -> tuple[Affected, ...]:
    """Without the sentence that stands there when no component was affected."""
    return tuple(part for part in parts if part.code or part.name.rstrip(".").casefold() != _NO_COMPONENT)


class Update(_OnPage):
    """What customers were told."""

    id: PageId
    status: Word = ""
    """Statuspage's word, or whatever stands there; empty: nothing."""
    body: Annotated[str, _or(""), AfterValidator(plain)] = ""
    display_at: Time
    affected_components: Annotated[tuple[Affected, ...], _or(()), Field(max_length=1_000), AfterValidator(_real)] = ()
    phase: Phase = Phase.INVESTIGATING
    """What the word stands for here, once the updates before it are known."""

    @model_validator(mode="before")
    @classmethod
    def _worked_out(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        at = _first(raw, "display_at", "created_at", "updated_at")
        own = hashlib.sha256(f"{at}\0{raw.get('body')}".encode(errors="replace")).hexdigest()[:12]
        return {**raw, "display_at": at, "id": raw.get("id") or own}


class Window(NamedTuple):
    """When a maintenance is."""

    starts_at: datetime
    ends_at: datetime


class Incident(_OnPage):
    """An incident as the page tells it."""

    id: PageId
    name: Annotated[str, _cut("title")]
    status: Word = ""
    impact: Annotated[Word, _or("none")] = "none"
    created_at: Time
    started_at: Time | None = None
    resolved_at: Time | None = None
    updated_at: Annotated[Time, _or(_EARLIEST)] = _EARLIEST
    scheduled_for: Time | None = None
    scheduled_until: Time | None = None
    incident_updates: Annotated[tuple[Update, ...], Field(max_length=2_000)] = ()
    listed: tuple[str, ...] = ()
    """Where the components came from that it lists, besides those of its updates."""

    @model_validator(mode="before")
    @classmethod
    def _worked_out(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        told = [each.display_at for each in raw.get("incident_updates") or () if isinstance(each, Update)]
        at = _first(raw, "created_at", "started_at") or min(told, default=raw.get("updated_at"))
        return {**raw, "created_at": at}

    @property
    def began(self) -> datetime:
        return self.created_at if self.window else self.started_at or self.created_at

    @property
    def window(self) -> Window | None:
        """When the maintenance is that it tells of; None: it is none, or nobody said when."""
        starts, ends = self.scheduled_for, self.scheduled_until
        if starts is None or ends is None or ends <= starts:
            return None
        return Window(starts, ends) if self.impact == "maintenance" or self.status in MAINTENANCE else None

    @property
    def completed_at(self) -> datetime | None:
        """When the page said that it was over."""
        return next((told.display_at for told in self.updates if told.phase is Phase.RESOLVED), None)

    @property
    def severity(self) -> Severity:
        return severity(self.impact)

    @property
    def phase(self) -> Phase:
        """Where it is, by its own words; its updates know better."""
        return phase(self.status, Phase.RESOLVED if self.resolved_at else None).phase

    @property
    def updates(self) -> list[Update]:
        """Its updates, the oldest first, each once. Of two at one moment, the page lists the later one first."""
        each = {told.id: told for told in reversed(self.incident_updates)}
        return sorted(each.values(), key=lambda told: told.display_at)

    def with_updates(self, updates: Iterable[Update]) -> Self:
        """With these in their place, the oldest first."""
        return self.model_copy(update={"incident_updates": tuple(reversed([*updates]))})

    def together_with(self, other: Self) -> Self:
        """The same incident out of two files: the later one says what it is, and no update of either is lost."""
        older, newer = sorted((self, other), key=lambda each: each.updated_at)
        known = {told.id for told in newer.incident_updates}
        lost = tuple(told for told in older.incident_updates if told.id not in known)
        return newer.model_copy(update={"incident_updates": (*newer.incident_updates, *lost)})


def _first(raw: dict[str, Any], *names: str) -> Any:
    """What is there of these, in this order."""
    return next((raw[name] for name in names if raw.get(name)), None)
