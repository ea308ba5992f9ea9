"""The key of each verb, declared once and changed by whoever likes."""

from string import punctuation

import pytest
from textual.keys import _character_to_key

from models.kernel.failures import Refused
from models.kernel.verbs import verbs
from screens.kernel.actions import registered
from screens.kernel.rows import RowList
from screens.kernel.verbs import ACTIONS, key_name, sign
from tui import keymap as module
from tui.keymap import keymap


def test_every_verb_has_an_action_and_every_action_a_verb() -> None:
    assert {verb.name for verb in ACTIONS} == registered()


def test_every_verb_with_a_key_on_the_desk_says_what_it_does() -> None:
    for verb in ACTIONS:
        assert verb.title
        assert verb.help.endswith("."), verb.name
    assert len({verb.name for verb in ACTIONS}) == len(ACTIONS)
    assert {verb.name for verb in verbs()} <= {verb.name for verb in ACTIONS}


def test_without_a_keymap_every_verb_keeps_its_own_key() -> None:
    assert keymap({}) == {verb.name: verb.key for verb in ACTIONS}


def test_no_two_verbs_share_a_key_in_one_place() -> None:
    keys = keymap({})
    for verb in ACTIONS:
        for other in ACTIONS:
            if verb is not other and keys[verb.name] and keys[verb.name] == keys[other.name]:
                assert verb.pane
                assert other.pane
                assert verb.pane != other.pane


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("+", "plus"),
        ("-", "minus"),
        (",", "comma"),
        ("\\", "backslash"),
        ("<", "less_than_sign"),
        ("т", "т"),
        ("§", "section_sign"),
        ("f3", "f3"),
        ("f12", "f12"),
        ("Q", "Q"),
        ("?", "question_mark"),
        ("ctrl+k", "ctrl+k"),
        ("Ctrl+K", "ctrl+k"),
        ("alt+k", "alt+k"),
        ("ALT+K", "alt+K"),
        ("alt+5", "alt+5"),
        ("alt+/", "alt+slash"),
        ("alt++", "alt+plus"),
    ],
)
def test_ones_own_key(given: str, key: str) -> None:
    own = {"declare": given} if given != "?" else {"declare": given, "help": "d"}
    assert keymap(own)["declare"] == key


@pytest.mark.parametrize("given", [*"+-,\\<?!/:@_§т5Q", "ctrl+k", "alt+k", "alt+K", "alt+/", "f5"])
def test_a_key_is_shown_as_it_was_given(given: str) -> None:
    own = {"declare": given, "tasks": "f12", "help": "f11", "next": "f10", "filter": "f8", "palette": "f7"}
    assert sign(keymap(own)["declare"]) == given.replace("ctrl+k", "Ctrl+k").replace("alt", "Alt")


def test_textual_calls_the_keys_the_same() -> None:
    for character in (*punctuation, *"ä§€ñт«5Q"):
        assert key_name(character) == _character_to_key(character)


def test_the_keys_of_lists_are_no_verbs_keys() -> None:
    for binding in RowList.BINDINGS:
        for key in getattr(binding, "key", "").split(","):
            if len(key) == 1:
                with pytest.raises(Refused, match="which is reserved for lists"):
                    keymap({"declare": key})


def test_two_verbs_may_change_keys() -> None:
    keys = keymap({"declare": "n", "note": "d"})
    assert (keys["declare"], keys["note"]) == ("n", "d")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"delcare": "d"}, "'delcare' in \\[keys\\]"),
        ({"declare": "n"}, "'n' to both 'declare' and 'note'"),
        ({"declare": "x"}, "'x' to both"),
        ({"release": "d"}, "'d' to both"),
        ({"declare": "1"}, "'1' to both"),
        ({"declare": "ctrl+d"}, "'ctrl\\+d', which is reserved for lists"),
        ({"declare": "ctrl+z"}, "which is reserved for suspending"),
        ({"declare": "ctrl+m"}, "which is Enter to a terminal"),
        ({"declare": "Ctrl+I"}, "'Ctrl\\+I', which is Tab to a terminal"),
        ({"declare": "ctrl+1"}, "'ctrl\\+1', which is not a single key"),
        ({"declare": "ctrl+f1"}, "which is not a single key. Use one character, f1 to f12, ctrl"),
        ({"declare": "ctrl+alt+d"}, "which is not a single key"),
        ({"declare": "alt+"}, "which is not a single key"),
        ({"declare": "alt+["}, "the beginning of other keys to a terminal"),
        ({"declare": "alt+k", "note": "alt+k"}, "to both"),
        ({"declare": "ctrl+k", "note": "Ctrl+K"}, "'ctrl\\+k' to both"),
        ({"declare": ""}, "'', which is not a single key"),
        ({"declare": "dd"}, "'dd', which is not a single key"),
        ({"declare": "Z"}, None),
        ({"declare": "f0"}, "'f0'"),
        ({"declare": "f99"}, "'f99'"),
        ({"declare": "j"}, "'j', which is reserved for lists"),
        ({"declare": "G"}, "'G', which is reserved for lists"),
        ({"declare": " "}, "' '"),
        ({"declare": "\x1b"}, "which is not a single key"),
    ],
)
def test_a_keymap_that_cannot_be_is_refused_in_words(own: dict[str, str], said: str | None) -> None:
    if said is None:
        assert keymap(own)["declare"] == "Z"
        return
    with pytest.raises(Refused, match=said):
        keymap(own)


def test_two_declared_verbs_on_one_key_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ACTIONS", (*ACTIONS, type(ACTIONS[0])("twin", "Twin", "Clash.", "d")))
    with pytest.raises(Refused, match="'d' to both 'declare' and 'twin'"):
        keymap({})
