"""Declare an incident, change its fields, merge and close it."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from models.board.guidance import hints
from models.kernel.failures import Failure
from models.kernel.wording import put_off
from models.policy.phase import NEXT, OPEN, Phase
from models.policy.severity import MEANING, Category, Impact, Severity
from models.policy.step import StepState
from models.policy.task import UNDONE, OpenTasks
from screens.incident.card import incident_card
from screens.kernel.actions import card_of, on_desk, on_incident
from screens.kernel.asking import few, sent
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.show import safe
from screens.process.view import SIGNS

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.process.views import StepView
    from screens.kernel.desk import Desk


@on_desk("declare")
async def declare(desk: Desk) -> None:
    async def submit(answers: Answers) -> str | None:
        fields = {name: value for name, value in answers.items() if value or name == "title"}
        try:
            done = await desk.acting.attempt("declare", **fields)
        except Failure as failure:
            return str(failure)
        if done:
            desk.look_at(int(done.ref.removeprefix("INC-")))
        return None

    severities = tuple((str(s), f"{s} {MEANING[s]}") for s in Severity)
    categories = (("", "not set"), *((str(c), str(c)) for c in Category))
    impacts = (("", "not set"), *((str(i), str(i)) for i in Impact))
    fields = (
        Field(name="title", label="What is broken, in customers' words"),
        Field(name="severity", label="Severity", value=Severity.P2, choices=severities),
        Field(name="category", label="Category", choices=categories),
        Field(name="impact", label="Stakeholders affected", choices=impacts),
        Field(name="manager", label="Incident manager", placeholder=f"default: {desk.me}"),
    )
    await desk.acting.ask(Ask("Declare incident", fields, submit, keep="declare"))


async def _set(desk: Desk, shown: IncidentView, field: str, options: list[Option[str]]) -> None:
    """Ask for a new value of a field; the verb that sets it has the field's name."""
    now: str | None = getattr(shown, field)
    chosen = await desk.acting.ask(Pick(f"Change {field} · {shown.ref}", options, at=now))
    if chosen is not None and chosen != now:
        await desk.acting.perform(field, ref=shown.ref, **{field: chosen}, saw=now or "none")


@on_incident("severity")
async def severity(desk: Desk, shown: IncidentView) -> None:
    """Raise the severity at once; lower it for a reason, knowing what is dropped."""
    chosen = await desk.acting.ask(Pick(f"Change severity · {shown.ref}", few(Severity), at=shown.severity))
    if chosen is None or chosen == shown.severity:
        return
    known = {"ref": shown.ref, "severity": chosen, "saw": shown.severity}
    if chosen < shown.severity:
        await desk.acting.perform("severity", **known)
        return

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "severity", **known, reason=answers["reason"])

    dropped = await wrap_future(desk.link.read(lambda read: read.put_off(shown.id, Severity(chosen))))
    told = [f"{each[0].upper()}{each[1:]}." for each in put_off(dropped)]
    if shown.draft.needs_approval:
        told.append(f"The next update to customers still needs approval, as for {shown.approval_severity}.")
    field = Field(name="reason", label="Reason (recorded on the timeline)")
    title = f"Lower severity · {shown.ref}: {shown.severity} → {chosen}"
    await desk.acting.ask(Ask(title, (field,), submit, keep=f"lower {shown.ref} {chosen}", body="\n".join(told)))


@on_incident("category")
async def category(desk: Desk, shown: IncidentView) -> None:
    await _set(desk, shown, "category", few(Category))


@on_incident("impact")
async def impact(desk: Desk, shown: IncidentView) -> None:
    await _set(desk, shown, "impact", few(Impact))


def _order(phase: str) -> int:
    return list(Phase).index(Phase(phase))


@on_incident("phase")
async def phase(desk: Desk, shown: IncidentView) -> None:
    further = [p for p in NEXT[shown.phase] if _order(p) > _order(shown.phase)]
    options = few(sorted(NEXT[shown.phase], key=_order))
    at = further[0] if further else None
    chosen = await desk.acting.ask(Pick(f"Change phase · {shown.ref} (now {shown.phase})", options, at=at))
    if chosen is None:
        return
    known: dict[str, Any] = {"ref": shown.ref, "phase": chosen, "saw": shown.phase}
    # where customers wait for more, it is refused, and so nothing is asked before
    if chosen in (Phase.CLOSED, Phase.CANCELED) and shown.tasks_open and shown.told not in OPEN:
        tasks = await _open_tasks(desk, shown, Phase(chosen))
        if tasks is None:
            return
        known["tasks"] = tasks
    missing = [step for step in shown.steps if step.state is StepState.MISSING]
    if chosen == Phase.CLOSED and missing:
        await _close_without(desk, shown, missing, known)
    else:
        await desk.acting.perform("phase", **known)


async def _open_tasks(desk: Desk, shown: IncidentView, phase: Phase) -> str | None:
    """Ask what becomes of open tasks; None: the incident goes on."""
    tasks = [task for task in shown.tasks if task.state in UNDONE]
    told = "\n".join(f"{task.number} {safe(task.title)} ({', '.join(task.people) or 'unassigned'})" for task in tasks)
    options = (
        Option(value=str(OpenTasks.KEEP), title="Keep them open", hint="they stay on the incident", key="k"),
        Option(value=str(OpenTasks.CANCEL), title="Cancel them", hint="recorded; undo opens them again", key="c"),
    )
    what = f"{len(tasks)} open task{'s' * (len(tasks) > 1)}"
    return await desk.acting.ask(Pick(f"{shown.ref} → {phase}: {what}", options, body=told))


async def _close_without(
    desk: Desk, shown: IncidentView, missing: Sequence[StepView], known: Mapping[str, Any]
) -> None:
    """Ask for a reason and close the incident although steps are not done; `known`: the rest of the command."""

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "phase", **known, force_reason=answers["reason"])

    told = "\n".join(f"{SIGNS[step.state]} {step.name}: {', '.join(step.missing)}" for step in missing)
    field = Field(name="reason", label="Reason for closing anyway (recorded on the timeline)")
    ask = Ask(f"{shown.ref}: steps not done", (field,), submit, keep=f"close {shown.ref}", body=told)
    await desk.acting.ask(ask)


@on_incident("rename")
async def rename(desk: Desk, shown: IncidentView) -> None:
    was = shown.title

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "rename", ref=shown.ref, title=answers["title"], saw=was)

    field = Field(name="title", label="Title", value=was)
    await desk.acting.ask(Ask(f"Rename {shown.ref}", (field,), submit, keep=f"rename {shown.ref}"))


@on_incident("merge")
async def merge(desk: Desk, shown: IncidentView) -> None:
    board = desk.board
    if board is None:
        return
    options = [
        Option(value=row.ref, title=f"{row.severity} {row.ref} {safe(row.title)}", hint=row.phase)
        for row in board.incidents
        if row.phase in OPEN and row.id != shown.id
    ]
    into = await desk.acting.ask(Pick(f"Merge {shown.ref} into", options, search=True))
    if into is None:
        return

    async def submit(answers: Answers) -> str | None:
        wrong = await sent(desk, "merge", ref=shown.ref, into=into, **answers)
        if wrong is None:
            desk.look_at(int(into.removeprefix("INC-")))
        return wrong

    tasks = f" and {shown.tasks_open} open task{'s' * (shown.tasks_open != 1)}" * bool(shown.tasks_open)
    body = f"{shown.ref} is closed as merged. It keeps its timeline{tasks}. Work continues on {into}."
    field = Field(name="reason", label="Reason (optional)")
    ask = Ask(f"Merge {shown.ref} into {into}", (field,), submit, keep=f"merge {shown.ref} {into}", body=body)
    await desk.acting.ask(ask)


@card_of("incidents")
async def card(desk: Desk, shown: IncidentView) -> None:
    """Show the incident in full."""
    found = hints(desk.board, shown, desk.me, desk.clock()) if desk.board else ()
    await desk.acting.ask(TextDialog(shown.ref, lambda width: incident_card(shown, found, desk.clock(), width)))
