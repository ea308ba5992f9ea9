"""When each audience is due its next update, as commands read and change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import RowMapping, bindparam, select, text

from models.kernel.columns import Moment
from models.kernel.failures import Refused
from models.kernel.transaction import Transaction
from models.policy.audience import Audience
from models.policy.phase import DONE_WITH, OPEN, Phase, promising
from models.policy.severity import Severity
from models.updates.agreement import the_rules
from models.updates.tables import NEWEST_FIRST, maintenances, promises, status_updates

InMinutes = Annotated[int, Field(ge=0, le=7 * 24 * 60)]
"""Minutes from now; 0 takes the time away."""

_LAST_TOLD = (
    select(status_updates.c.phase)
    .where(
        status_updates.c.incident_id == bindparam("incident"),
        status_updates.c.audience == Audience.CUSTOMERS,
        ~select(maintenances).where(maintenances.c.incident_id == status_updates.c.incident_id).exists(),
    )
    .order_by(*NEWEST_FIRST)
    .limit(1)
)
_PROMISES = select(promises).where(promises.c.incident_id == bindparam("incident"))
_PUT_PROMISE = text(
    "INSERT INTO promises (incident_id, audience, told_at, due_at, snoozed)"
    " VALUES (:incident, :to, :told_at, :due_at, :snoozed) ON CONFLICT (incident_id, audience)"
    " DO UPDATE SET told_at = excluded.told_at, due_at = excluded.due_at, snoozed = excluded.snoozed"
).bindparams(bindparam("told_at", type_=Moment), bindparam("due_at", type_=Moment))


def moment(tx: Transaction, minutes: int | None, before: datetime | None) -> datetime | None:
    """The time that somebody means by so many minutes from now."""
    if minutes is None:
        return before
    return tx.now + timedelta(minutes=minutes) if minutes else None


def told_at(tx: Transaction, to: Audience) -> datetime | None:
    """When this audience was last told."""
    if to is Audience.CUSTOMERS:
        last: datetime | None = tx.incident["published_at"]
        return last
    row = promised(tx).get(to)
    return row["told_at"] if row else None


def promised(tx: Transaction) -> dict[Audience, RowMapping]:
    """What is kept of the promises to each audience."""
    rows: Sequence[RowMapping] = tx.connection.execute(_PROMISES, {"incident": tx.incident_id}).mappings().all()
    return {Audience(row["audience"]): row for row in rows}


def due(tx: Transaction, to: Audience) -> datetime | None:
    """When this audience is to be told next; None: nothing is promised."""
    phase, told = Phase(tx.incident["phase"]), told_at(tx, to)
    row = promised(tx).get(to)
    if not promising(phase, row["due_at"] if row else None, told):
        return None
    if row is not None and row["due_at"] is not None:
        at: datetime = row["due_at"]
        return at
    return the_rules(tx).due(to, Severity(tx.incident["severity"]), tx.incident["declared_at"], told)


def owed(tx: Transaction, phase: Phase) -> dict[str, str]:
    """What nobody will keep any more once the incident is in that phase: audience -> when it was due.

    What should have been told by now; and where people are done with it, what was promised with words for later.
    """
    promises = promised(tx)
    found = {}
    for to in Audience:
        at, row = due(tx, to), promises.get(to)
        with_words = row is not None and row["due_at"] is not None and told_at(tx, to) is not None
        if at is not None and (at < tx.now or (phase in DONE_WITH and with_words)):
            found[str(to)] = at.isoformat()
    return found


def promise(tx: Transaction, to: Audience, at: datetime | None, *, told: datetime | None, snoozed: bool) -> None:
    """Keep when this audience is to be told next, and when it was told last; `at` None: as the cadence has it."""
    known = {"incident": tx.incident_id, "to": to, "told_at": told, "due_at": at, "snoozed": snoozed}
    tx.connection.execute(_PUT_PROMISE, known)


def hasten(tx: Transaction) -> None:
    """After the severity was raised: promises of a slower pace are not later than those of the new one."""
    for to, row in promised(tx).items():
        quick = the_rules(tx).due(to, Severity(tx.incident["severity"]), tx.incident["declared_at"], told_at(tx, to))
        if row["due_at"] is not None and quick is not None and quick < row["due_at"]:
            promise(tx, to, quick, told=row["told_at"], snoozed=False)


def still(phase: Phase) -> bool:
    """Whether people who were told of that phase wait for more."""
    return phase in OPEN


def nobody_waits(tx: Transaction, then: str) -> None:
    """Raises Refused where customers were told last of a phase that goes on: their page would stay so for ever.

    A maintenance is over by its clock, whatever was told last. `then`: what can be done once they know that it is over.
    """
    told = tx.connection.execute(_LAST_TOLD, {"incident": tx.incident_id}).scalar()
    if told is not None and still(Phase(told)):
        raise Refused(f"The last public status of {tx.ref} is “{told}”. Customers expect more updates.", then)
