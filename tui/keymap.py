"""The key of each verb: the declared one, or the user's own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from models.kernel.failures import Refused
from screens.kernel.verbs import ACTIONS, key_name

_FUNCTION_KEYS = {f"f{n}" for n in range(1, 13)}

_RESERVED = {
    **dict.fromkeys(("j", "k", "g", "G", "ctrl+d", "ctrl+u"), "reserved for lists"),
    "ctrl+c": "reserved for leaving",
    "ctrl+z": "reserved for suspending the desk",
    "ctrl+l": "reserved for drawing the desk again",
    "ctrl+h": "Backspace to a terminal",
    "ctrl+i": "Tab to a terminal",
    "ctrl+j": "reserved for a new line",
    "ctrl+m": "Enter to a terminal",
    "alt+[": "the beginning of other keys to a terminal",
    "alt+O": "the beginning of other keys to a terminal",
}
"""What a list, the desk or a terminal hears before a verb could."""

_WAYS = "Use one character, f1 to f12, ctrl+ and a letter, or alt+ and a character."


def keymap(own: Mapping[str, str]) -> dict[str, str]:
    """Every verb's key; empty: it has none.

    Raises Refused for an unknown verb, and for two verbs on one key in one place.
    """
    verbs = {verb.name: verb for verb in ACTIONS if verb.key}
    for name in own:
        if name not in verbs:
            raise Refused(f"Unknown action {name!r} in [keys].", f"Known: {', '.join(verbs)}.")
    keys = {name: _key(own[name]) if name in own else verb.key for name, verb in verbs.items()}
    taken: dict[tuple[str, str], str] = {}
    for name, key in keys.items():
        for pane in {verbs[name].pane, ""} if verbs[name].pane else _everywhere():
            other = taken.setdefault((key, pane), name)
            if other != name and (verbs[name].pane == verbs[other].pane or "" in (verbs[name].pane, verbs[other].pane)):
                raise Refused(
                    f"[keys] assigns {key!r} to both {other!r} and {name!r}.", "Choose another key for one of them."
                )
    return {**dict.fromkeys((verb.name for verb in ACTIONS), ""), **keys}


def _everywhere() -> set[str]:
    return {"", *(verb.pane for verb in ACTIONS)}


def _key(given: str) -> str:
    """The key as Textual names it."""
    modifier, last = "", given
    if found := re.fullmatch(r"(ctrl|alt)\+(.+)", given, re.IGNORECASE):
        modifier, last = f"{found[1].lower()}+", found[2]
    if modifier == "ctrl+":
        last = last.lower()
        valid = len(last) == 1 and last.isascii() and last.isalpha()
    else:
        valid = len(last) == 1 and last.isprintable() and last != " "
    if not (valid or given in _FUNCTION_KEYS):
        raise Refused(f"[keys] has {given!r}, which is not a single key.", _WAYS)
    if reserved := _RESERVED.get(modifier + last):
        raise Refused(f"[keys] has {given!r}, which is {reserved}.", "Choose another key.")
    return modifier + (last if len(last) > 1 else key_name(last))
