"""The published page in a real browser: on a phone and on a desk, light and dark, without scripts, for everybody."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

from models.status_page.public_data import Published
from models.status_page.words import LANGUAGES, words
from models.status_page.writer import Site
from tests.browser import chromium
from tests.models.status_page.publications import at, incident, maintenance, published, told
from tests.serving import served

__all__ = ["chromium"]

PHONE, DESK, NARROW = (390, 844), (1280, 900), (320, 640)
"""NARROW is what a page has when somebody enlarges it four times on a desk (WCAG 2.2, 1.4.10)."""
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}
EVERYTHING = {"resultTypes": ["violations", "passes", "incomplete"], "rules": {"target-size": {"enabled": True}}}
LONG = "Ostwestfalenlippe" * 9
TOO_WIDE = """
[...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
    .map(one => one.outerHTML.slice(0, 80))
"""


def story() -> Published:
    """Some of everything, with words that break nowhere."""
    return published(
        incident(
            told(at(days=-40), API="major outage", Web="operational"), told(at(days=-39), "resolved", API="operational")
        ),
        incident(told(at(days=-2), API="degraded"), told(at(days=-1), "resolved", "Well.", API="operational")),
        incident(
            told(at(hours=1), Web="major outage"),
            told(at(hours=2), "identified", f"See https://example.com/{LONG}\n\n{LONG}", Web="partial outage"),
            name=LONG,
        ),
        maintenance(told(at(hours=1), "identified"), starts=at(days=1), ends=at(days=2)),
        maintenance(told(at(hours=1), "identified"), starts=at(hours=1, minutes=1), ends=at(days=2), name="Now"),
        components=("API", "Web"),
    )


KINDS = {"the first page": "", "an incident": f"incidents/{story().incidents[2].id}/", "the history": "history/"}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    Site(folder, name="Acme", language="pl").write(story(), at(hours=5))
    with served(folder) as found:
        yield found


def opened(chromium: Browser, size: tuple[int, int], scheme: str, *, scripts: bool) -> Page:
    """A tab in a profile of its own; whoever opens it closes it."""
    width, height = size
    return chromium.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
    )


def given_up(request: Request) -> bool:
    """Whether the browser let go of it itself: it asks for the icon late, and leaving the page may come first."""
    return request.failure == "net::ERR_ABORTED"


def test_the_icon_is_there(chromium: Browser, address: str) -> None:
    with opened(chromium, DESK, "light", scripts=False) as page:
        for language, path in product(LANGUAGES, KINDS.values()):
            page.goto(f"{address}/{language}/{path}")
            icon = page.locator("link[rel=icon]").get_attribute("href")
            assert icon is not None
            assert page.request.get(urljoin(page.url, icon)).ok, (language, path)


@pytest.mark.parametrize("scheme", GROUND)
@pytest.mark.parametrize("size", [PHONE, DESK, NARROW], ids=["phone", "desk", "narrow"])
def test_nothing_has_to_be_scrolled_sideways(
    chromium: Browser, address: str, size: tuple[int, int], scheme: str
) -> None:
    with opened(chromium, size, scheme, scripts=False) as page:
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.on("requestfailed", lambda request: None if given_up(request) else complaints.append(request.url))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
        for language, path in product(LANGUAGES, KINDS.values()):
            page.goto(f"{address}/{language}/{path}")
            assert page.evaluate(TOO_WIDE) == [], (language, path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") == GROUND[scheme]
            assert page.evaluate("document.documentElement.lang") == language
        assert complaints == []


@pytest.mark.parametrize("scheme", GROUND)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(chromium: Browser, address: str, size: tuple[int, int], scheme: str) -> None:
    with opened(chromium, size, scheme, scripts=True) as page:
        for path in [*(f"{language}/" for language in LANGUAGES), *(f"en/{kind}" for kind in KINDS.values() if kind)]:
            page.goto(f"{address}/{path}")
            for closed in page.locator("summary").all():
                closed.click()
            found = Axe().run(page, options=EVERYTHING).response
            wrong = found["violations"] + found["incomplete"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in wrong] == [], path
            assert {"color-contrast", "heading-order", "html-has-lang", "target-size"} <= {
                one["id"] for one in found["passes"]
            }


def test_axe_would_find_something(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>x</title><h1 style='color: #bbb'>All is well</h1><img src=x>")
    with served(tmp_path) as address, opened(chromium, DESK, "light", scripts=True) as page:
        page.goto(address)
        found = {one["id"] for one in Axe().run(page).response["violations"]}
    assert {"color-contrast", "html-has-lang", "image-alt"} <= found


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_read_without_scripts(chromium: Browser, address: str, language: str) -> None:
    said = words(language)
    with opened(chromium, PHONE, "light", scripts=False) as page:
        page.goto(f"{address}/{language}/")
        assert page.get_by_role("heading", level=1).inner_text() == said["headline"]["minor"]
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == said["skip"]
        days = page.locator("details").first
        assert not days.locator("li").first.is_visible()
        days.locator("summary").click()
        assert days.locator("li").first.is_visible()
        page.get_by_role("link", name=LONG).first.click()
        assert page.get_by_role("heading", level=1).inner_text() == LONG
        other = LANGUAGES[LANGUAGES.index(language) - 1]
        page.get_by_role("link", name=words(other)["language"]).click()
        assert page.url == f"{address}/{other}/{KINDS['an incident']}"
        assert page.locator("html").get_attribute("lang") == other
