"""The pages that customers read: whole, in three languages, and fit for everybody."""

import re
import shutil
import tomllib
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from models.status_page import page as public
from models.status_page.public_data import Published
from models.status_page.words import LANGUAGES, words
from models.status_page.writer import Site
from tests.models.status_page import markup
from tests.models.status_page.publications import NOON, at, incident, maintenance, published, told

CSS = files("models.status_page").joinpath("templates", "style.css").read_text()
LIGHT, DARK = markup.colours(CSS)
HOSTILE = "<script>alert(1)</script> <img src=x onerror=alert(2)> \"'><b> {{ 7 * 7 }} javascript:alert(3)"


def some() -> Published:
    return published(
        incident(told(at(days=-400), "resolved", API="operational"), name="Long ago"),
        incident(told(at(days=-3), API="partial outage"), told(at(days=-2), "resolved", "Well.", API="operational")),
        incident(told(NOON, text=HOSTILE, Web="major outage"), name=HOSTILE),
        incident(told(at(hours=1), API="degraded"), name=""),
        maintenance(told(at(hours=1), "identified"), starts=at(days=1), ends=at(days=2)),
        maintenance(told(at(hours=1), "identified"), starts=at(hours=1, minutes=1), ends=at(days=2), name="Now"),
        components=("API", "Web", HOSTILE[:64]),
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    Site(folder, name="Acme", language="fr").write(some(), at(hours=5))
    return folder


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def language_of(page: Path, folder: Path, top: str = "fr") -> str:
    first = page.relative_to(folder).parts[0]
    return first if first in LANGUAGES else top


def test_every_page_is_there_in_every_language_and_once_at_the_top(site: Path) -> None:
    top = {str(page.relative_to(site)) for page in pages(site) if page.relative_to(site).parts[0] not in LANGUAGES}
    below = {tuple(sorted(str(page.relative_to(site / each)) for page in pages(site / each))) for each in LANGUAGES}
    assert below == {tuple(sorted(top))}
    incidents = {f"incidents/{one.id}/index.html" for one in some().incidents}
    assert top == incidents | {"index.html", *(f"history/{part}index.html" for part in ("", "2025/", "2026/"))}


def test_every_page_is_fit_for_everybody(site: Path) -> None:
    found = {
        str(page.relative_to(site)): [*markup.faults(page.read_bytes(), language_of(page, site))]
        for page in pages(site)
    }
    assert len(found) == 40
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


def test_an_empty_site_is_too(tmp_path: Path) -> None:
    Site(tmp_path, name="Acme").write(published(components=()), NOON)
    for page in pages(tmp_path):
        assert [*markup.faults(page.read_bytes(), language_of(page, tmp_path, "en"))] == []
    assert "No components yet." in (tmp_path / "index.html").read_text()


def test_no_link_leads_nowhere(site: Path) -> None:
    followed = 0
    for page in pages(site):
        for link in markup.links(page.read_bytes()):
            assert markup.target(page, link).is_file(), f"{page}: {link}"
            followed += 1
    assert followed > 300


def test_words_of_people_are_words(site: Path) -> None:
    for page in (site / "index.html", site / "incidents" / some().incidents[2].id / "index.html"):
        content = page.read_bytes()
        assert HOSTILE in markup.words(markup.tree(content))
        assert b"<script" not in content
        assert b"49" not in re.sub(rb"\d\d:49", b"", content)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_says_it_all(language: str, site: Path) -> None:
    def keys(section: Any) -> Any:
        return {key: keys(value) for key, value in section.items()} if isinstance(section, dict) else type(section)

    text = files("models.status_page").joinpath("words", "en.toml").read_text()
    assert keys(dict(words(language).said)) == keys(tomllib.loads(text))
    seen = markup.words(markup.tree((site / language / "index.html").read_bytes()))
    for said in (
        words(language)["headline"]["major"],
        words(language)["state"]["major outage"],
        words(language)["status"]["in_progress"],
        words(language)["said"]["started"],
        words(language).name(some_open()),
        words(language).moment(at(hours=1)),
    ):
        assert said in seen


def some_open() -> Any:
    return next(one for one in public.page(some(), at(hours=5)).incidents if not one.name)


def test_how_each_language_writes_numbers() -> None:
    assert [words(each).percent(0.99984) for each in LANGUAGES] == ["99.98%", "99,98 %", "99,98%"]
    assert [words("en").percent(share) for share in (1.0, 0.999999, 0.0)] == ["100%", "99.99%", "0.00%"]
    assert [words(each).day(NOON.date()) for each in LANGUAGES] == ["1 Mar 2026", "1 mars 2026", "1 mar 2026"]
    assert words("en").span(26 * 60 + 5) == "1\xa0d 2\xa0h 5\xa0min"
    assert words("en").span(0) == "1\xa0min"


class TestFrontPage:
    def seen(self, tmp_path: Path, facts: Published, **since: float) -> str:
        Site(tmp_path, name="Acme").write(facts, at(**since))
        return markup.words(markup.tree((tmp_path / "index.html").read_bytes()))

    def test_a_quiet_day_is_said_to_be_one(self, tmp_path: Path) -> None:
        seen = self.seen(tmp_path, published(incident(told(at(days=-2), "resolved", "Well again."))), hours=1)
        assert "1 Mar 2026 No incidents reported. 28 Feb 2026 No incidents reported. 27 Feb 2026 It is slow" in seen
        assert seen.startswith("Acme status Skip to the content Acme English Français Polski All systems operational")

    def test_an_incident_that_is_watched_is_said_to_be(self, tmp_path: Path) -> None:
        watched = incident(told(NOON, API="degraded"), told(at(minutes=9), "monitoring", API="operational"))
        assert "monitoring a recent incident" in self.seen(tmp_path, published(watched), hours=1)

    def test_a_bar_a_day_and_words_for_the_bad_ones(self, tmp_path: Path) -> None:
        outage = (told(at(days=-3), API="major outage"), told(at(days=-3, hours=2), "resolved", API="operational"))
        seen = self.seen(tmp_path, published(incident(*outage), components=("API",)), hours=1)
        bars = [*markup.tree((tmp_path / "index.html").read_bytes()).iter(markup.SVG + "rect")]
        assert [bar.get("class") for bar in bars[-5:]] == ["unknown", "critical", "good", "good", "good"]
        assert len(bars) == 90
        assert len({bar.get("height") for bar in bars}) == 3
        assert "26 Feb 2026: Major outage, 2 h" in seen
        assert "97.26% uptime since 26 Feb 2026" in seen

    def test_a_maintenance_stands_in_the_history_where_it_took_place(self, tmp_path: Path) -> None:
        upkeep = maintenance(told(at(days=-9), "identified"), starts=at(days=-1), ends=at(hours=-12))
        assert "28 Feb 2026 New cables Completed · Maintenance" in self.seen(tmp_path, published(upkeep), hours=1)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_has_contrast_enough(theme: dict[str, str]) -> None:
    """WCAG 2.2: 4.5 to 1 for text (1.4.3), 3 to 1 for what is drawn (1.4.11)."""
    pairs = [(text, "ground") for text in ("text", "soft", "link", "good", "minor", "major", "critical", "care")]
    pairs += [("text", f"{ground}soft") for ground in ("good", "minor", "major", "critical", "care")]
    low = {pair: round(markup.contrast(theme[pair[0]], theme[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}
    assert markup.contrast(theme["bar"], theme["ground"]) >= 3


def test_every_colour_of_the_styles_is_named_once_for_light_and_once_for_dark() -> None:
    assert set(LIGHT) == set(DARK)
    assert set(re.findall(r"var\(--(\w+)\)", CSS)) == set(LIGHT)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"--\w+: #\w{6};", "", CSS)) == []


def test_only_news_is_written(tmp_path: Path) -> None:
    site = Site(tmp_path, name="Acme")
    _, first = site.write(some(), at(hours=5))
    _, again = site.write(some(), at(hours=5))
    assert (first > 40, again) == (True, 0)
    other = Site(tmp_path, name="Acme")
    assert other.write(some(), at(hours=5) + timedelta(seconds=1))[1] == 0


def test_a_folder_that_was_emptied_is_filled_again(tmp_path: Path) -> None:
    site = Site(tmp_path / "page", name="Acme")
    _, first = site.write(some(), at(hours=5))
    shutil.rmtree(tmp_path / "page")
    assert site.write(some(), at(hours=5))[1] == first
