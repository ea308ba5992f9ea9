"""Whether a name is a new person's, a slip, or somebody's who has left; both databases."""

import pytest

from models.incident.declare import Declare
from models.kernel import people
from models.kernel.failures import Refused
from models.kernel.naming import distance, named, nearest
from models.kernel.store import Store
from models.kernel.verbs import verbs
from models.roles.commands import Assign
from models.roles.handover import Offer
from models.tasks.commands import AddTask, AssignTask, ClaimTask
from models.timeline.commands import EditNote, Note
from tests.models.acting import Acting


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("bo", "bo", 0),
        ("bo", "boo", 1),
        ("ana", "an", 1),
        ("bo", "cy", 2),
        ("ana", "naa", 2),
        ("ana", "robert", 3),
        ("", "bo", 2),
    ],
)
def test_how_far_two_names_are_apart(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == distance(other, one) == apart


@pytest.mark.parametrize(("name", "found"), [("boo", ("bo",)), ("cy", ()), ("anna", ("ana",)), ("Dimitri", ())])
def test_two_letters_that_are_all_of_a_name_are_no_slip(name: str, found: tuple[str, ...]) -> None:
    assert nearest(name, [("bo", "bo"), ("ana", "ana")]) == found


class TestAdmit:
    def test_nobody_is_a_stranger_where_nobody_is_known(self, store: Store) -> None:
        assert store.admit(["ana", "anna"], new=False) == ()

    def test_a_new_name_is_told_and_a_slip_refused(self, store: Store) -> None:
        Acting(store)
        assert store.admit(["ana", "ANA", "Robert"], new=False) == ("Robert",)
        with pytest.raises(Refused, match=r"anna is new here\. Did you mean ana\?.*--new-person"):
            store.admit(["anna"], new=False)
        assert store.admit(["anna"], new=True) == ("anna",)

    def test_who_has_left_is_named_on_purpose_only(self, store: Store) -> None:
        incident = Acting(store)
        incident(Assign, "ana", role="scribe", person="Robert")
        people.retire(store, "Robert", "ana")
        with pytest.raises(Refused, match=r"robert has left: retired on .*--new-person"):
            store.admit(["robert"], new=False)
        with pytest.raises(Refused, match=r"Roberta is new here\. Did you mean Robert\?"):
            store.admit(["Roberta"], new=False)
        assert store.admit(["robert"], new=True) == ()

    def test_another_name_of_somebody_is_known(self, store: Store) -> None:
        incident = Acting(store)
        incident(Assign, "ana", role="scribe", person="rob")
        people.rename(store, "rob", "Robert", "ana")
        people.add(store, "@rob", "ana")
        people.merge(store, "@rob", "Robert", "ana")
        assert store.admit(["rob", "Robert", "@ROB"], new=False) == ()
        with pytest.raises(Refused, match="Did you mean Robert"):
            store.admit(["Roberto"], new=False)


def test_every_field_that_names_a_person_is_looked_at() -> None:
    found = {(verb.name, field) for verb in verbs() if verb.command for field in verb.load().people()}
    assert found >= {
        *(("assign", "person"), ("assign-task", "person"), ("add-task", "person"), ("declare", "manager")),
        *(("note", "decided_by"), ("edit", "decided_by"), ("offer", "person"), ("offer", "holder")),
        *(("release", "person"), ("accept", "holder")),
    }


def test_whom_a_command_names() -> None:
    bo = {"by": "bo", "ref": "INC-1"}
    assert named(Assign(**bo, role="scribe", person="cy")) == ("cy",)
    assert named(Offer(**bo, role="scribe", person="cy", holder="ana")) == ("cy", "ana")
    assert named(Note(**bo, text="x", as_kind="decision", decided_by="di")) == ("di",)
    assert named(EditNote(**bo, n=1, text="x")) == ()
    assert named(AddTask(**bo, title="x", person="ed")) == named(AssignTask(**bo, number=1, person="ed")) == ("ed",)
    assert named(ClaimTask(**bo, number=1, saw="ed")) == ()
    assert named(Declare(by="bo", title="x", severity="P1", manager="nobody")) == ()
