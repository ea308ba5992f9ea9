"""A desk without a screen: a link, and all that it tells."""

import threading
from collections.abc import Callable, Iterator
from queue import Queue

import pytest

from models.board.views import Board
from models.kernel.location import Location
from models.live.link import Link
from models.live.news import News, State
from models.live.remembered import RememberedBoard

LONG = 60.0
"""Nobody waits this long: it only bounds how a failure hangs."""


class Desk:
    """A link with all that it has told."""

    def __init__(
        self,
        location: Location,
        memory: RememberedBoard | None = None,
        person: str | None = None,
        *,
        said: bool = True,
    ) -> None:
        self.told: Queue[News] = Queue()
        self.latest: News | None = None
        self.link = Link(location, self._hear, remembered=memory, person=person, said=said)

    def _hear(self, news: News) -> None:
        self.latest = news
        self.told.put(news)

    def until(self, wanted: Callable[[News], bool]) -> News:
        """The first news of that sort."""
        while True:
            news = self.told.get(timeout=LONG)
            if wanted(news):
                return news

    def live(self, wanted: Callable[[Board], bool] = lambda board: True) -> Board:
        news = self.until(lambda news: news.state is State.LIVE and news.board is not None and wanted(news.board))
        assert news.failure is None
        assert news.board is not None
        return news.board

    def lost(self) -> News:
        return self.until(lambda news: news.state is State.LOST)


Open = Callable[..., Desk]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens desks; they are gone at the end of the test, with their threads."""
    monkeypatch.setattr("models.kernel.watch.RETRY_SECONDS", (0.05,))
    before = set(threading.enumerate())
    desks: list[Desk] = []

    def open_desk(
        location: Location, memory: RememberedBoard | None = None, person: str | None = None, *, said: bool = True
    ) -> Desk:
        desks.append(Desk(location, memory, person, said=said))
        desks[-1].link.start()
        return desks[-1]

    yield open_desk
    for opened in desks:
        opened.link.stop()
    left = set(threading.enumerate()) - before
    assert not {thread.name for thread in left if thread.name.startswith("bridgewatch")}
