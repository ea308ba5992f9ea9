"""What was published, made up for the page's tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.status_page.public_data import Published, PublishedComponent, PublishedIncident, PublishedUpdate
from models.updates.public import PublishedWindow, public_id

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(**since_noon: float) -> datetime:
    return NOON + timedelta(**since_noon)


def told(when: datetime, phase: str = "investigating", text: str = "We know.", **states: str) -> PublishedUpdate:
    return PublishedUpdate(
        id=public_id("key", "update", f"{when} {text}"),
        phase=Phase(phase),
        text=text,
        states={name: ComponentState(state) for name, state in states.items()},
        at=when,
    )


def incident(*updates: PublishedUpdate, name: str = "It is slow", **fields: Any) -> PublishedIncident:
    number = updates[0].id + name
    known = {"id": public_id("key", "incident", number), "began": updates[0].at, "impact": None, "window": None}
    return PublishedIncident(**{**known, "name": name, "updates": updates, **fields})


def maintenance(
    *updates: PublishedUpdate,
    starts: datetime,
    ends: datetime,
    components: tuple[str, ...] = ("API",),
    canceled: datetime | None = None,
    went_wrong: bool = False,
    name: str = "New cables",
) -> PublishedIncident:
    window = PublishedWindow(
        starts_at=starts, ends_at=ends, components=components, canceled_at=canceled, went_wrong=went_wrong
    )
    return incident(*updates, name=name, window=window)


def published(*incidents: PublishedIncident, components: tuple[str, ...] = ("API", "Web")) -> Published:
    return Published(
        page_id=public_id("key", "page", ""),
        incidents=incidents,
        components=tuple(
            PublishedComponent(
                id=public_id("key", "component", name), name=name, description="", state=ComponentState.OPERATIONAL
            )
            for name in components
        ),
    )
