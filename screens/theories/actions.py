"""Theories: set the state, add evidence, and list them."""

from __future__ import annotations

from asyncio import wrap_future
from contextlib import suppress
from typing import TYPE_CHECKING

from models.kernel.failures import Failure
from models.kernel.notes import EVIDENCE, NoteKind
from models.policy.theory import TheoryState, Weight
from models.theories.views import by_belief
from screens.kernel.actions import on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.times import echo_when, when
from screens.theories import view as theories
from screens.theories.signs import STANDING

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.entry import EntryView
    from models.theories.views import TheoryView
    from screens.kernel.desk import Desk


_KEYS = {TheoryState.OPEN: "o", TheoryState.TESTING: "t", TheoryState.CONFIRMED: "c", TheoryState.RULED_OUT: "r"}

_CONCLUSIONS = (TheoryState.CONFIRMED, TheoryState.RULED_OUT)
"""The states that ask for a reason."""

_WEIGHTS = {
    Weight.FOR: ("f", "supports the theory"),
    Weight.AGAINST: ("a", "contradicts the theory"),
    Weight.NEUTRAL: ("n", "related, but neutral so far"),
}

_SHORT = 40
"""The most characters of a theory in a title."""


@on_incident("theory")
async def theory(desk: Desk, shown: IncidentView) -> None:
    """Set the state of the selected theory, or of one that the user picks."""
    found = await _which(desk, shown, "Set theory state")
    if found is not None:
        await _set(desk, shown, found)


@on_incident("evidence")
async def evidence(desk: Desk, shown: IncidentView) -> None:
    """Add evidence to the selected theory, or to one that the user picks."""
    found = await _which(desk, shown, "Add evidence")
    if found is not None:
        await _argue(desk, shown, found)


@on_incident("theories")
async def believed(desk: Desk, _shown: IncidentView) -> None:
    """List the theories; an action from the list returns to it."""
    at = _pointed_at(desk)
    number = at.n if at is not None else 0
    while (shown := desk.shown) is not None and shown.theories:
        options = theories.believed(shown.theories, desk.clock())
        title = f"Theories · {shown.ref}"
        chosen = await desk.acting.ask(theories.TheoryList(title, options, desk.keys, (theories.CARD, number)))
        if chosen is None:
            return
        verb, number = chosen
        found = _numbered(desk.shown, number)
        if found is not None and (verb == theories.CARD or desk.acting.may(verb)):
            await {theories.CARD: show_theory, "theory": _set, "evidence": _argue}[verb](desk, shown, found)


async def show_theory(desk: Desk, shown: IncidentView, found: TheoryView) -> None:
    """Show a theory in full; without its history while the database is offline."""
    moves: tuple[EntryView, ...] = ()
    versions: tuple[EntryView, ...] = ()
    if desk.current:
        with suppress(Failure):
            moves, versions = await wrap_future(
                desk.link.read(lambda read: (read.moves(shown.id, found.n), read.versions(shown.id, found.n)))
            )
    title = f"{shown.ref} · theory {found.n}"
    await desk.acting.ask(TextDialog(title, lambda width: theories.theory(found, moves, versions, desk.clock(), width)))


def _pointed_at(desk: Desk) -> TheoryView | None:
    """The theory of the selected timeline entry, if any."""
    entry = desk.entry() if desk.focused_pane == "timeline" else None
    if entry is None:
        return None
    about = {NoteKind.THEORY: entry.root, EVIDENCE: entry.data.get("theory"), "theory-moved": entry.data.get("theory")}
    return _numbered(desk.shown, about.get(entry.kind))


def _numbered(shown: IncidentView | None, number: int | None) -> TheoryView | None:
    return next((theory for theory in shown.theories if theory.n == number), None) if shown else None


async def _which(desk: Desk, shown: IncidentView, title: str) -> TheoryView | None:
    """The selected theory, or the only one, or the one that the user picks."""
    pointed_at = _pointed_at(desk)
    if pointed_at is not None or len(shown.theories) == 1:
        return pointed_at or shown.theories[0]
    options = [
        Option(value=theory.n, title=theories.short(theory.text), hint=f"{STANDING[theory.state][0]} {theory.state}")
        for theory in by_belief(shown.theories)
    ]
    number = await desk.acting.ask(Pick(f"{title} · {shown.ref}", options, search=True))
    return _numbered(shown, number)


async def _set(desk: Desk, shown: IncidentView, found: TheoryView) -> None:
    called = theories.short(found.text, _SHORT)
    options = [
        Option(value=state, title=f"{STANDING[state][0]} {state}", key=key, hint="now" * (state is found.state))
        for state, key in _KEYS.items()
    ]
    state = await desk.acting.ask(Pick(f"State of “{called}”", options, at=found.state))
    if state is None:
        return
    known = {"ref": shown.ref, "n": found.n, "state": state, "saw": found.state}
    if state not in _CONCLUSIONS or state is found.state:
        await desk.acting.perform("theory", **known)
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "theory", **known, why=answers["why"])

    field = Field(name="why", label="Reason (optional)")
    title = f"Set “{called}” to {state} · {shown.ref}"
    await desk.acting.ask(Ask(title, (field,), submit, keep=f"theory {shown.ref} {found.n} {state}"))


async def _argue(desk: Desk, shown: IncidentView, found: TheoryView) -> None:
    called = theories.short(found.text, _SHORT)
    options = [Option(value=weight, title=weight, key=key, hint=hint) for weight, (key, hint) in _WEIGHTS.items()]
    weight = await desk.acting.ask(Pick(f"Add evidence about “{called}”", options))
    if weight is None:
        return

    async def submit(answers: Answers) -> str | None:
        try:
            at = when(desk, answers["at"])
        except ValueError as error:
            return str(error)
        known = {"ref": shown.ref, "n": found.n, "weight": weight, "text": answers["text"]}
        return await sent(desk, "evidence", **known, **({"occurred_at": at} if at else {}))

    fields = (
        Field(name="text", label="Observation", lines=True),
        Field(name="at", label="Time (default: now)", placeholder="20 minutes ago, 14:05", echo=echo_when(desk)),
    )
    bears = "about" if weight is Weight.NEUTRAL else weight
    title = f"Add evidence {bears} “{called}” · {shown.ref}"
    await desk.acting.ask(Ask(title, fields, submit, keep=f"evidence {shown.ref} {found.n}"))
