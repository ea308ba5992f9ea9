"""A step of a role book's process, and the evidence that shows it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Annotated

from models.kernel.languages import LANGUAGES, Bounds, Key, Phrase, UserText
from models.policy.severity import Severity

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
    "customers-told-resolved": "resolved update to customers",
    "team-told-resolved": "resolved update to the team",
    "executives-told-resolved": "resolved update to executives",
    "afterwards": "timeline entry after resolution",
}
"""What can show that a step is done, besides ROLE and a role's key; and what it is called."""

LONGEST_NAME = 16
"""The most characters of a step's name: all steps of a book stand side by side."""

OneOf = Annotated[tuple[str, ...], Bounds(min_length=1)]
"""Any of these is enough."""

Need = tuple[str, ...]
"""Evidence of which one is enough."""


class Step(UserText, frozen=True, kw_only=True):
    """One step of a book's response process."""

    key: Key
    name: Phrase
    """One word or two."""
    text: Phrase
    """What there is to do."""
    evidence: Annotated[tuple[str | OneOf, ...], Bounds(min_length=1)]
    """What has to be there, all of it; of several in a list of their own, one."""
    severities: Annotated[tuple[Severity, ...], Bounds(min_length=1)] = tuple(Severity)
    """The severities whose incidents have it."""
    duty: Key | None = None
    """The duty that it belongs to: whoever does that now, sees to it."""

    @property
    def needs(self) -> tuple[Need, ...]:
        """What has to be there, all of it."""
        return tuple((one,) if isinstance(one, str) else one for one in self.evidence)


def step_faults(steps: Sequence[Step], roles: Collection[str], duties: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the key of a step and what is wrong with it in a book that has these roles and duties."""
    for key, times in Counter(step.key for step in steps).items():
        if times > 1:
            yield key, f"is there {times} times"
    for step in steps:
        if any(len(step.name.spoken(language)) > LONGEST_NAME for language in LANGUAGES):
            yield step.key, f"name is longer than {LONGEST_NAME} characters"
        if step.duty is not None and step.duty not in duties:
            yield step.key, f"unknown responsibility {step.duty!r}"
        for evidence in (one for need in step.needs for one in need):
            role = evidence.removeprefix(ROLE)
            if role != evidence and role not in roles:
                yield step.key, f"unknown role {role!r} as evidence"
            elif role == evidence and evidence not in EVIDENCE:
                yield step.key, f"unknown evidence {evidence!r}; allowed: {', '.join(EVIDENCE)} and {ROLE}KEY"
