"""Pane 3: the timeline, newest entry first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from models.kernel.notes import EVIDENCE, NOTES, NoteKind
from models.kernel.wording import sentence
from models.policy.theory import TheoryState
from models.theories.verbs import bearing
from models.timeline.verbs import decided
from screens.kernel.pane import Pane, row_keys
from screens.kernel.rows import Line, Row, line
from screens.kernel.show import clock, fit, safe, wrap
from screens.kernel.show import width as wide
from screens.process.view import beside_steps
from screens.theories.signs import STANDING
from screens.timeline.folding import Fold, folded

if TYPE_CHECKING:
    from models.kernel.entry import EntryView


_ROOMY = 48
"""From this width on, the head has room for the pane's name and the title of the incident."""

_WHO = 8
"""The most cells of an author's name."""

_TONES = {
    "theory": "accent",
    "evidence": "accent",
    "decision": "good",
    "action": "warn",
    "customer": "p2",
    "published": "good",
    "emergency-published": "warn",
    "retracted": "dim",
    "undone": "dim",
    "draft": "dim",
    "inside-draft": "dim",
    "told": "good",
    "approved": "good",
    "sent-back": "warn",
    "snoozed": "warn",
}


class Timeline(Pane):
    """Loads entries page by page as the user scrolls."""

    number: ClassVar[int] = 3
    called: ClassVar[str] = "Timeline"
    BINDINGS: ClassVar[list[BindingType]] = row_keys("timeline")
    follows: ClassVar[bool] = True

    def __init__(self, *, id: str, me: str, keys: Mapping[str, str]) -> None:
        super().__init__(id=id, me=me, keys=keys)
        self._drawn: dict[tuple[object, ...], tuple[tuple[Line, ...], str]] = {}
        self._opened: set[object] = set()
        """The keys of the folds that are open."""

    def make_rows(self, width: int) -> Sequence[Row]:
        if self.board is None or self.board.shown is None or self.now is None:
            return []
        entries = self.board.timeline.entries
        who = min(_WHO, max((wide(author(entry)) for entry in entries[:200]), default=0))
        drawn: dict[tuple[object, ...], tuple[tuple[Line, ...], str]] = {}
        rows = []
        day = self.now.date()
        states = {theory.n: theory.state for theory in self.board.shown.theories}
        for entry in entries if self.filter else folded(entries, self._opened):
            if isinstance(entry, Fold):
                before = () if entry.day == day else (_day(day := entry.day, width),)
                rows.append(Row(entry.key, (*before, _summed_up(entry, width)), ""))
                continue
            state = states.get(entry.root)
            key = (self.board.shown.id, entry.n, width, who, state)
            drawn[key] = self._drawn.get(key) or (tuple(_lines(entry, state, who, width)), _found_by(entry, state))
            before = () if entry.occurred_at.date() == day else (_day(day := entry.occurred_at.date(), width),)
            lines, find = drawn[key]
            rows.append(Row(entry.root, before + lines, find))
        self._drawn = drawn
        return rows

    def turn_fold(self, key: object) -> bool:
        """Open or close the fold of that row; False if the row is none."""
        if not str(key).startswith("fold "):
            return False
        self._opened ^= {key}
        self.draw()
        return True

    def entry(self, root: object) -> EntryView | None:
        """The entry whose first version has that number, in its latest version."""
        entries = self.board.timeline.entries if self.board else ()
        return next((entry for entry in entries if entry.root == root), None)

    def empty(self) -> str:
        return f"No entries yet. Press {self.key('note')} to add a note."

    def title(self) -> str:
        if self.board is None or self.board.shown is None:
            return ""
        return self.board.shown.title

    def name_shown(self) -> str:
        """With the incident; in a narrow column, its title needs the room of the word."""
        if self.board is None or self.board.shown is None:
            return self.called
        ref = self.board.shown.ref
        return f"{self.called} {ref}" if self.head.size.width >= _ROOMY else ref

    def legend(self) -> str:
        timeline = self.board.timeline if self.board else None
        if timeline is None or not timeline.version:
            return ""
        if self.filter and not timeline.complete:
            return f"searched the newest {len(timeline.entries)} of {timeline.version} entries"
        told = "newest first" if timeline.complete else f"newest first · {timeline.version} entries"
        return beside_steps(self, told)


def kind_name(kind: str) -> str:
    """A kind of entry, as a user reads it."""
    return "customer report" if kind == NoteKind.CUSTOMER else kind


def author(entry: EntryView) -> str:
    """The author of the first version."""
    return str(entry.data.get("author", entry.author)) if entry.kind in NOTES else entry.author


def _day(day: date, width: int) -> Line:
    return line((fit(f"── {day:%A %d %B %Y} ".ljust(width, "─"), width), "dim"))


def _summed_up(fold: Fold, width: int) -> Line:
    """The line of a fold: how many entries, and what the newest ones say."""
    count = f"{clock(fold.entries[0].occurred_at)} {'▾' if fold.opened else '▸'} {len(fold.entries)} changes"
    if fold.opened:
        return line((fit(count, width), "dim"))
    said = (f"{author(entry)} {sentence(entry.kind, entry.data, '')}" for entry in fold.entries)
    return line((fit(f"{count}: {'; '.join(said)}", width), "dim"))


def _found_by(entry: EntryView, state: TheoryState | None) -> str:
    """The text that a filter searches."""
    return f"{author(entry)} {entry.kind} {state or ''} {sentence(entry.kind, entry.data, entry.text)}"


def _lines(entry: EntryView, state: TheoryState | None, who: int, width: int) -> Sequence[Line]:
    tone = STANDING[state][1] if state else _TONES.get(entry.kind, "")
    margin = 5 + 1 + who + 1
    if width - margin < 24:  # too narrow for a column of names
        margin, who = 6, 0
    tag = _tag(entry, state)
    told = _told(entry, tag) if who else f"{author(entry)} {_told(entry, tag)}"
    if entry.kind in ("draft", "inside-draft"):  # one line: pane 4 shows the whole text
        told = fit(told, width - margin).rstrip()
    start = [(f"{clock(entry.occurred_at)} ", "dim")]
    if who:
        start.append((f"{fit(author(entry), who)} ", ""))
    first, *rest = wrap(told, width - margin)
    if tag and first.startswith(tag):
        head: Line = ((tag, tone), (first[len(tag) :], ""))
    else:
        head = ((first, tone),)
    return [(*start, *head), *(line((" " * margin + part, "" if tag else tone)) for part in rest)]


def _tag(entry: EntryView, state: TheoryState | None) -> str:
    """The kind of a note, before its text; of a theory with its state."""
    if entry.kind not in NOTES or entry.kind == "note":
        return ""
    kind = kind_name(entry.kind).upper()
    return f"{kind} {STANDING[state][0]} {state}:" if state else kind


def _told(entry: EntryView, tag: str) -> str:
    if entry.kind not in NOTES:
        return sentence(entry.kind, entry.data, entry.text)
    about = f" {bearing(entry.data)}" if entry.kind == EVIDENCE else ""
    lead = f"{tag}{about}{':' * bool(about)} " if tag else ""
    by = "" if entry.author == author(entry) else f" by {safe(entry.author)}"
    edited = f"  (edited{by})" if entry.root != entry.n else ""
    more = decided(entry.data) if entry.kind == "decision" else ""
    return f"{lead}{entry.text}{f'  ({more})' if more else ''}{edited}"
