"""Maintenance that customers are told of before it begins: announced, moved, ended early.

A maintenance is an incident of its own kind, so that it has people, a timeline and updates like any other. It starts
and ends by the clock alone: nobody has to press a key at 02:00. Its phase is `resolved` from the beginning, because
nothing is wrong; should something go wrong, the phase moves back and it is an open incident.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field
from sqlalchemy import RowMapping, bindparam, insert, select, text, update

from models.kernel.command import Argument, Command, ComponentName, IncidentCommand, Moment, PublicText, Title
from models.kernel.conflicts import attribution, unchanged
from models.kernel.failures import Refused
from models.kernel.times import COMING
from models.kernel.transaction import Transaction
from models.policy.audience import Audience
from models.policy.phase import Phase
from models.policy.severity import Category, Severity
from models.roles.begin import begin_incident
from models.roles.commands import begin
from models.roles.roster import holdings, role_of
from models.updates.agreement import the_rules
from models.updates.announcing import announce
from models.updates.publishers import barred
from models.updates.tables import maintenances

_ADD_COMPONENT = text(
    "INSERT INTO components (name, state, position, description)"
    " VALUES (:name, 'operational', (SELECT coalesce(max(position), 0) + 1 FROM components), '')"
    " ON CONFLICT (name) DO NOTHING"
)
_MAINTENANCE = select(maintenances).where(maintenances.c.incident_id == bindparam("incident"))
_CHANGE = update(maintenances).where(maintenances.c.incident_id == bindparam("incident"))
_GRACE = timedelta(minutes=1)

LONGEST = timedelta(days=31)
"""The longest that a maintenance may last, so that a slip of the pen does not cover the page for a year."""

FURTHEST = timedelta(days=366)
"""The furthest ahead that it may start."""

Lasting = Annotated[int, Field(gt=0, le=int(LONGEST.total_seconds()) // 60)]


class Schedule(Command):
    """Announce a maintenance to customers; it starts and ends by itself. Title and text are published at once.

    Its author manages it until somebody else does.
    """

    title: Annotated[Title, Argument("title, in customers' words")]
    """What customers read above it."""
    text: PublicText
    starts_at: Annotated[Moment, Argument(f"start time: {COMING}", flag="--starts", coming=True)]
    lasts: Annotated[Lasting, Argument("duration in minutes")]
    """Minutes."""
    affects: Annotated[
        tuple[ComponentName, ...],
        Argument("affected component (repeatable)", flag="--component", metavar="NAME"),
    ] = ()
    """The components that are under maintenance meanwhile."""

    kind: ClassVar[str] = "declared"

    def perform(self, tx: Transaction) -> int:
        ends_at = _window(tx, self.starts_at, self.lasts)
        columns = {
            "title": self.title,
            "severity": Severity.P3,
            "category": Category.MAINTENANCE,
            "impact": None,
            "phase": Phase.RESOLVED,
        }
        book = begin_incident(tx, **columns, declared_by=tx.author_id, declared_at=tx.now, resolved_at=ends_at)
        role = role_of(tx, book.manager)
        begin(tx, role, tx.author_id)
        _allowed(tx)
        names = list(dict.fromkeys(self.affects))
        for name in names:
            tx.connection.execute(_ADD_COMPONENT, {"name": name})
        window = {"starts_at": self.starts_at, "ends_at": ends_at, "components": names}
        manager = {"manager": tx.author, "manager_role": role.called, "role": book.manager}
        data = {**columns, **manager, "maintenance": _spoken(window)}
        n = tx.record(self.kind, data, text=self.text)
        tx.connection.execute(insert(maintenances), {"incident_id": tx.incident_id, **window})
        return _tell(tx, n, self.title, Phase.IDENTIFIED, self.text)


class Reschedule(IncidentCommand):
    """Move a maintenance that is not over to another time, and tell customers why."""

    text: PublicText
    starts_at: Annotated[Moment, Argument(f"start time: {COMING}", flag="--starts", coming=True)]
    lasts: Annotated[Lasting, Argument("duration in minutes")]
    """Minutes."""
    saw: Moment | None = None
    """The start that the author saw."""

    kind: ClassVar[str] = "maintenance-moved"

    def perform(self, tx: Transaction) -> int:
        row = _standing(tx)
        _allowed(tx)
        unchanged("The start of this maintenance", self.saw, row["starts_at"], tx.history.last(self.kind))
        started = row["starts_at"] <= tx.now
        if started and self.starts_at != row["starts_at"]:
            raise Refused("This maintenance has already started.", "Keep the start time and change only the duration.")
        ends_at = row["starts_at"] + timedelta(minutes=self.lasts) if started else None
        if ends_at is None:
            ends_at = _window(tx, self.starts_at, self.lasts)
        if ends_at <= tx.now:
            raise Refused("The new end is in the past.", "To end it now, use `bridgewatch end-maintenance`.")
        if (self.starts_at, ends_at) == (row["starts_at"], row["ends_at"]):
            raise Refused("This maintenance already has these times.")
        window = {"starts_at": self.starts_at, "ends_at": ends_at}
        data = {"was": _spoken({name: row[name] for name in window}), "now": _spoken(window)}
        n = tx.record(self.kind, data, text=self.text)
        tx.connection.execute(_CHANGE.values(**window), {"incident": tx.incident_id})
        _stays_over(tx, ends_at)
        return _tell(tx, n, "", Phase.IDENTIFIED, self.text)


class EndMaintenance(IncidentCommand):
    """End a maintenance before its time, and tell customers: one to come is called off, one under way is done."""

    text: PublicText

    kind: ClassVar[str] = "maintenance-ended"

    def perform(self, tx: Transaction) -> int:
        row = _standing(tx)
        _allowed(tx)
        at = tx.recorded_at
        started = row["starts_at"] < at
        data = {"started": started, **_spoken({name: row[name] for name in ("starts_at", "ends_at")})}
        n = tx.record(self.kind, data, text=self.text)
        change = {"ends_at": at} if started else {"canceled_at": at}
        tx.connection.execute(_CHANGE.values(**change), {"incident": tx.incident_id})
        _stays_over(tx, at)
        return _tell(tx, n, "", Phase.RESOLVED, self.text)


def _window(tx: Transaction, starts_at: datetime, lasts: int) -> datetime:
    """Its end. Raises Refused for a start in the past, or in another age."""
    if starts_at < tx.now - _GRACE:
        raise Refused("The start time is in the past.", "Enter a future time.")
    if starts_at - tx.now > FURTHEST:
        raise Refused(f"The start time is more than {FURTHEST.days} days ahead.", "Check the date.")
    return starts_at + timedelta(minutes=lasts)


def _standing(tx: Transaction) -> RowMapping:
    """The maintenance. Raises Refused when the incident is none, or it is over."""
    row = tx.connection.execute(_MAINTENANCE, {"incident": tx.incident_id}).mappings().first()
    if row is None:
        raise Refused(f"{tx.ref} is not a maintenance.", "See the list: `bridgewatch maintenances`.")
    if row["canceled_at"] is not None:
        raise Refused(
            f"{tx.ref} was canceled: {attribution(tx.history.last(EndMaintenance.kind))}", "Schedule a new one."
        )
    if row["ends_at"] <= tx.now:
        raise Refused(f"{tx.ref} ended at {row['ends_at']:%Y-%m-%d %H:%M}Z.", "Schedule a new one.")
    return row


def _stays_over(tx: Transaction, at: datetime) -> None:
    """Move the end of what is no open incident; one that went wrong ends when people say so."""
    if tx.incident["phase"] == Phase.RESOLVED:
        tx.change(resolved_at=at)


def _spoken(window: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in window.items()}


def _allowed(tx: Transaction) -> None:
    """Raises Refused where the rules let others publish to customers; a maintenance needs no second pair of eyes."""
    why = barred(the_rules(tx), tx.author, *holdings(tx))
    if why is not None:
        raise why


def _tell(tx: Transaction, n: int, title: str, phase: Phase, words: str) -> int:
    told: dict[str, Any] = {
        "title": title,
        "phase": phase,
        "text": words,
        "components": {},
        "next_update_at": None,
        "expected_at": None,
    }
    announce(tx, {"n": n, "audience": Audience.CUSTOMERS, **told}, {})
    return n
