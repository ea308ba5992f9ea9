"""The key of each verb, declared once and changed by whoever likes."""

import pytest

from models.kernel.failures import Refused
from models.kernel.verbs import verbs
from screens.kernel.actions import registered
from screens.kernel.rows import RowList
from screens.kernel.verbs import ACTIONS
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
    ("given", "key"), [("+", "plus"), ("f3", "f3"), ("f12", "f12"), ("Q", "Q"), ("?", "question_mark")]
)
def test_ones_own_key(given: str, key: str) -> None:
    own = {"declare": given} if given != "?" else {"declare": given, "help": "d"}
    assert keymap(own)["declare"] == key


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
        ({"declare": "ctrl+d"}, "which is not a single key"),
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
