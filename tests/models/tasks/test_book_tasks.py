"""The tasks that an incident has from its book."""

from datetime import timedelta

import pytest

from models.incident.declare import Declare
from models.incident.fields import SetSeverity
from models.kernel.failures import Conflict
from models.kernel.store import Store
from models.policy.severity import Severity
from models.roles.book import load
from models.tasks.commands import CancelTask, ClaimTask
from models.timeline.commands import Undo
from tests import reads
from tests.conftest import Clock
from tests.models.acting import Acting, count, told


def keys(incident: Acting) -> list[str]:
    return [task.title for task in incident.now.tasks]


def wanted(*severities: Severity) -> list[str]:
    """Each once, in the order in which they come."""
    titles = [
        task.title.en for severity in severities for task in load("high-velocity").tasks if severity in task.severities
    ]
    return list(dict.fromkeys(titles))


def test_what_is_declared_has_them(store: Store) -> None:
    incident = Acting(store)
    assert keys(incident) == wanted(Severity.P1)
    first = incident.now.tasks[0]
    assert (first.role, first.why) == ("incident-manager", "role")
    assert first.due_at == incident.now.declared_at + timedelta(minutes=10)
    assert [task["title"] for task in incident.recorded[0].data["tasks"]] == keys(incident)
    assert len(incident.recorded) == 1


def test_they_are_in_the_readers_language(store: Store) -> None:
    incident = Acting(store)
    french = Store(store.location, language="fr")
    french.open()
    titles = [task.title for task in reads.incident(french, incident.id).tasks]
    french.close()
    assert "Première annonce publique" in titles


def test_a_raised_severity_adds_those_that_are_not_there_yet(store: Store) -> None:
    incident = Acting(store, severity="P2")
    assert keys(incident) == wanted(Severity.P2)
    entry = incident(SetSeverity, "ana", severity="P1")
    assert keys(incident) == wanted(Severity.P2, Severity.P1)
    assert told(entry) == "ana changed severity: P2 → P1; added tasks 4, 5, 6"
    incident(SetSeverity, "ana", severity="P3", reason="less")
    incident(SetSeverity, "ana", severity="P1")
    assert keys(incident) == wanted(Severity.P2, Severity.P1)


def test_undoing_it_takes_back_what_nobody_touched_and_raising_it_again_brings_it_back(store: Store) -> None:
    incident = Acting(store, severity="P2")
    incident(SetSeverity, "ana", severity="P1")
    incident(ClaimTask, "bo", number=4)
    incident(Undo, "ana")
    assert [task.number for task in incident.now.tasks] == [1, 2, 3, 4]
    incident(SetSeverity, "ana", severity="P1")
    assert [task.number for task in incident.now.tasks] == [1, 2, 3, 4, 5, 6]


def test_what_was_dropped_stays_dropped(store: Store) -> None:
    incident = Acting(store, severity="P2")
    incident(CancelTask, "ana", number=1, reason="no use")
    incident(SetSeverity, "ana", severity="P1")
    assert incident.now.tasks[0].state == "dropped"


def test_a_severity_that_has_changed_adds_none(store: Store) -> None:
    incident = Acting(store, severity="P3")
    with pytest.raises(Conflict):
        incident(SetSeverity, "bo", severity="P1", saw="P2")
    assert count(store, "SELECT count(*) FROM tasks") == 0


def test_what_began_earlier_owes_them_earlier(store: Store, clock: Clock) -> None:
    began = clock.now - timedelta(hours=1)
    ref = store.perform(Declare(by="ana", title="x", severity="P1", occurred_at=began)).ref
    first = reads.incident(store, int(ref.removeprefix("INC-"))).tasks[0]
    assert first.due_at == began + timedelta(minutes=10)
