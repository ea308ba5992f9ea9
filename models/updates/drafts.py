"""A draft as commands read and write it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, insert, select, update

from models.kernel.ahead import Question
from models.kernel.command import Argument
from models.kernel.failures import Conflict
from models.kernel.names import called
from models.kernel.tables import people
from models.kernel.transaction import Transaction
from models.policy.audience import Audience
from models.updates.tables import drafts

FOR_AUDIENCE = Argument(f"audience: {', '.join(Audience)}; default: customers")

Content = dict[str, Any]
EMPTY: Content = {
    "title": "",
    "text": "",
    "phase": None,
    "components": {},
    "next_update_at": None,
    "next_in": None,
    "expected_at": None,
    "expected_in": None,
}
"""What a draft says before anybody has written anything.

A time is fixed (`_at`), or counts in minutes from publication (`_in`), because nobody is promised anything before.
"""

MOMENTS = ("next_update_at", "expected_at")

_editor, _asker, _approver = people.alias(), people.alias(), people.alias()
_DRAFT = (
    select(
        drafts,
        called(_editor).label("editor"),
        called(_asker).label("asker"),
        called(_approver).label("approver"),
    )
    .join(_editor, _editor.c.id == drafts.c.edited_by)
    .outerjoin(_asker, _asker.c.id == drafts.c.asked_by)
    .outerjoin(_approver, _approver.c.id == drafts.c.approved_by)
    .where(drafts.c.incident_id == bindparam("incident"), drafts.c.audience == bindparam("to"))
)
UPDATE = update(drafts).where(drafts.c.incident_id == bindparam("incident"), drafts.c.audience == bindparam("to"))

PUBLISHING = ("published", "emergency-published", "told")
"""The kinds of entry with which a draft is published: two to customers, one inside."""

UNREVIEWED: dict[str, Any] = dict.fromkeys(
    (
        *("asked_by", "asked_at", "returned_by", "returned"),
        *("approved_by", "approved_revision", "approved_phase", "approved_next_in"),
    )
)
"""Nobody was asked to approve the draft."""


def asked(incident: int, to: Audience) -> Question:
    """What `draft_row` asks."""
    return _DRAFT, {"incident": incident, "to": to}


def draft_row(tx: Transaction, to: Audience) -> RowMapping | None:
    """The draft as it stands, with the names of its editor, and of who asked for an approval and gave it."""
    return tx.connection.execute(*asked(tx.incident_id, to)).mappings().first()


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
    by = f"{row['editor']} changed it at {row['edited_at']:%H:%M:%S}Z" if row else "it was deleted"
    raise Conflict(
        f"The draft has changed: it is now r{revision}, not r{saw} ({by}).", "Your text is kept.", now=revision
    )


def spoken(says: Content) -> dict[str, Any]:
    """What a draft says, as an entry keeps it."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in says.items()}


def heard(kept: dict[str, Any]) -> Content:
    """The other way round; an earlier version kept less."""
    says = {**EMPTY, **{name: kept[name] for name in EMPTY if name in kept}}
    return {**says, **{name: datetime.fromisoformat(says[name]) for name in MOMENTS if says[name]}}
