"""The Markdown of the documentation as the tests read it: headings, links, and blocks with the comments before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[2]
FRONT = ROOT / "README.md"
TEAM = ROOT / "docs/how-to/team-database.md"
"""It needs servers of its own: `test_team_database.py` runs it."""
PAGES = (FRONT, *sorted((ROOT / "docs").rglob("*.md")))
"""What readers are pointed to: the front page, and everything in docs/."""

_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)
_FIRST = "first: "


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    page: Path
    line: int
    language: str
    text: str
    marks: tuple[str, ...]
    """The comments that stand right before it."""
    first: tuple[str, ...]
    """The commands that have to be run before it, from all comments since the block before."""

    def mark(self, kind: str) -> str | None:
        """What follows the kind in its mark; None: it has no such mark."""
        return next((mark.removeprefix(kind).lstrip(": ") for mark in self.marks if mark.startswith(kind)), None)

    def __str__(self) -> str:
        return f"{name(self.page)}:{self.line}"


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[Block]:
    return [block for block in _blocks(page) if block.language == language]


def every(language: str) -> list[Block]:
    return [block for page in PAGES for block in blocks(page, language)]


def _blocks(page: Path) -> Iterator[Block]:
    marks: list[str] = []
    first: list[str] = []
    for token in _tokens(page):
        if token.type == "html_block":
            for comment in _COMMENT.findall(token.content):
                if comment.startswith(_FIRST):
                    first.append(comment.removeprefix(_FIRST))
                else:
                    marks.append(comment)
        elif token.type == "fence":
            line = (token.map or [0])[0] + 1
            yield Block(page, line, token.info.strip(), token.content, tuple(marks), tuple(first))
            marks, first = [], []
        else:
            marks = []


def links(page: Path) -> Iterator[tuple[int, str]]:
    """Where each link and picture leads, with its line."""
    for token in _tokens(page):
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if target is not None:
                yield (token.map or [0])[0] + 1, str(target)


def anchors(page: Path) -> set[str]:
    """The anchors that a code host gives the headings of a page."""
    tokens = _tokens(page)
    seen: Counter[str] = Counter()
    found = set()
    for opening, inside in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(child.content for child in inside.children or ()).casefold()
            slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
    return found


@cache
def _tokens(page: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(page.read_text(encoding="utf-8"))
