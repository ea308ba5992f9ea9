"""The status-page draft and its publication."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import bindparam, insert, select, text, update

from models.commands.base import (
    ComponentName,
    DraftText,
    IncidentCommand,
    TakenBack,
    undoes,
)
from models.failures import Conflict, Refused
from models.policy import PUBLIC, Audience, ComponentState, Phase, public
from models.records import Recorded
from models.tables import components, drafts, status_updates
from models.transaction import Transaction

_STATES = select(components.c.name, components.c.state)
_PUT_COMPONENT = text(
    "INSERT INTO components (name, state, position, description)"
    " VALUES (:name, :state, (SELECT coalesce(max(position), 0) + 1 FROM components), '')"
    " ON CONFLICT (name) DO UPDATE SET state = excluded.state"
)
_UPDATE = update(drafts).where(drafts.c.incident_id == bindparam("incident"))

Content = dict[str, Any]
EMPTY: Content = {"text": "", "phase": None, "components": {}}


def _content(tx: Transaction) -> tuple[int, Content]:
    row = tx.draft()
    if row is None:
        return 0, EMPTY
    return row["revision"], {name: row[name] for name in EMPTY}


def _write(tx: Transaction, revision: int, content: Content) -> None:
    values = {**content, "revision": revision, "edited_by": tx.author_id, "edited_at": tx.now}
    if tx.draft() is None:
        tx.connection.execute(
            insert(drafts), {"incident_id": tx.incident_id, "audience": Audience.CUSTOMERS, "title": "", **values}
        )
    else:
        tx.connection.execute(_UPDATE.values(**values), {"incident": tx.incident_id})


def _unchanged(tx: Transaction, saw: int | None, revision: int) -> None:
    if saw in (None, revision):
        return
    row = tx.draft()
    by = f"{row['editor']} changed it at {row['edited_at']:%H:%M:%S}Z" if row else "it is gone"
    raise Conflict(f"The draft is r{revision} by now, not r{saw}: {by}.", "Nothing of yours is lost.", now=revision)


class EditDraft(IncidentCommand):
    """Write the status-page draft: its text, the phase customers are told, the state of components.

    What one author writes in a row is one line of the timeline, in its latest version.
    """

    text: DraftText | None = None
    """None leaves it as it is, as for the others."""
    phase: Phase | None = None
    components: dict[ComponentName, ComponentState] | None = None
    saw: int | None = None
    """The revision that the author saw; None writes over any."""

    kind: ClassVar[str] = "draft"

    def perform(self, tx: Transaction) -> int:
        if self.phase is not None and self.phase not in PUBLIC:
            raise Refused(f"Customers are told {', '.join(PUBLIC)}; not {self.phase}.")
        revision, before = _content(tx)
        _unchanged(tx, self.saw, revision)
        given = {"text": self.text, "phase": self.phase, "components": self.components}
        content = {**before, **{name: value for name, value in given.items() if value is not None}}
        if content == before:
            raise Refused("The draft says that already.")
        _write(tx, revision + 1, content)
        run = self._run(tx)
        data = {
            "revision": revision + 1,
            "phase": content["phase"],
            "components": content["components"],
            "was": run.data["was"] if run else before,
        }
        return tx.record(self.kind, data, text=content["text"], revises=run.root if run else None)

    @staticmethod
    def _run(tx: Transaction) -> Recorded | None:
        last = tx.last("draft", "published")
        return last if last and last.kind == "draft" and last.author == tx.author else None


class HoldDraft(IncidentCommand):
    """Say that one has the draft open for editing, or no longer; nothing of it goes on the timeline."""

    open: bool

    def perform(self, tx: Transaction) -> int:
        row = tx.draft()
        if not self.open and (row is None or row["open_by"] != tx.author_id):
            return tx.record_nothing()
        if row is None:
            _write(tx, 0, EMPTY)
        values = {"open_by": tx.author_id if self.open else None, "open_at": tx.now if self.open else None}
        tx.connection.execute(_UPDATE.values(**values), {"incident": tx.incident_id})
        return tx.record_nothing()


class Publish(IncidentCommand):
    """Tell customers what the draft says, exactly in the revision that the author saw."""

    saw: int | None = None

    kind: ClassVar[str] = "published"

    def perform(self, tx: Transaction) -> int:
        revision, content = _content(tx)
        _unchanged(tx, self.saw, revision)
        if not content["text"].strip():
            raise Refused("The draft is empty.", "Write it first: `e` on the desk.")
        phase = content["phase"] or public(Phase(tx.incident["phase"]))
        data = {"revision": revision, "phase": phase, "components": content["components"]}
        n = tx.record(self.kind, data, text=content["text"])
        update_row = {
            "incident_id": tx.incident_id,
            "n": n,
            "phase": phase,
            "text": content["text"],
            "components": content["components"],
            "published_by": tx.author_id,
            "published_at": tx.now,
        }
        tx.connection.execute(insert(status_updates), update_row)
        for name, state in content["components"].items():
            tx.connection.execute(_PUT_COMPONENT, {"name": name, "state": state})
        _write(tx, revision + 1, {**content, "text": "", "phase": None})
        tx.change(published_at=tx.now)
        return n


@undoes("draft")
def _undo_draft(tx: Transaction, entry: Recorded) -> TakenBack:
    revision, _ = _content(tx)
    if revision != entry.data["revision"]:
        raise Refused("The draft has been changed since.", "Edit it instead.")
    _write(tx, revision + 1, entry.data["was"])
    return TakenBack(revises=entry.root)
