"""Keeping the site up to date: at once when somebody publishes, by itself at the turn of a maintenance or a day."""

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.status_page import watching
from models.status_page.page import page
from models.status_page.watching import PageUpdater
from models.status_page.writer import Site
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.models.status_page.publications import NOON, at, maintenance, published, told
from tests.watching import LONG


class Kept:
    """A site that is kept up to date by a thread of its own."""

    def __init__(self, location: Location, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.failed: list[BaseException] = []
        self._news = threading.Condition()
        self._store = Store(location)
        self._keeper = PageUpdater(Site(folder, name="Acme"), self._store, self._hear)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _hear(self, line: str) -> None:
        with self._news:
            self.said.append(line)
            self._news.notify_all()

    def _run(self) -> None:
        try:
            self._keeper.run()
        except BaseException as error:
            with self._news:
                self.failed.append(error)
                self._news.notify_all()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for it; it is looked at whenever something was written or said."""
        with self._news:
            assert self._news.wait_for(holds, LONG)

    def stop(self) -> None:
        self._keeper.stop()
        self._thread.join()
        self._store.close()

    def shows(self, words: str) -> bool:
        front = self.folder / "index.html"
        return front.exists() and words in front.read_text()


@pytest.fixture
def keep(location: Location, tmp_path: Path) -> Iterator[Callable[[], Kept]]:
    running: list[Kept] = []

    def begin() -> Kept:
        running.append(Kept(location, tmp_path / "page"))
        return running[-1]

    yield begin
    for kept in running:
        kept.stop()


def tell(store: Store, words: str) -> None:
    incident = Acting(store, severity="P2")
    incident(EditDraft, "ana", title=words, text="We know.")
    incident(Publish, "ana")


def test_what_is_published_is_on_the_page_at_once(store: Store, keep: Callable[[], Kept]) -> None:
    kept = keep()
    kept.until(lambda: kept.shows("All systems operational"))
    tell(store, "Checkout fails")
    kept.until(lambda: kept.shows("Checkout fails"))
    assert any("written" in line for line in kept.said)


def test_what_stays_inside_writes_nothing(store: Store, keep: Callable[[], Kept], tmp_path: Path) -> None:
    kept = keep()
    kept.until(lambda: kept.shows("All systems operational"))
    lines = len(kept.said)
    incident = Acting(store)
    incident(EditDraft, "ana", text="Not yet.")
    tell(store, "Only then")
    kept.until(lambda: kept.shows("Only then"))
    assert len(kept.said) == lines + 1


def test_the_page_outlives_its_database(location: Location, keep: Callable[[], Kept], store: Store) -> None:
    if location.path is None:
        pytest.skip("Postgres: test_failures_postgres and test_watch_postgres take it away")
    tell(store, "Before")
    kept = keep()
    kept.until(lambda: kept.shows("Before"))
    store.close()
    away = location.path.with_name("away.db")
    shutil.move(location.path, away)
    kept.until(lambda: any("The page stays unchanged" in line for line in kept.said))
    assert kept.shows("Before")
    shutil.move(away, location.path)
    kept.until(lambda: "Reconnected. The page is up to date again." in kept.said)
    again = Store(location)
    again.open(create=False)
    tell(again, "After")
    again.close()
    kept.until(lambda: kept.shows("After"))
    assert sum("The page stays unchanged" in line for line in kept.said) <= 2


def test_the_page_outlives_a_full_disk(store: Store, keep: Callable[[], Kept], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.kernel.watch.RETRY_SECONDS", (0.05,))
    tell(store, "Before")
    kept = keep()
    kept.until(lambda: kept.shows("Before"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "page/index.html")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Site, "write", full)
        tell(store, "After")
        told = "page/index.html cannot be written: No space left on device. The page stays unchanged. Retrying."
        kept.until(lambda: any(told in line for line in kept.said))
        assert kept.shows("Before")
    kept.until(lambda: "Reconnected. The page is up to date again." in kept.said)
    assert kept.shows("After")


def test_a_folder_of_others_ends_it(keep: Callable[[], Kept], store: Store, tmp_path: Path) -> None:
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "thesis.txt").write_text("mine")
    kept = keep()
    kept.until(lambda: bool(kept.failed))
    assert isinstance(kept.failed[0], Refused)


def test_it_rests_until_the_next_turn() -> None:
    late = datetime(2026, 3, 1, 23, 59, 30, tzinfo=UTC)
    assert watching.rest_seconds(page(published(), late), late) == pytest.approx(30, abs=0.1)
    assert watching.rest_seconds(page(published(), NOON), NOON) == watching.LONGEST_REST
    upkeep = published(maintenance(told(at(hours=-1), "identified"), starts=at(minutes=5), ends=at(minutes=9)))
    assert watching.rest_seconds(page(upkeep, NOON), NOON) == pytest.approx(300, abs=0.1)
    assert watching.rest_seconds(page(upkeep, at(minutes=6)), at(minutes=6)) == pytest.approx(180, abs=0.1)
    assert watching.rest_seconds(page(upkeep, at(minutes=4)), at(minutes=6)) < 1
