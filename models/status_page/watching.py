"""Keeps a site up to date for as long as it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from models.kernel.reader import Rows
from models.kernel.service import Service
from models.kernel.store import Store
from models.kernel.watch import Heard
from models.status_page.public_data import Published
from models.status_page.read import read_published
from models.status_page.seen import Page
from models.status_page.writer import Site

LONGEST_REST = 3600.0
"""Seconds after which the page is looked over although nothing seems to have happened."""


class PageUpdater(Service):
    """Writes the site anew whenever something was published, a maintenance starts or ends, and a day begins.

    `say` is also told, in one line each, what it has written.
    """

    meanwhile = "The page stays unchanged. Retrying."
    again = "Reconnected. The page is up to date again."

    def __init__(self, site: Site, store: Store, say: Callable[[str], None]) -> None:
        super().__init__(store, say)
        self._site = site
        self._published: Published | None = None
        self._page: Page | None = None

    def attend(self, heard: Heard | None) -> float:
        if heard is None:
            self._published = None
        if self._page is None or heard is not Heard.CHANGED or self._news():
            self._page = self.write()
        return rest_seconds(self._page, datetime.now(UTC))

    def _news(self) -> bool:
        """Whether what was written since is anything that customers read."""
        before = self._published
        with self._store.reading(Rows) as read:
            self._published = read_published(read, before)
        return before is None or self._published.incidents is not before.incidents

    def write(self) -> Page:
        """Write what is published by now."""
        with self._store.reading(Rows) as read:
            self._published = read_published(read, self._published)
        page, written = self._site.write(self._published, datetime.now(UTC))
        if written:
            self._say(f"{page.at:%H:%M:%S}Z: {written} file{'s' * (written > 1)} written.")
        return page


def rest_seconds(page: Page, now: datetime) -> float:
    """Seconds until the page changes by itself: at midnight, or when a maintenance starts or ends."""
    midnight = page.at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    turn = min(filter(None, (page.next_change, midnight)))
    return min(max((turn - now).total_seconds(), 0.0) + 0.01, LONGEST_REST)
