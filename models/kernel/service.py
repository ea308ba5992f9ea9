"""Programs that serve for as long as they run, whenever somebody wrote; the database may come and go meanwhile."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Event
from typing import ClassVar

from models.kernel.errors import lost
from models.kernel.failures import Refused, Unreachable
from models.kernel.store import Store
from models.kernel.watch import Gone, Heard, Watch, retry_seconds
from models.kernel.watching import watch


class Service(ABC):
    """Whenever somebody wrote it does its work. `say` is told, in one line each, what keeps it from that."""

    meanwhile: ClassVar[str]
    """What follows from a trouble, as a sentence."""
    again: ClassVar[str]
    """What it says when the trouble is over."""

    def __init__(self, store: Store, say: Callable[[str], None]) -> None:
        self._store = store
        self._say = say
        self._stopping = Event()
        self._ear: Watch | None = None
        self._trouble = ""

    @abstractmethod
    def attend(self, heard: Heard | None) -> float:
        """Do what is to be done, and answer in how many seconds to look again although nothing is heard.

        `heard` is None when the database was just opened; it may be another one than before.
        """

    def stop(self) -> None:
        """End `run`, from another thread."""
        self._stopping.set()
        ear = self._ear
        if ear is not None:
            ear.close()

    def run(self) -> None:
        """Until it is stopped. Raises Refused where there is nothing to work with."""
        tries = 0
        while not self._stopping.is_set():
            try:
                self._store.open(create=False)
                with watch(self._store.location) as self._ear:
                    heard = None
                    while not self._stopping.is_set() and heard is not Heard.CLOSED:
                        rest = self.attend(heard)
                        tries = 0
                        self._tell("")
                        heard = self._ear.wait(rest)
            except Refused:
                raise
            except Unreachable as failure:
                self._tell(failure.message)
            except Gone as gone:
                self._tell(lost(self._store.location, gone.reason).message)
            except OSError as error:
                self._tell(f"{error.filename or 'The disk'} cannot be written: {error.strerror}.")
            self._store.close()
            tries += 1
            self._stopping.wait(retry_seconds(tries))

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._say(f"{trouble} {self.meanwhile}" if trouble else self.again)
            self._trouble = trouble
