"""Copies of a role that split its duties: one question, one answer, on both databases."""

import pytest

from models.board.board import read_board
from models.board.guidance import hints
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.policy.severity import Severity
from models.roles.commands import AddRole, Assign, Release, Take
from models.roles.coverage import Why
from models.roles.responsibilities import answer
from models.roles.splitting import Split
from models.roles.views import ResponsibilityView
from models.timeline.commands import Undo
from tests.models.acting import Acting, told

INTERNAL = "communications-manager/internal"


@pytest.fixture
def incident(store: Store) -> Acting:
    """ana manages it, cy communicates, and bo is there for the inside."""
    incident = Acting(store)
    incident(AddRole, "ana", name="Communications Manager", label="internal", takes=("internal-messages", "executives"))
    incident(Take, "cy", role="communications-manager")
    incident(Take, "bo", role=INTERNAL)
    return incident


def duty(incident: Acting, key: str) -> ResponsibilityView:
    return next(duty for duty in incident.now.duties if duty.key == key)


def test_a_copy_does_what_it_takes_and_nothing_else(incident: Acting) -> None:
    internal = duty(incident, "internal-messages")
    assert (internal.people, internal.why, internal.shares) == (("bo",), Why.PRIMARY, ())
    assert answer(duty(incident, "executives")) == "bo, as Communications Manager · internal, secondary"
    assert duty(incident, "messages").people == duty(incident, "status-page").people == ("cy",)
    assert (incident.role(INTERNAL).primary, incident.role(INTERNAL).secondary) == (
        ("internal-messages",),
        ("executives",),
    )


def test_what_a_copy_takes_goes_back_to_the_role_while_it_is_unassigned(incident: Acting) -> None:
    incident(Release, "bo", role=INTERNAL)
    assert duty(incident, "internal-messages").people == ("cy",)


def test_what_no_copy_takes_is_covered_once_the_role_is_unassigned(incident: Acting) -> None:
    incident(Release, "cy", role="communications-manager")
    assert answer(duty(incident, "messages")) == "covered by ana (Incident Manager)"
    incident(Take, "dee", role="social-media-lead")
    assert answer(duty(incident, "status-page")) == "dee, as Social Media Lead, secondary"


def test_a_role_that_is_needed_is_filled_once_its_copies_do_all_of_it(incident: Acting) -> None:
    incident(Release, "cy", role="communications-manager")
    assert "communications-manager" in incident.now.unfilled
    incident(AddRole, "ana", name="Communications Manager", label="external", takes=("messages", "status-page"))
    incident(Take, "dee", role="communications-manager/external")
    assert incident.now.severity is Severity.P1
    assert "communications-manager" not in incident.now.unfilled


def test_several_owners_are_shown_as_such_until_somebody_settles_it(incident: Acting) -> None:
    incident(AddRole, "ana", name="Communications Manager", label="night", takes=("internal-messages",))
    incident(Take, "dee", role="communications-manager/night")
    found = duty(incident, "internal-messages")
    assert [(share.role, share.people) for share in found.shares] == [
        (INTERNAL, ("bo",)),
        ("communications-manager/night", ("dee",)),
    ]
    assert answer(found) == ("2 owners: bo (Communications Manager · internal), dee (Communications Manager · night)")
    board = read_board(incident.store, incident.id)
    (hint,) = [hint for hint in hints(board, incident.now, "ana", board.read_at) if "both have" in hint.words]
    assert hint.words == "bo and dee both have “Writes and sends internal messages”"
    entry = incident(Split, "ana", duty="internal-messages", role="communications-manager/night")
    assert told(entry) == ("ana gave “Writes and sends internal messages” to Communications Manager · night alone")
    assert (duty(incident, "internal-messages").people, duty(incident, "executives").people) == (("dee",), ("bo",))
    incident(Undo, "ana")
    assert len(duty(incident, "internal-messages").shares) == 2


def test_a_copy_without_a_pick_shares_everything_and_is_settled_duty_by_duty(store: Store) -> None:
    incident = Acting(store)
    incident(AddRole, "ana", name="Tech Lead", label="database")
    incident(Take, "bo", role="tech-lead/database")
    incident(Take, "cy", role="tech-lead")
    assert len(duty(incident, "theories").shares) == len(duty(incident, "changes").shares) == 2
    incident(Split, "ana", duty="theories", role="tech-lead")
    assert duty(incident, "theories").people == ("cy",)
    assert len(duty(incident, "changes").shares) == 2
    incident(Split, "ana", duty="theories", role="tech-lead/database")
    assert duty(incident, "theories").people == ("bo",)


def test_one_person_with_both_is_one_owner(store: Store) -> None:
    incident = Acting(store)
    incident(AddRole, "ana", name="Tech Lead", label="database")
    incident(Take, "bo", role="tech-lead/database")
    incident(Take, "bo", role="tech-lead")
    assert duty(incident, "theories").shares == ()


def test_a_copy_of_the_manager_that_takes_some_does_not_stand_in(store: Store) -> None:
    incident = Acting(store)
    incident(AddRole, "ana", name="Incident Manager", label="deputy", takes=("coordination",))
    incident(Assign, "ana", role="incident-manager/deputy", person="bo")
    assert duty(incident, "coordination").people == ("bo",)
    incident(Release, "ana", role="incident-manager")
    assert (incident.now.manager, incident.role("scribe").stand_in) == (None, None)
    assert not incident.role("incident-manager/deputy").manages


@pytest.mark.parametrize("words", ["executives", "Talks with executives and other senior stakeholders", "parle avec"])
def test_a_duty_is_named_by_key_or_words_in_any_language(store: Store, words: str) -> None:
    incident = Acting(store)
    incident(AddRole, "ana", name="communications-manager", label="internal", takes=(words,))
    assert incident.role(INTERNAL).takes == ("executives",)


def test_what_cannot_be_split_is_refused(incident: Acting) -> None:
    with pytest.raises(Refused, match=r"has no responsibility 'theories'\. Its responsibilities: messages \("):
        incident(AddRole, "ana", name="Communications Manager", label="x", takes=("theories",))
    with pytest.raises(Refused, match=r"matches several responsibilities: messages .*; internal-messages"):
        incident(Split, "ana", duty="writes and sends", role=INTERNAL)
    with pytest.raises(Refused, match="Tech Lead has no labelled copy"):
        incident(Split, "ana", duty="theories", role="tech-lead")
    with pytest.raises(Refused, match="already done by Communications Manager · internal alone"):
        incident(Split, "ana", duty="executives", role=INTERNAL)
    with pytest.raises(Refused, match="Dark magic is a new role"):
        incident(AddRole, "ana", name="Dark magic", takes=("executives",))
    incident(AddRole, "ana", name="Dark magic")
    with pytest.raises(Refused, match="Dark magic is not in the playbook"):
        incident(Split, "ana", duty="executives", role="dark-magic")


def test_a_duty_that_moved_meanwhile_is_a_conflict(incident: Acting) -> None:
    incident(Split, "cy", duty="executives", role="communications-manager")
    with pytest.raises(Conflict, match="cy gave “Talks with executives") as conflict:
        incident(Split, "bo", duty="executives", role=INTERNAL, saw=(INTERNAL,))
    incident(Split, "bo", duty="executives", role=INTERNAL, saw=conflict.value.now)
    with pytest.raises(Refused, match="has changed since: bo gave"):
        incident(Undo, "cy")


def test_adding_a_copy_is_undone_with_what_it_takes(store: Store) -> None:
    incident = Acting(store)
    entry = incident(AddRole, "ana", name="Tech Lead", label="database", takes=("theories", "changes"))
    assert told(entry) == "ana added the role Tech Lead · database, with 2 of its responsibilities"
    incident(Undo, "ana")
    incident(AddRole, "ana", name="Tech Lead", label="database", takes=("changes",))
    assert incident.role("tech-lead/database").takes == ("changes",)
