"""What the commands about telling people have in common: the drafts as they stand, and the promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import RowMapping, bindparam, insert, select, text, update

from models.columns import Moment
from models.coverage import Holding, stand_in
from models.failures import Conflict, Refused
from models.policy import DONE_WITH, OPEN, Audience, Phase, Severity, promising
from models.rules import SETTING, Rules, rules
from models.tables import drafts, maintenances, people, promises, settings, status_updates
from models.transaction import Transaction

Content = dict[str, Any]
EMPTY: Content = {
    "title": "",
    "text": "",
    "phase": None,
    "components": {},
    "next_update_at": None,
    "expected_at": None,
}
"""What a draft says before anybody has written anything."""

MOMENTS = ("next_update_at", "expected_at")

InMinutes = Annotated[int, Field(ge=0, le=7 * 24 * 60)]
"""Minutes from now; 0 takes the time away."""

_editor, _asker, _approver = people.alias(), people.alias(), people.alias()
_DRAFT = (
    select(
        drafts,
        _editor.c.name.label("editor"),
        _asker.c.name.label("asker"),
        _approver.c.name.label("approver"),
    )
    .join(_editor, _editor.c.id == drafts.c.edited_by)
    .outerjoin(_asker, _asker.c.id == drafts.c.asked_by)
    .outerjoin(_approver, _approver.c.id == drafts.c.approved_by)
    .where(drafts.c.incident_id == bindparam("incident"), drafts.c.audience == bindparam("to"))
)
UPDATE = update(drafts).where(drafts.c.incident_id == bindparam("incident"), drafts.c.audience == bindparam("to"))
_RULES = select(settings.c.value).where(settings.c.key == SETTING)
_LAST_TOLD = (
    select(status_updates.c.phase)
    .where(
        status_updates.c.incident_id == bindparam("incident"),
        status_updates.c.audience == Audience.CUSTOMERS,
        ~select(maintenances).where(maintenances.c.incident_id == status_updates.c.incident_id).exists(),
    )
    .order_by(status_updates.c.published_at.desc(), status_updates.c.id.desc())
    .limit(1)
)
_PROMISES = select(promises).where(promises.c.incident_id == bindparam("incident"))
_PUT_PROMISE = text(
    "INSERT INTO promises (incident_id, audience, told_at, due_at, snoozed)"
    " VALUES (:incident, :to, :told_at, :due_at, :snoozed) ON CONFLICT (incident_id, audience)"
    " DO UPDATE SET told_at = excluded.told_at, due_at = excluded.due_at, snoozed = excluded.snoozed"
).bindparams(bindparam("told_at", type_=Moment), bindparam("due_at", type_=Moment))

UNREVIEWED: dict[str, Any] = dict.fromkeys(
    ("asked_by", "asked_at", "approved_by", "approved_revision", "returned_by", "returned")
)
"""Nobody was asked to approve the draft."""


def the_rules(tx: Transaction) -> Rules:
    """What the team has agreed on."""
    return rules(tx.connection.execute(_RULES).scalar())


def holdings(tx: Transaction) -> tuple[list[Holding], str | None]:
    """Who holds what on the incident, and who manages it."""
    held = [
        Holding(role=role.book_role or role.key, label=role.label, person=person)
        for role in tx.roles()
        for person in role.people
    ]
    return held, stand_in(tx.book, held)


def draft_row(tx: Transaction, to: Audience) -> RowMapping | None:
    """The draft as it stands, with the names of its editor, and of who asked for an approval and gave it."""
    return tx.connection.execute(_DRAFT, {"incident": tx.incident_id, "to": to}).mappings().first()


def content(row: RowMapping | None) -> tuple[int, Content]:
    """The revision of a draft, and what it says."""
    return (0, EMPTY) if row is None else (row["revision"], {name: row[name] for name in EMPTY})


def write(tx: Transaction, to: Audience, revision: int, says: Content, **more: Any) -> None:
    """Write the draft; `more`: its other columns."""
    values = {**says, "revision": revision, "edited_by": tx.author_id, "edited_at": tx.now, **more}
    if draft_row(tx, to) is None:
        tx.connection.execute(insert(drafts), {"incident_id": tx.incident_id, "audience": to, **values})
    else:
        tx.connection.execute(UPDATE.values(**values), {"incident": tx.incident_id, "to": to})


def unchanged(row: RowMapping | None, saw: int | None) -> None:
    """Raises Conflict unless the draft is still the revision that the author saw; None: did not look."""
    revision = row["revision"] if row else 0
    if saw in (None, revision):
        return
    by = f"{row['editor']} changed it at {row['edited_at']:%H:%M:%S}Z" if row else "it is gone"
    raise Conflict(f"The draft is r{revision} by now, not r{saw}: {by}.", "Nothing of yours is lost.", now=revision)


def spoken(says: Content) -> dict[str, Any]:
    """What a draft says, as an entry keeps it."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in says.items()}


def heard(kept: dict[str, Any]) -> Content:
    """The other way round; an earlier version kept less."""
    says = {**EMPTY, **{name: kept[name] for name in EMPTY if name in kept}}
    return {**says, **{name: datetime.fromisoformat(says[name]) for name in MOMENTS if says[name]}}


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
        raise Refused(f"Customers were told last that {tx.ref} is {told}, and would wait for more.", then)
