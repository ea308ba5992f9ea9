"""Pure: finds in what customers are about to read the words that should stay inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from models.updates.rules import Rules

MOST = 20
"""The most findings that are told: whoever has more has to read it all anew."""

_SHORTEST_NAME = 2

_AFTER = ".,;:!?)"
"""What ends a sentence behind an address, and is none of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A word that should stay inside."""

    word: str
    why: str
    """A name of a person, or the pattern that it fits."""
    field: str
    """title, text or component."""
    at: int
    """Where it begins in that field, in characters."""


def findings(
    rules: Rules, title: str, text: str, components: Iterable[str], people: Iterable[str]
) -> tuple[Finding, ...]:
    """What the rules find in a draft, in the order of reading; `people`: the names that the database knows."""
    fields = [("title", title), ("text", text), *(("component", name) for name in components)]
    patterns = [("internal", re.compile(source)) for source in rules.internal]
    names = sorted({name for name in people if len(name) >= _SHORTEST_NAME}, key=len, reverse=True)
    if names:
        # As it is written, or with a capital: a name such as “will” is a word, too, and its author can go on.
        spelled = {form for name in names for form in (name, name[:1].upper() + name[1:])}
        either = "|".join(map(re.escape, sorted(spelled, key=len, reverse=True)))
        patterns.insert(0, ("a person's name", re.compile(rf"(?<!\w)(?:{either})(?!\w)")))
    found: dict[tuple[str, str], Finding] = {}
    for field, words in fields:
        hits = sorted(
            (
                (match.start(), match.group().rstrip(_AFTER), why)
                for why, pattern in patterns
                for match in pattern.finditer(words)
            ),
            key=lambda hit: (hit[0], -len(hit[1])),
        )
        end = -1
        for at, word, why in hits:
            if word and at >= end:
                end = at + len(word)
                found.setdefault((field, word), Finding(word=word, why=why, field=field, at=at))
    return tuple(found.values())[:MOST]
