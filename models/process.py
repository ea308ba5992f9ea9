"""Pure: the steps of a response, and what shows that each of them is done.

A step is never ticked off. It is done when its evidence is there: what the incident is said to be, who has held a role,
what people wrote on the timeline, and what was published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from models.phrase import LANGUAGES, Key, Phrase, Within, Written
from models.policy import Severity, StepState
from models.snapshot import Snapshot

ROLE = "role:"
"""Before a role's key, the evidence that somebody has held it, or a copy of it, however shortly."""

EVIDENCE: dict[str, str] = {
    "category": "category",
    "severity": "severity",
    "impact": "impact",
    "note": "note",
    "theory": "theory",
    "decision": "decision",
    "action": "action",
    "customer": "customer report",
    "customers-told": "update to customers",
    "team-told": "update to the team",
    "executives-told": "update to executives",
    "resolved": "resolution",
    "customers-told-resolved": "update to customers that it is resolved",
    "team-told-resolved": "update to the team that it is resolved",
    "executives-told-resolved": "update to executives that it is resolved",
    "afterwards": "word on the timeline since it was resolved",
}
"""What can show that a step is done, besides ROLE and a role's key; and what it is called."""

LONGEST_NAME = 16
"""The most characters of a step's name: all steps of a book stand side by side."""

OneOf = Annotated[tuple[str, ...], Within(min_length=1)]
"""Any of these is enough."""

Need = tuple[str, ...]
"""Evidence of which one is enough."""


class Step(Written, frozen=True, kw_only=True):
    """One step of a book's response process."""

    key: Key
    name: Phrase
    """One word or two."""
    text: Phrase
    """What there is to do."""
    evidence: Annotated[tuple[str | OneOf, ...], Within(min_length=1)]
    """What has to be there, all of it; of several in a list of their own, one."""
    severities: Annotated[tuple[Severity, ...], Within(min_length=1)] = tuple(Severity)
    """The severities whose incidents have it."""
    duty: Key | None = None
    """The duty that it belongs to: whoever does that now, sees to it."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """What has to be there, all of it."""
        return tuple((one,) if isinstance(one, str) else one for one in self.evidence)


class Fact(Snapshot, frozen=True):
    """When evidence came to be there, and through whom."""

    at: datetime
    by: str


class Skip(Snapshot, frozen=True):
    """Why, by whom and when a step was left out."""

    at: datetime
    by: str
    reason: str


class Standing(Snapshot, frozen=True):
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
) -> tuple[Standing, ...]:
    """Say how far each step is that an incident of that severity has, by the evidence that is there.

    A step that was left out and then done is done. `skips`: by the step's key.
    """
    return tuple(_standing(step, facts, skips.get(step.key)) for step in steps if severity in step.severities)


def _standing(step: Step, facts: Mapping[str, Fact], skip: Skip | None) -> Standing:
    missing = tuple(need for need in step.needs if not any(one in facts for one in need))
    if not missing:
        first = (min((one for one in need if one in facts), key=lambda one: facts[one].at) for need in step.needs)
        last = max(first, key=lambda one: facts[one].at)
        return Standing(step, StepState.DONE, shown_by=last, since=facts[last])
    if skip is not None:
        return Standing(step, StepState.SKIPPED, since=skip)
    return Standing(step, StepState.MISSING, missing)


def named(evidence: str, role_name: Callable[[str], str]) -> str:
    """What evidence is called; `role_name` gives that of a role's key."""
    role = evidence.removeprefix(ROLE)
    return role_name(role) if role != evidence else EVIDENCE[evidence]


def lacking(need: Need, role_name: Callable[[str], str]) -> str:
    """That none of it is there, in words: no theory, decision or action."""
    *others, last = (named(one, role_name) for one in need)
    return f"no {', '.join(others)} or {last}" if others else f"no {last}"


def faults(steps: Sequence[Step], roles: Collection[str], duties: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the key of a step and what is wrong with it in a book that has these roles and duties."""
    for key, times in Counter(step.key for step in steps).items():
        if times > 1:
            yield key, f"stands there {times} times"
    for step in steps:
        if any(len(step.name.spoken(language)) > LONGEST_NAME for language in LANGUAGES):
            yield step.key, f"its name is longer than {LONGEST_NAME} characters"
        if step.duty is not None and step.duty not in duties:
            yield step.key, f"unknown duty {step.duty!r}"
        for evidence in (one for need in step.needs for one in need):
            role = evidence.removeprefix(ROLE)
            if role != evidence and role not in roles:
                yield step.key, f"unknown role {role!r} as evidence"
            elif role == evidence and evidence not in EVIDENCE:
                yield step.key, f"unknown evidence {evidence!r}; there are {', '.join(EVIDENCE)} and {ROLE}KEY"
