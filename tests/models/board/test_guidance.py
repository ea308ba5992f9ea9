"""Hints are told with their reason, to whoever looks; and nothing but a person moves a role."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from models.board.board import read_board
from models.board.due_times import needs
from models.board.guidance import Hint, hints
from models.incident.fields import Rename, SetCategory, SetImpact, SetSeverity
from models.incident.phase import SetPhase
from models.kernel.entry import EntryView
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.policy.phase import Phase
from models.policy.severity import Category, Impact, Severity
from models.roles.commands import AddRole, Assign, Release, Take
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.models.test_sequences import Act, doing
from tests.rows import read_rows


def told(incident: Acting, me: str = "ana", **later: float) -> list[Hint]:
    board = read_board(incident.store, incident.id)
    assert board.shown is not None
    return list(hints(board, board.shown, me, board.shown.declared_at + timedelta(**later)))


def test_a_fresh_incident_with_one_manager_hints_at_nothing(store: Store) -> None:
    incident = Acting(store)
    incident(Take, "bo", role="tech-lead")
    assert told(incident) == []
    assert told(Acting(store, manager="nobody"), hours=9) == []


def test_a_manager_with_another_role(store: Store) -> None:
    incident = Acting(store)
    for role in ("scribe", "tech-lead"):
        incident(Take, "ana", role=role)
    (hint,) = told(incident)
    assert (hint.role, hint.words) == ("tech-lead", "ana is Incident Manager and also Tech Lead, Scribe")
    assert "PagerDuty" in hint.why


def test_somebody_on_three_open_incidents(store: Store) -> None:
    first, second, third = (Acting(store, by=name) for name in ("ana", "bo", "cy"))
    for incident in (first, second):
        incident(Take, "dee", role="scribe")
    assert told(first) == told(third) == []
    third(Take, "dee", role="tech-lead")
    for incident, role in ((first, "scribe"), (third, "tech-lead")):
        (hint,) = told(incident)
        assert (hint.role, hint.words) == (role, "dee has roles on 3 incidents")
        assert all(one.ref in hint.why for one in (first, second, third))
        assert "Bridgewatch's own" in hint.why
    second(SetPhase, "bo", phase=Phase.RESOLVED)
    assert told(first) == []


def test_more_people_than_one_can_lead(store: Store) -> None:
    incident = Acting(store)
    for person in range(7):
        incident(Take, f"p{person}", role="subject-matter-expert")
    incident(Take, "p1", role="scribe")
    assert told(incident) == []
    incident(Take, "p7", role="tech-lead")
    (hint,) = told(incident)
    assert (hint.role, hint.words) == ("incident-manager", "ana leads 8 people")
    assert "National Incident Management System" in hint.why


def test_long_command_until_it_is_given_to_somebody(store: Store) -> None:
    incident = Acting(store)
    assert told(incident, hours=3) == []
    (hint,) = told(incident, hours=4, minutes=59)
    assert (hint.role, hint.words) == ("incident-manager", "ana has been Incident Manager for 4 hours")
    board = read_board(store, incident.id)
    words = {need.words for need in needs(board, "ana", board.read_at + timedelta(hours=5))}
    assert hint.words not in words
    incident(SetPhase, "ana", phase=Phase.RESOLVED)
    assert told(incident, hours=5) == []


def test_hints_are_in_the_readers_language(store: Store) -> None:
    incident = Acting(store)
    incident(Take, "ana", role="scribe")
    reader = Store(store.location, language="fr")
    reader.open(create=False)
    board = read_board(reader, incident.id)
    reader.close()
    assert board.shown is not None
    (hint,) = hints(board, board.shown, "ana", board.shown.declared_at)
    assert hint.words == "ana is Gestionnaire d'incident and also Secrétaire"


ROLES = st.sampled_from(["incident-manager", "scribe", "subject-matter-expert", "tech-lead/database"])
PEOPLE = st.sampled_from(["ana", "bo", "cy"])
MOVES = st.one_of(
    doing(Assign, role=ROLES, person=PEOPLE),
    doing(Take, role=ROLES),
    doing(Release, role=ROLES),
    doing(AddRole, name=st.just("Tech Lead"), label=st.just("database")),
)
REST = st.one_of(
    doing(SetSeverity, severity=st.sampled_from(Severity), reason=st.just("less")),
    doing(SetPhase, phase=st.sampled_from(Phase)),
    doing(SetCategory, category=st.sampled_from(Category)),
    doing(SetImpact, impact=st.sampled_from(Impact)),
    doing(Rename, title=st.sampled_from(["one", "two"])),
    doing(EditDraft, title=st.just("It is slow"), text=st.sampled_from(["one", "two"])),
    doing(Publish),
)


def tried(incident: Acting, act: Act) -> EntryView | None:
    command, by, fields = act
    try:
        return incident(command, by, **fields)
    except (Refused, Conflict):
        return None


def held(incident: Acting) -> list[tuple[object, ...]]:
    """Every assignment there has ever been on the incident, as it stands in the database."""
    statement = text("SELECT * FROM assignments WHERE incident_id = :incident ORDER BY id")
    with read_rows(incident.store) as connection:
        return [tuple(row) for row in connection.execute(statement, {"incident": incident.id})]


@pytest.mark.slow
@settings(max_examples=25)
@given(st.lists(MOVES, max_size=6), st.lists(REST, min_size=1, max_size=10))
def test_nothing_but_a_person_moves_a_role(shared_store: Store, moves: list[Act], rest: list[Act]) -> None:
    incident = Acting(shared_store)
    for act in moves:
        tried(incident, act)
    before, roles = held(incident), incident.now.roles
    for act in rest:
        tried(incident, act)
        assert held(incident) == before
    assert incident.now.roles == roles
