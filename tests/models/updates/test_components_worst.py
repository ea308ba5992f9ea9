"""A component is in the worst state that any open incident or running maintenance last said; both databases."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.board.reader import Reader
from models.incident.phase import SetPhase
from models.kernel.store import Store
from models.policy.audience import Audience, ComponentState
from models.status_page.page import page
from models.status_page.read import read_published
from models.updates.editing import EditDraft
from models.updates.maintenance import Schedule
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting, told

DOWN, UP = {"API": "major outage"}, {"API": "operational"}


@pytest.fixture
def incidents(store: Store) -> tuple[Acting, Acting]:
    """Two, both of which say that API is down."""
    both = Acting(store, severity="P3"), Acting(store, severity="P3")
    for each in both:
        tell(each, components=DOWN)
    return both


def tell(incident: Acting, **says: Any) -> str:
    incident(EditDraft, "cy", title="Payments fail", text="We know", **says)
    return told(incident(Publish, "cy"))


@pytest.fixture
def states(store: Store, clock: Clock) -> Callable[[], tuple[str, str]]:
    """What the page says of API, and what the desk offers."""

    def found() -> tuple[str, str]:
        with store.reading(Reader) as read:
            shown = page(read_published(read, None), clock.now)
            (kept,) = read.components()
        (component,) = shown.components
        return str(component.state), str(kept.state)

    return found


def test_one_resolves_and_the_other_goes_on(
    incidents: tuple[Acting, Acting], states: Callable[[], tuple[str, str]]
) -> None:
    one, other = incidents
    words = tell(one, phase="resolved", components=UP)
    assert words == "cy published a status update [resolved]; INC-2 still says API major outage: We know"
    assert states() == ("major outage", "major outage")
    assert "still says" not in tell(other, phase="resolved", components=UP)
    assert states() == ("operational", "operational")


def test_the_worst_of_them_counts(incidents: tuple[Acting, Acting], states: Callable[[], tuple[str, str]]) -> None:
    one, other = incidents
    tell(one, components={"API": "degraded"})
    assert states() == ("major outage", "major outage")
    tell(other, components={"API": "partial outage"})
    assert states() == ("partial outage", "partial outage")
    assert "still says" not in tell(one, components=DOWN)
    assert states() == ("major outage", "major outage")


def test_it_is_told_before_publishing(incidents: tuple[Acting, Acting]) -> None:
    one, _ = incidents
    one(EditDraft, "cy", title="Payments fail", text="Over", phase="resolved", components=UP)
    one(EditDraft, "cy", audience="team", text="Over", components=UP)
    now = one.now
    with one.store.reading(Reader) as read:
        (still,) = read.still_said(one.id, now.drafts[Audience.CUSTOMERS], now.declared_at).items()
        assert read.still_said(one.id, now.drafts[Audience.TEAM], now.declared_at) == {}
    assert (still[0], still[1].ref, still[1].state) == ("API", "INC-2", ComponentState.MAJOR_OUTAGE)


def test_an_incident_that_is_resolved_inside_only_still_says_so(
    incidents: tuple[Acting, Acting], states: Callable[[], tuple[str, str]]
) -> None:

    one, other = incidents
    other(SetPhase, "ana", phase="resolved")
    assert "INC-2 still says" in tell(one, phase="resolved", components=UP)
    assert states() == ("major outage", "major outage")


def test_a_running_maintenance_speaks_too(store: Store, clock: Clock) -> None:
    starts = clock.now + timedelta(hours=1)
    store.perform(Schedule(by="ana", title="Cables", text="Soon.", starts_at=starts, lasts=60, affects=("API",)))
    incident = Acting(store, severity="P3")
    assert "still says" not in tell(incident, components=DOWN)
    assert "still says" not in tell(incident, components=UP)
    clock.now = starts + timedelta(minutes=5)
    tell(incident, components=DOWN)
    assert "; INC-1 still says API maintenance" in tell(incident, components=UP)
    clock.now = starts + timedelta(hours=2)
    assert "still says" not in tell(incident, components=UP)


def test_uptime_and_changes_follow_it(incidents: tuple[Acting, Acting], clock: Clock) -> None:
    one, other = incidents
    clock.now += timedelta(hours=1)
    tell(one, phase="resolved", components=UP)
    clock.now += timedelta(hours=1)
    tell(other, phase="resolved", components=UP)
    with one.store.reading(Reader) as read:
        shown = page(read_published(read, None), clock.now)
    (component,) = shown.components
    assert [str(state) for _, state in component.history] == ["major outage", "operational"]
    assert component.history[1][0] - component.history[0][0] > timedelta(hours=2)
    resolved = next(each for each in shown.incidents if each.updates[0].at < component.history[1][0])
    assert [str(change.now) for change in resolved.updates[0].changes] == ["major outage"]
