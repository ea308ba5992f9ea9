"""The Atom and RSS feeds, read by a program that knows nothing of Bridgewatch."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import struct_time
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from models.status_page.public_data import Published
from models.status_page.writer import Site
from tests.models.status_page.publications import NOON, at, incident, maintenance, published, told

EVENING = at(hours=5)
HOSTILE = "<script>alert(1)</script> & ]]> é検索"


def feed(folder: Path, facts: Published, name: str, now: datetime = EVENING) -> Any:
    Site(folder, name="Acme & Sons", url="https://status.example.com/").write(facts, now)
    content = (folder / name).read_bytes()
    ElementTree.fromstring(content)  # noqa: S314
    found = feedparser.parse(content)
    assert not found.bozo, found.get("bozo_exception")
    return found


def moments(found: Any, key: str) -> Iterator[tuple[int, ...]]:
    for entry in found.entries:
        value: struct_time = entry[key]
        yield value[:5]


@pytest.fixture
def some() -> Published:
    return published(
        incident(told(at(days=-1), text=HOSTILE), told(at(hours=4), "resolved", "Well again.\n\nSorry."), name=HOSTILE),
        incident(told(at(hours=1), API="degraded"), name=""),
        maintenance(told(NOON, "identified", "We replace cables."), starts=at(hours=2), ends=at(hours=3)),
    )


@pytest.mark.parametrize(("name", "version"), [("history.atom", "atom10"), ("history.rss", "rss20")])
def test_what_changed_last_comes_first(tmp_path: Path, some: Published, name: str, version: str) -> None:
    found = feed(tmp_path, some, name)
    assert found.version == version
    assert found.feed.title == "Acme & Sons status"
    assert [entry.title for entry in found.entries] == [HOSTILE, "New cables", "Incident affecting API"]
    assert [entry.link for entry in found.entries] == [
        f"https://status.example.com/incidents/{some.incidents[n].id}/" for n in (0, 2, 1)
    ]
    assert len({entry.id for entry in found.entries}) == 3
    assert all(entry.id.startswith("urn:uuid:") for entry in found.entries)
    text = found.entries[0].summary
    assert "Well again." in text
    assert "Sorry." in text
    assert "alert(1)" in text
    assert "<script" not in text.casefold()
    assert "The scheduled maintenance has been completed." in found.entries[1].summary


def test_atom_says_when(tmp_path: Path, some: Published) -> None:
    found = feed(tmp_path, some, "history.atom")
    assert [*moments(found, "updated_parsed")] == [(2026, 3, 1, hour, 0) for hour in (16, 15, 13)]
    assert [*moments(found, "published_parsed")] == [(2026, 2, 28, 12, 0), (2026, 3, 1, 12, 0), (2026, 3, 1, 13, 0)]
    assert found.feed.updated == "2026-03-01T16:00:00+00:00"
    assert found.feed.link == "https://status.example.com/"


def test_ids_stay_when_an_incident_goes_on(tmp_path: Path, some: Published) -> None:
    before = {entry.link: entry.id for entry in feed(tmp_path, some, "history.atom", now=at(hours=4.5)).entries}
    after = {entry.link: entry.id for entry in feed(tmp_path, some, "history.rss", now=at(days=3)).entries}
    assert before == after


@pytest.mark.parametrize("name", ["history.atom", "history.rss"])
def test_an_empty_one_does_not_change_with_the_clock(tmp_path: Path, name: str) -> None:
    assert feed(tmp_path, published(), name, now=at(hours=1)).entries == []
    before = (tmp_path / name).read_bytes()
    feed(tmp_path, published(), name, now=at(hours=2))
    assert (tmp_path / name).read_bytes() == before
