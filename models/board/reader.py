"""Everything that can be read about incidents, in one reader."""

from __future__ import annotations

from models.board.incidents import Incidents
from models.timeline.read import Timelines


class Reader(Incidents, Timelines):
    """Reads incidents with roles, tasks, theories, steps, updates and deliveries, and their timelines."""
