"""The words that people read: the trade's own, and none of the habits that make a sentence hard to follow."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from screens.kernel.verbs import ACTIONS
from tui.verbs import OWN

ROOT = Path(__file__).parents[2]
FOLDERS = ("models", "tui")
NOT_READ = re.compile(
    r"models/kernel/migrations/|models/status_page/templates/|/tables\.py$|models/updates/outbox\.py$"
)
"""Steps of the schema, markup, and what columns are for."""

FORBIDDEN = {
    "name the person, the role or the state": r"somebody|nobody|whoever|whomever|everybody|\bwhose\b",
    "say unassigned": r"held it|holds it|\bowe[sd]?\b|keeps it\b",
    "use the tense or a time": r"\banew\b|by itself|at the moment|from now on|meanwhile|\bby now\b|\bsince then\b",
    "use no picture": r"second pair of eyes|left the house|past the program|\bunsaid\b|look for a slip",
    "say internal or internal information": r"(should )?stays? inside",
    "say publish, send or update": r"\b(tells?|told|telling)\b",
    "say snooze": r"\bput(s|ting)? off",
    "say skip": r"\b(left|leave|leaves|leaving) out",
    "say step down or cover": r"\blet go\b|stands? in for",
    "say supports or contradicts": r"\bspeaks? (for|against)|bears on|what we believe|is believed",
    "say continue or retry": r"\bgo(es)? on\b|tries again at once",
    "say canceled": r"\bcall(ed|s)? off\b",
    "say is not": r"(?<!there )\b(is|are) no (?!longer)|\blacks\b|not as (it|they) should",
    "help is an imperative with an effect": r"^Say |; say \b",
    "say admin": r"\bkeepers?\b",
    "say playbook": r"\brole books?\b",
    "say responsibility": r"\bdut(y|ies)\b|\buncovered\b",
    "say hash or checkpoint": r"\bseals?\b",
    "say destination": r"\b(the|a|other|no) places?\b",
    "American spelling": r"colour|honour|categoris|authoris|organis|acknowledgement|cancelled",
    "handover is one word": r"hand-over",
}
"""What not to say, by what to say instead."""

EXCEPTIONS = {
    "the incident manager, if not you; nobody: leave the role unassigned": "`nobody` is what is typed there",
}
"""Texts that say it all the same, each with its reason."""

SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|FROM|WHERE|ORDER BY|VALUES|RAISE)\b")


def constants(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a module with their lines; an f-string as a whole, with {} for what is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unread = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            unread.update(map(id, node.values))
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(map(str, parts))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unread:
            yield node.lineno, node.value


def english(value: object, key: str = "") -> Iterator[str]:
    """The English texts of a book, of templates or of the page's words; keys are not read."""
    if isinstance(value, str):
        yield value if " " in value else ""
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in ("fr", "pl"):
                yield from english(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from english(each, key)


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Every text that people can read, with where it stands."""
    return tuple(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.*")):
            where = path.relative_to(ROOT).as_posix()
            if NOT_READ.search(where) or path.stem in ("fr", "pl"):
                continue
            if path.suffix == ".py":
                for line, text in constants(path):
                    if " " in text.strip() and not SQL.search(text):
                        yield f"{where}:{line}", " ".join(text.split())
            elif path.suffix == ".toml":
                for text in english(tomllib.loads(path.read_text(encoding="utf-8"))):
                    yield where, " ".join(text.split())
    for verb in ACTIONS:
        yield f"the verb {verb.name}", verb.title
        yield f"the verb {verb.name}", verb.help
    for name, own in OWN.items():
        yield f"the verb {name}", own.help


@pytest.mark.parametrize("instead", FORBIDDEN)
def test_no_text_has_words_that_the_trade_does_not_use(instead: str) -> None:
    pattern = re.compile(FORBIDDEN[instead], re.IGNORECASE)
    found = [f"{where}: {text}" for where, text in texts() if pattern.search(text) and text not in EXCEPTIONS]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    every = re.compile("|".join(FORBIDDEN.values()), re.IGNORECASE)
    said = {text for _, text in texts()}
    assert [text for text in EXCEPTIONS if text not in said or not every.search(text)] == []


def test_the_texts_are_found() -> None:
    said = {text for _, text in texts()}
    assert len(said) > 1_000
    assert {"Declare an incident. You become its manager.", "{} cannot be merged into itself."} <= said
    assert {"Covers every responsibility that is not assigned", "No incidents reported."} <= said
