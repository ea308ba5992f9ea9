"""Publishing completes the task that asked for it; both databases."""

import pytest

from models.doctor.examine import examine
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.audience import Audience
from models.policy.task import TaskState
from models.roles import book
from models.tasks.commands import AddTask, BlockTask, ClaimTask, CompleteTask
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def tell(incident: Acting, to: Audience = Audience.CUSTOMERS) -> str:
    incident(EditDraft, "cy", audience=to, title="Payments fail", text="We know")
    return told(incident(Publish, "cy", audience=to))


def state(incident: Acting, title: str) -> TaskState:
    return next(task.state for task in incident.now.tasks if task.title == title)


def test_the_playbooks_first_update(incident: Acting) -> None:
    assert tell(incident, Audience.TEAM) == "cy sent an update to the team [investigating]: We know"
    assert state(incident, "First public update") is TaskState.OPEN
    assert tell(incident) == "cy published a status update [investigating]; completed task 3: We know"
    assert state(incident, "First public update") is TaskState.DONE
    assert state(incident, "Brief the executives") is TaskState.OPEN
    assert tell(incident) == "cy published a status update [investigating]: We know"
    assert "completed task 4" in tell(incident, Audience.EXECUTIVES)


def test_one_that_somebody_added_whoever_has_it(incident: Acting) -> None:
    number = incident(AddTask, "bo", title="Tell the team", update_for="team").data["task"]
    incident(ClaimTask, "bo", number=number)
    incident(BlockTask, "bo", number=number, reason="busy")
    assert f"completed task {number}" in tell(incident, Audience.TEAM)
    (task,) = (task for task in incident.now.tasks if task.number == number)
    assert (task.state, task.owner, task.reason) == ("done", "bo", "")
    with pytest.raises(Refused, match="publishing the update completed it"):
        incident(CompleteTask, "bo", number=number)


def test_the_entries_explain_it(incident: Acting, clock: Clock) -> None:
    tell(incident)
    report = examine(incident.store.location, clock.now)
    assert [finding for finding in report.findings if finding.about != "durability"] == []


@pytest.mark.parametrize("key", book.keys())
def test_every_playbook_that_comes_along_says_which(key: str) -> None:
    asked = {task.update_for for task in book.load(key).tasks}
    assert Audience.CUSTOMERS in asked
