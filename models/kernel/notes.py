"""The kinds of entry that are people's own words."""

from __future__ import annotations

from enum import StrEnum


class NoteKind(StrEnum):
    NOTE = "note"
    THEORY = "theory"
    DECISION = "decision"
    ACTION = "action"
    CUSTOMER = "customer"


EVIDENCE = "evidence"
"""The kind of an entry that speaks for or against a theory."""

NOTES = frozenset({*NoteKind, EVIDENCE})
"""The kinds of entry that are people's own words, which can be revised and retracted."""
