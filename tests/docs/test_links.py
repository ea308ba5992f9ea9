"""Every relative link and anchor in the documentation leads somewhere."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.pages import PAGES, ROOT, anchors, links, name

BESIDE = (ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", ROOT / "bench" / "README.md")


def broken(page: Path) -> list[str]:
    """The links of a page that lead nowhere, each with its line."""
    return [f"{name(page)}:{line}: {target}" for line, target in links(page) if not _leads(page, target)]


def _leads(page: Path, target: str) -> bool:
    if ":" in target.split("/")[0]:  # an address with a scheme
        return True
    path, _, anchor = unquote(target).partition("#")
    there = (page.parent / path).resolve() if path else page
    return there.is_relative_to(ROOT) and there.exists() and (not anchor or (there.suffix == ".md" and anchor in anchors(there)))


@pytest.mark.parametrize("page", [*PAGES, *BESIDE], ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page) == []


def test_every_page_of_docs_is_linked_from_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for _, target in links(index)}
    assert {page for page in PAGES if page.is_relative_to(ROOT / "docs")} - linked - {index} == set()
