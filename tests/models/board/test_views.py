"""Views are plain structs that nobody checks when they are made, so that the first board comes soon: so here."""

from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from models.board.board import read_board
from models.board.views import Board
from models.incident.fields import SetCategory, SetImpact
from models.incident.phase import SetPhase
from models.kernel.notes import NoteKind
from models.kernel.snapshot import Snapshot
from models.kernel.store import Store
from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase
from models.policy.severity import Severity
from models.roles.commands import Take
from models.roles.handover import Offer
from models.tasks.commands import AddTask
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import Note
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from models.updates.views import ComponentView
from tests.models.acting import Acting


def wrong(value: Any, hint: Any, where: str = "") -> list[str]:
    """Where a value is not exactly what its field says: `P1` as a text is no Severity."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Any:
        return []
    if origin in (Union, UnionType):
        found = [wrong(value, part, where) for part in parts]
        return [] if [] in found else [f"{where}: {value!r} is none of {hint}"]
    if origin is Literal:
        return [] if value in parts else [f"{where}: {value!r} is none of {parts}"]
    if origin is tuple:
        inside = [one for number, each in enumerate(value) for one in wrong(each, parts[0], f"{where}[{number}]")]
        return inside if type(value) is tuple else [f"{where}: {value!r} is no tuple"]
    if origin is dict:
        return [
            one
            for key, each in value.items()
            for one in (*wrong(key, parts[0], f"{where} key"), *wrong(each, parts[1], f"{where}[{key}]"))
        ]
    if type(value) is not (NoneType if hint is None else hint):
        return [f"{where}: {value!r} is no {hint}"]
    if isinstance(value, Snapshot):
        hints = get_type_hints(hint)
        return [
            one
            for name in value.__struct_fields__
            for one in wrong(getattr(value, name), hints[name], f"{where}.{name}")
        ]
    return []


def test_a_board_holds_what_it_says(store: Store) -> None:
    incident = Acting(store, severity="P1")
    incident(SetCategory, "ana", category="performance")
    incident(SetImpact, "ana", impact="most")
    incident(Take, "bo", role="scribe")
    incident(Offer, "bo", role="scribe", person="cy")
    incident(AddTask, "ana", title="Look at the pool", person="bo")
    theory = incident(Note, "bo", text="pool exhausted", as_kind=NoteKind.THEORY).n
    incident(AddEvidence, "cy", n=theory, weight="for", text="it was full")
    incident(SetTheory, "bo", n=theory, state="being tested", why="we look")
    for audience in Audience:
        incident(
            EditDraft, "cy", audience=audience, title="Slow", text="We know.", components={"API": "degraded"}, saw=0
        )
    incident(Publish, "cy", audience=Audience.TEAM)
    incident(SetPhase, "bo", phase=Phase.IDENTIFIED)
    board = read_board(store, incident.id)
    assert wrong(board, Board, "board") == []
    assert board.shown is not None
    assert all((board.shown.tasks, board.shown.theories[0].evidence, board.shown.offers, board.shown.last_updates))


@pytest.mark.parametrize("state", ["degraded", ComponentState.DEGRADED])
def test_a_text_in_the_place_of_a_word_is_found(state: Any) -> None:
    found = wrong(ComponentView(name="API", state=state, description=""), ComponentView)
    assert bool(found) is not isinstance(state, Enum)


def test_a_list_in_the_place_of_a_tuple_is_found() -> None:
    assert wrong([Severity.P1], tuple[Severity, ...])
    assert not wrong((Severity.P1,), tuple[Severity, ...])
