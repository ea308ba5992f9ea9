"""The database itself: what customers read was approved as a whole, or says why it was not; with plain SQL, on both."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.board.reader import Reader
from models.imports import statuspage
from models.incident.declare import Declare
from models.kernel.store import Store
from models.status_page.read import read_published
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.emergency import EmergencyPublish
from models.updates.maintenance import EndMaintenance, Reschedule, Schedule
from models.updates.publishing import Approve, Publish, RequestApproval
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.models.kernel.test_logins import sqlstate
from tests.models.status_page.pages import REAL
from tests.rows import read_rows, write_rows
from tests.team import Team, team

__all__ = ["team"]

PEOPLE = {name: f"(SELECT id FROM people WHERE name = '{name}')" for name in ("ana", "bo")}

ENTRY = (
    "INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at, seal)"
    " SELECT 1, 99, '00000000000000000000000000000099', '{kind}', '{data}', d.text, {ana}, d.edited_at, d.edited_at,"
    " i.seal"
    " FROM drafts d JOIN incidents i ON i.id = d.incident_id WHERE d.incident_id = 1 AND d.audience = 'customers'"
)
"""The entry that a forged update is given."""

UPDATE = (
    "INSERT INTO status_updates (incident_id, n, phase, title, text, components, published_by, published_at, audience,"
    " revision, next_update_at, expected_at, approved_by)"
    " SELECT 1, 99, '{phase}', title, text, {components}, {ana}, edited_at, audience, revision, {next}, {expected},"
    " {approver} FROM drafts WHERE incident_id = 1 AND audience = 'customers'"
)

HONEST = {
    "kind": "published",
    "phase": "investigating",
    "components": "components",
    "next": "next_update_at",
    "expected": "expected_at",
    "approver": PEOPLE["bo"],
    **PEOPLE,
}


def data(phase: str = "investigating", components: str = '{"API": "degraded"}', more: str = "") -> str:
    times = '"next_update_at": "2026-03-01T16:00:00+00:00", "expected_at": "2026-03-01T17:00:00+00:00"'
    known = f'"audience": "customers", "revision": 1, "phase": "{phase}", "title": "Payments fail"'
    return f'{{{known}, "components": {components}, {times}{more}}}'


@pytest.fixture
def approved(store: Store) -> Acting:
    """Of a team that follows the program's own rules; bo has approved ana's draft with all that can be in one."""
    agree(store, None)
    incident = Acting(store)
    at = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    times = {"next_at": at, "expected_at": at + timedelta(hours=1)}
    incident(EditDraft, "ana", title="Payments fail", text="We know", components={"API": "degraded"}, **times)
    incident(RequestApproval, "ana")
    incident(Approve, "bo")
    return incident


def refused(store: Store, entry: str, **forged: str) -> bool:
    """Whether the database refuses the update, whose entry says what the update says."""
    words = {**HONEST, **forged}
    with read_rows(store) as connection:
        connection.exec_driver_sql(ENTRY.format(**{**words, "data": entry}))
        try:
            connection.exec_driver_sql(UPDATE.format(**words))
        except IntegrityError:
            return True
    return False


def test_what_was_approved_is_published(approved: Acting) -> None:
    assert not refused(approved.store, data())
    approved(Publish, "ana")


@pytest.mark.parametrize(
    ("entry", "forged"),
    [
        (data("resolved"), {"phase": "resolved"}),
        (data(components='{"API": "operational"}'), {"components": """'{"API": "operational"}'"""}),
        (
            data(components='{"API": "degraded", "Web": "degraded"}'),
            {"components": """'{"API": "degraded", "Web": "degraded"}'"""},
        ),
        (data().replace("16:00", "18:00"), {"next": "'2026-03-01 18:00:00.000000'"}),
        (data().replace('"2026-03-01T16:00:00+00:00"', "null"), {"next": "NULL"}),
        (data().replace("17:00", "18:00"), {"expected": "'2026-03-01 18:00:00.000000'"}),
        (data().replace('"2026-03-01T17:00:00+00:00"', "null"), {"expected": "NULL"}),
        (data(), {"approver": PEOPLE["ana"]}),
        (data(), {"approver": "NULL"}),
        (data(), {"kind": "emergency-published", "approver": "NULL"}),
        (data(more=', "reason": " "'), {"kind": "emergency-published", "approver": "NULL"}),
        (data(more=', "reason": "alone"'), {"kind": "emergency-published"}),
    ],
)
def test_anything_else_is_not(approved: Acting, entry: str, forged: dict[str, str]) -> None:
    assert refused(approved.store, entry, **forged)


def test_without_an_approval_there_is_a_reason(approved: Acting) -> None:
    alone = {"kind": "emergency-published", "approver": "NULL"}
    assert not refused(approved.store, data(more=', "reason": "no one is awake"'), **alone)


def test_where_the_rules_want_none_none_is_asked_for(approved: Acting) -> None:
    for level, wanted in (("null", False), ('"P1"', True)):
        with write_rows(approved.store) as connection:
            connection.execute(text(f"UPDATE settings SET value = '{{\"approval\": {level}}}' WHERE key = 'policy'"))
        assert refused(approved.store, data(), approver="NULL") is wanted


def test_the_cadence_that_was_approved_is_kept_too(store: Store) -> None:
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "ana", title="Payments fail", text="We know", components={"API": "degraded"})
    incident(RequestApproval, "ana")
    incident(Approve, "bo")
    nine_hours = data().replace("16:00", "23:00").replace('"2026-03-01T17:00:00+00:00"', "null")
    assert refused(store, nine_hours, next="'2026-03-01 23:00:00.000000'")
    assert incident(Publish, "ana").kind == "published"


def test_published_times_never_run_backwards(store: Store, clock: Clock) -> None:
    incident = Acting(store)
    clock.now += timedelta(hours=2)  # of a colleague's machine
    for phase in ("investigating", "resolved"):
        incident(EditDraft, "cy", title="Slow", text=f"It is {phase}", phase=phase)
        incident(Publish, "cy")
        clock.now -= timedelta(hours=2)
    with store.reading(Reader) as read:
        (one,) = read_published(read, None).incidents
    assert [str(update.phase) for update in one.updates] == ["investigating", "resolved"]
    assert one.updates[0].at <= one.updates[1].at
    update = incident.now.last_update
    assert update
    assert update.phase == "resolved"


class TestMaintenance:
    @pytest.fixture
    def scheduled(self, store: Store, clock: Clock) -> Store:
        starts = clock.now + timedelta(days=1)
        store.perform(
            Schedule(by="ana", title="New cables", text="Soon.", starts_at=starts, lasts=90, affects=("API",))
        )
        return store

    @pytest.mark.parametrize(
        "change",
        [
            "starts_at = '2026-03-01 20:00:00.000000'",
            "ends_at = '2026-03-09 20:00:00.000000'",
            "canceled_at = starts_at",
        ],
    )
    def test_its_times_are_what_an_entry_says(self, scheduled: Store, change: str) -> None:
        with read_rows(scheduled) as connection, pytest.raises(IntegrityError, match="No entry says these times"):
            connection.execute(text(f"UPDATE maintenances SET {change}"))

    def test_what_people_do_is_done(self, scheduled: Store, clock: Clock) -> None:
        starts = clock.now + timedelta(days=2)
        scheduled.perform(Reschedule(by="ana", ref="INC-1", text="Later.", starts_at=starts, lasts=60))
        clock.now = starts + timedelta(minutes=5)
        scheduled.perform(EndMaintenance(by="ana", ref="INC-1", text="Done."))
        scheduled.perform(
            Schedule(by="ana", title="More", text="Soon.", starts_at=clock.now + timedelta(days=1), lasts=5)
        )
        scheduled.perform(EndMaintenance(by="ana", ref="INC-2", text="Not needed."))


class TestResponders:
    """With logins that are no admin's."""

    @pytest.fixture
    def ana(self, team: Team) -> Store:
        agree(team.above, None)
        ana, bo = team.responder("ana"), team.responder("bo")
        incident = Acting(ana)
        incident(EditDraft, "ana", title="Payments fail", text="We know", components={"API": "degraded"})
        incident(RequestApproval, "ana")
        bo.perform(Approve(by="bo", ref="INC-1"))
        return ana

    def forged(self, ana: Store, when: str, origin: str = "NULL", more: str = "") -> Any:
        """When an update was published that says of itself that it was then; or the error's code."""
        entry = ENTRY.replace("d.edited_at, d.edited_at", "now(), now()").format(
            **PEOPLE,
            kind="emergency-published" if origin == "NULL" else "published",
            data='{"audience": "customers", "revision": 1, "phase": "investigating", "title": "Payments fail",'
            f' "components": {{"API": "degraded"}}, "reason": "alone"{more}}}',
        )
        update = UPDATE.replace("edited_at,", f"{when},").replace("approved_by)", "approved_by, origin)")
        words = {**HONEST, "approver": "NULL", "next": "NULL", "expected": "NULL"}
        made = update.format(**words).replace("NULL FROM", f"NULL, {origin} FROM")
        found = sqlstate(ana, f"{entry}; {made}")
        if found:
            return found
        with read_rows(ana) as connection:
            connection.exec_driver_sql(entry)
            connection.exec_driver_sql(made)
            return connection.execute(text("SELECT published_at, now() - published_at FROM status_updates")).one()[1]

    @pytest.mark.parametrize("when", ["now() - interval '1 week'", "now() + interval '1 hour'"])
    def test_the_time_is_the_databases(self, ana: Store, when: str) -> None:
        assert abs(self.forged(ana, when)) < timedelta(seconds=30)

    def test_no_import_brings_another(self, ana: Store) -> None:
        assert self.forged(ana, "now() - interval '1 week'", "'statuspage:x'", ', "imported": "Acme"') == "42501"
        assert self.forged(ana, "now() - interval '1 week'", "'statuspage:x'") == "23000"

    def test_what_was_approved_is_published_by_anyone(self, team: Team, ana: Store) -> None:
        done = ana.perform(Publish(by="ana", ref="INC-1"))
        with read_rows(ana) as connection:
            at = connection.execute(text("SELECT published_at FROM status_updates")).scalar_one()
        assert at == done.entry.recorded_at

    def test_the_phase_of_an_approval_is_not_changed_under_it(self, ana: Store) -> None:
        for change in ("approved_phase = 'resolved'", "approved_next_in = 600"):
            with read_rows(ana) as connection, pytest.raises(IntegrityError, match="not changed later"):
                connection.execute(text(f"UPDATE drafts SET {change}"))

    def test_an_emergency_is_published_with_a_responders_login(self, team: Team, ana: Store) -> None:
        store = team.responder("dee")
        ref = store.perform(Declare(by="dee", title="Down", severity="P1")).ref
        store.perform(EditDraft(by="dee", ref=ref, title="Down", text="We know"))
        assert store.perform(EmergencyPublish(by="dee", ref=ref, reason="alone")).entry.kind == "emergency-published"

    def test_an_admin_imports_with_the_times_that_it_had(self, team: Team, ana: Store) -> None:
        kim = team.store("kim", "keeper")
        statuspage.load(kim, REAL, "kim")
        with read_rows(kim) as connection:
            assert connection.execute(text("SELECT min(published_at) FROM status_updates")).scalar_one().year < 2026


@pytest.mark.parametrize("times", [{}, {"expected_in": 40}])
def test_at_the_very_end_of_a_second(store: Store, clock: Clock, times: dict[str, int]) -> None:
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "ana", title="Payments fail", text="We know", **times)
    incident(RequestApproval, "ana")
    incident(Approve, "bo")
    clock.now = clock.now.replace(microsecond=990_000)
    assert incident(Publish, "ana").kind == "published"
