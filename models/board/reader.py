"""Everything that can be read about incidents, in one reader."""

from __future__ import annotations

from datetime import datetime

from models.board.handover_brief import Known
from models.board.incidents import Incidents
from models.timeline.read import Timelines


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
