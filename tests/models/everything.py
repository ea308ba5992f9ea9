"""An incident that has rows in every table, and a maintenance."""

from models.delivery.destinations import NewDestination
from models.delivery.setup import add
from models.kernel.store import Store
from models.policy.audience import Audience, ComponentState
from models.policy.delivery import DestinationKind
from models.process.commands import SkipStep
from models.roles.commands import Assign, Release
from models.roles.handover import Offer
from models.tasks.commands import AddTask
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import Note
from models.updates.editing import EditDraft
from models.updates.maintenance import Schedule
from models.updates.publishing import Publish
from models.updates.snoozing import Snooze
from tests.conftest import Clock
from tests.models.acting import Acting


def everything(store: Store, clock: Clock) -> Acting:
    """INC-1 has it all; INC-2 is a maintenance."""
    with store.acting("ana") as tx:
        add(
            tx,
            NewDestination(
                key="hook",
                kind=DestinationKind.WEBHOOK,
                address="https://example.com/{hook-key}",
                headers={"X": "{hook-token}"},
                audiences=(Audience.CUSTOMERS,),
            ),
        )
    incident = Acting(store)
    incident(Assign, "ana", role="scribe", person="bo")
    incident(Release, "bo", role="scribe")
    incident(Assign, "ana", role="tech-lead", person="bo")
    incident(Offer, "ana", role="incident-manager", person="cy", brief="All is said.")
    incident(AddTask, "ana", title="Restart the pool", person="cy", due=20)
    theory = incident(Note, "cy", text="The pool is exhausted", as_kind="theory").n
    incident(SetTheory, "cy", n=theory, state="being tested")
    incident(AddEvidence, "bo", n=theory, weight="for", text="All of them wait")
    incident(SkipStep, "cy", step="document", reason="A drill")
    incident(EditDraft, "cy", title="Slow", text="We know", components={"API": ComponentState.DEGRADED})
    incident(Publish, "cy")
    incident(Snooze, "cy", audience=Audience.CUSTOMERS, minutes=30)
    incident(EditDraft, "cy", title="Slow", text="We found it", components={"API": ComponentState.DEGRADED})
    starts = clock.now.replace(hour=23)
    store.perform(Schedule(by="ana", title="Cables", text="We replace", starts_at=starts, lasts=60, affects=("API",)))
    return incident
