"""Declaring an incident, and saying what it is: the rules, the entries, and taking them back."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from models.board.board import read_board
from models.incident.declare import Declare
from models.incident.fields import Rename, SetCategory, SetImpact, SetSeverity
from models.incident.phase import SetPhase
from models.kernel.command import IncidentCommand
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.policy.phase import NEXT, OPEN, Phase
from models.roles.book_versions import choose_default
from models.timeline.commands import Undo
from tests.conftest import Clock
from tests.models.acting import Acting, told


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


class TestDeclare:
    def test_its_author_manages_it(self, store: Store) -> None:
        incident = Acting(store, category="performance", impact="some")
        now = incident.now
        assert (now.title, now.severity, now.phase) == ("Checkout returns 502", "P1", "triage")
        assert (now.category, now.impact, now.declared_by, now.manager) == ("performance", "some", "ana", "ana")
        assert (now.version, now.resolved_at, now.published_at, now.book) == (1, None, None, "high-velocity")
        (entry,) = incident.timeline
        assert told(entry) == "ana declared P1: Checkout returns 502; ana is Incident Manager"
        assert (entry.n, entry.root, entry.ref) == (1, 1, incident.ref)

    def test_somebody_else_manages_it(self, store: Store) -> None:
        incident = Acting(store, manager="bo")
        assert incident.now.manager == "bo"
        assert told(incident.timeline[0]).endswith("; bo is Incident Manager")
        assert incident.role("incident-manager").holders[0].given_by == "ana"

    @pytest.mark.parametrize("nobody", ["nobody", "Nobody"])
    def test_nobody_manages_it(self, store: Store, nobody: str) -> None:
        incident = Acting(store, manager=nobody)
        assert incident.now.manager is None
        assert incident.role("scribe").stand_in is None
        assert told(incident.timeline[0]).endswith("; no manager assigned")

    def test_its_roles_are_those_of_the_chosen_book(self, store: Store) -> None:
        choose_default(store, "it-service")
        roles = Acting(store).now.roles
        assert roles[0].key == "incident-manager"
        assert "second-line" in [role.key for role in roles]
        assert not any(role.ad_hoc for role in roles)
        with pytest.raises(Refused, match="no playbook 'tarot'"):
            choose_default(store, "tarot")

    def test_it_may_have_begun_earlier(self, store: Store, clock: Clock) -> None:
        earlier = clock.now - timedelta(minutes=20)
        incident = Acting(store, occurred_at=earlier)
        assert incident.now.declared_at == incident.timeline[0].occurred_at == earlier
        assert incident.timeline[0].recorded_at > earlier

    def test_it_cannot_begin_later(self, store: Store, clock: Clock) -> None:
        with pytest.raises(Refused, match="future"):
            Acting(store, occurred_at=clock.now + timedelta(minutes=5))
        assert read_board(store).incidents == ()

    @pytest.mark.parametrize(
        "fields",
        [{"title": ""}, {"title": " \u200b"}, {"title": "x" * 201}, {"severity": "P0"}, {"by": ""}, {"impact": "1"}],
    )
    def test_words_that_cannot_be_stored(self, fields: dict[str, Any]) -> None:
        with pytest.raises(ValidationError):
            Declare(**{"by": "ana", "title": "t", "severity": "P1", **fields})

    def test_it_cannot_be_undone(self, incident: Acting) -> None:
        with pytest.raises(Refused, match=r"A declaration cannot be undone\. Change the phase to canceled"):
            incident(Undo, "ana")

    @pytest.mark.parametrize("ref", ["INC-99", "inc-99", "99"])
    def test_an_incident_that_is_not_there(self, store: Store, ref: str) -> None:
        with pytest.raises(Refused, match=r"There is no incident INC-99\. See the list: `bridgewatch list --all`"):
            store.perform(Undo(by="ana", ref=ref))

    @pytest.mark.parametrize("ref", ["", "INC-", "INC--1", "x", "INC-1 OR 1=1", "٣", "9" * 16])
    def test_what_is_no_incident(self, ref: str) -> None:
        with pytest.raises(ValidationError, match="Examples: INC-31, 31"):
            Undo(by="ana", ref=ref)


class Lower(SetSeverity):
    """For a reason."""

    reason: str = "less"


SETTING: list[tuple[type[IncidentCommand], str, list[str], list[str]]] = [
    (
        Rename,
        "title",
        ["Checkout returns 502", "Checkout is down", "Everything is down"],
        ["changed title: “Checkout returns 502” → “Checkout is down”"],
    ),
    (
        Lower,
        "severity",
        ["P1", "P2", "P3"],
        [
            "changed severity: P1 → P2; the update to customers due at 14:05Z is now due at 14:15Z; "
            "the update to executives due at 14:30Z is dropped: less"
        ],
    ),
    (SetCategory, "category", ["none", "security", "performance"], ["changed category: none → security"]),
    (SetImpact, "impact", ["none", "most", "few"], ["changed impact: none → most"]),
    (SetPhase, "phase", ["triage", "investigating", "identified"], ["changed phase: triage → investigating"]),
]


@pytest.mark.parametrize(("command", "column", "values", "sentences"), SETTING, ids=[row[1] for row in SETTING])
class TestSetting:
    def value(self, incident: Acting, column: str) -> str:
        return getattr(incident.now, column) or "none"

    def test_entry_and_undo(
        self, incident: Acting, command: type[IncidentCommand], column: str, values: list[str], sentences: list[str]
    ) -> None:
        first, second, third = values
        entry = incident(command, "bo", **{column: second})
        assert [told(entry)] == [f"bo {sentence}" for sentence in sentences]
        assert self.value(incident, column) == second
        incident(command, "bo", **{column: third})
        undone = incident(Undo, "bo")
        assert told(undone).startswith("bo reverted “")
        assert self.value(incident, column) == second
        incident(Undo, "bo")
        assert self.value(incident, column) == first
        with pytest.raises(Refused, match="You have nothing to undo on"):
            incident(Undo, "bo")
        assert incident.now.version == 5

    def test_what_it_is_already(
        self, incident: Acting, command: type[IncidentCommand], column: str, values: list[str], sentences: list[str]
    ) -> None:
        incident(command, "bo", **{column: values[1]})
        with pytest.raises(Refused, match=f"The {column} of {incident.ref} is already"):
            incident(command, "ana", **{column: values[1]})
        assert incident.now.version == 2

    def test_somebody_was_faster(
        self, incident: Acting, command: type[IncidentCommand], column: str, values: list[str], sentences: list[str]
    ) -> None:
        first, second, third = values
        incident(command, "bo", **{column: second, "saw": first})
        with pytest.raises(Conflict) as told_so:
            incident(command, "cy", **{column: third, "saw": first})
        assert told_so.value.message == (
            f"The {column} of {incident.ref} has changed since you opened this: bo {sentences[0]} at 14:00:02Z."
        )
        assert told_so.value.now == second
        assert self.value(incident, column) == second
        incident(command, "cy", **{column: third, "saw": told_so.value.now})
        assert self.value(incident, column) == third

    def test_an_undo_is_a_change_too(
        self, incident: Acting, command: type[IncidentCommand], column: str, values: list[str], sentences: list[str]
    ) -> None:
        first, second, third = values
        incident(command, "bo", **{column: second})
        incident(Undo, "bo")
        with pytest.raises(Conflict, match=r"bo reverted “.*” at 14:00:03Z") as told_so:
            incident(command, "cy", **{column: third, "saw": second})
        assert told_so.value.now == first

    def test_undo_when_overtaken(
        self, incident: Acting, command: type[IncidentCommand], column: str, values: list[str], sentences: list[str]
    ) -> None:
        incident(command, "bo", **{column: values[1]})
        incident(command, "cy", **{column: values[2]})
        with pytest.raises(Refused, match=f"The {column} has been changed again by cy"):
            incident(Undo, "bo")
        assert self.value(incident, column) == values[2]

    def test_nobodys_role_moves(
        self, incident: Acting, command: type[IncidentCommand], column: str, values: list[str], sentences: list[str]
    ) -> None:
        before = incident.now.roles
        incident(command, "bo", **{column: values[1]})
        assert incident.now.roles == before


class TestPhases:
    @pytest.mark.parametrize("was", list(Phase))
    def test_every_step(self, store: Store, was: Phase) -> None:
        for phase in Phase:
            if phase is was:
                continue
            incident = reached(store, was)
            if incident is None:
                return
            if phase in NEXT[was]:
                incident(SetPhase, "bo", phase=phase, saw=was, force_reason="A drill")
                assert incident.now.phase == phase
            else:
                with pytest.raises(
                    Refused, match=f"{incident.ref} cannot change from {was} to {phase}. Allowed from {was}: "
                ):
                    incident(SetPhase, "bo", phase=phase)
                assert incident.now.phase == was

    def test_when_it_was_resolved(self, incident: Acting) -> None:
        assert incident.now.resolved_at is None
        first = incident(SetPhase, "ana", phase="resolved").recorded_at
        assert incident.now.resolved_at == first
        incident(SetPhase, "ana", phase="closed", force_reason="A drill")
        assert incident.now.resolved_at == first
        incident(SetPhase, "ana", phase="investigating")
        assert incident.now.resolved_at is None
        second = incident(SetPhase, "ana", phase="resolved").recorded_at
        assert incident.now.resolved_at == second

    def test_a_canceled_one_was_never_resolved(self, incident: Acting) -> None:
        incident(SetPhase, "ana", phase="canceled")
        assert incident.now.resolved_at is None

    def test_undoing_gives_back_when_it_was_resolved(self, incident: Acting) -> None:
        first = incident(SetPhase, "ana", phase="resolved").recorded_at
        incident(SetPhase, "bo", phase="monitoring")
        incident(Undo, "bo")
        assert (incident.now.phase, incident.now.resolved_at) == ("resolved", first)
        incident(Undo, "ana")
        assert (incident.now.phase, incident.now.resolved_at) == ("triage", None)


def reached(store: Store, phase: Phase) -> Acting | None:
    """An incident in that phase; None where no command leads."""
    paths = {phase: (phase,) for phase in OPEN} | {
        Phase.RESOLVED: (Phase.RESOLVED,),
        Phase.CLOSED: (Phase.RESOLVED, Phase.CLOSED),
        Phase.CANCELED: (Phase.CANCELED,),
    }
    if phase not in paths:
        return None
    incident = Acting(store)
    for was, now in pairwise((Phase.TRIAGE, *paths[phase])):
        if was is not now:
            incident(SetPhase, "ana", phase=now, force_reason="A drill")
    return incident
