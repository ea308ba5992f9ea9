"""Writing a site again: only what changed is read, made and written; what failed halfway is made good."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.board.reader import Reader
from models.imports import statuspage
from models.incident.declare import Declare
from models.incident.phase import SetPhase
from models.kernel.store import Store
from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.status_page.files import Folder
from models.status_page.manifest import KEPT
from models.status_page.pages import Pages
from models.status_page.public_data import Published
from models.status_page.read import read_published
from models.status_page.writer import Site
from models.updates.editing import EditDraft
from models.updates.maintenance import Reschedule, Schedule
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.status_page import pages
from tests.models.status_page.pages import REAL
from tests.models.status_page.publications import at, incident, published, told
from tests.rows import write_rows


def facts(*more: Any) -> Published:
    return published(
        incident(told(at(days=-400), API="degraded"), told(at(days=-399), "resolved", "Well.", API="operational")),
        incident(told(at(days=-3), "resolved", "Well."), name="Search was slow"),
        incident(told(at(hours=1), API="degraded"), *more, name="Checkout fails"),
    )


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the pages that are made, once for all languages."""
    paths: list[str] = []
    make = Pages.render

    def each(self: Pages, template: str, path: str, **known: object) -> Iterator[tuple[str, bytes]]:
        paths.append(path)
        return make(self, template, path, **known)

    monkeypatch.setattr(Pages, "render", each)
    return paths


def newest() -> str:
    return f"incidents/{facts().incidents[-1].id}/"


def everything() -> set[str]:
    incidents = {f"incidents/{one.id}/" for one in facts().incidents}
    return incidents | {"", "history/", "history/2025/", "history/2026/"}


@pytest.mark.parametrize("another", [False, True], ids=["the same program", "another one"])
def test_only_what_says_something_else_is_made(tmp_path: Path, made: list[str], another: bool) -> None:
    site = Site(tmp_path, name="Acme")
    site.write(facts(), at(hours=5))
    assert set(made) == everything()
    site = Site(tmp_path, name="Acme") if another else site
    made.clear()
    site.write(facts(), at(hours=5))
    assert made == [""]
    made.clear()
    site.write(facts(told(at(hours=2), text="Still.")), at(hours=5))
    assert set(made) == {"", newest()}
    made.clear()
    site.write(facts(told(at(hours=2), "resolved", "Well.")), at(hours=5))
    assert set(made) == {"", newest(), "history/", "history/2026/"}
    assert "Well." in (tmp_path / "pl" / newest() / "index.html").read_text()


def test_a_page_that_somebody_deleted_comes_back(tmp_path: Path, made: list[str]) -> None:
    Site(tmp_path, name="Acme").write(facts(), at(hours=5))
    made.clear()
    (tmp_path / "fr" / newest() / "index.html").unlink()
    assert Site(tmp_path, name="Acme").write(facts(), at(hours=5))[1] == 1
    assert set(made) == {"", newest()}


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"maker": 1, "parts": []}'])
def test_without_its_memory_everything_is_made(tmp_path: Path, made: list[str], kept: str) -> None:
    Site(tmp_path, name="Acme").write(facts(), at(hours=5))
    made.clear()
    (tmp_path / KEPT).write_text(kept)
    Site(tmp_path, name="Acme").write(facts(), at(hours=5))
    assert set(made) == everything()


def test_another_name_is_on_every_page(tmp_path: Path) -> None:
    Site(tmp_path, name="Acme").write(facts(), at(hours=5))
    Site(tmp_path, name="Globex").write(facts(), at(hours=5))
    assert [page for page in tmp_path.rglob("*.html") if "Globex" not in page.read_text()] == []


def test_another_version_of_the_program_makes_everything(
    tmp_path: Path, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Site(tmp_path, name="Acme").write(facts(), at(hours=5))
    made.clear()
    monkeypatch.setattr("models.status_page.manifest.sources", lambda: [b"another template"])
    Site(tmp_path, name="Acme").write(facts(), at(hours=5))
    assert set(made) == everything()


def test_what_failed_halfway_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Folder, files: Any) -> int:
        assert len([*files]) > 6  # made, and none of them finds room
        raise OSError(28, "No space left on device")

    site = Site(tmp_path, name="Acme")
    site.write(facts(), at(hours=5))
    news = facts(told(at(hours=2), "resolved", "Well."))
    monkeypatch.setattr(Folder, "put", full)
    with pytest.raises(OSError, match="No space"):
        site.write(news, at(hours=5))
    monkeypatch.undo()
    site.write(news, at(hours=5))
    Site(tmp_path / "whole", name="Acme").write(news, at(hours=5))
    for page in (tmp_path / "whole").rglob("*.html"):
        assert (tmp_path / page.relative_to(tmp_path / "whole")).read_text() == page.read_text()


def test_its_memory_tells_nothing_that_the_pages_do_not(tmp_path: Path) -> None:
    Site(tmp_path, name="Acme").write(facts(), at(hours=5))
    kept = json.loads((tmp_path / KEPT).read_text())
    assert set(kept) == {"maker", "parts"}
    assert set(kept["parts"]) == everything() - {""}
    assert all(len(said) == 24 for said in kept["parts"].values())


class TestReading:
    def both(self, store: Store, before: Published | None) -> Published:
        """Read further, and anew: it is the same."""
        with store.reading(Reader) as read:
            further, anew = read_published(read, before), read_published(read, None)
        assert further == anew
        return further

    def test_only_what_changed_is_read_again(self, store: Store, clock: Clock) -> None:
        seen = self.both(store, None)
        statuspage.load(store, REAL, "ana")
        seen = self.both(store, seen)
        ref = store.perform(Declare(by="ana", title="Slow", severity="P2")).ref
        told = {"title": "It is slow", "text": "We know.", "components": {"API": ComponentState.DEGRADED}}
        store.perform(EditDraft(by="ana", ref=ref, **told))
        store.perform(Publish(by="ana", ref=ref))
        seen = self.both(store, seen)
        planned = {"title": "Cables", "text": "New ones.", "starts_at": clock().replace(hour=23), "lasts": 9}
        upkeep = store.perform(Schedule(by="ana", affects=("API",), **planned)).ref
        before = self.both(store, seen)
        store.perform(Reschedule(by="ana", ref=upkeep, text="Later.", starts_at=planned["starts_at"], lasts=30))
        store.perform(EditDraft(by="ana", ref=ref, text="Better.", components={"API": ComponentState.OPERATIONAL}))
        store.perform(Publish(by="ana", ref=ref))
        seen = self.both(store, before)
        assert [one is other for one, other in zip(seen.incidents, before.incidents, strict=True)] == [
            True, True, False, False,
        ]  # fmt: skip
        store.perform(SetPhase(by="ana", ref=upkeep, phase=Phase.INVESTIGATING))
        again = self.both(store, seen)
        assert again.incidents[-1].window is not None
        assert again.incidents[-1].window.went_wrong

    def test_what_stays_inside_is_no_news(self, store: Store) -> None:
        statuspage.load(store, REAL, "ana")
        seen = self.both(store, None)
        store.perform(EditDraft(by="ana", ref="INC-1", text="Not yet."))
        again = self.both(store, seen)
        assert again.ticket == seen.ticket + 1
        assert again.incidents is seen.incidents

    def test_a_component_that_is_new_may_have_been_named_before(self, store: Store) -> None:
        told = pages.update("u", 0, "investigating", New=("operational", "major_outage"))
        statuspage.load(store, pages.page(pages.incident(told)), "ana")
        with write_rows(store) as connection:  # as a database may be that was imported into long ago
            connection.execute(text("UPDATE components SET name = 'Old'"))
        seen = self.both(store, None)
        assert seen.incidents[0].updates[0].states == {}
        ref = store.perform(Declare(by="ana", title="Slow", severity="P2")).ref
        said = {"title": "It is slow", "text": "We know.", "components": {"New": ComponentState.DEGRADED}}
        store.perform(EditDraft(by="ana", ref=ref, **said))
        store.perform(Publish(by="ana", ref=ref))
        assert self.both(store, seen).incidents[0].updates[0].states == {"New": ComponentState.MAJOR_OUTAGE}

    def test_nothing_new_reads_nothing(self, store: Store) -> None:
        statuspage.load(store, REAL, "ana")
        seen = self.both(store, None)
        with store.reading(Reader) as read:
            assert read_published(read, seen) is seen
