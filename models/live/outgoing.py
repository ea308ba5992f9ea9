"""Has what waits for other places sent while a desk is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from models.kernel.location import Location

if TYPE_CHECKING:
    from models.delivery.sender import Sender

SHY_SECONDS = 1.0
"""Up to so long a desk leaves what is to be sent to others, so that a room full of desks does not lease at once."""


class Outgoing:
    """Sends in a thread of its own, which begins with the first message."""

    def __init__(self, location: Location, clock: Callable[[], datetime] | None) -> None:
        self._location = location
        self._clock = clock
        self._sender: Sender | None = None
        self._stopped = False

    def look(self) -> None:
        """There is something to send."""
        if self._sender is None:
            from models.delivery.sender import Sender

            self._sender = Sender(self._location, shy=SHY_SECONDS, clock=self._clock)
        if not self._stopped:
            self._sender.look()

    def stop(self) -> None:
        """Send nothing more."""
        self._stopped = True
        if self._sender is not None:
            self._sender.stop()
