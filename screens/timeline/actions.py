"""Add, edit and retract timeline entries, and undo."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from models.kernel.notes import EVIDENCE, NoteKind
from models.kernel.text import key
from screens.kernel.actions import card_of, on_desk, on_incident
from screens.kernel.asking import sent
from screens.kernel.card import entry_card, told
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.times import echo_when, when
from screens.theories.actions import show_theory
from screens.timeline.drawing import author, kind_name
from screens.timeline.pane import Timeline

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.entry import EntryView
    from screens.kernel.desk import Desk


def _echo_person(desk: Desk) -> Callable[[str], str]:
    def echo(words: str) -> str:
        if not words.strip():
            return ""
        people = desk.board.people if desk.board else ()
        known = next((person for person in people if key(person) == key(words)), None)
        return f"= {known}" if known else f"= {words.strip()} (new person)"

    return echo


async def _write(desk: Desk, verb: str, title: str, keep: str, fixed: dict[str, Any], values: dict[str, str]) -> None:
    async def submit(answers: Answers) -> str | None:
        try:
            at = when(desk, answers["at"])
        except ValueError as error:
            return str(error)
        told: dict[str, Any] = {"occurred_at": at} if at else {}
        if "kind" in answers:
            told["as_kind"] = answers["kind"]
        if answers.get("kind") == NoteKind.DECISION:
            told |= {"decided_by": answers["decided_by"].strip() or None, "why": answers["why"]}
        return await sent(desk, verb, **fixed, text=answers["text"], **told)

    decision = ("kind", str(NoteKind.DECISION))
    kind, kinds = values.get("kind", str(NoteKind.NOTE)), tuple((str(kind), kind_name(kind)) for kind in NoteKind)
    fields = (
        Field(name="text", label="Text", value=values.get("text", ""), lines=True),
        *((Field(name="kind", label="Kind", value=kind, choices=kinds),) if kind != EVIDENCE else ()),
        Field(
            name="decided_by",
            label="Decided by",
            value=values.get("decided_by", ""),
            placeholder=f"default: {desk.me}",
            echo=_echo_person(desk),
            only=decision,
        ),
        Field(name="why", label="Reason", value=values.get("why", ""), only=decision),
        Field(name="at", label="Time (default: now)", placeholder="20 minutes ago, 14:05", echo=echo_when(desk)),
    )
    await desk.acting.ask(Ask(title, fields, submit, keep=keep))


@on_incident("note")
async def note(desk: Desk, shown: IncidentView, kind: NoteKind = NoteKind.NOTE) -> None:
    """Add an entry; `kind` is preselected."""
    ref = shown.ref
    await _write(desk, "note", f"Add timeline entry · {ref}", f"{kind} {ref}", {"ref": ref}, {"kind": kind})


@on_incident("edit")
async def revise(desk: Desk, shown: IncidentView) -> None:
    entry = desk.entry()
    if entry is None:
        return
    fixed = {"ref": shown.ref, "n": entry.root, "saw": entry.n}
    values = {"kind": entry.kind, "text": entry.text, "decided_by": author(entry), **_decision(entry)}
    await _write(
        desk, "edit", f"Edit {kind_name(entry.kind)} · {shown.ref}", f"revise {shown.ref} {entry.n}", fixed, values
    )


def _decision(entry: EntryView) -> dict[str, str]:
    """The fields of a decision apart from its text."""
    return {name: str(entry.data[name]) for name in ("decided_by", "why") if name in entry.data}


@on_incident("retract")
async def retract(desk: Desk, shown: IncidentView) -> None:
    entry = desk.entry()
    if entry is None:
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "retract", ref=shown.ref, n=entry.root, saw=entry.n, reason=answers["reason"])

    field = Field(name="reason", label="Reason (the note stays visible, marked as retracted)")
    title = f"Retract {entry.author}'s {kind_name(entry.kind)} · {shown.ref}"
    await desk.acting.ask(Ask(title, (field,), submit, keep=f"retract {shown.ref} {entry.n}"))


@on_incident("undo")
async def undo(desk: Desk, shown: IncidentView) -> None:
    """Undo the user's last action; whether one more is meant is asked."""
    before = _last_undone(desk)
    if before is not None and not await desk.acting.ask(_one_more(shown.ref, told(before))):
        return
    done = await desk.acting.perform("undo", ref=shown.ref)
    if done is not None:
        desk.notify(told(done.entry), title=done.ref, markup=False)


def _last_undone(desk: Desk) -> EntryView | None:
    """What the user did last, if that was to undo something."""
    entries = desk.board.timeline.entries if desk.board is not None else ()
    last = max((entry for entry in entries if entry.author == desk.me), key=attrgetter("n"), default=None)
    return last if last is not None and last.kind == "undone" else None


def _one_more(ref: str, undone: str) -> Pick[bool]:
    options = (
        Option(value=True, title="Undo the action before it, too", key="y"),
        Option(value=False, title="Leave it at that", key="n"),
    )
    return Pick(f"Undo once more · {ref}", options, body=f"You {undone} already.")


@on_incident("jump")
async def jump(desk: Desk, shown: IncidentView) -> None:
    """Ask for a time, and go to the first entry from then on."""
    timeline = desk.pane("timeline")
    if not isinstance(timeline, Timeline):
        return
    entry = timeline.entry(timeline.chosen)
    day = entry.occurred_at if entry is not None else None

    async def submit(answers: Answers) -> str | None:
        try:
            at = when(desk, answers["at"], day)
        except ValueError as error:
            return str(error)
        if at is not None:
            desk.go_to("timeline")
            timeline.set_filter("")
            timeline.go(at)
        return None

    field = Field(
        name="at", label="Time", placeholder="14:05, yesterday 14:05, 20 minutes ago", echo=echo_when(desk, day)
    )
    await desk.acting.ask(Ask(f"Go to a time · {shown.ref}", (field,), submit, keep="jump"))


@on_desk("order")
async def order(desk: Desk) -> None:
    timeline = desk.pane("timeline")
    if isinstance(timeline, Timeline):
        timeline.turn()


@card_of("timeline")
async def card(desk: Desk, shown: IncidentView) -> None:
    """Show the selected entry with its versions; a theory with its evidence. Open or close folded changes."""
    if desk.turn_fold():
        return
    entry = desk.entry()
    if entry is None:
        return
    theory = next((theory for theory in shown.theories if theory.n == entry.root), None)
    if theory is not None:
        await show_theory(desk, shown, theory)
        return
    versions: tuple[EntryView, ...] = (entry,)
    if entry.root != entry.n and desk.current:
        versions = await wrap_future(desk.link.read(lambda read: read.versions(shown.id, entry.root)))
    title, lines = f"{shown.ref} · entry {entry.n}", partial(entry_card, versions)
    other = str(entry.data.get("ref", "")) if entry.kind in ("merged", "took-in") else ""
    if not other.removeprefix("INC-").isdecimal():
        await desk.acting.ask(TextDialog(title, lines))
    elif await desk.acting.ask(Pick(title, (Option(value=True, title=f"Go to {other}", key="o"),), body=lines)):
        desk.look_at(int(other.removeprefix("INC-")))
