"""Fuzzy search for every picker of the desk: people, roles, commands.

Written by hand because rapidfuzz scores edit distance, knows neither word prefixes nor initials, and takes 15 to 40 ms
to import.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

# Letters that have no decomposition in Unicode, so dropping marks leaves them as they are.
_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "œ": "oe", "æ": "ae"})
_BETWEEN_WORDS = re.compile(r"[\s!-/:-@\[-`{-~·–—‘’“”«»]+")

_SAME, _STARTS, _PREFIXES, _INITIALS, _INSIDE, _SCATTERED = range(6)


def rank(query: str, candidates: Sequence[T], texts: Callable[[T], Sequence[str]]) -> list[T]:
    """List the candidates that match, best first, equal ones in the order given.

    A candidate matches if all words of the query, in any order, are in one of its `texts`: as beginnings of words, then
    initials ("sme"), then inside words; only where nothing matches so, as letters with gaps. Case, accents and
    punctuation make no difference. Of equal matches one in the first text (the name) is better than one in a later
    text (an alias). A query without any word keeps all candidates in their order.
    """
    wanted = " ".join(words(query))
    if not wanted:
        return list(candidates)
    parts = wanted.split()
    found = []
    for place, candidate in enumerate(candidates):
        best = None
        for number, text in enumerate(texts(candidate)):
            match = _match(wanted, parts, *_prepared(text))
            if match is not None:
                key = (match[0], number > 0, match[1])
                best = key if best is None or key < best else best
        if best is not None:
            found.append((best, place))
    found.sort()
    if found and found[0][0][0] < _SCATTERED:  # whoever means a word does not mean its letters
        found = [(key, place) for key, place in found if key[0] < _SCATTERED]
    return [candidates[place] for _, place in found]


def words(text: str) -> list[str]:
    """Split a text into words as the search compares them: without case, accents or punctuation."""
    return _BETWEEN_WORDS.sub(" ", _folded(text)).split()


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return bare.casefold().translate(_LETTERS)


@lru_cache(maxsize=1 << 14)
def _prepared(text: str) -> tuple[str, str]:
    """Give the text with a space before each word, and its initials."""
    parts = words(text)
    return " " + " ".join(parts), "".join(part[0] for part in parts)


def _match(wanted: str, parts: list[str], text: str, initials: str) -> tuple[int, int] | None:
    """Give how well a text matches, lowest is best: the kind of match, and how far its letters are apart."""
    if text.startswith(wanted, 1):
        return (_SAME if len(text) == len(wanted) + 1 else _STARTS), 0
    several = len(parts) > 1
    if " " + wanted in text or (several and all(" " + part in text for part in parts)):
        return _PREFIXES, 0
    if len(wanted) > 1 and initials.startswith(wanted):
        return _INITIALS, 0
    if wanted in text or (several and all(part in text for part in parts)):
        return _INSIDE, 0
    spread = 0
    for part in parts:
        start = end = text.find(part[0])
        for letter in part[1:]:
            if end < 0:
                return None
            end = text.find(letter, end + 1)
        if end < 0:
            return None
        spread += end - start
    return _SCATTERED, spread
