"""Frozen snapshots of what people are told, and of what they are promised.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

from datetime import datetime

from models.kernel.snapshot import Snapshot
from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase


class UpdateView(Snapshot, frozen=True, kw_only=True):
    """What an audience was told."""

    n: int
    """The number of its entry."""
    audience: Audience
    title: str
    """Empty: it had none."""
    phase: Phase
    text: str
    components: dict[str, ComponentState]
    next_update_at: datetime | None
    """Promised with it."""
    expected_at: datetime | None
    """When it should be resolved; None: that was not said."""
    published_by: str
    published_at: datetime
    approved_by: str | None


class DraftView(Snapshot, frozen=True, kw_only=True):
    """What an audience is to be told next."""

    audience: Audience
    revision: int
    """0 when nobody has written anything yet."""
    title: str
    """What this audience reads above it; empty: nobody has chosen one."""
    text: str
    phase: Phase
    components: dict[str, ComponentState]
    next_update_at: datetime | None
    """A fixed time that its author promises; None: `next_in`, else as the cadence has it."""
    expected_at: datetime | None
    edited_by: str | None
    edited_at: datetime | None
    open_by: str | None
    """Who has it open for editing, or had when their desk was last heard of."""
    open_at: datetime | None
    needs_approval: bool
    """Somebody other than its author looks at it before it is published."""
    asked_by: str | None
    """Who asked for an approval of it as it is now."""
    asked_at: datetime | None
    approved_by: str | None
    """Who approved it, exactly as it is now."""
    returned_by: str | None
    """Who sent it back."""
    returned: str
    """The word with which it was sent back."""
    next_in: int | None = None
    """Minutes from publication to the next update; None: a fixed time, or as the cadence has it."""
    expected_in: int | None = None
    """Minutes from publication to the expected resolution; None: a fixed time, or nobody knows."""
    worded_phase: Phase | None = None
    """The phase in which it was written, where the incident has moved on since and nobody has chosen what it tells."""

    @property
    def unapproved(self) -> bool:
        """Somebody else has to approve it first."""
        return self.needs_approval and self.approved_by is None

    @property
    def authors(self) -> tuple[str, ...]:
        """Who wrote it last, and who asked for an approval of it: neither may give that."""
        return tuple(person for person in (self.edited_by, self.asked_by) if person is not None)


class ComponentView(Snapshot, frozen=True, kw_only=True):
    name: str
    state: ComponentState
    description: str


class StillSaid(Snapshot, frozen=True, kw_only=True):
    """What another incident, or a maintenance, last told customers of a component."""

    ref: str
    state: ComponentState


class PromiseView(Snapshot, frozen=True, kw_only=True):
    """When an audience is to be told next."""

    audience: Audience
    due_at: datetime
    snoozed: bool
    """Somebody put it off, and customers may not know."""


class ReviewView(Snapshot, frozen=True, kw_only=True):
    """A draft on its way through a second pair of eyes, or an update that went without."""

    audience: Audience
    revision: int
    author: str
    """Who asked for an approval of it, else who wrote it last."""
    editor: str
    """Who wrote it last."""
    at: datetime
    """Since when it waits."""
    state: str
    """asked, approved, returned, or unapproved: it was published in an emergency."""
    by: str | None
    """Who approved it or sent it back."""
    approvers: tuple[str, ...]
    """Whom it waits for; empty: anybody but its author and its editor."""


class MaintenanceView(Snapshot, frozen=True, kw_only=True):
    """When a maintenance is; by itself it starts, and ends."""

    starts_at: datetime
    ends_at: datetime
    components: tuple[str, ...]
    canceled_at: datetime | None
