"""The website is built without a warning, and asks nothing of the network when it is read."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, name

LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "link": "href"}


class Loaded(HTMLParser):
    """What a browser fetches for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for key, value in attrs if value and key == LOADED.get(tag)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("sphinx") is None:
        missing = "Sphinx is not installed (pip install '.[docs]')."
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--quiet", "--conf-dir", "docs", ".", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (built.returncode, built.stderr) == (0, "")
    return folder


def test_every_page_is_there(site: Path) -> None:
    assert [name(page) for page in PAGES if not (site / name(page)).with_suffix(".html").exists()] == []
    assert (site / "index.html").exists()


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    fetched = {}
    for page in pages:
        loaded = Loaded()
        loaded.feed(page.read_text(encoding="utf-8"))
        fetched[page] = [address for address in loaded.addresses if address.startswith(("http:", "https:", "//"))]
    assert len(pages) > len(PAGES)
    assert {page: addresses for page, addresses in fetched.items() if addresses} == {}
    assert not [sheet for sheet in site.rglob("*.css") if "url(http" in sheet.read_text(encoding="utf-8")]
