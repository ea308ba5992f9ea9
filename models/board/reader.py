"""Everything that can be read about incidents, in one reader."""

from __future__ import annotations

from models.board.incidents import Incidents
from models.board.views import IncidentView
from models.kernel.entry import EntryView
from models.timeline.read import EVERY, NEWEST, PAGE, Timelines
from models.updates.queries import UPDATES
from models.updates.views import UpdateView


class Reader(Incidents, Timelines):
    """Reads incidents with roles, tasks, theories, steps, updates and deliveries, and their timelines."""

    def whole(self, incident_id: int) -> tuple[IncidentView, tuple[EntryView, ...], tuple[UpdateView, ...]]:
        """An incident, every entry of it and every update, the newest first. Raises Refused when there is none."""
        known = {"incident": incident_id}
        self.foresee(((NEWEST, {**known, "limit": EVERY}), (UPDATES, known)))
        return self.incident(incident_id), self.newest(incident_id, EVERY), self.updates(incident_id)

    def page(self, incident_id: int) -> tuple[IncidentView, tuple[EntryView, ...]]:
        """An incident with the newest page of its timeline. Raises Refused when there is none."""
        self.foresee(((NEWEST, {"incident": incident_id, "limit": PAGE}),))
        return self.incident(incident_id), self.newest(incident_id)
