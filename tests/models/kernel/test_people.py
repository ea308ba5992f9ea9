"""People are kept: renamed, merged and retired, while what was recorded stays as it was sealed; both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from models.board.board import read_board
from models.doctor.examine import examine
from models.doctor.expected import METADATA
from models.kernel import people
from models.kernel.failures import Refused
from models.kernel.reader import Rows
from models.kernel.store import Store
from models.roles.commands import AddRole, Assign, Release, Take
from models.roles.handover import Accept, Offer, Withdraw
from models.tasks.commands import AddTask, AssignTask, CompleteTask
from models.timeline.commands import EditNote, Note, Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval
from models.updates.rules import Rules
from tests import reads
from tests.conftest import Clock
from tests.models.acting import Acting, told
from tests.rows import read_rows

PEOPLE = METADATA.tables["people"]
Calm = Callable[[], None]


@pytest.fixture
def calm(store: Store, clock: Clock) -> Calm:
    """Nothing of the history is found fault with."""

    def look() -> None:
        report = examine(store.location, clock.now)
        assert [finding for finding in report.findings if finding.about in ("seals", "replay", "numbers")] == []

    return look


@pytest.fixture
def incident(store: Store) -> Acting:
    """What jsoe and ana have done so far."""
    incident = Acting(store)
    incident(Assign, "ana", role="tech-lead", person="jsoe")
    incident(Take, "jsoe", role="subject-matter-expert")
    incident(Note, "jsoe", text="The pool is full")
    incident(Note, "ana", text="We wait", as_kind="decision", decided_by="jsoe")
    incident(AddTask, "ana", title="Call the bank", person="jsoe")
    incident(Offer, "jsoe", role="tech-lead", person="cy")
    incident(EditDraft, "jsoe", title="Payments fail", text="We know")
    incident(Undo, "jsoe")
    return incident


def everybody(store: Store) -> tuple[people.PersonView, ...]:
    with store.reading(Rows) as read:
        return people.every(read)


def sealed(store: Store) -> list[str]:
    with read_rows(store) as connection:
        return [str(name) for name in connection.execute(select(PEOPLE.c.name).order_by(PEOPLE.c.id)).scalars()]


class TestRename:
    def test_everything_shows_the_new_name_and_nothing_recorded_changes(
        self, incident: Acting, store: Store, calm: Calm
    ) -> None:
        names = sealed(store)
        calm()
        assert people.rename(store, "jsoe", "Jose", "ana") == ("jsoe", "Jose")
        assert sealed(store) == names
        assert incident.holders("tech-lead") == ("Jose",)
        assert [task.people for task in incident.now.tasks if task.owner] == [("Jose",)]
        assert [(offer.holder, offer.to) for offer in incident.now.offers] == [("Jose", "cy")]
        told_so_far = "\n".join(map(told, incident.recorded))
        assert "jsoe" not in told_so_far
        assert "ana assigned Tech Lead to Jose" in told_so_far
        calm()

    def test_both_names_lead_to_the_person_who_goes_on_as_before(
        self, incident: Acting, store: Store, calm: Calm
    ) -> None:
        people.rename(store, "jsoe", "Jose", "ana")
        incident(Withdraw, "jsoe", role="tech-lead")
        incident(Release, "JOSE", role="tech-lead")
        incident(Assign, "ana", role="tech-lead", person="Jose")
        note = next(entry for entry in incident.timeline if entry.text == "The pool is full")
        assert incident(EditNote, "Jose", n=note.n, text="It is not full").author == "Jose"
        incident(Undo, "jsoe")
        incident(AssignTask, "ana", number=reads.incident(store, incident.id).tasks[-1].number, person="bo")
        incident(Undo, "ana")
        assert incident.holders("tech-lead") == ("Jose",)
        assert "Jose" not in sealed(store)
        calm()

    def test_a_name_can_change_twice_and_back(self, incident: Acting, store: Store, calm: Calm) -> None:
        people.rename(store, "jsoe", "Jose", "ana")
        people.rename(store, "Jose", "José García", "ana")
        with pytest.raises(Refused, match="There is no person 'Jose'"):
            people.rename(store, "Jose", "x", "ana")
        assert incident.holders("tech-lead") == ("José García",)
        people.rename(store, "José García", "jsoe", "ana")
        assert incident.holders("tech-lead") == ("jsoe",)
        calm()

    def test_nobody_gets_another_s_name(self, incident: Acting, store: Store) -> None:
        with pytest.raises(Refused, match=r"ana is another person\. .*bridgewatch people merge"):
            people.rename(store, "jsoe", "ANA", "ana")
        with pytest.raises(Refused, match="There is no person 'di'"):
            people.rename(store, "di", "Diana", "ana")
        with pytest.raises(Refused, match="already called this"):
            people.rename(store, "jsoe", "jsoe", "ana")

    def test_a_desk_reads_everything_anew(self, incident: Acting, store: Store) -> None:
        before = read_board(store, incident.id)
        people.rename(store, "jsoe", "Jose", "ana")
        after = read_board(store, incident.id, before)
        assert "Jose" in after.people
        assert "jsoe" not in after.people
        assert after.called("JSOE") == after.called("Jose") == "Jose"
        assert after.shown
        assert next(role.holders for role in after.shown.roles if role.key == "tech-lead")[0].person == "Jose"
        assert {entry.author for entry in after.timeline.entries} == {"ana", "Jose"}

    def test_who_may_publish_still_may(self, incident: Acting, store: Store) -> None:
        agree(store, lambda rules: Rules(approval=None, publishers=("jsoe",)))
        incident(EditDraft, "ana", title="Payments fail", text="We know")
        people.rename(store, "jsoe", "Jose", "ana")
        with pytest.raises(Refused, match="Allowed: Jose"):
            incident(Publish, "ana")
        assert incident(Publish, "jsoe").author == "Jose"


class TestMerge:
    def test_two_names_are_one_person(self, incident: Acting, store: Store, calm: Calm) -> None:
        incident(Note, "Jose Garcia", text="by the other name")
        incident(AddRole, "ana", name="Database", holders="many")
        incident(Assign, "ana", role="database", person="jsoe")
        incident(Assign, "ana", role="database", person="Jose Garcia")
        incident(Assign, "ana", role="database", person="bo")
        calm()
        assert people.merge(store, "jsoe", "Jose Garcia", "ana") == ("jsoe", "Jose Garcia")
        calm()
        assert incident.holders("tech-lead") == ("Jose Garcia",)
        assert sorted(incident.holders("database")) == ["Jose Garcia", "bo"]
        assert {entry.author for entry in incident.recorded} == {"ana", "Jose Garcia"}
        incident(Release, "jsoe", role="database")
        assert incident.holders("database") == ("bo",)
        incident(Withdraw, "Jose Garcia", role="tech-lead")
        incident(Release, "Jose Garcia", role="tech-lead")
        incident(CompleteTask, "jsoe", number=reads.incident(store, incident.id).tasks[-1].number)
        calm()
        assert [person.name for person in everybody(store)] == ["ana", "bo", "cy", "Jose Garcia"]
        assert next(one for one in everybody(store) if one.name == "Jose Garcia").recorded_as == ("jsoe",)

    def test_an_offer_to_oneself_stands_no_longer(self, incident: Acting, store: Store, calm: Calm) -> None:
        people.merge(store, "jsoe", "cy", "ana")
        assert incident.now.offers == ()
        assert incident.holders("tech-lead") == ("cy",)
        calm()

    def test_what_was_offered_to_one_the_other_accepts(self, incident: Acting, store: Store, calm: Calm) -> None:
        people.add(store, "Cyril", "ana")
        people.merge(store, "cy", "Cyril", "ana")
        incident(Accept, "Cyril", role="tech-lead")
        assert incident.holders("tech-lead") == ("Cyril",)
        incident(Undo, "Cyril")
        calm()

    def test_a_chain_of_merges_and_a_rename_on_top(self, incident: Acting, store: Store, calm: Calm) -> None:
        people.add(store, "Jose", "ana")
        people.merge(store, "jsoe", "Jose", "ana")
        incident(Release, "Jose", role="subject-matter-expert")
        people.add(store, "@jose", "ana")
        people.merge(store, "Jose", "@jose", "ana")
        people.rename(store, "@jose", "José", "ana")
        assert incident.holders("tech-lead") == ("José",)
        incident(Withdraw, "jsoe", role="tech-lead")
        incident(Release, "Jose", role="tech-lead")
        calm()
        with pytest.raises(Refused, match="already the same person"):
            people.merge(store, "jsoe", "José", "ana")

    def test_nobody_approves_what_they_wrote_by_another_name(self, incident: Acting, store: Store) -> None:
        agree(store, lambda rules: Rules())
        incident(EditDraft, "jsoe", title="Payments fail", text="We know")
        incident(RequestApproval, "jsoe")
        people.merge(store, "jsoe", "cy", "ana")
        with pytest.raises(Refused, match="You wrote this draft"):
            incident(Approve, "cy")

    def test_their_own_note_stays_theirs(self, incident: Acting, store: Store, calm: Calm) -> None:
        note = next(entry for entry in incident.timeline if entry.text == "The pool is full")
        people.merge(store, "jsoe", "cy", "ana")
        incident(EditNote, "cy", n=note.n, text="It is not full")
        calm()


class TestRetire:
    def test_who_has_left_is_no_longer_offered(self, incident: Acting, store: Store, calm: Calm) -> None:
        board = read_board(store, incident.id)
        people.retire(store, "cy", "ana")
        assert "cy" not in read_board(store, incident.id, board).people
        assert incident.now.offers[0].to == "cy"
        calm()
        with pytest.raises(Refused, match="already left"):
            people.retire(store, "cy", "ana")
        people.add(store, "cy", "ana")
        assert "cy" in read_board(store, incident.id).people

    def test_nobody_is_added_twice(self, incident: Acting, store: Store) -> None:
        with pytest.raises(Refused, match="jsoe is already there"):
            people.add(store, "JSOE", "ana")
        assert people.add(store, "di", "ana") == "di"
