"""Reads theories and what speaks for and against them."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import and_, bindparam, exists, select

from models.kernel.entry import EntryView
from models.kernel.history import OF_INCIDENT
from models.kernel.names import called
from models.kernel.reader import Rows, entry_view
from models.kernel.tables import entries, people
from models.policy.theory import TheoryState, Weight
from models.theories.tables import evidence, theories
from models.theories.views import EvidenceView, TheoryView

_says, _gave, _sayer, _giver = entries.alias(), entries.alias(), people.alias(), people.alias()
THEORIES = (
    select(
        theories.c.n.label("first"),
        theories.c.state,
        _says.c.text,
        _says.c.data,
        _says.c.occurred_at,
        called(_sayer).label("author"),
        called(_giver).label("moved_by"),
        _gave.c.recorded_at.label("moved_at"),
        _gave.c.text.label("why"),
    )
    .join(_says, and_(_says.c.incident_id == theories.c.incident_id, _says.c.n == theories.c.said))
    .join(_sayer, _sayer.c.id == _says.c.author_id)
    .outerjoin(_gave, and_(_gave.c.incident_id == theories.c.incident_id, _gave.c.n == theories.c.moved))
    .outerjoin(_giver, _giver.c.id == _gave.c.author_id)
    .where(theories.c.incident_id == bindparam("incident"))
    .order_by(theories.c.n)
)

EVIDENCE = (
    select(
        evidence.c.n.label("first"),
        evidence.c.theory,
        evidence.c.weight,
        _says.c.text,
        _says.c.data,
        _says.c.occurred_at,
        called(_sayer).label("author"),
    )
    .join(_says, and_(_says.c.incident_id == evidence.c.incident_id, _says.c.n == evidence.c.said))
    .join(_sayer, _sayer.c.id == _says.c.author_id)
    .where(evidence.c.incident_id == bindparam("incident"))
    .order_by(_says.c.occurred_at.desc(), evidence.c.n.desc())
)

_later = entries.alias()
_takes_back = exists().where(_later.c.incident_id == entries.c.incident_id, _later.c.undoes == entries.c.n)
_THEORY_MOVES = OF_INCIDENT.where(
    entries.c.n > bindparam("number"), entries.c.kind == "theory-moved", ~_takes_back
).order_by(entries.c.n)


class Theories(Rows):
    """Reads what people believe."""

    def theories(self, incident_id: int) -> tuple[TheoryView, ...]:
        """Every theory that somebody stands by, in the order in which they were written down."""
        found: defaultdict[int, list[EvidenceView]] = defaultdict(list)
        rows = self._rows(THEORIES, incident=incident_id)
        for row in self._rows(EVIDENCE, incident=incident_id) if rows else ():
            found[row["theory"]].append(
                EvidenceView(
                    n=row["first"],
                    weight=Weight(row["weight"]),
                    text=row["text"],
                    author=row["data"].get("author", row["author"]),
                    occurred_at=row["occurred_at"],
                )
            )
        return tuple(
            TheoryView(
                n=row["first"],
                text=row["text"],
                author=row["data"].get("author", row["author"]),
                occurred_at=row["occurred_at"],
                state=TheoryState(row["state"]),
                moved_by=row["moved_by"],
                moved_at=row["moved_at"],
                why=row["why"] or "",
                evidence=tuple(found[row["first"]]),
            )
            for row in rows
        )

    def moves(self, incident_id: int, theory: int) -> tuple[EntryView, ...]:
        """The entries that gave a theory its states and stand, the first one first."""
        rows = self._rows(_THEORY_MOVES, incident=incident_id, number=theory)
        return tuple(
            entry for entry in (entry_view(row, self.names) for row in rows) if entry.data.get("theory") == theory
        )
