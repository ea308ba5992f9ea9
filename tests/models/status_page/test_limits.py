"""How much the page's lists hold and in which order, and what is said of an incident that names no component."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from models.status_page.api import Api
from models.status_page.page import page
from models.status_page.public_data import Published, PublishedIncident
from models.status_page.words import words
from models.status_page.writer import Site
from tests.models.status_page.publications import NOON, at, incident, maintenance, published, told

ADDRESS = "https://status.example.com"
EVENING = at(hours=8)


def listed(facts: Published, path: str, now: datetime = EVENING) -> list[Any]:
    """What one file of the API lists."""
    api = Api(page(facts, now), name="Acme", url=ADDRESS, words=words("en"))
    found = json.loads(dict(api.files())[f"api/v2/{path}.json"])
    return [*found[path.partition("/")[0].replace("-", "_")]]


def names(found: list[Any]) -> list[str]:
    return [each["name"] for each in found]


def written(folder: Path, facts: Published, now: datetime = EVENING) -> Path:
    Site(folder, name="Acme", url=ADDRESS).write(facts, now)
    return folder


def incidents(many: int) -> list[PublishedIncident]:
    """The first one began first."""
    return [incident(told(at(days=number - 60), "resolved"), name=f"Incident {number}") for number in range(many)]


def maintenances(many: int) -> list[PublishedIncident]:
    """The first one took place first."""
    return [
        maintenance(
            told(at(days=number - 70), "identified"),
            starts=at(days=number - 60),
            ends=at(days=number - 60, hours=1),
            name=f"Maintenance {number}",
        )
        for number in range(many)
    ]


class TestTheApi:
    @pytest.mark.parametrize("many", [49, 50, 51, 55])
    def test_lists_the_fifty_newest_incidents(self, many: int) -> None:
        newest = [f"Incident {number}" for number in reversed(range(many))]
        assert names(listed(published(*incidents(many)), "incidents")) == newest[:50]

    @pytest.mark.parametrize("many", [50, 51])
    def test_lists_the_fifty_maintenances_that_start_last(self, many: int) -> None:
        newest = [f"Maintenance {number}" for number in reversed(range(many))]
        assert names(listed(published(*maintenances(many)), "scheduled-maintenances")) == newest[:50]

    def test_lists_every_incident_that_goes_on(self) -> None:
        unresolved = [incident(told(at(minutes=number)), name=f"Incident {number}") for number in range(60)]
        assert len(listed(published(*unresolved), "incidents/unresolved")) == 60


class TestFeeds:
    @pytest.mark.parametrize("name", ["history.atom", "history.rss"])
    @pytest.mark.parametrize("many", [25, 26])
    def test_hold_the_twenty_five_that_changed_last(self, tmp_path: Path, name: str, many: int) -> None:
        newest = [f"Incident {number}" for number in reversed(range(many))]
        folder = written(tmp_path, published(*incidents(many)))
        assert [entry.title for entry in feedparser.parse(folder / name).entries] == newest[:25]

    def test_what_began_long_ago_and_goes_on_is_among_them(self, tmp_path: Path) -> None:
        lasting = incident(told(at(days=-90)), told(NOON, "monitoring"), name="Lasting")
        upkeep = maintenance(told(at(hours=1), "identified"), starts=at(days=1), ends=at(days=2), name="Upkeep")
        folder = written(tmp_path, published(lasting, *incidents(30), upkeep))
        titles = [entry.title for entry in feedparser.parse(folder / "history.rss").entries]
        assert (titles[:2], len(titles)) == (["Upkeep", "Lasting"], 25)

    def test_rss_says_that_its_ids_are_no_addresses(self, tmp_path: Path) -> None:
        """A reader takes a guid for the link where nothing says that it is none."""
        folder = written(tmp_path, published(*incidents(2)))
        guids = [*ElementTree.parse(folder / "history.rss").iter("guid")]  # noqa: S314
        assert [guid.get("isPermaLink") for guid in guids] == ["false", "false"]
        assert {entry.guidislink for entry in feedparser.parse(folder / "history.rss").entries} == {False}


class TestImpact:
    def test_what_names_no_component_is_minor(self) -> None:
        (seen,) = page(published(incident(told(NOON), told(at(hours=1), "resolved"))), EVENING).incidents
        assert (seen.impact, seen.components) == ("minor", ())
        assert [one["impact"] for one in listed(published(incident(told(NOON))), "incidents")] == ["minor"]

    def test_what_names_a_component_that_is_well_is_none(self) -> None:
        (seen,) = page(published(incident(told(NOON), told(at(hours=1), API="operational"))), EVENING).incidents
        assert seen.impact == "none"

    def test_a_maintenance_is_one_whatever_it_names(self) -> None:
        upkeep = maintenance(told(NOON, "identified"), starts=at(days=1), ends=at(days=2), components=())
        assert page(published(upkeep), EVENING).maintenances[0].impact == "maintenance"


class TestComingMaintenances:
    """They were announced in another order than the one in which they take place."""

    @pytest.fixture
    def some(self) -> Published:
        def upkeep(name: str, announced: float, starts: datetime, ends: datetime) -> PublishedIncident:
            return maintenance(told(at(hours=announced), "identified"), starts=starts, ends=ends, name=name)

        return published(
            upkeep("Third", 1, at(days=9), at(days=10)),
            upkeep("First", 2, at(days=1), at(days=2)),
            upkeep("Second", 3, at(days=5), at(days=6)),
            upkeep("Late under way", 4, at(hours=6), at(days=1)),
            upkeep("Early under way", 5, at(hours=5.5), at(days=1)),
        )

    def test_the_next_one_is_first(self, some: Published) -> None:
        seen = page(some, EVENING)
        assert [one.name for one in seen.upcoming] == ["First", "Second", "Third"]
        assert [one.name for one in seen.active] == ["Early under way", "Late under way"]
        assert names(listed(some, "scheduled-maintenances/upcoming")) == ["First", "Second", "Third"]
        assert names(listed(some, "scheduled-maintenances/active")) == ["Early under way", "Late under way"]

    def test_of_all_the_one_that_starts_last_is_first(self, some: Published) -> None:
        everything = ["Third", "Second", "First", "Late under way", "Early under way"]
        assert [one.name for one in page(some, EVENING).maintenances] == everything
        assert names(listed(some, "scheduled-maintenances")) == everything

    def test_the_page_shows_the_next_one_first(self, tmp_path: Path, some: Published) -> None:
        index = (written(tmp_path, some) / "index.html").read_text()
        shown = re.findall(r"First|Second|Third", index)
        assert [*dict.fromkeys(shown)] == ["First", "Second", "Third"]
