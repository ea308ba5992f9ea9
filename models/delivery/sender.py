"""Sends what is due in the outbox, in the background of a desk or as `bridgewatch relay`.

However many senders there are, a delivery is leased by one of them at a time. Places are sent to side by side, so that
a slow one holds nothing up but itself. While nothing is to be sent, a sender does nothing at all.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from random import random
from time import monotonic
from uuid import uuid4

from models.delivery import outbox
from models.delivery.messages import Turn, message, turns_due
from models.delivery.read import Outbox
from models.delivery.secrets import missing, secrets
from models.delivery.sending import Message, Outcome, attempt
from models.delivery.views import DestinationView
from models.kernel.failures import Failure
from models.kernel.location import Location
from models.kernel.store import Store

LONGEST_REST = 600.0
"""Seconds after which the outbox is looked over although nothing seems to be due."""

SHORTEST_REST = 0.05
"""Seconds to leave between two looks, whatever clocks say."""

QUIET_SECONDS = 30.0
"""Seconds without anything to do after which the connection is let go."""

AFTER_FAILURE = 5.0
"""Seconds to wait for the database when the outcome of a sending could not be written down."""


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of a sending."""

    turn: Turn
    outcome: Outcome


class _Heard(Enum):
    LOOK = "look"
    NOTHING = "nothing"


def seconds_left(due: float | None, open_: bool) -> float | None:
    """Seconds until there is something to do; None: nothing but to wait for somebody."""
    waits = [max(due - monotonic(), 0.0)] if due is not None else []
    return min([*waits, QUIET_SECONDS] if open_ else waits, default=None)


class Sender:
    """Sends what is due. One thread at a time may call `once`; any thread may call `look` and `stop`.

    `say` is told in one line each what was sent and what was not. `shy`: up to so many seconds are left to others
    before something is sent, so that many desks do not all want the same. `clock` replaces the machine's, for tests.
    """

    def __init__(
        self,
        location: Location,
        *,
        say: Callable[[str], None] = lambda line: None,
        shy: float = 0.0,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._store = Store(location, clock=clock)
        self._say = say
        self._shy = shy
        self._name = str(uuid4())
        self._open = False
        self._inbox: queue.Queue[_Result | None] = queue.Queue()
        """Results; None: have a look."""
        self._busy: dict[int, float] = {}
        """The places that something is being sent to, and since when."""
        self._unsettled: list[_Result] = []
        self._without: set[str] = set()
        """The places whose secrets are not here."""
        self._stopping = threading.Event()
        self._grace = 0.0
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """See soon whether something is to be sent; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="bridgewatch-sender", daemon=True)
            self._thread.start()
        self._inbox.put(None)

    def stop(self, grace: float = 1.0) -> None:
        """Begin nothing more, and let what is under way finish for so many seconds; else somebody sends it again."""
        self._grace = grace
        self._stopping.set()
        self._inbox.put(None)
        if self._thread is not None:
            self._thread.join(grace + 2)
        else:
            self._finish(grace)

    def once(self) -> dict[str, int]:
        """Send what is due, and return how much was sent, and how much was not. Raises Refused or Unreachable."""
        counts = {"sent": 0, "not_sent": 0}
        self._round()
        while self._busy and isinstance(result := self._hear(outbox.LEASE.total_seconds()), _Result):
            counts["sent" if result.outcome.sent else "not_sent"] += 1
            self._take(result)
            self._round()
        self._close()
        return counts

    def _work(self) -> None:
        due: float | None = None
        while not self._stopping.is_set():
            heard = self._hear(seconds_left(due, self._open))
            if isinstance(heard, _Result):
                self._take(heard)
            elif heard is _Heard.LOOK:
                self._stopping.wait(random() * self._shy)  # noqa: S311
            elif due is None or monotonic() < due:
                self._close()  # it has been quiet for a while
                continue
            if not self._stopping.is_set():
                rest = self._safely()
                due = None if rest is None else monotonic() + rest
        self._finish(self._grace)

    def _hear(self, timeout: float | None) -> _Result | _Heard:
        """The next result; or that somebody asked for a look, however often; or that nothing came in that time."""
        heard: _Result | None = None
        found = _Heard.NOTHING
        with suppress(queue.Empty):
            heard = self._inbox.get(timeout=timeout)
            found = _Heard.LOOK
            while heard is None:
                heard = self._inbox.get_nowait()
        return heard or found

    def _safely(self) -> float | None:
        """A round that takes nobody down: who shows the board says what is wrong with the database."""
        try:
            return self._round()
        except (Failure, ValueError, LookupError, TypeError):  # or rows that a newer program wrote, or another tool
            self._close()
            return AFTER_FAILURE if self._unsettled else None

    def _finish(self, grace: float) -> None:
        end = monotonic() + grace
        while self._busy and (left := end - monotonic()) > 0:
            heard = self._hear(left)
            if isinstance(heard, _Result):
                self._take(heard)
        with suppress(Failure):  # then it is sent again, with the same key
            self._settle()
        self._close()

    def _close(self) -> None:
        self._open = False
        self._store.close()

    def _take(self, result: _Result) -> None:
        self._busy.pop(result.turn.place, None)
        self._unsettled.append(result)

    def _round(self) -> float | None:
        """Write down what came of what was sent, and begin what is due; returns the seconds until more is, if any."""
        if not self._open:
            self._store.open(create=False)
            self._open = True
        if not self._store.writable:
            return None
        self._settle()
        with self._store.reading(Outbox) as read:
            now, turns = self._store.now_in(read.connection), turns_due(read.connection)
        ours = [turn for turn in turns if self._may_send(turn)]
        begun = {turn.delivery for turn in self._first_of_each_place(ours, now) if self._begin(turn)}
        later = [turn.at for turn in ours if turn.delivery not in begun and not self._sending_to(turn.place)]
        rests = [(min(later) - now).total_seconds() + random() * self._shy] if later else []  # noqa: S311
        rests += [outbox.LEASE.total_seconds()] if self._busy else []
        return min(max(min(rests), SHORTEST_REST), LONGEST_REST) if rests else None

    def _first_of_each_place(self, turns: Iterable[Turn], now: datetime) -> list[Turn]:
        first: dict[int, Turn] = {}
        for turn in turns:
            if turn.at <= now and not self._sending_to(turn.place):
                first.setdefault(turn.place, turn)
        return list(first.values())

    def _sending_to(self, place: int) -> bool:
        """One that has not come back when its lease is over has been given up, by others too."""
        since = self._busy.get(place)
        return since is not None and monotonic() - since < outbox.LEASE.total_seconds()

    def _may_send(self, turn: Turn) -> bool:
        lacks = missing(turn.secrets, secrets(turn.secrets))
        if not lacks:
            self._without.discard(turn.name)
        elif turn.name not in self._without:
            self._without.add(turn.name)
            self._say(f"{turn.name}: {lacks} is not set, so this process sends nothing there.")
        return not lacks

    def _begin(self, turn: Turn) -> bool:
        """Lease it and begin to send; whether it was left to us."""
        with self._store.writing() as (connection, now):
            if not outbox.lease(connection, turn.delivery, self._name, now):
                return False
        with self._store.reading(Outbox) as read:
            found = message(read, turn.delivery)
        if found is not None:
            self._busy[turn.place] = monotonic()
            threading.Thread(target=self._send, args=(turn, *found), name="bridgewatch-sending", daemon=True).start()
        return True

    def _send(self, turn: Turn, place: DestinationView, message: Message) -> None:
        self._inbox.put(_Result(turn, attempt(place, secrets(place.secrets), message)))

    def _settle(self) -> None:
        while self._unsettled:
            result = self._unsettled[0]
            with self._store.writing() as (connection, now):
                again = outbox.settle(connection, result.turn.delivery, self._name, result.outcome, now)
            self._unsettled.pop(0)
            self._say(_told(result, now, again))


def _told(result: _Result, now: datetime, again: datetime | None) -> str:
    said = " ".join(filter(None, ("sent." if result.outcome.sent else "not sent.", result.outcome.said)))
    tried = "" if again is None or result.outcome.sent else f" Next retry at {again:%H:%M:%S}Z."
    return f"{now:%H:%M:%S}Z {result.turn.ref} to {result.turn.name}: {said}{tried}"
