"""The kinds of entry that are people's own words."""

from __future__ import annotations

from enum import StrEnum


class NoteKind(StrEnum):
    NOTE = "note"
    THEORY = "theory"
    DECISION = "decision"
    ACTION = "action"
    CUSTOMER = "customer"


def called(kind: str) -> str:
    """What an entry of that kind is called in a sentence."""
    return "customer report" if kind == NoteKind.CUSTOMER else kind


EVIDENCE = "evidence"
"""The kind of an entry that speaks for or against a theory."""

NOTES = frozenset({*NoteKind, EVIDENCE})
"""The kinds of entry that are people's own words, which can be revised and retracted."""
