"""Listens for what others write, in a thread of its own, and says so when the database is gone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from models.kernel.location import Location
from models.kernel.presence import Desks
from models.kernel.watch import Gone, Heard, retry_seconds

if TYPE_CHECKING:
    from models.kernel.failures import Failure
    from models.kernel.store import Store
    from models.kernel.watch import Watch


class Listener:
    """Calls `changed` whenever somebody wrote, with the ticket of the change if it is known.

    It calls `lost` when nothing can be heard; it goes on trying.

    `person` answers whose desk others see online, `clock` what time it is.
    """

    def __init__(
        self,
        location: Location,
        *,
        person: Callable[[], str | None],
        clock: Callable[[], datetime],
        changed: Callable[[int | None], None],
        lost: Callable[[Failure], None],
    ) -> None:
        self._location = location
        self._person = person
        self._clock = clock
        self._changed = changed
        self._lost = lost
        self._watch: Watch | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, ready: Callable[[], None]) -> None:
        """Begin once `ready` returns; it is called again before each further try."""
        self._thread = threading.Thread(target=self._listen, args=(ready,), name="bridgewatch-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End soon; returns at once."""
        self._stopping.set()
        watch = self._watch
        if watch is not None:
            watch.close()

    def join(self, timeout: float) -> None:
        """Wait for the end, in seconds."""
        if self._thread is not None:
            self._thread.join(timeout)

    def unchanged_at(self) -> datetime | None:
        """When nothing had changed since `changed` was called last, as far as is known."""
        return self._watch.unchanged_at if self._watch is not None else None

    def desks(self, store: Store) -> Desks:
        """Whose desks are online; nothing is known behind a pooler, or where no signal can be."""
        from models.kernel.online import desks

        watch = self._watch
        return desks(store) if watch is not None and watch.doorbell else Desks()

    def _listen(self, ready: Callable[[], None]) -> None:
        ready()  # before the imports, which would slow the first board down
        from models.kernel.errors import lost
        from models.kernel.watching import watch

        tries = 0
        while not self._stopping.is_set():
            try:
                with watch(self._location, self._person()) as self._watch:
                    self._watch.clock = self._clock
                    while not self._stopping.is_set() and (heard := self._watch.wait(60)) is not Heard.CLOSED:
                        if heard is Heard.CHANGED:
                            tries = 0
                            self._changed(self._watch.ticket)
            except Gone as gone:
                self._lost(lost(self._location, gone.reason))
            except Exception as error:  # whatever it is, a desk that hears nothing must not look live
                reason = f"The database cannot be watched ({type(error).__name__})."
                self._lost(lost(self._location, reason))
            tries += 1
            self._stopping.wait(retry_seconds(tries))
            ready()
