"""TOML that somebody wrote, read only as deep as anything of ours goes: a parser follows each level with a call."""

from __future__ import annotations

import re
import tomllib
from typing import Any

DEEPEST = 32
"""How many levels may lie within each other; the deepest of the program's own files has six."""

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5}|\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5}|\Z)"
    r'|"(?:[^"\\\n]|\\[^\n])*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[\[\]{}.,\n]",
    re.DOTALL,
)
"""A string, a comment, or a sign that opens, closes, deepens or ends something."""


class TooDeep(ValueError):
    """More levels lie within each other than anything of ours has."""


def loads(text: str) -> dict[str, Any]:
    """What the document says. Raises ValueError, in words, for one that is not valid or too deep."""
    _check(text)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:  # Python reads no number of thousands of digits
        raise ValueError("Exceeds the limit for the digits of a number") from None


def _check(text: str) -> None:
    depth, dots = 0, 0
    opened: list[int] = []
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "[{":
            opened.append(dots + 1)
            depth += dots + 1
            dots = 0
        elif sign in "]}":
            depth -= opened.pop() if opened else 0
            dots = 0
        elif sign == ".":
            dots += 1
        elif sign in ",\n":
            dots = 0
        if depth + dots > DEEPEST:
            line = text.count("\n", 0, token.start()) + 1
            column = token.start() - text.rfind("\n", 0, token.start())
            raise TooDeep(f"Nested more than {DEEPEST} levels deep (at line {line}, column {column})")
