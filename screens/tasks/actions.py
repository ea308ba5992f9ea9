"""Add, claim, assign, complete, block and cancel tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from models.kernel.search import rank, words
from models.kernel.text import key
from screens.kernel.actions import card_of, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.show import stamp
from screens.roles.actions import pick_person
from screens.roles.card import assigned
from screens.tasks.card import task_card

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.tasks.views import TaskView
    from screens.kernel.desk import Desk


@on_incident("add-task")
async def add(desk: Desk, shown: IncidentView) -> None:
    def echo_owed(words: str) -> str:
        role, person = _owed(desk, shown, words)
        held = next((view for view in shown.roles if view.key == role), None)
        if held is not None:
            return f"= {held.name}: {assigned(held)}"
        known = desk.board is not None and person in desk.board.people
        return f"= {person}{'' if known else ' (new person)'}" if person else ""

    async def submit(answers: Answers) -> str | None:
        role, person = _owed(desk, shown, answers["owed"])
        due = answers["due"].strip().removesuffix("m").strip()
        fields = {"title": answers["title"], "role": role, "person": person, "due": due or None}
        return await sent(desk, "add-task", ref=shown.ref, **fields)

    fields = (
        Field(name="title", label="Task"),
        Field(name="owed", label="Assignee", placeholder="person or role; empty = unassigned", echo=echo_owed),
        Field(name="due", label="Due in minutes", placeholder="15; empty = no due time", echo=_echo_due(desk)),
    )
    await desk.acting.ask(Ask(f"Add task · {shown.ref}", fields, submit, keep=f"add-task {shown.ref}"))


def _echo_due(desk: Desk) -> Callable[[str], str]:
    def echo(words: str) -> str:
        number = words.strip().removesuffix("m").strip()
        if not (number.isascii() and number.isdigit() and len(number) < 6):
            return ""
        return f"= {stamp(desk.clock() + timedelta(minutes=int(number)))}"

    return echo


def _owed(desk: Desk, shown: IncidentView, typed: str) -> tuple[str | None, str | None]:
    """The role's key or the person that the text means: a known person, else a role that matches, else a new person."""
    wanted = typed.strip()
    if not wanted:
        return None, None
    people = desk.board.people if desk.board else ()
    known = next((person for person in people if key(person) == key(wanted)), None)
    if known is not None:
        return None, known
    parts = words(wanted)
    fitting = [role for role in shown.roles if any(_begins(parts, name) for name in (role.name, *role.also))]
    found = rank(wanted, fitting, lambda role: (role.name, *role.also))
    return (found[0].key, None) if found and parts else (None, wanted)


def _begins(parts: list[str], name: str) -> bool:
    """Whether each part begins a word of the name; a looser match would take many new names for roles."""
    return all(any(word.startswith(part) for word in words(name)) for part in parts)


@on_incident("confirm")
async def confirm(desk: Desk, shown: IncidentView) -> None:
    """Confirm the focused row if it waits for that, else everything on the incident that does."""
    mine = [given for given in shown.given if given.to == desk.me]
    pane = desk.focused_pane
    here = next((given for given in mine if (given.pane, given.row) == (pane, desk.pane(pane).chosen)), None)
    if here is None:
        await desk.acting.perform("confirm", ref=shown.ref)
    elif here.pane == "roster":
        await desk.acting.perform("confirm", ref=shown.ref, role=here.row)
    else:
        await desk.acting.perform("confirm", ref=shown.ref, task=int(here.row))


@on_incident("claim")
async def claim(desk: Desk, shown: IncidentView) -> None:
    task = desk.task_at()
    if task is not None:
        await desk.acting.perform("claim", ref=shown.ref, number=task.number)


@on_incident("complete")
async def finish(desk: Desk, shown: IncidentView) -> None:
    task = desk.task_at()
    if task is not None:
        await desk.acting.perform("complete", ref=shown.ref, number=task.number)


@on_incident("assign-task")
async def give(desk: Desk, shown: IncidentView) -> None:
    task = desk.task_at()
    if task is None:
        return
    last = (task.owner,) if task.owner else ()
    person = await pick_person(desk, shown, f"Assign task {task.number} to", last=last)
    if person is not None:
        saw = task.owner or "nobody"
        await desk.acting.perform("assign-task", ref=shown.ref, number=task.number, person=person, saw=saw)


async def _with_reason(desk: Desk, shown: IncidentView, verb: str, title: str, label: str) -> None:
    task = desk.task_at()
    if task is None:
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, verb, ref=shown.ref, number=task.number, reason=answers["reason"])

    field = Field(name="reason", label=label)
    keep = f"{verb} {shown.ref} {task.number}"
    await desk.acting.ask(Ask(f"{title} task {task.number} · {_short(task)}", (field,), submit, keep=keep))


def _short(task: TaskView) -> str:
    return task.title if len(task.title) < 40 else f"{task.title[:39]}…"


@on_incident("block")
async def block(desk: Desk, shown: IncidentView) -> None:
    await _with_reason(desk, shown, "block", "Block", "Reason (claiming the task unblocks it)")


@on_incident("cancel-task")
async def drop(desk: Desk, shown: IncidentView) -> None:
    await _with_reason(desk, shown, "cancel-task", "Cancel", "Reason for canceling")


@card_of("tasks")
async def card(desk: Desk, shown: IncidentView) -> None:
    """Show the selected task in full."""
    task = desk.task_at()
    if task is not None:
        sheet = TextDialog(f"{shown.ref} · task {task.number}", lambda width: task_card(task, desk.clock(), width))
        await desk.acting.ask(sheet)
