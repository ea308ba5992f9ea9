"""What was published last is what everyone reads, whatever a clock said when it was published; both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from models.board.reader import Reader
from models.doctor.expected import METADATA
from models.incident.phase import SetPhase
from models.kernel.location import Location
from models.kernel.store import Store
from models.status_page.page import page
from models.status_page.read import read_published
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.rows import write_rows

AHEAD = timedelta(hours=2)


def tell(incident: Acting, by: str, phase: str, state: str) -> None:
    incident(EditDraft, by, title="Search is slow", text=f"It is {phase}.", phase=phase, components={"Search": state})
    incident(Publish, by)


@pytest.fixture
def incident(store: Store, clock: Clock) -> Acting:
    """Bo's clock is two hours ahead when it is published; ana, whose clock is right, says that it is over."""
    incident = Acting(store, severity="P2")
    clock.now += AHEAD
    tell(incident, "bo", "investigating", "degraded")
    clock.now -= AHEAD
    tell(incident, "ana", "resolved", "operational")
    return incident


def times(incident: Acting) -> list[datetime]:
    with incident.store.reading(Reader) as read:
        return [update.published_at for update in reversed(read.updates(incident.id))]


def test_no_incident_is_open_on_the_page(incident: Acting, store: Store, clock: Clock) -> None:
    with store.reading(Reader) as read:
        published = read_published(read)
    for now in (clock.now, clock.now + AHEAD, clock.now + 2 * AHEAD):
        seen = page(published, now)
        assert seen.unresolved == ()
        assert seen.indicator == ("none", "All Systems Operational")
    (one,) = published.incidents
    assert [update.phase for update in one.updates] == ["investigating", "resolved"]
    assert one.updates[0].at <= one.updates[1].at


def test_the_desk_and_the_command_line_show_it_as_the_last(incident: Acting) -> None:
    last = incident.now.last_update
    assert last
    assert last.phase == "resolved"
    with incident.store.reading(Reader) as read:
        assert [update.phase for update in read.updates(incident.id)] == ["resolved", "investigating"]
    assert times(incident) == sorted(times(incident))


def test_customers_wait_for_nothing_more(incident: Acting) -> None:
    incident(SetPhase, "ana", phase="canceled")


def test_what_is_imported_stands_at_its_own_time(sqlite_location: Location, clock: Clock) -> None:
    store = Store(sqlite_location, clock=clock)
    store.open()
    incident = Acting(store, severity="P2")
    tell(incident, "ana", "identified", "degraded")
    n = incident.recorded[-1].n
    with write_rows(store) as connection:
        updates = METADATA.tables["status_updates"]
        row = dict(connection.execute(select(updates)).mappings().one())
        del row["id"]
        before = {**row, "published_at": clock.now - timedelta(days=1), "phase": "investigating", "origin": "other:1"}
        connection.execute(insert(updates), {**before, "n": n})
    with store.reading(Reader) as read:
        assert [update.phase for update in read.updates(incident.id)] == ["identified", "investigating"]
    last = incident.now.last_update
    assert last
    assert last.phase == "identified"


def test_the_step_of_telling_that_it_is_over_is_done(incident: Acting) -> None:
    incident(SetPhase, "ana", phase="resolved")
    assert any(step.why == "resolved update to customers" for step in incident.now.steps)
