"""Keeps a site up to date for as long as it runs; the database may come and go meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

from models.exchange.site.seen import Page
from models.exchange.site.writer import Site
from models.failures import Failure, Refused, Unreachable
from models.link import RETRY_SECONDS
from models.published import Published
from models.store import Store
from models.watch import Gone, Heard, Watch
from models.watch.opening import watch

LONGEST_REST = 3600.0
"""Seconds after which the page is looked over although nothing seems to have happened."""


class Keeper:
    """Writes the site anew whenever something was published, a maintenance starts or ends, and a day begins.

    `say` is told, in one line each, what it has written and what keeps it from writing.
    """

    def __init__(self, site: Site, store: Store, say: Callable[[str], None]) -> None:
        self._site = site
        self._store = store
        self._say = say
        self._stopping = Event()
        self._ear: Watch | None = None
        self._trouble = ""
        self._published: Published | None = None

    def stop(self) -> None:
        """End `run`, from another thread."""
        self._stopping.set()
        ear = self._ear
        if ear is not None:
            ear.close()

    def run(self) -> None:
        """Until it is stopped. Raises Refused for a folder that it must not write to."""
        tries = 0
        while not self._stopping.is_set():
            try:
                self._keep()
                tries = 0
            except Refused:
                raise
            except (Unreachable, Gone) as failure:
                self._complain(failure.message if isinstance(failure, Failure) else failure.reason)
            except OSError as error:
                self._complain(f"{error.filename or 'The folder'} cannot be written: {error.strerror}.")
            self._store.close()
            self._stopping.wait(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1

    def _keep(self) -> None:
        """Write as often as there is news, until something breaks."""
        self._store.open(create=False)
        self._published = None  # it may be another database than before
        with watch(self._store.location) as self._ear:
            page = self.write()
            while not self._stopping.is_set():
                heard = self._ear.wait(_rest(page, datetime.now(UTC)))
                if heard is Heard.CLOSED:
                    break
                if heard is Heard.NOTHING or self._news():
                    page = self.write()

    def _news(self) -> bool:
        """Whether what was written since is anything that customers read."""
        before = self._published
        with self._store.reading() as read:
            self._published = read.published(before)
        return before is None or self._published.incidents is not before.incidents

    def write(self) -> Page:
        """Write what is published by now."""
        with self._store.reading() as read:
            self._published = read.published(self._published)
        page, written = self._site.write(self._published, datetime.now(UTC))
        if self._trouble:
            self._say("The page is kept up to date again.")
            self._trouble = ""
        if written:
            self._say(f"{page.at:%H:%M:%S}Z: {written} file{'s' * (written > 1)} written.")
        return page

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._say(f"{trouble} The page stays as it is; the next try comes by itself.")
            self._trouble = trouble


def _rest(page: Page, now: datetime) -> float:
    """Seconds until the page changes by itself: at midnight, or when a maintenance starts or ends."""
    midnight = page.at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    turn = min(filter(None, (page.next_change, midnight)))
    return min(max((turn - now).total_seconds(), 0.0) + 0.01, LONGEST_REST)
