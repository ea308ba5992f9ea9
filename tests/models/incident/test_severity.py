"""What a severity asks for holds until customers have been told, or somebody says why not."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from models.board.reader import Reader
from models.incident.fields import SetSeverity
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.severity import Severity
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.emergency import EmergencyPublish
from models.updates.publishing import Approve, Publish, RequestApproval
from tests.conftest import Clock
from tests.models.acting import Acting, told
from tests.rows import write_rows


@pytest.fixture
def incident(store: Store) -> Acting:
    """A P1 of a team that follows the program's own rules, with a draft for customers."""
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "ana", title="Payments fail", text="We know")
    return incident


def promised(incident: Acting) -> list[str]:
    return [str(promise.audience) for promise in incident.now.promises]


def asks(incident: Acting) -> bool:
    return incident.now.draft.needs_approval


@pytest.mark.parametrize("reason", ["", "  "])
def test_lowering_needs_a_reason_and_says_what_is_dropped(incident: Acting, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        incident(SetSeverity, "bo", severity="P3", reason=reason)
    assert str(refused.value) == (
        "Lowering INC-1 to P3 needs a reason. The update to customers due at 14:05Z is dropped. "
        "The update to executives due at 14:30Z is dropped. Add one: `--reason`."
    )
    assert promised(incident) == ["customers", "executives"]


def test_the_timeline_keeps_what_was_dropped_and_why(incident: Acting) -> None:
    entry = incident(SetSeverity, "bo", severity="P2", reason="one region only")
    assert told(entry) == (
        "bo changed severity: P1 → P2; the update to customers due at 14:05Z is now due at 14:15Z; "
        "the update to executives due at 14:30Z is dropped: one region only"
    )
    assert promised(incident) == ["customers"]
    incident(Undo, "bo")
    assert promised(incident) == ["customers", "executives"]


def test_raising_needs_none(incident: Acting) -> None:
    incident(SetSeverity, "bo", severity="P3", reason="a test")
    assert told(incident(SetSeverity, "bo", severity="P1")).startswith("bo changed severity: P3 → P1")
    assert told(incident(SetSeverity, "bo", severity="P2", reason="less")).endswith(": less")


def test_what_was_promised_with_words_stays(incident: Acting) -> None:
    incident(EmergencyPublish, "ana", reason="alone")
    incident(EditDraft, "ana", text="More", next_in=30)
    incident(EmergencyPublish, "ana", reason="alone")
    entry = incident(SetSeverity, "bo", severity="P3", reason="over soon")
    assert list(entry.data["dropped"]) == ["executives"]
    assert promised(incident) == ["customers"]


def test_lowering_does_not_step_round_an_approval(incident: Acting) -> None:
    incident(SetSeverity, "ana", severity="P2", reason="one region only")
    assert asks(incident)
    with pytest.raises(Refused, match="INC-1 was P1, and no update was published since"):
        incident(Publish, "ana")
    incident(RequestApproval, "ana")
    incident(Approve, "bo")
    incident(Publish, "ana")
    assert not asks(incident)
    assert incident.now.approval_severity is Severity.P2
    incident(EditDraft, "ana", text="More")
    incident(Publish, "ana")


def test_one_who_is_alone_says_why_and_the_lower_severity_counts_from_then(incident: Acting) -> None:
    incident(SetSeverity, "ana", severity="P3", reason="one region only")
    incident(EmergencyPublish, "ana", reason="nobody is awake")
    incident(EditDraft, "ana", text="More")
    incident(Publish, "ana")


def test_raising_holds_at_once_and_after_it_was_undone(store: Store) -> None:
    agree(store, None)
    incident = Acting(store, severity="P2")
    incident(SetSeverity, "bo", severity="P1")
    incident(Undo, "bo")
    incident(EditDraft, "ana", title="Payments fail", text="We know")
    with pytest.raises(Refused, match="need approval"):
        incident(Publish, "ana")


RECORD = text(
    "INSERT INTO entries"
    " (incident_id, n, kind, data, text, author_id, occurred_at, recorded_at, command_id, seal)"
    " SELECT incident_id, n + 1, 'published', :data, 'We know', author_id, occurred_at, recorded_at, :command, seal"
    " FROM entries WHERE n = (SELECT max(n) FROM entries)"
)
PUBLISH = text(
    "INSERT INTO status_updates"
    " (incident_id, n, phase, text, components, published_by, published_at, audience, title, revision)"
    " SELECT incident_id, n, 'investigating', text, '{}', author_id, recorded_at, 'customers', 'Payments fail', 1"
    " FROM entries WHERE kind = 'published'"
)
DATA = (
    '{"audience": "customers", "revision": 1, "title": "Payments fail", "phase": "investigating", "components": {},'
    ' "next_update_at": null, "expected_at": null}'
)


def test_the_database_holds_it(incident: Acting, store: Store) -> None:
    """Whoever writes the incident's row by other means brings no approval to an end."""
    with write_rows(store) as connection:
        connection.execute(text("UPDATE incidents SET severity = 'P3'"))
        assert connection.execute(text("SELECT approval_severity FROM incidents")).scalar_one() == "P1"
        connection.execute(RECORD, {"data": DATA, "command": "0" * 32})
        with pytest.raises(DatabaseError, match="This update needs an approval"):
            connection.execute(PUBLISH)
        connection.rollback()


def test_an_update_for_the_team_changes_nothing(incident: Acting, clock: Clock) -> None:
    incident(SetSeverity, "ana", severity="P2", reason="one region only")
    incident(EditDraft, "ana", audience="team", text="Inside")
    incident(Publish, "ana", audience="team")
    clock.now += timedelta(minutes=1)
    assert incident.now.approval_severity is Severity.P1


class TestRaised:
    """To one that wants a first update of people who were told nothing yet."""

    def due(self, incident: Acting) -> dict[str, int]:
        """Minutes from the declaration."""
        declared = incident.now.declared_at
        return {
            str(each.audience): round((each.due_at - declared).total_seconds() / 60) for each in incident.now.promises
        }

    def test_it_counts_from_then(self, store: Store, clock: Clock) -> None:
        incident = Acting(store, severity="P3")
        clock.now += timedelta(hours=1)
        incident(SetSeverity, "bo", severity="P1")
        assert self.due(incident) == {"customers": 65, "executives": 90}
        incident(Undo, "bo")
        assert self.due(incident) == {}

    def test_what_is_overdue_stays_so(self, store: Store, clock: Clock) -> None:
        incident = Acting(store, severity="P2")
        clock.now += timedelta(minutes=30)
        incident(SetSeverity, "bo", severity="P1")
        assert self.due(incident) == {"customers": 15, "executives": 60}
        incident(Undo, "bo")
        assert self.due(incident) == {"customers": 15}

    def test_lowering_it_again_lets_go_of_it_with_the_reason(self, store: Store, clock: Clock) -> None:
        incident = Acting(store, severity="P3")
        clock.now += timedelta(hours=1)
        incident(SetSeverity, "bo", severity="P1")
        with pytest.raises(Refused, match=r"The update to customers due at 15:05Z is dropped\. The update to exec"):
            incident(SetSeverity, "ana", severity="P3")
        incident(SetSeverity, "ana", severity="P3", reason="a false alarm")
        assert self.due(incident) == {}
        incident(Undo, "ana")
        assert self.due(incident) == {"customers": 65, "executives": 90}

    def test_what_the_desk_says_beforehand_is_what_the_timeline_keeps(self, store: Store, clock: Clock) -> None:
        incident = Acting(store, severity="P2")
        clock.now += timedelta(minutes=5)
        incident(SetSeverity, "bo", severity="P1")
        for severity in (Severity.P3, Severity.P2):
            with store.reading(Reader) as read:
                told = read.put_off(incident.id, severity)
            entry = incident(SetSeverity, "ana", severity=severity, reason="less")
            kept = {to: {"was": each["was"], "now": each["now"]} for to, each in entry.data["dropped"].items()}
            assert told == kept
            incident(Undo, "ana")
