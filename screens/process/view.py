"""Draws the process steps: as a few words on a head, and as single lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
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
    """How many steps are done, and the names of the next ones, in `room` cells; at least the number."""
    if not steps:
        return ""
    *ways, least = map(safe, _ways(steps))
    return next((words for words in ways if wide(words) <= room), least)


def beside_steps(pane: Pane, told: str) -> str:
    """The steps of the selected incident, and the pane's own legend if there is room for both."""
    shown = pane.board.shown if pane.board else None
    room = pane.legend_room
    words = strip(shown.steps, room) if shown else ""
    both = " · ".join(filter(None, (words, told)))
    return both if wide(both) <= room else words or told


def _ways(steps: Sequence[StepView]) -> Iterator[str]:
    missing = [step.name for step in steps if step.state is StepState.MISSING]
    if not missing:
        yield "all steps done"
    done = f"steps {len(steps) - len(missing)}/{len(steps)}"
    for count in range(len(missing), 0, -1):
        more = f" +{len(missing) - count}" if count < len(missing) else ""
        yield f"{done}, next: {', '.join(missing[:count])}{more}"
    yield done


def state(step: StepView, shown: IncidentView, now: datetime) -> Part:
    """The state of a step, when, by whom and why; for one that is not done, what is missing and its owner."""
    if step.state is StepState.MISSING:
        duty = next((duty for duty in shown.duties if duty.key == step.duty), None)
        owner = f" · owner: {', '.join(duty.people) or 'unassigned'}" if duty is not None else ""
        return safe(f"not done: {', '.join(step.missing)}{owner}"), "warn"
    at = f"at {stamp(step.since, now)} " if step.since else ""
    if step.state is StepState.SKIPPED:
        return safe(f"skipped {at}by {step.by}: {step.why}"), "dim"
    return safe(f"done {at}by {step.by}: {step.why}"), "good"
