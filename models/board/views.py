"""Frozen snapshots of what the database holds; everything above the store is drawn from these.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import field

from models.delivery.views import DeliveryView
from models.kernel.snapshot import Snapshot
from models.kernel.text import key
from models.policy.audience import Audience
from models.policy.phase import Phase
from models.policy.severity import Category, Impact, Severity
from models.process.views import StepView
from models.roles.views import GivenView, OfferView, ResponsibilityView, RoleView
from models.tasks.views import DueView, TaskView
from models.theories.views import TheoryView
from models.timeline.window import TimelineView
from models.updates.views import ComponentView, DraftView, MaintenanceView, PromiseView, ReviewView, UpdateView


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
    told: Phase | None = None
    """The phase of the last update to customers; None: they were told nothing."""
    approval_severity: Severity
    """The highest severity since customers were last told: it says whether the next update needs an approval."""
    reopened_at: datetime | None
    """When the update cadence began anew; None: with the declaration."""
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
    holders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Who holds each role: its key -> people."""
    owners: dict[int, str] = field(default_factory=dict)
    """Who has claimed or was given each task that is to be done: its number -> person."""
    doers: tuple[str, ...] = ()
    """Everybody who has a task on it that is to be done, each once."""
    tasks_open: int
    """How many tasks somebody still has to do, blocked ones among them."""
    due: tuple[DueView, ...]
    """The open tasks that have a time, the first one due first."""
    given: tuple[GivenView, ...] = ()
    """The roles and tasks that somebody was given and has not confirmed yet."""
    promises: tuple[PromiseView, ...]
    """What is promised to each audience while it is open, the first one due first."""
    reviews: tuple[ReviewView, ...]
    """The drafts that wait for a second pair of eyes, or were answered since."""
    maintenance: MaintenanceView | None = None
    """What was scheduled, if the incident is a maintenance."""
    unsent: tuple[DeliveryView, ...] = ()
    """What was published and is still to be sent to other places, unless they are paused; the oldest first."""
    damaged: tuple[str, ...] = ()
    """What of its rows cannot be read, as table.column: something else is shown in its place."""


class IncidentView(IncidentRow, frozen=True, kw_only=True):
    """An incident with everything that a desk shows of it but its timeline."""

    roles: tuple[RoleView, ...]
    duties: tuple[ResponsibilityView, ...]
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
    """Those who can be named."""
    components: tuple[ComponentView, ...]
    unsent: tuple[DeliveryView, ...] = ()
    """What was published and is still to be sent to other places, of whatever incident."""
    away: tuple[str, ...] = ()
    """To whom roles of the incident shown are offered while their desks are known to be closed."""
    names: int = 0
    """The ticket of the last change of people's names."""
    aliases: dict[str, str] = field(default_factory=dict)
    """The name that is shown of whoever was renamed or merged, by each key that leads to them."""

    def called(self, person: str) -> str:
        """The name that is shown of whoever somebody means by this one."""
        return self.aliases.get(key(person), person)
