"""The page's history as Atom and RSS, where Statuspage has them: history.atom and history.rss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from feedgenerator import Atom1Feed, Rss201rev2Feed

from models.status_page.seen import Incident, Page
from models.status_page.words import Words

MOST = 25
"""How many incidents and maintenances a feed holds, those that changed last."""


class _Dated:
    """A feed that is as old as what it tells, not as the moment of its writing."""

    feed: dict[str, Any]

    def latest_post_date(self) -> datetime:
        at: datetime = self.feed["updated"]
        return at


class _Atom(_Dated, Atom1Feed):  # type: ignore[misc]
    pass


class _Rss(_Dated, Rss201rev2Feed):  # type: ignore[misc]
    pass


def feeds(
    page: Page, *, name: str, url: str, words: Words, content: Callable[[Incident], str]
) -> Iterator[tuple[str, bytes]]:
    """Path below the page, and content; `content` makes the HTML of what is told of an incident."""
    for path, kind in (("history.atom", _Atom), ("history.rss", _Rss)):
        feed = kind(
            title=words["status_of"].format(name),
            link=f"{url}/",
            description=words["all_history"],
            language=words.language,
            feed_url=f"{url}/{path}",
            feed_guid=_id(page.id),
            author_name=name,
            updated=page.updated,
        )
        told = sorted((*page.incidents, *page.maintenances), key=lambda one: one.updated, reverse=True)
        for incident in told[:MOST]:
            feed.add_item(
                title=words.name(incident),
                link=f"{url}/incidents/{incident.id}/",
                description=content(incident),
                unique_id=_id(page.id, incident.id),
                unique_id_is_permalink=False,
                pubdate=incident.began,
                updateddate=incident.updated,
            )
        text = StringIO()
        feed.write(text, "utf-8")
        yield path, text.getvalue().encode()


def _id(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '/'.join(parts))}"
