"""A desk's connection to the database, and the board that is read over it.

The database may come and go: what is known is told, and everything is read anew when it is back.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from models.kernel.failures import Failure, LoginRejected, ReadOnly, Refused
from models.kernel.location import Location
from models.kernel.presence import Desks
from models.kernel.watch import REJECTED_SECONDS, retry_seconds
from models.live.identity import Identity
from models.live.news import News, State
from models.live.outgoing import Outgoing
from models.live.shown import ShownIncident

if TYPE_CHECKING:
    from models.board.board import Place
    from models.board.views import Board
    from models.kernel.command import Command
    from models.kernel.entry import Done
    from models.kernel.store import Store
    from models.live.prefetch import Prefetch
    from models.live.remembered import RememberedBoard
    from models.timeline.window import TimelineView

REST_SECONDS = 30
"""How long after the last reading or writing the connection is let go; the listening one stays."""

PAINT_SECONDS = 0.5
"""How long the link waits until a board that it told at the start is drawn: what it loads next would slow that down."""


class Connection:
    """Only the link's worker uses it once it has begun; `tell`, `remembered` and `prefetch` as in Link.

    `unchanged_at`: when nothing had changed since the board was asked for last, as far as is known.
    """

    def __init__(
        self,
        location: Location,
        tell: Callable[[News], None],
        identity: Identity,
        *,
        language: str,
        remembered: RememberedBoard | None,
        clock: Callable[[], datetime] | None,
        prefetch: Prefetch | None,
        desks: Callable[[Store], Desks],
        unchanged_at: Callable[[], datetime | None],
    ) -> None:
        self._location = location
        self._tell = tell
        self._identity = identity
        self._language = language
        self._remembered = remembered
        self._clock = clock
        self._prefetch = prefetch
        self._desks = desks
        self._unchanged_at = unchanged_at
        self.shown = ShownIncident()
        self._store: Store | None = None
        self._outgoing = Outgoing(location, clock)
        self._news = News(State.OPENING, None)
        self._behind: Board | None = None
        """What was read behind the command that was performed last, and is not told yet."""
        self._fresh = False
        """The newest board is what the store read last."""
        self._prefetched = False
        """The newest board is the one that was read ahead."""
        self._met = False
        """Whether the database has been there, now or in an earlier run: then none is made in its place."""
        self._tries = 0
        self._rejected: LoginRejected | None = None
        """Why the server does not let this login in."""
        self._not_before = 0.0
        """When the login may be tried again, of the monotonic clock."""
        self.drawn = threading.Event()
        """Cleared by a desk that has been told something, until it has drawn that."""
        self.drawn.set()
        self._opened = threading.Event()
        self._stopping = False

    def recall(self) -> None:
        """Tell the board that an earlier run remembered, before anything is read."""
        if self._remembered is None:
            return
        self._met = self._remembered.known
        board = self._remembered.recall()
        if board is not None:
            self._news = News(State.OPENING, board, person=self._identity.told)
            self.shown.stay_with(board)
            self._tell(self._news)

    def begin(self) -> None:
        """Tell the board that was read ahead, then the one that is read now."""
        self._take_prefetched()
        self.refresh()

    def until_drawn(self) -> None:
        """Wait until the login was let in, and a board read and drawn; called by another thread."""
        self._opened.wait()
        self.drawn.wait(PAINT_SECONDS)

    def stop(self) -> None:
        """Nobody waits for anything any more, and nothing is sent; called by another thread."""
        self._stopping = True
        self.drawn.set()
        self._opened.set()
        self._outgoing.stop()

    def _take_prefetched(self) -> None:
        """Tell the board that was read ahead, and let that be drawn."""
        ahead = self._prefetch.result() if self._prefetch is not None else None
        if ahead is not None and self.shown.fits(ahead.board):
            self.shown.stay_with(ahead.board)
            self._prefetched = self._met = True
            why = self._identity.read_only(ReadOnly(*ahead.why) if ahead.why else None, ahead.owner)
            self._announce(State.READ_ONLY if why else State.LIVE, ahead.board, why)
        self.drawn.wait(PAINT_SECONDS)

    def reach(self) -> Store:
        """The store, opened. Raises Unreachable or Refused."""
        if self._rejected is not None and time.monotonic() < self._not_before:
            raise self._rejected.with_traceback(None)
        from models.kernel.store import Store

        if self._store is None:
            self._store = Store(self._location, language=self._language, clock=self._clock)
        if not self._fresh:
            self._store.open(create=not self._met)
            self._met = True
        return self._store

    def refresh(self) -> None:
        """Read the board, and tell what is new in it."""
        before = self._news.board if self._fresh or self._prefetched else None
        sending = before.unsent if before and self._fresh else ()
        self._prefetched = False
        try:
            store = self.reach()
            board, self._behind = self._behind or self.shown.read(store, before), None
            board = self.shown.with_away(store, board, self._desks)
        except Failure as failure:
            self.lose(failure)
            return
        except Exception as error:
            self.lose(puzzled(error))
            return
        self._fresh = True
        self._identity.known_as(board)
        why = self._identity.read_only(store.read_only, store.person)
        state = State.READ_ONLY if why else State.LIVE
        same = self._news.state is state and str(self._news.failure or "") == str(why or "")
        same = same and self._news.clock_trouble == store.clock_trouble
        if before is None or not same or board.but(read_at=before.read_at) != before:
            self._announce(state, board, why)
        else:
            self._news = self._news._replace(board=board)
        self._opened.set()
        if board.unsent and state is State.LIVE and board.unsent != sending:
            self._outgoing.look()

    def has(self, ticket: int | None) -> bool:
        """Whether the board has the change with that number, and nothing else that may be otherwise by now."""
        board = self._news.board
        if not self._fresh or board is None or ticket is None:
            return False
        return board.ticket >= ticket and not (board.shown is not None and board.shown.offers)

    def perform(self, command: Command) -> Done:
        """Perform it, and read the board that has it, which `refresh` then tells. Raises what the store raises."""
        store = self.reach()
        before = self._news.board if self._fresh else None

        def behind() -> None:
            self._behind = None
            self._behind = self.shown.read(store, before)

        try:
            return store.perform(command, behind)
        except BaseException:
            self._behind = None
            raise

    def read_on(self, than: TimelineView, *, newer: bool) -> None:
        """Load the next page of newer or older entries and report it, unless that timeline has been extended since.

        Several keys can ask before the first answer is on the board: they ask for the same page.
        """
        from models.board.board import read_newer, read_older

        board, end = self._news.board, slice(1) if newer else slice(-1, None)
        if board is not None and board.timeline.entries[end] == than.entries[end]:
            self._read_more(read_newer if newer else read_older)

    def go(self, incident: int, at: Place) -> None:
        """Load another part of the incident's timeline and report it, unless another incident is shown by now."""
        from models.board.board import read_at

        board = self._news.board
        if board is not None and board.shown is not None and board.shown.id == incident:
            self._read_more(lambda store, board: read_at(store, board, at))

    def _read_more(self, more: Callable[[Store, Board], Board]) -> None:
        board = self._news.board
        if self._store is not None and board is not None and self._news.state is not State.LOST:
            with suppress(Failure):
                self._announce(self._news.state, more(self._store, board), self._news.failure)

    def _announce(self, state: State, board: Board | None, failure: Failure | None = None) -> None:
        trouble = self._store.clock_trouble if self._store is not None else ""
        self._news = News(state, board, failure, person=self._identity.told, clock_trouble=trouble)
        self._tell(self._news)
        if self._remembered is not None and board is not None:
            self._remembered.note(board)

    def lose(self, failure: Failure) -> None:
        """Let go, and tell why."""
        self._fresh = False
        if isinstance(failure, LoginRejected):
            self._rejected, self._not_before = failure, time.monotonic() + REJECTED_SECONDS
            self._opened.clear()
            if self._stopping:
                self._opened.set()
        if self._store is not None:
            self._store.close()
        since = self._news.since or self._true_until()
        state = State.REFUSED if isinstance(failure, Refused) else State.LOST
        board = self._news.board
        news = News(state, board.but(away=()) if board else None, failure, since, person=self._identity.told)
        told = self._news.failure
        if self._news.state is not state or told is None or str(told) != str(failure):
            self._news = news
            self._tell(news)

    def _true_until(self) -> datetime:
        """Until when the board is known to have been true, however late it is noticed that it may not be."""
        board, unchanged = self._news.board, self._unchanged_at()
        if board is None:
            return self._now()
        return max(board.read_at, unchanged) if unchanged else board.read_at

    def forgive(self) -> None:
        """Try a login that was rejected again when the database is asked next."""
        self._rejected = None

    def look_again(self) -> None:
        """Whether this desk may write, and what its clock says, can change, and nothing tells."""
        try:
            self.reach().open(create=False)
        except Failure as failure:
            self.lose(failure)
        else:
            self.refresh()

    def rest_seconds(self) -> float:
        """How long until the next try, or until the connection is let go."""
        if self._fresh:
            self._tries = 0
            return REST_SECONDS
        self._tries += 1
        return retry_seconds(self._tries) if self._rejected is None else max(0.0, self._not_before - time.monotonic())

    def rest(self) -> None:
        """Nothing is asked at the moment: try again where the database was lost, else let go and remember."""
        if not self._stopping:
            if not self._fresh:
                self.refresh()
                return
            if self._news.state is State.READ_ONLY or self._news.clock_trouble:
                self.look_again()
        if self._store is not None:
            self._store.close()
        if self._remembered is not None:
            if self._stopping and self._news.board is not None:
                self._remembered.note(self._news.board.but(read_at=self._news.since or self._true_until()))
            self._remembered.save()

    def rehearse(self) -> None:
        """Behind what somebody waits for: the first change that is made is then seen as soon as the later ones.

        Of a file alone: a server may be far away, and each look at it is one that others wait for.
        """
        board = self._news.board
        if self._location.path is not None and self._fresh and board is not None and self._store is not None:
            from models.board.board import rehearse

            with suppress(Failure):  # the next reading finds out, and says it
                rehearse(self._store, board)

    def _now(self) -> datetime:
        return self._clock() if self._clock else datetime.now(UTC)


def puzzled(error: Exception) -> Refused:
    """The message for an unexpected error: rows that a newer version or another tool wrote."""
    words = f"The database contains data that this version cannot read ({type(error).__name__})."
    return Refused(words, "Upgrade Bridgewatch, or check the latest entries.")
