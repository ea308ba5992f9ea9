"""When each audience is due its next update, as commands read and change it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import RowMapping, bindparam, select, text

from models.kernel.ahead import Question
from models.kernel.columns import Moment
from models.kernel.failures import Refused
from models.kernel.transaction import Transaction
from models.policy.audience import Audience
from models.policy.phase import DONE_WITH, OPEN, Phase, promising
from models.policy.severity import Severity
from models.updates.agreement import AGREED, the_rules
from models.updates.tables import maintenances, promises

InMinutes = Annotated[int, Field(ge=0, le=7 * 24 * 60)]
"""Minutes from publication; 0 takes the time away."""

_MAINTAINED = select(maintenances.c.incident_id).where(maintenances.c.incident_id == bindparam("incident"))
_PROMISES = select(promises).where(promises.c.incident_id == bindparam("incident"))
_PUT_PROMISE = (
    text(
        "INSERT INTO promises (incident_id, audience, told_at, due_at, snoozed)"
        " VALUES (:incident, :to, :told_at, :due_at, :snoozed) ON CONFLICT (incident_id, audience)"
        " DO UPDATE SET told_at = excluded.told_at, due_at = excluded.due_at, snoozed = excluded.snoozed"
    )
    .bindparams(bindparam("told_at", type_=Moment), bindparam("due_at", type_=Moment))
    .execution_options(changes="promises")
)


def told_at(tx: Transaction, to: Audience) -> datetime | None:
    """When this audience was last told."""
    if to is Audience.CUSTOMERS:
        last: datetime | None = tx.incident["published_at"]
        return last
    row = promised(tx).get(to)
    return row["told_at"] if row else None


def ahead_of_promises(incident: int) -> tuple[Question, ...]:
    """What due times, and the rules that they follow, ask."""
    return (AGREED, {}), (_PROMISES, {"incident": incident}), (_MAINTAINED, {"incident": incident})


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
    return the_rules(tx).due(to, Severity(tx.incident["severity"]), since(tx), told)


def since(tx: Transaction) -> datetime:
    """When the cadence began: with the declaration, or when the incident was last reopened."""
    began: datetime = tx.incident["reopened_at"] or tx.incident["declared_at"]
    return began


def owed(tx: Transaction, phase: Phase) -> dict[str, dict[str, str]]:
    """What nobody will keep any more once the incident is in that phase, as its entry keeps it.

    `owed`, audience -> when it was due: what should have been told by now to those who were told something; and where
    people are done with it, what was promised with words for later. `untold`: the same of a first update, which the
    cadence wanted by now, and nobody was promised.
    """
    promises = promised(tx)
    found: dict[str, dict[str, str]] = {"owed": {}, "untold": {}}
    for to in Audience:
        at, row, told = due(tx, to), promises.get(to), told_at(tx, to) is not None
        with_words = told and row is not None and row["due_at"] is not None
        if at is not None and (at < tx.now or (phase in DONE_WITH and with_words)):
            found["owed" if told else "untold"][str(to)] = at.isoformat()
    return {name: audiences for name, audiences in found.items() if audiences}


def promise(tx: Transaction, to: Audience, at: datetime | None, *, told: datetime | None, snoozed: bool) -> None:
    """Keep when this audience is to be told next, and when it was told last; `at` None: as the cadence has it."""
    known = {"incident": tx.incident_id, "to": to, "told_at": told, "due_at": at, "snoozed": snoozed}
    tx.connection.execute(_PUT_PROMISE, known)


def hasten(tx: Transaction) -> None:
    """After the severity was raised: promises of a slower pace are not later than those of the new one."""
    for to, row in promised(tx).items():
        if told_at(tx, to) is None:
            continue
        quick = the_rules(tx).due(to, Severity(tx.incident["severity"]), since(tx), told_at(tx, to))
        if row["due_at"] is not None and quick is not None and quick < row["due_at"]:
            promise(tx, to, quick, told=row["told_at"], snoozed=False)


def still(phase: Phase) -> bool:
    """Whether people who were told of that phase wait for more."""
    return phase in OPEN


def nobody_waits(tx: Transaction, then: str) -> None:
    """Raises Refused where customers were told last of a phase that goes on: their page would stay so for ever.

    A maintenance is over by its clock, whatever was told last. `then`: what can be done once they know that it is over.
    """
    told = tx.incident["told"]
    if told is None or not still(Phase(told)):
        return
    if tx.connection.execute(_MAINTAINED, {"incident": tx.incident_id}).first() is None:
        raise Refused(f"The last public status of {tx.ref} is “{told}”. Customers expect more updates.", then)
