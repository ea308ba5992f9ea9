"""Everything that can be read about incidents, in one reader."""

from __future__ import annotations

from datetime import datetime

from models.board.handover_brief import Known
from models.board.incidents import Incidents
from models.board.views import IncidentView
from models.kernel.entry import EntryView
from models.timeline.read import NEWEST, PAGE, SINCE, Timelines
from models.updates.queries import UPDATES
from models.updates.views import UpdateView


class Reader(Incidents, Timelines):
    """Reads incidents with roles, tasks, theories, steps, updates and deliveries, and their timelines."""

    def known(self, incident: int, now: datetime) -> Known:
        """All that a handover brief is made of."""
        return Known(
            incident=self.incident(incident),
            entries=self.newest(incident),
            decisions=self.decisions(incident),
            others=self.on_the_board(now),
            now=now,
        )

    def whole(self, incident_id: int) -> tuple[IncidentView, tuple[EntryView, ...], tuple[UpdateView, ...]]:
        """An incident, every version of every entry in their order, and every update, the newest one first.

        Raises Refused when there is none.
        """
        known = {"incident": incident_id}
        self.foresee(((SINCE, {**known, "number": 0}), (UPDATES, known)))
        return self.incident(incident_id), self.since(incident_id, 0), self.updates(incident_id)

    def page(self, incident_id: int) -> tuple[IncidentView, tuple[EntryView, ...]]:
        """An incident with the newest page of its timeline. Raises Refused when there is none."""
        self.foresee(((NEWEST, {"incident": incident_id, "limit": PAGE}),))
        return self.incident(incident_id), self.newest(incident_id)
