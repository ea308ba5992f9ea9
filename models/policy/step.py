"""The states of a step of the response."""

from enum import StrEnum


class StepState(StrEnum):
    """How far a step of the response is."""

    DONE = "done"
    MISSING = "missing"
    SKIPPED = "skipped"
    """Left out on purpose, for a reason."""
