"""Pure: the steps of a response, and what shows that each of them is done.

A step is never ticked off. It is done when its evidence is there: what the incident is said to be, who has held a role,
what people wrote on the timeline, and what was published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from models.phrase import LANGUAGES, STRICT, Key, Phrase
from models.policy import NoteKind, Severity

ROLE = "role:"
"""Before a role's key, the evidence that somebody has held it, or a copy of it."""

EVIDENCE: dict[str, str] = {
    "category": "the category is not set",
    "severity": "the severity is not set",
    "impact": "the impact is not set",
    **{kind: f"no {'customer report' if kind is NoteKind.CUSTOMER else kind} on the timeline" for kind in NoteKind},
    "customers-told": "customers have been told nothing",
    "resolved": "it is not resolved",
    "customers-told-resolved": "customers have not been told that it is resolved",
    "afterwards": "nothing written on the timeline since it was resolved",
}
"""What can show that a step is done, besides ROLE and a role's key; and how its absence is put into words."""

LONGEST_NAME = 16
"""The most characters of a step's name: all steps of a book stand side by side."""

OneOf = Annotated[tuple[str, ...], Field(min_length=1)]
"""Any of these is enough."""


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Step:
    """One step of a book's response process."""

    key: Key
    name: Phrase
    """One word or two."""
    text: Phrase
    """What there is to do."""
    evidence: Annotated[tuple[str | OneOf, ...], Field(min_length=1)]
    """What has to be there, all of it; of several in a list of their own, one."""
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = tuple(Severity)
    """The severities whose incidents have it."""
    duty: Key | None = None
    """The duty that it belongs to: whoever does that now, sees to it."""

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The evidence, each as the list of what is enough."""
        return tuple((one,) if isinstance(one, str) else one for one in self.evidence)


def faults(steps: Sequence[Step], roles: Collection[str], duties: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the key of a step and what is wrong with it in a book that has these roles and duties."""
    for key, times in Counter(step.key for step in steps).items():
        if times > 1:
            yield key, f"stands there {times} times"
    for step in steps:
        if len(step.key) > 64:
            yield step.key, "its key is longer than 64 characters"
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
