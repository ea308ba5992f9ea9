"""The sign and tone of each state of a theory."""

from __future__ import annotations

from models.policy.theory import TheoryState

STANDING = {
    TheoryState.OPEN: ("?", "accent"),
    TheoryState.TESTING: ("◐", "warn"),
    TheoryState.CONFIRMED: ("✓", "good"),
    TheoryState.RULED_OUT: ("✗", "dim"),
}
"""The sign of a theory's state, and its tone."""
