"""Writing on the timeline, and taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.policy import NoteKind
from screens import cards
from screens.ask import Answers, Ask, Field
from screens.deeds.asking import sent
from screens.show import stamp

if TYPE_CHECKING:
    from screens.desk import Desk


def _when(desk: Desk, words: str) -> datetime | None:
    from models.moments import parse

    return parse(words, desk.clock(), desk.clock().astimezone().tzinfo) if words.strip() else None


def _echo(desk: Desk) -> Callable[[str], str]:
    def echo(words: str) -> str:
        try:
            at = _when(desk, words)
        except ValueError as error:
            return str(error)
        return f"= {at:%d %b} {stamp(at)}" if at else ""

    return echo


async def _write(desk: Desk, verb: str, title: str, keep: str, fixed: dict[str, Any], values: dict[str, str]) -> None:
    async def submit(answers: Answers) -> str | None:
        try:
            at = _when(desk, answers["at"])
        except ValueError as error:
            return str(error)
        return await sent(
            desk, verb, **fixed, text=answers["text"], as_kind=answers["kind"], **({"occurred_at": at} if at else {})
        )

    fields = (
        Field(
            name="kind", label="Kind", value=values.get("kind", NoteKind.NOTE), choices=tuple((k, k) for k in NoteKind)
        ),
        Field(name="text", label="Words", value=values.get("text", ""), lines=True),
        Field(name="at", label="When, if not now", placeholder="20 minutes ago, 14:05", echo=_echo(desk)),
    )
    await desk.acting.ask(Ask(title, fields, submit, keep=keep, begin="text"))


async def note(desk: Desk) -> None:
    if desk.shown:
        ref = desk.shown.ref
        await _write(desk, "note", f"Write on the timeline of {ref}", f"note {ref}", {"ref": ref}, {})


async def revise(desk: Desk) -> None:
    shown, entry = desk.shown, desk.entry()
    if shown is None or entry is None:
        return
    fixed = {"ref": shown.ref, "n": entry.root, "saw": entry.n}
    values = {"kind": entry.kind, "text": entry.text}
    await _write(desk, "revise", f"Revise · {shown.ref}", f"revise {shown.ref} {entry.n}", fixed, values)


async def retract(desk: Desk) -> None:
    shown, entry = desk.shown, desk.entry()
    if shown is None or entry is None:
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "retract", ref=shown.ref, n=entry.root, saw=entry.n, reason=answers["reason"])

    field = Field(name="reason", label="Why? It stays on the record, marked as retracted.")
    title = f"Retract {entry.author}'s {entry.kind}"
    await desk.acting.ask(Ask(title, (field,), submit, keep=f"retract {shown.ref} {entry.n}"))


async def undo(desk: Desk) -> None:
    if desk.shown is None:
        return
    done = await desk.acting.perform("undo", ref=desk.shown.ref)
    if done is not None:
        desk.notify(cards.told(done.entry), title=done.ref, markup=False)
