"""The words on the screens: the pictures hold none of the phrases that are hard to read in a hurry."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

PICTURES = sorted(Path(__file__).with_name("__snapshots__").glob("**/*.svg"))

CELL = 12.2
"""The width of a cell in a picture."""

TEXT = re.compile(r'<text class="[^"]*" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')

PEOPLE_WROTE = ("Say which",)
"""Parts of what people in the demo data write; they choose their own words."""


class Habit(NamedTuple):
    """A kind of phrase that no screen may have."""

    name: str
    pattern: str
    example: str
    """A text that has it."""


HABITS = (
    Habit(
        "a description in place of a name",
        r"\bstays? inside\b|\bwhat (the )?\w+ (is|are) told|\bwhat \w+ reads?\b"
        r"|\bwhat (we|did|should|has|have|updates)\b",
        "What customers are told",
    ),
    Habit("a pronoun in place of a person or a state", r"\b(some|no)body\b|\bwho(ever|se|m)\b", "— nobody yet"),
    Habit(
        "an everyday verb for a trade action",
        r"\bow(e|es|ed)\b|\bheld\b|\bholds?\b|\bput off\b|\blet go\b|\bleft out\b|\bleaves? (it|them|a \w+)? ?out\b"
        r"|\bare told\b|\bis told\b|\bfeels?\b|\bgave\b|\bgiven by\b|\bsays so\b",
        "▲ dee owes INC-1 an update",
    ),
    Habit(
        "a key that acts",
        r"(⏎|\bEsc|\bspace|\bTab|\b[a-zA-Z]) "
        r"(declares|adds|finds|writes|begins|publishes|picks|leaves|keeps|sends|goes|opens|answers|undoes|tries)\b",
        "Enter a title; ⏎ picks",
    ),
    Habit(
        "a filler about time",
        r"\banew\b|\bmeanwhile\b|\bby now\b|\bat the moment\b|\bby itself\b|\bfrom now on\b|\bbeforehand\b",
        "Nothing needs you at the moment.",
    ),
    Habit(
        "an image",
        r"pair of eyes|\bthe house\b|\bon fire\b|\bquiet\b|\bis away\b|\bgoes on\b|\bunsaid\b|with a word\b|word by\b"
        r"|\bfaster\b",
        "Send it back, with a word",
    ),
    Habit(
        "a pronoun without a noun",
        r"\bon the record\b|\bit is there\b|\bit refused\b|\bowns? it\b|\bmay stay empty\b",
        "Why? It stays on the record.",
    ),
    Habit(
        "a negative noun",
        r"\bis no (?!longer)|\bnothing\b.*\bthat\b|\bas (it|they) should\b",
        "INC-1 is no maintenance that is to come.",
    ),
    Habit(
        "a question as a label",
        r"\bwhy\?|\b(to|by) whom\b|\bwhich \w+\?|\bwhen\?|\bin how many\b|\buntil when\b"
        r"|\bsay (what|which|when|whether|who|how|why|that)\b",
        "Evidence on which theory?",
    ),
    Habit(
        "a clause that hangs on another, or British spelling",
        r"\balthough\b|, which\b|colour(?!-blind)|\bhonour|\b(author|categor|recogn)is|cancelled",
        "set severity P2 → P1, which adds tasks 4",
    ),
    Habit(
        "a second word for a term of the glossary",
        r"\bdut(y|ies)\b|\bholders?\b|\brole books?\b|\buncovered\b|\bhand-over|\bkeepers?\b",
        "Scribe ✗ uncovered",
    ),
)


@cache
def lines(picture: Path) -> tuple[str, ...]:
    """The rows of a picture, as a terminal shows them."""
    rows: defaultdict[float, list[tuple[float, str]]] = defaultdict(list)
    for x, y, words in TEXT.findall(picture.read_text()):
        rows[float(y)].append((float(x), html.unescape(words).replace("\xa0", " ")))
    return tuple(_row(sorted(parts)) for _, parts in sorted(rows.items()))


def _row(parts: list[tuple[float, str]]) -> str:
    row = ""
    for x, words in parts:
        row = row.ljust(round(x / CELL)) + words
    return row


def found(habit: Habit) -> Iterator[str]:
    for picture in PICTURES:
        for row in lines(picture):
            words = row
            for theirs in PEOPLE_WROTE:
                words = words.replace(theirs, "")
            for part in re.split("[│╭╰╮╯─]+", words):
                if re.search(habit.pattern, part, re.IGNORECASE):
                    yield f"{picture.stem}: {part.strip()}"


@pytest.mark.parametrize("habit", HABITS, ids=[habit.name for habit in HABITS])
def test_no_picture_has_it(habit: Habit) -> None:
    assert list(found(habit)) == []


@pytest.mark.parametrize("habit", HABITS, ids=[habit.name for habit in HABITS])
def test_its_example_has_it(habit: Habit) -> None:
    assert re.search(habit.pattern, habit.example, re.IGNORECASE)


def test_the_pictures_can_be_read() -> None:
    assert len(PICTURES) > 100
    ends = ("? Help", "Esc", "q close", "more ↓", "/slow", "m whole message")
    assert [picture.stem for picture in PICTURES if not any(end in row for row in lines(picture) for end in ends)] == []
