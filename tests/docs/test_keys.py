"""docs/keys.md is one map of all keys: those that are taken, promised and free."""

import re
from string import ascii_letters, digits

from screens.kernel.key_queue import LIST_KEYS
from screens.kernel.verbs import ACTIONS, sign
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "keys.md"

EVERYWHERE = ["d", "n", "u", "!", "?", "/", ":", "q"]
"""What a view may not use anew."""


def table() -> dict[str, str]:
    """What the page says of each key."""
    rows = re.findall(r"^\| `(\S{1,2})` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert len(dict(rows)) == len(rows), "a key stands there twice"
    return dict(rows)


def test_every_key_of_a_verb_is_on_the_page_and_no_other() -> None:
    declared: dict[str, list[str]] = {}
    for verb in ACTIONS:
        if verb.key:
            declared.setdefault(sign(verb.key), []).append(f"`{verb.name}`" + f" ({verb.pane})" * bool(verb.pane))
    told = {key: words for key, words in table().items() if words.startswith("`")}
    assert told == {key: ", ".join(verbs) for key, verbs in declared.items()}


def test_every_letter_and_figure_is_taken_promised_or_free() -> None:
    told = table()
    assert set(ascii_letters + digits) <= set(told)
    assert {key for key, words in told.items() if words.startswith("lists: ")} == LIST_KEYS
    for key, words in told.items():
        assert words == "free" or words.startswith(("`", "to come: ", "lists: ")), key


def test_no_view_may_take_what_means_the_same_everywhere() -> None:
    words = PAGE.read_text()
    assert " ".join(f"`{key}`" for key in EVERYWHERE) in words
    taken = {sign(verb.key) for verb in ACTIONS if not verb.pane}
    assert set(EVERYWHERE) <= taken
