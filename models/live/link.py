"""One desk's link to the database: it reads and writes in a thread of its own, and hears what others write.

The database may come and go: the link tells what it knows, keeps trying, and reads everything anew when it is back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from models.kernel.failures import Failure, ReadOnly, Unreachable
from models.kernel.location import Location
from models.kernel.presence import Desks
from models.live.connection import Connection, puzzled
from models.live.identity import Identity
from models.live.listener import Listener
from models.live.news import News
from models.live.worker import Worker

if TYPE_CHECKING:
    from models.board.board import Place
    from models.board.reader import Reader
    from models.kernel.command import Command
    from models.kernel.entry import Done
    from models.kernel.store import Store
    from models.live.prefetch import Prefetch
    from models.live.remembered import RememberedBoard
    from models.timeline.window import TimelineView

T = TypeVar("T")


class Link:
    """A desk's link. `tell` is called from the link's own thread for every news.

    `remembered` keeps the last known board between runs; None keeps nothing. `person` is whose desk others see online,
    `said`: because somebody said so. `prefetch` is reading the first board already.
    """

    def __init__(
        self,
        location: Location,
        tell: Callable[[News], None],
        *,
        language: str = "en",
        remembered: RememberedBoard | None = None,
        clock: Callable[[], datetime] | None = None,
        person: str | None = None,
        said: bool = True,
        prefetch: Prefetch | None = None,
    ) -> None:
        self._identity = identity = Identity(person, said=said, logins=location.path is None)
        self._listener = Listener(
            location,
            person=lambda: identity.person,
            clock=clock or (lambda: datetime.now(UTC)),
            changed=lambda ticket: self._worker.put(partial(self._heard, ticket)),
            lost=lambda failure: self._worker.put(partial(self._connection.lose, failure)),
        )
        self._connection = Connection(
            location,
            tell,
            identity,
            language=language,
            remembered=remembered,
            clock=clock,
            prefetch=prefetch,
            desks=self._listener.desks,
            unchanged_at=self._listener.unchanged_at,
        )
        self._worker = Worker(
            "bridgewatch-link",
            begin=self._begin,
            rest=self._connection.rest,
            rest_seconds=self._connection.rest_seconds,
            failed=lambda error: self._connection.lose(puzzled(error)),
        )
        self._refreshing = threading.Event()

    @property
    def drawn(self) -> threading.Event:
        """Cleared by a desk that has been told something, until it has drawn that."""
        return self._connection.drawn

    @property
    def person(self) -> str | None:
        """Whose desk it is, as far as that is known."""
        return self._identity.told

    def start(self) -> None:
        """Tell what is remembered, and begin to connect; returns at once."""
        self._connection.recall()
        self._worker.start()
        self._listener.start(ready=self._connection.until_drawn)

    def stop(self) -> None:
        """Finish what is under way, remember the board, and let go."""
        self._connection.stop()
        self._worker.stop()
        self._listener.stop()
        self._worker.join(timeout=2)
        self._listener.join(timeout=2)

    def look_at(self, incident_id: int | None) -> None:
        """From now on the board shows that incident; until this is called, the first one."""
        if incident_id != self._connection.shown.at:
            self._connection.shown.at = incident_id
            self.refresh()

    def refresh(self) -> None:
        """Read the board again soon; many calls before that are one."""
        if not self._refreshing.is_set():
            self._refreshing.set()
            self._worker.put(self._refresh)

    def try_again(self) -> Future[None]:
        """Try to reach the database now, also where it rejected the login; the future raises Refused or Unreachable."""
        self._worker.put(self._connection.forgive)
        return self._ask(lambda store: None, then_refresh=True)

    def perform(self, command: Command) -> Future[Done]:
        """Perform it as soon as may be; the future raises Refused, Conflict or Unreachable."""
        return self._ask(lambda _: self._connection.perform(command), then_refresh=True)

    def manage(self, change: Callable[[Store], T]) -> Future[T]:
        """Change what belongs to no incident; the future raises Refused or Unreachable."""
        return self._ask(change, then_refresh=True)

    def read(self, question: Callable[[Reader], T]) -> Future[T]:
        """Ask the database something; the future raises Refused or Unreachable."""
        return self._ask(partial(_answer, question))

    def desks(self) -> Future[Desks]:
        """Whose desks are online at this moment."""
        return self._ask(self._listener.desks)

    def glance(self, question: Callable[[Reader], T]) -> Future[T]:
        """Ask the database something that takes one statement; the future raises Refused or Unreachable."""
        return self._ask(partial(_glanced, question))

    def older(self, than: TimelineView) -> None:
        """Load the next page of older entries, unless that timeline has been extended since."""
        self._worker.put(partial(self._connection.read_on, than, newer=False))

    def newer(self, than: TimelineView) -> None:
        """Load the next page of newer entries, likewise."""
        self._worker.put(partial(self._connection.read_on, than, newer=True))

    def go(self, incident: int, at: Place) -> None:
        """Show another part of the incident's timeline."""
        self._worker.put(partial(self._connection.go, incident, at))

    def _ask(self, question: Callable[[Store], T], *, then_refresh: bool = False) -> Future[T]:
        future: Future[T] = Future()

        def answer() -> None:
            if not future.set_running_or_notify_cancel():  # nobody waits for it any more
                return
            try:
                result = question(self._connection.reach())
            except Failure as failure:
                if isinstance(failure, Unreachable) and not isinstance(failure, ReadOnly):
                    self._connection.lose(failure)
                future.set_exception(failure)
                if isinstance(failure, ReadOnly):
                    self._connection.look_again()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
                if then_refresh:
                    self._refresh()

        self._worker.put(answer)
        return future

    def _begin(self) -> None:
        self._connection.begin()
        self._worker.put(self._connection.rehearse)

    def _heard(self, ticket: int | None) -> None:
        """Somebody wrote; that may be this desk itself, whose board has it."""
        if not self._connection.has(ticket):
            self.refresh()

    def _refresh(self) -> None:
        self._refreshing.clear()
        self._connection.refresh()


def _answer(question: Callable[[Reader], T], store: Store) -> T:
    from models.board.reader import Reader

    with store.reading(Reader) as read:
        return question(read)


def _glanced(question: Callable[[Reader], T], store: Store) -> T:
    from models.board.reader import Reader

    with store.glancing(Reader) as read:
        return question(read)
