"""The states of a theory, and what evidence says of it."""

from enum import StrEnum


class TheoryState(StrEnum):
    """What is believed of a theory."""

    OPEN = "open"
    TESTING = "being tested"
    CONFIRMED = "confirmed"
    RULED_OUT = "ruled out"


class Weight(StrEnum):
    """What evidence says of a theory."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"
