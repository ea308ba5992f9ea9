"""One desk's live line to the database: a thread that does the desk's reading and writing, and one that listens.

The database may come and go: the link tells what it knows, keeps trying, and reads everything anew when it is back.
"""

from __future__ import annotations

import queue
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
from models.kernel.text import key
from models.kernel.watch import RETRY_SECONDS
from models.live.news import News, State

if TYPE_CHECKING:
    from models.board.board import First
    from models.board.reader import Reader
    from models.board.views import Board
    from models.delivery.sender import Sender
    from models.kernel.command import Command
    from models.kernel.entry import Done
    from models.kernel.store import Store
    from models.kernel.watch import Watch
    from models.live.prefetch import Scout
    from models.live.remembered import Memory


T = TypeVar("T")

REST_SECONDS = 30
"""How long after the last reading or writing the connection is let go; the listening one stays."""

PAINT_SECONDS = 0.5
"""How long the link waits until a board that it told at the start is drawn: what it loads next would slow that down."""

SHY_SECONDS = 1.0
"""Up to so long a desk leaves what is to be sent to others, so that a room full of desks does not lease at once."""


class Link:
    """A desk's line. `tell` is called from the link's own thread for every news.

    `memory` keeps the last known board between runs; None keeps nothing. `person` is whose desk others see open; unless
    they have `said` so themselves, the database's word for whose the login is counts for more. `scout` has been sent
    ahead for the first board.
    """

    def __init__(
        self,
        location: Location,
        tell: Callable[[News], None],
        *,
        language: str = "en",
        memory: Memory | None = None,
        clock: Callable[[], datetime] | None = None,
        person: str | None = None,
        said: bool = True,
        scout: Scout | None = None,
    ) -> None:
        self._location = location
        self._person = person
        self._said = said
        self._tell = tell
        self._language = language
        self._memory = memory
        self._scout = scout
        self._clock = clock
        self._jobs: queue.Queue[Callable[[], None] | None] = queue.Queue()
        self._store: Store | None = None
        self._watch: Watch | None = None
        self._news = News(State.OPENING, None)
        self._looking_at: int | First | None = "first"
        self._fresh = False
        self._sighted = False
        """The newest board is one that the scout saw."""
        self.drawn = threading.Event()
        """Cleared by a desk that has been told something, until it has drawn that."""
        self.drawn.set()
        self._refreshing = threading.Event()
        self._stopping = threading.Event()
        self._met = False
        """Whether the database has been there, now or in an earlier run: then none is made in its place."""
        self._sender: Sender | None = None
        self._threads = [
            threading.Thread(target=self._work, name="bridgewatch-link", daemon=True),
            threading.Thread(target=self._listen, name="bridgewatch-watch", daemon=True),
        ]
        self._opened = threading.Event()

    def start(self) -> None:
        """Tell what is remembered, and begin to connect; returns at once."""
        self._remember()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is under way, remember the board, and let go."""
        self._stopping.set()
        self.drawn.set()
        self._opened.set()
        self._jobs.put(None)
        watch = self._watch
        if watch is not None:
            watch.close()
        if self._sender is not None:
            self._sender.stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=2)

    def look_at(self, incident_id: int | None) -> None:
        """From now on the board shows that incident; until this is called, the first one."""
        if incident_id != self._looking_at:
            self._looking_at = incident_id
            self.refresh()

    def refresh(self) -> None:
        """Read the board again soon; many calls before that are one."""
        if not self._refreshing.is_set():
            self._refreshing.set()
            self._jobs.put(self._refresh)

    def perform(self, command: Command) -> Future[Done]:
        """Perform it as soon as may be; the future raises Refused, Conflict or Unreachable."""
        return self._ask(lambda store: store.perform(command), then_refresh=True)

    def read(self, question: Callable[[Reader], T]) -> Future[T]:
        """Ask the database something; the future raises Refused or Unreachable."""
        return self._ask(partial(_answer, question))

    def desks(self) -> Future[Desks]:
        """Whose desks are open at this moment."""
        return self._ask(self._desks)

    def older(self) -> None:
        """Read further back in the board's timeline."""

        def read_page() -> None:
            from models.board.board import read_older

            board = self._news.board
            if self._store is not None and board is not None and self._news.state is not State.LOST:
                with suppress(Failure):
                    self._announce(self._news.state, read_older(self._store, board), self._news.failure)

        self._jobs.put(read_page)

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

        self._jobs.put(answer)
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

    def _stands(self, why: ReadOnly | None, owner: str | None) -> ReadOnly | None:
        """Why the desk only looks on, if it does; `owner`: whose the login is.

        In another's name the database takes nothing from it.
        """
        if owner is None or self._person is None or key(owner) == key(self._person):
            return why
        if not self._said:
            self._person = owner
            return why
        message = f"Your login is that of {owner}, and not of {self._person}."
        return why or ReadOnly(message, "Leave out --as.")

    def _refresh(self) -> None:
        self._refreshing.clear()
        before = self._news.board if self._fresh or self._sighted else None
        sending = before.unsent if before and self._fresh else ()
        self._sighted = False
        try:
            store = self._reach()
            board = self._board(store, before)
        except Failure as failure:
            self._lose(failure)
            return
        except Exception as error:
            self._lose(_puzzled(error))
            return
        self._fresh = True
        why = self._stands(store.read_only, store.person)
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

    def _board(self, store: Store, before: Board | None) -> Board:
        board = self._read(store, before)
        waiting = {offer.to for offer in board.shown.offers} if board.shown else set()
        desks = self._desks(store) if waiting else Desks()
        away = tuple(sorted(person for person in waiting if desks.open(person) is False))
        return board if board.away == away else board.but(away=away)

    def _desks(self, store: Store) -> Desks:
        from models.kernel.online import desks

        watch = self._watch
        if watch is None or not watch.doorbell:  # behind a pooler, or where no doorbell can be
            return Desks()
        return desks(store)

    def _read(self, store: Store, before: Board | None) -> Board:
        from models.board.board import read_board

        looking_at = self._looking_at
        try:
            board = read_board(store, looking_at, before)
            if looking_at == "first" and board.shown is not None and self._looking_at == looking_at:
                self._looking_at = board.shown.id
            return board
        except Refused:  # there is no such incident, perhaps no more: another database may lie there now
            if self._looking_at == looking_at:
                self._looking_at = None
            return read_board(store, None, before)

    def _announce(self, state: State, board: Board | None, failure: Failure | None = None) -> None:
        self._news = News(state, board, failure, person=self._person)
        self._tell(self._news)
        if self._memory is not None and board is not None:
            self._memory.note(board)

    def _lose(self, failure: Failure) -> None:
        self._fresh = False
        if self._store is not None:
            self._store.close()
        remembered = self._news.board if self._news.state is State.OPENING else None
        since = self._news.since or (remembered.read_at if remembered else self._now())
        state = State.REFUSED if isinstance(failure, Refused) else State.LOST
        board = self._news.board
        news = News(state, board.but(away=()) if board else None, failure, since, person=self._person)
        told = self._news.failure
        if self._news.state is not state or told is None or str(told) != str(failure):
            self._news = news
            self._tell(news)

    def _now(self) -> datetime:
        return self._clock() if self._clock else datetime.now(UTC)

    def _work(self) -> None:
        self._send_for_news()
        self._refresh()
        self._jobs.put(self._rehearse)
        tries = 0
        while True:
            tries = 0 if self._fresh else tries + 1
            wait = REST_SECONDS if self._fresh else RETRY_SECONDS[min(tries, len(RETRY_SECONDS)) - 1]
            try:
                job = self._jobs.get(timeout=wait)
            except queue.Empty:
                self._idle()
                continue
            if job is None:
                break
            try:
                job()
            except Exception as error:  # a desk whose thread is gone would look live for ever
                self._lose(_puzzled(error))
        self._idle()
        if self._store is not None:
            self._store.close()

    def _idle(self) -> None:
        if not self._stopping.is_set():
            if not self._fresh:
                self._refresh()
                return
            if self._news.state is State.READ_ONLY:
                self._look_again()
        if self._store is not None:
            self._store.close()
        if self._memory is not None:
            self._memory.save()

    def _look_again(self) -> None:
        """Whether this desk may write can change, and nothing tells."""
        try:
            self._reach().open(create=False)
        except Failure as failure:
            self._lose(failure)
        else:
            self._refresh()

    def _remember(self) -> None:
        if self._memory is None:
            return
        self._met = self._memory.known
        board = self._memory.recall()
        if board is not None:
            self._news = News(State.OPENING, board)
            if board.shown is not None and self._looking_at == "first":
                self._looking_at = board.shown.id
            self._tell(self._news)

    def _send_for_news(self) -> None:
        """Tell what the scout has seen, and let that be drawn."""
        sighting = self._scout.back() if self._scout is not None else None
        if sighting is not None:
            shown = sighting.board.shown.id if sighting.board.shown else None
            if self._looking_at in ("first", shown):
                self._looking_at = shown if shown is not None else "first"
                self._sighted = self._met = True
                why = self._stands(ReadOnly(*sighting.why) if sighting.why else None, sighting.owner)
                self._announce(State.READ_ONLY if why else State.LIVE, sighting.board, why)
        self.drawn.wait(PAINT_SECONDS)

    def _rehearse(self) -> None:
        """Behind what somebody waits for: the first change that is made is then seen as soon as the later ones."""
        board = self._news.board
        if self._fresh and board is not None and self._store is not None:
            from models.board.board import rehearse

            with suppress(Failure):  # the next reading finds out, and says it
                rehearse(self._store, board)

    def _listen(self) -> None:
        """Ask for a refresh whenever somebody wrote, and say so when the database is gone."""
        self._opened.wait()
        self.drawn.wait(PAINT_SECONDS)
        from models.kernel.errors import lost
        from models.kernel.watch import Gone, Heard
        from models.kernel.watching import watch

        tries = 0
        while not self._stopping.is_set():
            try:
                with watch(self._location, self._person) as self._watch:
                    while not self._stopping.is_set() and (heard := self._watch.wait(60)) is not Heard.CLOSED:
                        if heard is Heard.CHANGED:
                            tries = 0
                            self.refresh()
            except Gone as gone:
                self._jobs.put(partial(self._lose, lost(self._location, gone.reason)))
            except Exception as error:  # whatever it is, a desk that hears nothing must not look live
                reason = f"The database cannot be watched ({type(error).__name__})."
                self._jobs.put(partial(self._lose, lost(self._location, reason)))
            self._stopping.wait(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1


def _answer(question: Callable[[Reader], T], store: Store) -> T:
    from models.board.reader import Reader

    with store.reading(Reader) as read:
        return question(read)


def _puzzled(error: Exception) -> Refused:
    """In words, what nobody has foreseen: rows that a newer program wrote, or another tool."""
    words = f"The database holds what this Bridgewatch cannot read ({type(error).__name__})."
    return Refused(words, "Upgrade Bridgewatch, or look at what was written last.")
