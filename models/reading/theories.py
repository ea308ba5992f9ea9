"""Reads theories and what speaks for and against them."""

from __future__ import annotations

from collections import defaultdict

from models import queries
from models.policy import TheoryState, Weight
from models.reading.base import Rows
from models.reading.timeline import entry_view
from models.theories import EvidenceView, TheoryView
from models.views import EntryView


class Theories(Rows):
    """Reads what people believe."""

    def theories(self, incident_id: int) -> tuple[TheoryView, ...]:
        """Every theory that somebody stands by, in the order in which they were written down."""
        found: defaultdict[int, list[EvidenceView]] = defaultdict(list)
        rows = self._rows(queries.THEORIES, incident=incident_id)
        for row in self._rows(queries.EVIDENCE, incident=incident_id) if rows else ():
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
        rows = self._rows(queries.THEORY_MOVES, incident=incident_id, number=theory)
        return tuple(entry for entry in map(entry_view, rows) if entry.data.get("theory") == theory)
