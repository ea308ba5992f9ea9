"""Frozen snapshots of the process steps.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

from datetime import datetime

from models.kernel.snapshot import Snapshot
from models.policy.step import StepState


class StepView(Snapshot, frozen=True, kw_only=True):
    """A step of the response, and how far it is."""

    key: str
    name: str
    """One word or two, in the reader's language."""
    text: str
    """What there is to do, in the reader's language."""
    state: StepState
    missing: tuple[str, ...]
    """What is not there yet, in words."""
    lacks: tuple[str, ...]
    """The key of the evidence that each of those is about."""
    since: datetime | None
    """When it was done, or left out; None: it is missing."""
    by: str | None
    why: str
    """What shows that it is done, or why it was left out."""
    duty: str | None
    """The key of the duty that it belongs to."""
