"""Sends what is published for as long as it runs, for a server."""

from __future__ import annotations

from collections.abc import Callable

from models.delivery.sender import Sender
from models.kernel.service import Service
from models.kernel.store import Store
from models.kernel.watch import Heard

LONGEST_REST = 3600.0
"""Seconds between two looks at whether it still listens; what is due, the sender knows by itself."""


class Relay(Service):
    """Has a sender look whenever somebody wrote."""

    meanwhile = "Retrying until it is back."
    again = "Reconnected to the database."

    def __init__(self, store: Store, sender: Sender, say: Callable[[str], None]) -> None:
        super().__init__(store, say)
        self._sender = sender

    def attend(self, heard: Heard | None) -> float:
        if heard is None:
            self._store.close()  # the sender has a connection of its own
        elif heard is Heard.CHANGED:
            self._sender.look()
        return LONGEST_REST
