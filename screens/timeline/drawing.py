"""Pure: the lines that draw the entries of a timeline, its days and its folds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from models.kernel import entry_words
from models.kernel.notes import EVIDENCE, NOTES, NoteKind
from models.kernel.wording import sentence
from models.policy.theory import TheoryState
from models.theories.verbs import bearing
from models.timeline.verbs import decided
from screens.kernel.rows import Line, line
from screens.kernel.show import clock, fit, safe, wrap
from screens.theories.signs import STANDING
from screens.timeline.folding import Fold

if TYPE_CHECKING:
    from models.kernel.entry import EntryView


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


def kind_name(kind: str) -> str:
    """A kind of entry, as a user reads it."""
    return "customer report" if kind == NoteKind.CUSTOMER else kind


def author(entry: EntryView) -> str:
    """The author of the first version."""
    return entry_words.author(entry.kind, entry.data, entry.author)


def words(entry: EntryView) -> str:
    """What a search finds it by."""
    return entry_words.entry_words(entry.kind, entry.data, entry.text, entry.author, entry.occurred_at)


def fold_line(fold: Fold, width: int) -> Line:
    """The line of a fold: how many entries, and what the newest ones say."""
    count = f"{clock(fold.entries[0].occurred_at)} {'▾' if fold.opened else '▸'} {len(fold.entries)} changes"
    if fold.opened:
        return line((fit(count, width), "dim"))
    said = (f"{author(entry)} {sentence(entry.kind, entry.data, '')}" for entry in fold.entries)
    return line((fit(f"{count}: {'; '.join(said)}", width), "dim"))


def day_line(day: date, width: int) -> Line:
    return line((fit(f"── {day:%A %d %B %Y} ".ljust(width, "─"), width), "dim"))


def entry_lines(entry: EntryView, state: TheoryState | None, who: int, width: int) -> Sequence[Line]:
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
