"""The process steps: which are not done, how to do them, and skipping one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from models.kernel.notes import NoteKind
from models.policy.audience import Audience
from models.policy.step import StepState
from models.roles.step import ROLE
from screens.kernel.actions import act, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.going import go_to_row
from screens.kernel.options import Option
from screens.kernel.verbs import sign
from screens.process.view import SIGNS, state

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.process.views import StepView
    from screens.kernel.desk import Desk


_VERBS = {"category": "category", "severity": "severity", "impact": "impact", "resolved": "phase"}
"""The verb that does a step, apart from roles and updates; other steps need a timeline entry."""


class Steps(Pick[tuple[str, str]]):
    """Every step; returns what to do with which one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("S", "skip", "Skip", show=False, id="skip")]

    def action_skip(self) -> None:
        if self.pointed_at is not None:
            self.dismiss(("skip", self.pointed_at[1]))


@on_incident("steps")
async def steps(desk: Desk, shown: IncidentView) -> None:
    """List the steps and their state; selecting one starts it."""
    first = next((step.key for step in shown.steps if step.state is StepState.MISSING), None)
    skip = sign(desk.keys["skip"])
    pick = Steps(
        f"Process · {shown.ref} · {_count(shown)}",
        [_option(step, shown, "do", desk.clock()) for step in shown.steps],
        at=("do", first) if first else None,
        hint=f"⏎ start · {skip} skip · Esc close" if first else "Esc close",
    )
    chosen = await desk.acting.ask(pick)
    step = next((step for step in shown.steps if chosen is not None and step.key == chosen[1]), None)
    if chosen is None or step is None or step.state is StepState.DONE:
        return
    if chosen[0] == "skip" and desk.acting.may("skip"):
        await _skip(desk, shown, step)
    elif chosen[0] == "do" and step.lacks:
        await _begin(desk, shown, step.lacks[0])


def _count(shown: IncidentView) -> str:
    over = sum(step.state is not StepState.MISSING for step in shown.steps)
    return f"{over} of {len(shown.steps)} steps done"


def _option(step: StepView, shown: IncidentView, deed: str, now: datetime) -> Option[tuple[str, str]]:
    title = f"{SIGNS[step.state]} {step.name}: {step.text}"
    return Option(value=(deed, step.key), title=title, below=state(step, shown, now))


async def _begin(desk: Desk, shown: IncidentView, lacks: str) -> None:
    """Start what the step lacks, as its own key does."""
    if lacks.startswith(ROLE):
        await go_to_row(desk, "roster", lacks.removeprefix(ROLE))
        desk.action_do("assign")
    elif "-told" in lacks:
        to = Audience(lacks.partition("-told")[0])
        desk.drafting.address(to)
        desk.action_do("publish" if shown.drafts[to].text.strip() else "draft")
    elif lacks in _VERBS:
        desk.action_do(_VERBS[lacks])
    elif desk.acting.may("note"):
        await act(desk, "note", kind=NoteKind(lacks) if lacks in tuple(NoteKind) else NoteKind.NOTE)


@on_incident("skip")
async def skip(desk: Desk, shown: IncidentView) -> None:
    """Ask for a step and the reason to skip it."""
    missing = [step for step in shown.steps if step.state is StepState.MISSING]
    options = [_option(step, shown, "skip", desk.clock()) for step in missing]
    chosen = await desk.acting.ask(Pick(f"Skip step · {shown.ref}", options))
    step = next((step for step in missing if chosen is not None and step.key == chosen[1]), None)
    if step is not None:
        await _skip(desk, shown, step)


async def _skip(desk: Desk, shown: IncidentView, step: StepView) -> None:
    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "skip", ref=shown.ref, step=step.key, reason=answers["reason"])

    field = Field(name="reason", label="Reason (recorded on the timeline)")
    keep = f"skip {shown.ref} {step.key}"
    await desk.acting.ask(Ask(f"Skip {step.name} · {shown.ref}", (field,), submit, keep=keep))
