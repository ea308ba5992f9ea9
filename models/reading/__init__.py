"""Builds views from rows; everything is read through module-level statements inside one snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.reading.incidents import RECENT, Incidents
from models.reading.timeline import PAGE, Timelines, entry_view

if TYPE_CHECKING:
    from models.deliveries import PlaceView
    from models.published import Published
    from models.reading.sending import Turn
    from models.sending import Message
    from models.views import BookView

__all__ = ["PAGE", "RECENT", "Reader", "entry_view"]


class Reader(Incidents, Timelines):
    """All that can be read; what no board shows is imported when somebody asks for it."""

    def books(self) -> tuple[BookView, ...]:
        """Every version of every role book, those that come with the program too."""
        from models.books import listed

        return listed(self.connection, self._language)

    def book(self, key: str, version: int | None = None) -> tuple[int | None, str]:
        """The text of a version, or of the one that counts now, with its number. Raises Refused when there is none."""
        from models.books import numbered, present

        if version is None:
            return present(self.connection, key)
        return version, numbered(self.connection, key, version)

    def published(self, before: Published | None = None) -> Published:
        """All that has ever been published to customers; `before` saves reading again what has not changed.

        Its `incidents` are the very same as those of `before` when customers were told nothing new.
        """
        from models.reading.published import published

        return published(self, before)

    def turns(self) -> tuple[Turn, ...]:
        """What is sent next to each place of each incident, the first one due first."""
        from models.reading.sending import turns

        return turns(self.connection)

    def message(self, delivery: int) -> tuple[PlaceView, Message] | None:
        """What is to be sent where; None: its place was removed meanwhile."""
        from models.reading.sending import message

        return message(self, delivery)
