"""Draws the process steps: as a strip on a frame, and as single lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from models.policy.step import StepState
from screens.kernel.rows import Part
from screens.kernel.show import safe, stamp
from screens.kernel.show import width as wide

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.process.views import StepView
    from screens.kernel.pane import Pane


SIGNS = {StepState.DONE: "✓", StepState.MISSING: "○", StepState.SKIPPED: "⊘"}


def strip(steps: Sequence[StepView], room: int) -> str:
    """The steps as sign and name, in at most `room` cells. In less room, finished steps are shown as signs, then as a
    number, so that the names of unfinished ones stay the longest."""
    if not steps:
        return ""
    return next((words for words in _ways(steps) if wide(words) <= room), "")


def beside_steps(pane: Pane, told: str) -> str:
    """The steps of the selected incident, and the pane's own legend if there is room for both."""
    shown = pane.board.shown if pane.board else None
    words = strip(shown.steps, pane.legend_room) if shown else ""
    both = " · ".join(filter(None, (words, told)))
    return both if wide(both) <= pane.legend_room else words or told


def _ways(steps: Sequence[StepView]) -> Iterator[str]:
    missing = [step for step in steps if step.state is StepState.MISSING]
    signs = "".join(SIGNS[step.state] for step in steps if step.state is not StepState.MISSING)
    over = f"✓{len(steps) - len(missing)}/{len(steps)}"
    named = [f"{SIGNS[step.state]} {step.name}" for step in missing]
    yield "  ".join(f"{SIGNS[step.state]} {step.name}" for step in steps)
    if not missing:
        yield f"{signs} all steps done"
    yield " ".join([*([signs] if signs else []), *named])
    for count in range(len(named) - 1, 0, -1):
        yield " ".join([over, *named[:count], f"+{len(named) - count}"])
    yield over


def state(step: StepView, shown: IncidentView) -> Part:
    """The state of a step, when, by whom and why; for one that is not done, what is missing and its owner."""
    if step.state is StepState.MISSING:
        duty = next((duty for duty in shown.duties if duty.key == step.duty), None)
        owner = f" · owner: {', '.join(duty.people) or 'unassigned'}" if duty is not None else ""
        return safe(f"not done: {', '.join(step.missing)}{owner}"), "warn"
    at = f"at {stamp(step.since)} " if step.since else ""
    if step.state is StepState.SKIPPED:
        return safe(f"skipped {at}by {step.by}: {step.why}"), "dim"
    return safe(f"done {at}by {step.by}: {step.why}"), "good"
