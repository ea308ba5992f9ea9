"""Who does what on an incident, as views tell it: on both databases, in every language."""

import pytest

from models.board.board import read_board
from models.board.due_times import needs
from models.board.views import IncidentView
from models.incident.fields import SetSeverity
from models.incident.phase import SetPhase
from models.kernel.languages import LANGUAGES
from models.kernel.store import Store
from models.policy.phase import Phase
from models.policy.severity import Severity
from models.roles.commands import AddRole, Assign, Release, Take
from models.roles.responsibilities import answer, found
from models.roles.views import ResponsibilityView
from models.timeline.commands import Undo
from tests import reads
from tests.models.acting import Acting


def duty(incident: Acting, key: str) -> ResponsibilityView:
    return next(duty for duty in incident.now.duties if duty.key == key)


def spoken(incident: Acting) -> dict[str, IncidentView]:
    """The incident as readers of each language see it."""
    shown = {}
    for language in LANGUAGES:
        store = Store(incident.store.location, language=language)
        store.open(create=False)
        shown[language] = reads.incident(store, incident.id)
        store.close()
    return shown


def first(incident: Acting, words: str) -> str:
    """What somebody reads who asks for it."""
    return answer(found(words, incident.now.duties, incident.now.roles)[0])


def test_who_keeps_the_status_page_as_roles_are_filled_and_left(store: Store) -> None:
    incident = Acting(store)
    assert first(incident, "status page") == "covered by ana (Incident Manager)"
    incident(Take, "cy", role="social-media-lead")
    assert first(incident, "status page") == "cy, as Social Media Lead, secondary"
    incident(Take, "bo", role="communications-manager")
    assert first(incident, "status page") == "bo, as Communications Manager"
    for role in ("communications-manager", "social-media-lead", "incident-manager"):
        incident(Release, "ana", role=role)
    assert first(incident, "status page") == "✗ not covered"


def test_every_duty_leads_to_a_role_of_the_incident(store: Store) -> None:
    incident = Acting(store)
    incident(AddRole, "ana", name="Dark magic")
    incident(AddRole, "ana", name="Tech Lead", label="database")
    incident(Take, "bo", role="tech-lead/database")
    incident(Take, "cy", role="social-media-lead")
    now = incident.now
    keys = {role.key for role in now.roles}
    assert {key for role in now.roles for key in (*role.primary, *role.secondary)} == {duty.key for duty in now.duties}
    for one in now.duties:
        assert one.role in one.roles
        assert set(one.roles) <= keys
    assert duty(incident, "status-page").role == "social-media-lead"
    assert duty(incident, "timeline").role == "scribe", "where it can be given to somebody"


def test_a_copy_of_a_role_shares_its_duties_and_is_shown_as_such(store: Store) -> None:
    incident = Acting(store)
    incident(AddRole, "ana", name="Tech Lead", label="database")
    incident(Take, "bo", role="tech-lead/database")
    assert answer(duty(incident, "theories")) == "bo, as Tech Lead · database"
    assert duty(incident, "theories").role == "tech-lead/database"
    incident(Take, "cy", role="tech-lead")
    assert answer(duty(incident, "theories")) == "2 owners: cy (Tech Lead), bo (Tech Lead · database)"
    assert duty(incident, "theories").role == "tech-lead"


def test_a_role_that_somebody_made_up_is_a_duty(store: Store) -> None:
    incident = Acting(store)
    incident(AddRole, "ana", name="Theories")  # which is what a duty of the book is called
    assert incident.now.duties[-1].key == "role:theories"
    assert answer(duty(incident, "role:theories")) == "covered by ana (Incident Manager)"
    incident(Take, "bo", role="theories")
    assert answer(duty(incident, "role:theories")) == "bo, as Theories"
    assert duty(incident, "theories").people == ("ana",)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("page d'état", "bo"),
        ("strony statusu", "bo"),
        ("secretaire", "cy"),
        ("coordinateur gestion des incidents", "ana"),
        ("timeline", "cy"),
        ("cy", "cy"),
    ],
)
def test_a_duty_is_found_in_any_language(store: Store, words: str, expected: str) -> None:
    incident = Acting(store)
    incident(Take, "bo", role="communications-manager")
    incident(Take, "cy", role="scribe")
    for shown in spoken(incident).values():
        assert found(words, shown.duties, shown.roles)[0].people == (expected,)


def test_duties_and_roles_come_in_the_readers_language(store: Store) -> None:
    told = {}
    for language, shown in spoken(Acting(store)).items():
        kept = next(duty for duty in shown.duties if duty.key == "status-page")
        told[language] = (kept.text, answer(kept), shown.unfilled["scribe"])
    assert told == {
        "en": ("Keeps the status page current", "covered by ana (Incident Manager)", "Scribe"),
        "fr": ("Tient la page d'état à jour", "covered by ana (Gestionnaire d'incident)", "Secrétaire"),
        "pl": ("Dba o aktualność strony statusu", "covered by ana (Menedżer ds. incydentów)", "Protokolant"),
    }


def test_the_holders_of_a_role_one_after_the_other(store: Store) -> None:
    incident = Acting(store)
    incident(Take, "bo", role="scribe")
    incident(Assign, "ana", role="scribe", person="cy")
    incident(Release, "cy", role="scribe")
    incident(Take, "dee", role="scribe")
    history = reads.history(store, incident.id, "scribe")
    assert [(held.person, held.given_by, held.ended_by) for held in history] == [
        ("dee", "dee", None),
        ("cy", "ana", "cy"),
        ("bo", "bo", "ana"),
    ]
    assert history[0].until is None
    assert history[1].since == history[2].until
    assert all(held.until is None or held.since <= held.until for held in history)
    assert reads.history(store, incident.id, "nobody-has-this") == ()


def test_the_roles_that_a_severity_needs_follow_it_and_end_with_the_incident(store: Store) -> None:
    incident = Acting(store)
    assert incident.now.unfilled == {
        "tech-lead": "Tech Lead",
        "communications-manager": "Communications Manager",
        "scribe": "Scribe",
    }
    incident(Take, "bo", role="tech-lead")
    incident(SetSeverity, "ana", severity=Severity.P2, reason="less")
    assert incident.now.unfilled == {}
    incident(Undo, "ana")
    assert list(incident.now.unfilled) == ["communications-manager", "scribe"]
    incident(SetPhase, "ana", phase=Phase.RESOLVED)
    assert incident.now.unfilled == {}


def test_an_empty_role_that_is_needed_waits_for_the_manager_alone(store: Store) -> None:
    incident = Acting(store)
    incident(Take, "bo", role="tech-lead")
    board = read_board(store)
    now = incident.now.declared_at
    waiting = needs(board, "ana", now)
    assert [(need.words, need.pane, need.row) for need in waiting] == [
        ("Communications Manager, Scribe unassigned", "roster", "communications-manager")
    ]
    assert needs(board, "bo", now) == ()
    incident(Release, "ana", role="incident-manager")
    assert [need.words for need in needs(read_board(store), "ana", now)] == ["no incident manager"]


def test_everybody_who_holds_a_role_stands_on_the_row_once(store: Store) -> None:
    incident = Acting(store)
    incident(Take, "bo", role="scribe")
    incident(Take, "bo", role="tech-lead")
    incident(Take, "ana", role="problem-manager")
    assert read_board(store).incidents[0].responders == ("ana", "bo")
