"""Reads the published pages as a browser does, and holds them against rules of accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

SVG = "{http://www.w3.org/2000/svg}"
LANDMARKS = ("header", "main", "footer")


def tree(content: bytes) -> Element:
    """Raises html5lib's ParseError for anything that is no clean HTML."""
    root: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(content.decode())
    return root


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def faults(content: bytes, language: str) -> Iterator[str]:
    """What a reader with a screen reader or without a mouse would stumble over."""
    root = tree(content)
    if root.get("lang") != language:
        yield f"its language is {root.get('lang')}"
    if not words(next(root.iter("title"))):
        yield "no title"
    for landmark in LANDMARKS:
        if len([*root.iter(landmark)]) != 1:
            yield f"not one {landmark}"
    levels = [int(one.tag[1]) for one in root.iter() if re.fullmatch(r"h[1-6]", str(one.tag))]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"the headings {levels}"
    yield from (f"h{after} after h{before}" for before, after in pairwise(levels) if after > before + 1)
    identities = [one.get("id") for one in root.iter() if one.get("id")]
    if len(identities) != len(set(identities)):
        yield "an id twice"
    for one in root.iter():
        for refers in ("aria-labelledby", "aria-describedby"):
            if one.get(refers, identities[0] if identities else None) not in identities:
                yield f"{refers} to nothing"
        if one.tag in ("script", "iframe", "form", "img") or any(name.startswith("on") for name in one.attrib):
            yield f"a {one.tag}"
        if one.tag == "a" and not words(one):
            yield "a link without words"
        if one.tag == "nav" and not one.get("aria-label"):
            yield "a nav without a name"
        if one.tag == SVG + "svg" and one.get("aria-hidden") != "true":
            yield "a picture that nothing describes"
        if "style" in one.attrib:
            yield "a style that the page's own policy forbids"


def links(content: bytes) -> Iterator[str]:
    """Where the page refers to on its own site."""
    for one in tree(content).iter():
        target = one.get("href")
        if target and not target.startswith(("http", "#")):
            yield target


def target(page: Path, link: str) -> Path:
    """The file that a web server answers that link with."""
    found = (page.parent / link.partition("#")[0]).resolve()
    return found / "index.html" if found.is_dir() else found


def luminance(colour: str) -> float:
    """Of a colour such as #1a6b3c, as WCAG 2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """The named colours, in light and in dark."""
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w{6});", block)) for block in re.findall(r":root \{(.*?)\}", css, re.S)
    )
    return light, dark
