"""Every relative link and anchor in the documentation leads somewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import FRONT, PAGES, ROOT, anchors, links, name

BESIDE = (ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", ROOT / "bench" / "README.md")


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere, each with its line."""
    return [f"{name(page)}:{line}: {target}" for line, target in links(page) if not _leads(page, target)]


def _leads(page: Path, target: str) -> bool:
    if ":" in target.partition("/")[0]:  # an address with a scheme
        return True
    path, _, anchor = unquote(target).partition("#")
    there = (page.parent / path).resolve() if path else page
    if not there.is_relative_to(ROOT) or not there.exists():
        return False
    return not anchor or (there.suffix == ".md" and anchor in anchors(there))


@pytest.mark.parametrize("page", [*PAGES, *BESIDE], ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


@pytest.mark.parametrize("target", ["docs/nowhere.md", "docs/index.md#nowhere", "#nowhere", "../", "docs/conf.py#a"])
def test_a_link_that_leads_nowhere_is_found_out(target: str) -> None:
    assert not _leads(FRONT, target)


@pytest.mark.parametrize("target", ["docs/index.md#how-to-guides", "#run-it", "docs/", "https://nowhere.example.com"])
def test_a_link_that_leads_somewhere_is_not(target: str) -> None:
    assert _leads(FRONT, target)
