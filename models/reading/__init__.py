"""Builds views from rows; everything is read through module-level statements inside one snapshot."""

from __future__ import annotations

from models.reading.books import RoleBooks
from models.reading.incidents import RECENT, Incidents
from models.reading.outbox import Turn
from models.reading.published import Publications
from models.reading.timeline import PAGE, Timelines, entry_view

__all__ = ["PAGE", "RECENT", "Reader", "Turn", "entry_view"]


class Reader(Incidents, Timelines, Publications, RoleBooks):
    """All that can be read."""
