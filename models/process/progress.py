"""Pure: the steps of a response, and what shows that each of them is done.

A step is never ticked off. It is done when its evidence is there: what the incident is said to be, who has held a role,
what people wrote on the timeline, and what was published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from models.kernel.snapshot import Snapshot
from models.policy.severity import Severity
from models.policy.step import StepState
from models.roles.step import EVIDENCE, ROLE, Need, Step


class Fact(Snapshot, frozen=True):
    """When evidence came to be there, and through whom."""

    at: datetime
    by: str


class Skip(Snapshot, frozen=True):
    """Why, by whom and when a step was left out."""

    at: datetime
    by: str
    reason: str


class StepProgress(Snapshot, frozen=True):
    """How far a step is."""

    step: Step
    state: StepState
    missing: tuple[Need, ...] = ()
    """Of a missing step, what is not there yet."""
    shown_by: str = ""
    """Of one that is done, the evidence that came last."""
    since: Fact | Skip | None = None
    """None: it is missing."""


def standings(
    steps: Sequence[Step], severity: Severity, facts: Mapping[str, Fact], skips: Mapping[str, Skip]
) -> tuple[StepProgress, ...]:
    """Say how far each step is that an incident of that severity has, by the evidence that is there.

    A step that was left out and then done is done. `skips`: by the step's key.
    """
    return tuple(_standing(step, facts, skips.get(step.key)) for step in steps if severity in step.severities)


def _standing(step: Step, facts: Mapping[str, Fact], skip: Skip | None) -> StepProgress:
    missing = tuple(need for need in step.needs if not any(one in facts for one in need))
    if not missing:
        first = (min((one for one in need if one in facts), key=lambda one: facts[one].at) for need in step.needs)
        last = max(first, key=lambda one: facts[one].at)
        return StepProgress(step, StepState.DONE, shown_by=last, since=facts[last])
    if skip is not None:
        return StepProgress(step, StepState.SKIPPED, since=skip)
    return StepProgress(step, StepState.MISSING, missing)


def named(evidence: str, role_name: Callable[[str], str]) -> str:
    """What evidence is called; `role_name` gives that of a role's key."""
    role = evidence.removeprefix(ROLE)
    return role_name(role) if role != evidence else EVIDENCE[evidence]


def lacking(need: Need, role_name: Callable[[str], str]) -> str:
    """That none of it is there, in words: no theory, decision or action."""
    *others, last = (named(one, role_name) for one in need)
    return f"no {', '.join(others)} or {last}" if others else f"no {last}"
