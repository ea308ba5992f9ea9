"""What is believed: theories change their state, and evidence speaks for or against them.

A theory is a note of that kind, called by any of its entries' numbers; these commands and the notes' own keep its row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from sqlalchemy import bindparam, insert, select, update

from models.kernel.ahead import COUNTED, Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, IncidentCommand, Moment, NoteText, OptionalReason, when
from models.kernel.conflicts import attribution, unchanged
from models.kernel.failures import Refused
from models.kernel.history import LATEST_VERSION, last_of
from models.kernel.notes import EVIDENCE, NoteKind
from models.kernel.recorded import Recorded
from models.kernel.times import FORMS
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.theory import TheoryState, Weight
from models.theories.tables import evidence, theories

_THEORY = select(theories).where(theories.c.incident_id == bindparam("incident"), theories.c.n == bindparam("theory"))
_SAY_THEORY = (
    update(theories)
    .where(theories.c.incident_id == bindparam("incident"), theories.c.n == bindparam("root"))
    .values(said=bindparam("entry"))
)
_SAY_EVIDENCE = (
    update(evidence)
    .where(evidence.c.incident_id == bindparam("incident"), evidence.c.n == bindparam("root"))
    .values(said=bindparam("entry"))
)
_MOVE = (
    update(theories)
    .where(theories.c.incident_id == bindparam("incident"), theories.c.n == bindparam("theory"))
    .values(state=bindparam("now"), moved=bindparam("entry"))
)

_LONGEST = 60
"""The most characters by which an entry calls a theory."""


@dataclass(frozen=True, slots=True)
class _Theory:
    """A theory as it stands in the database."""

    n: int
    called: str
    """Its words, as an entry calls it."""
    state: TheoryState
    moved: int | None

    @property
    def data(self) -> dict[str, Any]:
        """How an entry says which theory it is about."""
        return {"theory": self.n, "called": self.called}

    @property
    def standing(self) -> dict[str, Any]:
        """All of it that changes."""
        return {"state": str(self.state), "moved": self.moved}


def _theory(tx: Transaction, n: int) -> _Theory:
    """Raises Refused when that entry is no theory, or one that nobody stands by any more."""
    entry = tx.history.latest_version(n)
    if entry.kind in ("retracted", "undone"):
        raise Refused(f"{entry.author} retracted this entry at {entry.recorded_at:%H:%M:%S}Z.", "Add it again.")
    if entry.kind != NoteKind.THEORY:
        raise Refused(f"Entry {n} of {tx.ref} is not a theory.", f"See the list: `bridgewatch theories {tx.ref}`.")
    return _read(tx, entry)


def _read(tx: Transaction, entry: Recorded) -> _Theory:
    row = tx.connection.execute(_THEORY, {"incident": tx.incident_id, "theory": entry.root}).mappings().one()
    words = " ".join(entry.text.split())
    called = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return _Theory(entry.root, called, TheoryState(row["state"]), row["moved"])


def keep(tx: Transaction, root: int, kind: str, entry: int) -> None:
    """Keep theories and evidence in step with the notes: from now on that entry, of that kind, stands for `root`."""
    known = {"incident": tx.incident_id, "root": root}
    theory = entry if kind == NoteKind.THEORY else None
    counted = COUNTED if theory is not None else None
    said = tx.connection.execute(_SAY_THEORY, {**known, "entry": theory}, execution_options=counted)
    if theory is not None and not said.rowcount:
        values = {"incident_id": tx.incident_id, "n": root, "said": theory, "state": TheoryState.OPEN}
        tx.connection.execute(insert(theories), values)
    tx.connection.execute(_SAY_EVIDENCE, {**known, "entry": entry if kind == EVIDENCE else None})


class SetTheory(IncidentCommand):
    """Say what is believed of a theory, and why."""

    n: Annotated[int, Argument("number of the entry, as in `show`")]
    """The number of any of its entries."""
    state: TheoryState
    why: Annotated[OptionalReason, Argument("the reason")] = ""
    saw: TheoryState | None = None
    """The state that the author saw; None: did not look."""

    kind: ClassVar[str] = "theory-moved"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (
            (LATEST_VERSION, {"incident": incident, "number": self.n}),
            (_THEORY, {"incident": incident, "theory": self.n}),
            last_of(incident, "theory-moved"),
        )

    def perform(self, tx: Transaction) -> int:
        theory = _theory(tx, self.n)
        if theory.state is self.state and self.saw in (None, self.state):
            raise Refused(f"The theory “{theory.called}” is already {theory.state}.")
        unchanged(f"The theory “{theory.called}”", self.saw, theory.state, _last_move(tx, theory.n))
        data = {**theory.data, "was": theory.standing, "now": str(self.state)}
        n = tx.record(self.kind, data, text=self.why)
        _write(tx, theory.n, self.state, n)
        return n


def _write(tx: Transaction, theory: int, state: str, moved: int | None) -> None:
    tx.connection.execute(_MOVE, {"incident": tx.incident_id, "theory": theory, "now": str(state), "entry": moved})


def _last_move(tx: Transaction, theory: int) -> Recorded | None:
    return tx.history.last("theory-moved", theory=theory)


class AddEvidence(IncidentCommand):
    """Write down what speaks for or against a theory, or bears on it."""

    n: Annotated[int, Argument("number of the entry, as in `show`")]
    """The number of any of the theory's entries."""
    weight: Annotated[Weight, Argument("for, against or neutral")]
    text: NoteText
    occurred_at: Annotated[Moment | None, Argument(f"time of the event, if not now; such as {FORMS}", flag="--at")] = (
        None
    )
    """When it was seen, if not now."""

    kind: ClassVar[str] = EVIDENCE

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (
            (LATEST_VERSION, {"incident": incident, "number": self.n}),
            (_THEORY, {"incident": incident, "theory": self.n}),
        )

    def perform(self, tx: Transaction) -> int:
        theory = _theory(tx, self.n)
        data = {**theory.data, "weight": str(self.weight)}
        n = tx.record(self.kind, data, text=self.text, occurred_at=when(self.occurred_at, tx.recorded_at))
        values = {"incident_id": tx.incident_id, "n": n, "said": n, "theory": theory.n, "weight": self.weight}
        tx.connection.execute(insert(evidence), values)
        return n


@undoes("theory-moved")
def _undo_move(tx: Transaction, entry: Recorded) -> UndoEntry:
    number, was = entry.data["theory"], entry.data["was"]
    theory = _read(tx, tx.history.latest_version(number))
    if theory.moved != entry.n:
        raise Refused(
            f"The theory “{entry.data['called']}” has changed, so this cannot be undone:"
            f" {attribution(_last_move(tx, number))}",
            "Set the state directly.",
        )
    _write(tx, number, was["state"], was["moved"])
    return UndoEntry()
