"""Search by the beginnings of words, for everything that the desk finds by name, and for its filters.

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
# A time or a date stays one word: whoever looks for node 3 does not mean 14:31.
_BETWEEN_WORDS = re.compile(r"(?:[\s!-,./;-@\[-`{-~·–—‘’“”«»]|[:-](?!\d)|(?<!\d)[:-])+")

_SAME, _STARTS, _PREFIXES, _DESCRIBED, _INITIALS, _INSIDE = range(6)


def _nothing(_candidate: object) -> Sequence[str]:
    return ()


def rank(
    query: str,
    candidates: Sequence[T],
    texts: Callable[[T], Sequence[str]],
    *,
    described: Callable[[T], Sequence[str]] = _nothing,
    group: Callable[[T], int] = lambda _candidate: 0,
) -> list[T]:
    """List the candidates that match, best first, equal ones in the order given.

    A candidate matches if all words of the query, in any order, are in one of its `texts`. The whole text is best, then
    beginnings of its words, then beginnings of words of one of those that describe it, then its initials ("sme"), then
    what is inside its words. Of matches of one kind those of a lower `group` come first, then those in the first text
    (the name), then those in a later one (an alias). Letters with gaps between them match nothing. Case, accents and
    punctuation make no difference. A query without any word keeps all candidates in their order.
    """
    wanted = " ".join(words(query))
    if not wanted:
        return list(candidates)
    parts = wanted.split()
    found = []
    for place, candidate in enumerate(candidates):
        keys = [
            (max(match, _PREFIXES) if match else match, group(candidate), match, number > 0)
            for number, text in enumerate(texts(candidate))
            if (match := _match(wanted, parts, *_prepared(text))) is not None
        ]
        if not keys or min(keys)[0] > _DESCRIBED:
            keys += [
                (_DESCRIBED, group(candidate), match, True)
                for text in described(candidate)
                if (match := _match(wanted, parts, *_prepared(text))) is not None and match <= _PREFIXES
            ]
        if keys:
            found.append((min(keys), place))
    found.sort()
    return [candidates[place] for _, place in found]


def folded(text: str) -> str:
    """The words of a text as they are compared, a space before each: what `needles` are looked for in."""
    return "".join(f" {word}" for word in words(text))


@lru_cache
def needles(query: str) -> tuple[str, ...]:
    """What a folded text contains that has every word of the query: the words themselves, numbers from their start.

    A number so finds INC-19 by 1, and not by 9; a time or a date may be cut anywhere.
    """
    return tuple(dict.fromkeys(_needle(part) for part in query.split() if words(part)))


def _needle(part: str) -> str:
    found = words(part)
    joined = " ".join(found)
    return f" {joined}" if found[0][0].isdigit() and not set(":-") & {*found[0]} else joined


@lru_cache
def phrase(query: str) -> str:
    """The words of a query as they stand: what a folded text contains that has them side by side; empty: only one."""
    found = words(query)
    return " ".join(found) if len(found) > 1 else ""


def has(text: str, query: str) -> bool:
    """Whether a folded text has every word of the query, or all of them as they stand there."""
    return all(needle in text for needle in needles(query)) or bool(phrase(query) and phrase(query) in text)


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


def _match(wanted: str, parts: list[str], text: str, initials: str) -> int | None:
    """Give how well a text matches, lowest is best."""
    if text.startswith(wanted, 1):
        return _SAME if len(text) == len(wanted) + 1 else _STARTS
    several = len(parts) > 1
    if " " + wanted in text or (several and all(" " + part in text for part in parts)):
        return _PREFIXES
    if len(wanted) > 1 and initials.startswith(wanted):
        return _INITIALS
    if wanted in text or (several and all(part in text for part in parts)):
        return _INSIDE
    return None
