"""Sends what is published for as long as it runs, for a server; the database may come and go meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from models.failures import Failure, Refused, Unreachable
from models.link import RETRY_SECONDS
from models.sender import Sender
from models.store import Store
from models.watch import Gone, Heard, Watch
from models.watch.opening import watch


class Relay:
    """Has a sender look whenever somebody wrote. `say` is told, in one line each, what keeps it from that."""

    def __init__(self, store: Store, sender: Sender, say: Callable[[str], None]) -> None:
        self._store = store
        self._sender = sender
        self._say = say
        self._stopping = Event()
        self._ear: Watch | None = None
        self._trouble = ""

    def stop(self) -> None:
        """End `run`, from another thread."""
        self._stopping.set()
        if self._ear is not None:
            self._ear.close()

    def run(self) -> None:
        """Until it is stopped. Raises Refused for a database that is none to work with."""
        tries = 0
        while not self._stopping.is_set():
            try:
                self._store.open(create=False)
                self._store.close()
                with watch(self._store.location) as self._ear:
                    self._complain("")
                    tries = 0
                    while not self._stopping.is_set() and (heard := self._ear.wait(3600)) is not Heard.CLOSED:
                        if heard is Heard.CHANGED:
                            self._sender.look()
            except Refused:
                raise
            except (Unreachable, Gone) as failure:
                self._complain(failure.message if isinstance(failure, Failure) else failure.reason)
            self._stopping.wait(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._say(f"{trouble} It is tried again until it is back." if trouble else "The database is back.")
            self._trouble = trouble
