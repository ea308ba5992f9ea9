"""Frozen snapshots of what the database holds; everything above the store is drawn from these.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.coverage import Why
from models.deliveries import DeliveryView
from models.policy import Audience, Category, Impact, Phase, Severity
from models.snapshot import Snapshot
from models.theories import TheoryView
from models.told import ComponentView, DraftView, PromiseView, ReviewView, UpdateView
from models.work import DueView, StepView, TaskView


class HolderView(Snapshot, frozen=True, kw_only=True):
    person: str
    since: datetime
    given_by: str


class HoldingView(Snapshot, frozen=True, kw_only=True):
    """A time during which somebody held a role."""

    person: str
    since: datetime
    given_by: str
    until: datetime | None
    """None: they hold it now."""
    ended_by: str | None


class RoleView(Snapshot, frozen=True, kw_only=True):
    key: str
    """What commands call it: `scribe`, `tech-lead/database`, `dark-magic`."""
    name: str
    """In the reader's language; a label follows after a middle dot."""
    also: tuple[str, ...]
    """Its names and aliases in every language, for searching."""
    book_role: str | None
    """The role of the book that it is, or is a labelled copy of; None: somebody made it up."""
    primary: tuple[str, ...]
    """The keys of the duties that are its own; a role that somebody made up is one duty: its name."""
    secondary: tuple[str, ...]
    """The keys of those that it takes over while nobody holds the role whose own they are."""
    manages: bool
    """It holds whatever nobody else holds."""
    single: bool
    """One holder at a time."""
    ad_hoc: bool
    holders: tuple[HolderView, ...]
    stand_in: str | None
    """Who holds it while nobody does; nobody: it is uncovered."""


class DutyView(Snapshot, frozen=True, kw_only=True):
    """Who does this now?"""

    key: str
    """`status-page`; `role:dark-magic` for what a role does that somebody made up."""
    text: str
    """In the reader's language."""
    also: tuple[str, ...]
    """In every language, for searching."""
    people: tuple[str, ...]
    """Empty: it is uncovered."""
    why: Why
    through: tuple[str, ...]
    """The names of the roles through which they own it, in the reader's language."""
    role: str
    """The key of the role to go to: through which it is owned, else whose own duty it is; empty: there is none."""
    roles: tuple[str, ...]
    """The keys of every role that has it, those first whose own it is."""


class OfferView(Snapshot, frozen=True, kw_only=True):
    """An offer to hand a role over that waits for an answer."""

    role: str
    """The role's key."""
    name: str
    """The role's name, in the reader's language."""
    holder: str
    """Who holds it until the offer is accepted."""
    to: str
    by: str
    """Who made the offer: the holder, or who manages the incident."""
    at: datetime
    brief: str


class EntryView(Snapshot, frozen=True, kw_only=True):
    ref: str
    n: int
    root: int
    """The number of its first version; equal to `n` when it was never revised."""
    kind: str
    data: dict[str, Any]
    text: str
    author: str
    occurred_at: datetime
    recorded_at: datetime


class MaintenanceView(Snapshot, frozen=True, kw_only=True):
    """When a maintenance is; by itself it starts, and ends."""

    starts_at: datetime
    ends_at: datetime
    components: tuple[str, ...]
    canceled_at: datetime | None


class BookView(Snapshot, frozen=True, kw_only=True):
    """One version of a role book."""

    key: str
    version: int | None
    """None: it comes with this program, and no incident has needed it yet."""
    name: str
    """In the reader's language."""
    counts: bool
    """It is the version of its book that incidents are declared under now, if the book is the default."""
    default: bool
    """Incidents are declared under it now."""
    added_by: str | None
    """None: it came with a program."""
    added_at: datetime | None


class IncidentRow(Snapshot, frozen=True, kw_only=True):
    """An incident as a line of a list."""

    id: int
    ref: str
    title: str
    severity: Severity
    category: Category | None
    impact: Impact | None
    phase: Phase
    version: int
    """The number of its last entry."""
    book: str
    """The key of the role book that it was declared under, and goes on under."""
    book_version: int
    declared_by: str
    declared_at: datetime
    resolved_at: datetime | None
    published_at: datetime | None
    """When customers were last told."""
    manager: str | None
    """Who holds the book's managing role."""
    updater: str | None
    """Who owes customers the next update: the owner of the book's status-page duty."""
    offers: tuple[OfferView, ...]
    """The offers of its roles that wait for an answer, the oldest first."""
    responders: tuple[str, ...]
    """Everybody who holds a role on it, each once."""
    unfilled: dict[str, str]
    """While it is open, the roles that its severity needs and nobody holds: key -> name in the reader's language."""
    tasks_open: int
    """How many tasks somebody still has to do, blocked ones among them."""
    due: tuple[DueView, ...]
    """The open tasks that have a time, the first one due first."""
    promises: tuple[PromiseView, ...]
    """What is promised to each audience while it is open, the first one due first."""
    reviews: tuple[ReviewView, ...]
    """The drafts that wait for a second pair of eyes, or were answered since."""
    maintenance: MaintenanceView | None = None
    """What was scheduled, if the incident is a maintenance."""
    unsent: tuple[DeliveryView, ...] = ()
    """What was published and is still to be sent to other places, unless they are paused; the oldest first."""


class IncidentView(IncidentRow, frozen=True, kw_only=True):
    """An incident with everything that a desk shows of it but its timeline."""

    roles: tuple[RoleView, ...]
    duties: tuple[DutyView, ...]
    """Every duty, each once: the book's, then the roles that somebody made up."""
    tasks: tuple[TaskView, ...]
    """In the order of their numbers."""
    steps: tuple[StepView, ...]
    """Those that the book has for its severity, in their order."""
    theories: tuple[TheoryView, ...]
    """Those that somebody stands by, in the order in which they were written down."""
    drafts: dict[Audience, DraftView]
    """One for each audience."""
    last_updates: dict[Audience, UpdateView]
    """What each audience was told last, if anything."""
    deliveries: tuple[DeliveryView, ...] = ()
    """Where the last updates were sent, and everything that is still to be, also to paused places; the oldest first."""

    @property
    def draft(self) -> DraftView:
        """What customers are to be told next."""
        return self.drafts[Audience.CUSTOMERS]

    @property
    def last_update(self) -> UpdateView | None:
        """What customers were told last."""
        return self.last_updates.get(Audience.CUSTOMERS)


class TimelineView(Snapshot, frozen=True, kw_only=True):
    """The newest entries of an incident, newest first, as far back as somebody has looked."""

    entries: tuple[EntryView, ...] = ()
    version: int = 0
    """The number of the last entry that it takes into account."""
    complete: bool = False
    """It reaches back to the first entry."""
    asked_for: int = 0
    """How many entries it had when somebody last looked further back."""


class Board(Snapshot, frozen=True, kw_only=True):
    """All that a desk shows."""

    ticket: int
    """The last change that it takes into account."""
    read_at: datetime
    incidents: tuple[IncidentRow, ...]
    """Open ones, those resolved within the last day, and those with something to be sent; most urgent first."""
    shown: IncidentView | None
    """The incident that the desk looks at."""
    timeline: TimelineView
    people: tuple[str, ...]
    components: tuple[ComponentView, ...]
    unsent: tuple[DeliveryView, ...] = ()
    """What was published and is still to be sent to other places, of whatever incident."""
    away: tuple[str, ...] = ()
    """To whom roles of the incident shown are offered while their desks are known to be closed."""


class Done(Snapshot, frozen=True, kw_only=True):
    """What a command did."""

    ref: str
    entry: EntryView
    already: bool = False
    """An earlier attempt of the same command had done it."""
