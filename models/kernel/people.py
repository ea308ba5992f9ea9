"""People are kept: named right, made one where two names are one person's, and no longer offered once they have left.

What was recorded stays as it was sealed; only what is shown changes. On Postgres, admins do it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, insert, select, update

from models.kernel.failures import Refused
from models.kernel.names import called
from models.kernel.naming import name_of, nearest
from models.kernel.reader import Rows
from models.kernel.snapshot import Snapshot
from models.kernel.store import Store
from models.kernel.tables import head, logins, people
from models.kernel.text import key
from models.kernel.transaction import TAKE_TICKET, Transaction
from models.kernel.verbs import load_all

_EVERY = select(people, called(people).label("called")).order_by(people.c.id)
_CHANGE = update(people).where(people.c.id == bindparam("person"))
_LET_GO = update(people).where(people.c.shown_key == bindparam("wanted")).values(shown_key=None)
"""A name that led to somebody through one of theirs leads to them by itself."""

_MOVE_LOGINS = update(logins).where(logins.c.person_id == bindparam("gone")).values(person_id=bindparam("into"))
_CHANGED = update(head).values(names=bindparam("now"))
_DEED = "change people"

moves: list[Callable[[Transaction, int, int], None]] = []
"""Give what is one person's of a subject to another, who they are in truth: called with the ids of both."""


class PersonView(Snapshot, frozen=True, kw_only=True):
    """Somebody who was named."""

    name: str
    """As it is shown."""
    recorded_as: tuple[str, ...]
    """The other names that entries hold of them, the first one first."""
    added_at: datetime
    retired_at: datetime | None


def every(read: Rows) -> tuple[PersonView, ...]:
    """Everybody, those who have left among them."""
    rows = read.connection.execute(_EVERY).mappings().all()
    known: dict[str, list[str]] = {}
    for row in rows:
        known.setdefault(row["called"], []).append(row["name"])
    return tuple(
        PersonView(
            name=row["called"],
            recorded_as=tuple(name for name in known[row["called"]] if name != row["called"]),
            added_at=row["added_at"],
            retired_at=row["retired_at"],
        )
        for row in sorted(rows, key=lambda row: key(row["called"]))
        if row["merged_into"] is None
    )


def add(store: Store, name: str, by: str) -> str:
    """Add somebody, or offer somebody again who had left; answers with the name. Raises Refused."""
    with _changing(store, by) as (tx, everybody):
        wanted = name_of(name)
        row = everybody.find(wanted)
        if row is None:
            tx.connection.execute(insert(people), {"name": wanted, "key": key(wanted), "added_at": tx.now})
            return wanted
        if row["retired_at"] is None:
            raise Refused(f"{row['called']} is already there.")
        tx.connection.execute(_CHANGE.values(retired_at=None, changed_by=tx.author_id), {"person": row["id"]})
        return str(row["called"])


def rename(store: Store, name: str, to: str, by: str) -> tuple[str, str]:
    """Show somebody by another name; answers with both. Raises Refused when it is somebody else's, or unknown."""
    with _changing(store, by) as (tx, everybody):
        row, wanted = everybody.get(name), name_of(to)
        if wanted == row["called"]:
            raise Refused(f"{row['called']} is already called this.")
        other = everybody.find(wanted)
        if other is not None and other["id"] != row["id"]:
            raise Refused(
                f"{other['called']} is another person.",
                f"If they are the same person: `bridgewatch people merge {row['called']!r} {other['called']!r}`.",
            )
        own = wanted != row["name"]
        tx.connection.execute(_LET_GO, {"wanted": key(wanted)})
        changes = {"shown": wanted if own else None, "shown_key": key(wanted) if own else None}
        tx.connection.execute(_CHANGE.values(**changes, changed_by=tx.author_id), {"person": row["id"]})
        everybody.show(tx, row["id"], wanted)
        return str(row["called"]), wanted


def merge(store: Store, name: str, into: str, by: str) -> tuple[str, str]:
    """From now on both names are the second one's; answers with both as they were shown. Raises Refused."""
    load_all()  # each subject says what it keeps of people
    with _changing(store, by) as (tx, everybody):
        gone, stays = everybody.get(name), everybody.get(into)
        if gone["id"] == stays["id"]:
            raise Refused(f"{name} and {into} are already the same person.")
        tx.connection.execute(_MOVE_LOGINS, {"gone": gone["id"], "into": stays["id"]})
        for move in moves:
            move(tx, gone["id"], stays["id"])
        changes = {"merged_into": stays["id"], "merged_at": tx.now, "changed_by": tx.author_id}
        tx.connection.execute(_CHANGE.values(**changes, shown=stays["called"]), {"person": gone["id"]})
        everybody.show(tx, gone["id"], stays["called"])
        return str(gone["called"]), str(stays["called"])


def retire(store: Store, name: str, by: str) -> str:
    """Offer somebody no longer, who has left; answers with the name that is shown. Raises Refused."""
    with _changing(store, by) as (tx, everybody):
        row = everybody.get(name)
        if row["retired_at"] is not None:
            raise Refused(f"{row['called']} has already left: retired on {row['retired_at']:%Y-%m-%d}.")
        changes = {"retired_at": tx.now, "changed_by": tx.author_id}
        tx.connection.execute(_CHANGE.values(**changes), {"person": row["id"]})
        return str(row["called"])


class _Everybody:
    """The table as it is in the transaction that changes it."""

    def __init__(self, tx: Transaction) -> None:
        self._rows: dict[int, RowMapping] = {row["id"]: row for row in tx.connection.execute(_EVERY).mappings()}

    def find(self, name: str) -> RowMapping | None:
        """Whom the name leads to."""
        wanted = key(name)
        found = next((row for row in self._rows.values() if wanted in (row["shown_key"], row["key"])), None)
        while found is not None and found["merged_into"] is not None:
            found = self._rows[found["merged_into"]]
        return found

    def get(self, name: str) -> RowMapping:
        """Raises Refused when nobody is called so."""
        found = self.find(name)
        if found is None:
            known = ((row[of] or "", row["called"]) for row in self._rows.values() for of in ("key", "shown_key"))
            meant = nearest(name, known)
            remedy = f"Did you mean {' or '.join(meant)}?" if meant else "See the list: `bridgewatch people`."
            raise Refused(f"There is no person {name!r}.", remedy)
        return found

    def show(self, tx: Transaction, person: int, name: str) -> None:
        """Show all who were merged into that person by the name that is the person's now."""
        for row in self._rows.values():
            if row["merged_into"] == person:
                tx.connection.execute(_CHANGE.values(shown=name), {"person": row["id"]})
                self.show(tx, row["id"], name)


@contextmanager
def _changing(store: Store, by: str) -> Iterator[tuple[Transaction, _Everybody]]:
    with store.acting_as_admin(by, "people", _DEED) as tx:
        tx.wait_in_line("head")
        # first: two who do this take turns at it
        ticket = tx.connection.execute(TAKE_TICKET.returning(head.c.ticket)).scalar_one()
        yield tx, _Everybody(tx)
        tx.connection.execute(_CHANGED, {"now": ticket})
