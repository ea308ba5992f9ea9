"""One desk's link to the database: it reads and writes in a thread of its own, and hears what others write.

The database may come and go: the link tells what it knows, keeps trying, and reads everything anew when it is back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from models.kernel.failures import Failure, ReadOnly, Refused, Unreachable
from models.kernel.location import Location
from models.kernel.presence import Desks
from models.kernel.watch import RETRY_SECONDS
from models.live.identity import Identity
from models.live.listener import Listener
from models.live.news import News, State
from models.live.shown import Shown
from models.live.worker import Worker

if TYPE_CHECKING:
    from models.board.reader import Reader
    from models.board.views import Board
    from models.delivery.sender import Sender
    from models.kernel.command import Command
    from models.kernel.entry import Done
    from models.kernel.store import Store
    from models.live.prefetch import Prefetch
    from models.live.remembered import RememberedBoard

T = TypeVar("T")

REST_SECONDS = 30
"""How long after the last reading or writing the connection is let go; the listening one stays."""

PAINT_SECONDS = 0.5
"""How long the link waits until a board that it told at the start is drawn: what it loads next would slow that down."""

SHY_SECONDS = 1.0
"""Up to so long a desk leaves what is to be sent to others, so that a room full of desks does not lease at once."""


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
        self._location = location
        self._identity = Identity(person, said=said)
        self._tell = tell
        self._language = language
        self._remembered = remembered
        self._prefetch = prefetch
        self._clock = clock
        self._store: Store | None = None
        self._sender: Sender | None = None
        self._news = News(State.OPENING, None)
        self._shown = Shown()
        self._fresh = False
        """The newest board is what the store read last."""
        self._prefetched = False
        """The newest board is the one that was read ahead."""
        self._met = False
        """Whether the database has been there, now or in an earlier run: then none is made in its place."""
        self._tries = 0
        self.drawn = threading.Event()
        """Cleared by a desk that has been told something, until it has drawn that."""
        self.drawn.set()
        self._refreshing = threading.Event()
        self._stopping = threading.Event()
        self._opened = threading.Event()
        self._worker = Worker(
            "bridgewatch-link",
            begin=self._begin,
            rest=self._rest,
            rest_seconds=self._rest_seconds,
            failed=lambda error: self._lose(_puzzled(error)),
        )
        self._listener = Listener(
            location,
            person=lambda: self._identity.person,
            ready=self._until_drawn,
            changed=self.refresh,
            lost=lambda failure: self._worker.put(partial(self._lose, failure)),
        )

    def start(self) -> None:
        """Tell what is remembered, and begin to connect; returns at once."""
        self._recall()
        self._worker.start()
        self._listener.start()

    def stop(self) -> None:
        """Finish what is under way, remember the board, and let go."""
        self._stopping.set()
        self.drawn.set()
        self._opened.set()
        self._worker.stop()
        self._listener.stop()
        if self._sender is not None:
            self._sender.stop()
        self._worker.join(timeout=2)
        self._listener.join(timeout=2)

    def look_at(self, incident_id: int | None) -> None:
        """From now on the board shows that incident; until this is called, the first one."""
        if incident_id != self._shown.at:
            self._shown.at = incident_id
            self.refresh()

    def refresh(self) -> None:
        """Read the board again soon; many calls before that are one."""
        if not self._refreshing.is_set():
            self._refreshing.set()
            self._worker.put(self._refresh)

    def perform(self, command: Command) -> Future[Done]:
        """Perform it as soon as may be; the future raises Refused, Conflict or Unreachable."""
        return self._ask(lambda store: store.perform(command), then_refresh=True)

    def read(self, question: Callable[[Reader], T]) -> Future[T]:
        """Ask the database something; the future raises Refused or Unreachable."""
        return self._ask(partial(_answer, question))

    def desks(self) -> Future[Desks]:
        """Whose desks are online at this moment."""
        return self._ask(self._listener.desks)

    def older(self) -> None:
        """Read further back in the board's timeline."""

        def read_page() -> None:
            from models.board.board import read_older

            board = self._news.board
            if self._store is not None and board is not None and self._news.state is not State.LOST:
                with suppress(Failure):
                    self._announce(self._news.state, read_older(self._store, board), self._news.failure)

        self._worker.put(read_page)

    def _ask(self, question: Callable[[Store], T], *, then_refresh: bool = False) -> Future[T]:
        future: Future[T] = Future()

        def answer() -> None:
            if not future.set_running_or_notify_cancel():  # nobody waits for it any more
                return
            try:
                result = question(self._reach())
            except Failure as failure:
                if isinstance(failure, Unreachable) and not isinstance(failure, ReadOnly):
                    self._lose(failure)
                future.set_exception(failure)
                if isinstance(failure, ReadOnly):
                    self._look_again()
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)
                if then_refresh:
                    self._refresh()

        self._worker.put(answer)
        return future

    def _reach(self) -> Store:
        """The store, opened. Raises Unreachable or Refused."""
        from models.kernel.store import Store

        if self._store is None:
            self._store = Store(self._location, language=self._language, clock=self._clock)
        if not self._fresh:
            self._store.open(create=not self._met)
            self._met = True
        return self._store

    def _refresh(self) -> None:
        self._refreshing.clear()
        before = self._news.board if self._fresh or self._prefetched else None
        sending = before.unsent if before and self._fresh else ()
        self._prefetched = False
        try:
            store = self._reach()
            board = self._shown.read(store, before, self._listener.desks)
        except Failure as failure:
            self._lose(failure)
            return
        except Exception as error:
            self._lose(_puzzled(error))
            return
        self._fresh = True
        why = self._identity.read_only(store.read_only, store.person)
        state = State.READ_ONLY if why else State.LIVE
        same = self._news.state is state and str(self._news.failure or "") == str(why or "")
        if before is None or not same or board.but(read_at=before.read_at) != before:
            self._announce(state, board, why)
        else:
            self._news = self._news._replace(board=board)
        self._opened.set()
        if board.unsent and state is State.LIVE and board.unsent != sending:
            self._send()

    def _send(self) -> None:
        """Have what waits sent to other places, in a thread of its own."""
        if self._sender is None:
            from models.delivery.sender import Sender

            self._sender = Sender(self._location, shy=SHY_SECONDS, clock=self._clock)
        if not self._stopping.is_set():
            self._sender.look()

    def _announce(self, state: State, board: Board | None, failure: Failure | None = None) -> None:
        self._news = News(state, board, failure, person=self._identity.person)
        self._tell(self._news)
        if self._remembered is not None and board is not None:
            self._remembered.note(board)

    def _lose(self, failure: Failure) -> None:
        self._fresh = False
        if self._store is not None:
            self._store.close()
        remembered = self._news.board if self._news.state is State.OPENING else None
        since = self._news.since or (remembered.read_at if remembered else self._now())
        state = State.REFUSED if isinstance(failure, Refused) else State.LOST
        board = self._news.board
        news = News(state, board.but(away=()) if board else None, failure, since, person=self._identity.person)
        told = self._news.failure
        if self._news.state is not state or told is None or str(told) != str(failure):
            self._news = news
            self._tell(news)

    def _now(self) -> datetime:
        return self._clock() if self._clock else datetime.now(UTC)

    # The worker's thread

    def _begin(self) -> None:
        self._take_prefetched()
        self._refresh()
        self._worker.put(self._rehearse)

    def _rest_seconds(self) -> float:
        if self._fresh:
            self._tries = 0
            return REST_SECONDS
        self._tries += 1
        return RETRY_SECONDS[min(self._tries, len(RETRY_SECONDS)) - 1]

    def _rest(self) -> None:
        if not self._stopping.is_set():
            if not self._fresh:
                self._refresh()
                return
            if self._news.state is State.READ_ONLY:
                self._look_again()
        if self._store is not None:
            self._store.close()
        if self._remembered is not None:
            self._remembered.save()

    def _look_again(self) -> None:
        """Whether this desk may write can change, and nothing tells."""
        try:
            self._reach().open(create=False)
        except Failure as failure:
            self._lose(failure)
        else:
            self._refresh()

    def _recall(self) -> None:
        if self._remembered is None:
            return
        self._met = self._remembered.known
        board = self._remembered.recall()
        if board is not None:
            self._news = News(State.OPENING, board)
            self._shown.stay_with(board)
            self._tell(self._news)

    def _take_prefetched(self) -> None:
        """Tell the board that was read ahead, and let that be drawn."""
        ahead = self._prefetch.result() if self._prefetch is not None else None
        if ahead is not None and self._shown.fits(ahead.board):
            self._shown.stay_with(ahead.board)
            self._prefetched = self._met = True
            why = self._identity.read_only(ReadOnly(*ahead.why) if ahead.why else None, ahead.owner)
            self._announce(State.READ_ONLY if why else State.LIVE, ahead.board, why)
        self.drawn.wait(PAINT_SECONDS)

    def _rehearse(self) -> None:
        """Behind what somebody waits for: the first change that is made is then seen as soon as the later ones."""
        board = self._news.board
        if self._fresh and board is not None and self._store is not None:
            from models.board.board import rehearse

            with suppress(Failure):  # the next reading finds out, and says it
                rehearse(self._store, board)

    def _until_drawn(self) -> None:
        self._opened.wait()
        self.drawn.wait(PAINT_SECONDS)


def _answer(question: Callable[[Reader], T], store: Store) -> T:
    from models.board.reader import Reader

    with store.reading(Reader) as read:
        return question(read)


def _puzzled(error: Exception) -> Refused:
    """In words, what nobody has foreseen: rows that a newer program wrote, or another tool."""
    words = f"The database contains data that this version cannot read ({type(error).__name__})."
    return Refused(words, "Upgrade Bridgewatch, or check the latest entries.")
