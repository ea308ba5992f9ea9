"""Draws theories: the list of them, and one in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from textual import events

from models.policy.theory import TheoryState
from models.theories.views import BELIEF, balance, by_belief
from screens.kernel.card import entry_card, fact, moment
from screens.kernel.dialogs import Pick
from screens.kernel.options import Option
from screens.kernel.rows import Line, line
from screens.kernel.verbs import sign
from screens.theories.signs import STANDING

if TYPE_CHECKING:
    from models.kernel.entry import EntryView
    from models.theories.views import EvidenceView, TheoryView


_HEADINGS = {
    TheoryState.CONFIRMED: "Confirmed",
    TheoryState.TESTING: "Testing",
    TheoryState.OPEN: "Open",
    TheoryState.RULED_OUT: "Ruled out",
}

_LONGEST = 160
"""The most characters of a theory's text in a list."""

Chosen = tuple[str, int]
"""A verb's name, and the number of the theory it acts on."""

CARD = "card"


class TheoryList(Pick[Chosen]):
    """The list of theories; the selected one can be opened, set, and given evidence."""

    def __init__(self, title: str, options: Sequence[Option[Chosen]], keys: Mapping[str, str], at: Chosen) -> None:
        self._verbs = {keys[verb]: verb for verb in ("theory", "evidence") if keys[verb]}
        does = {"theory": "state", "evidence": "evidence"}
        hints = ("⏎ open", *(f"{sign(key)} {does[verb]}" for key, verb in self._verbs.items()), "Esc close")
        super().__init__(title, options, at=at, hint=" · ".join(hints))

    def on_key(self, event: events.Key) -> None:
        verb = self._verbs.get(event.key) or self._verbs.get(event.character or "")
        at = self.pointed_at
        if verb is not None and at is not None:
            event.stop()
            self.dismiss((verb, at[1]))


def believed(theories: Sequence[TheoryView], now: datetime) -> list[Option[Chosen]]:
    """Every theory with its latest evidence, confirmed ones first."""
    ordered = by_belief(theories)
    first = {state: next((theory.n for theory in ordered if theory.state is state), None) for state in BELIEF}
    return [
        Option(
            value=(CARD, theory.n),
            title=f"{STANDING[theory.state][0]} {short(theory.text)}",
            above=_HEADINGS[theory.state] if first[theory.state] == theory.n else "",
            below=(_standing(theory, now), "dim"),
        )
        for theory in ordered
    ]


def short(words: str, longest: int = _LONGEST) -> str:
    """The text on one line of at most `longest` characters."""
    one = " ".join(words.split())
    return one if len(one) <= longest else f"{one[: longest - 1]}…"


def _standing(theory: TheoryView, now: datetime) -> str:
    """Who set the state and when, the reason, and the latest evidence."""
    by = theory.moved_by or theory.author
    lines = [f"{by}, {moment(theory.moved_at or theory.occurred_at, now)}"]
    if theory.why:
        lines[0] += f": {short(theory.why)}"
    if theory.evidence:
        latest = theory.evidence[0]
        lines.append(f"{balance(theory)}; latest: {_told(latest, now)}")
    return "\n".join(lines)


def _told(evidence: EvidenceView, now: datetime) -> str:
    return f"{evidence.weight}, {evidence.author} {moment(evidence.occurred_at, now)}: {short(evidence.text)}"


def theory(
    theory: TheoryView, moves: Sequence[EntryView], versions: Sequence[EntryView], now: datetime, width: int
) -> list[Line]:
    """The theory's text, state and reason, evidence, previous states, and versions."""
    return [*_facts(theory, moves, now, width), line(), *entry_card(versions, width)]


def _facts(theory: TheoryView, moves: Sequence[EntryView], now: datetime, width: int) -> Iterator[Line]:
    yield from fact("theory", theory.text, width)
    state = f"{STANDING[theory.state][0]} {theory.state}"
    if theory.moved_by is not None and theory.moved_at is not None:
        state += f" since {moment(theory.moved_at, now)}, set by {theory.moved_by}"
    yield from fact("state", f"{state}: {theory.why}" if theory.why else state, width)
    for place, evidence in enumerate(theory.evidence):
        words = f"{moment(evidence.occurred_at, now)} {evidence.author}: {evidence.text}"
        yield from fact("" if place else "evidence", f"{evidence.weight:<8}{words}", width)
    for place, move in enumerate(reversed(moves[:-1])):
        words = f"{moment(move.recorded_at, now)} {move.author}: {move.data['now']}"
        yield from fact("" if place else "previously", f"{words}: {move.text}" if move.text else words, width)
