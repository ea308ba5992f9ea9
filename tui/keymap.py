"""The key of each verb: the declared one, or the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from models.kernel.failures import Refused
from screens.kernel.verbs import ACTIONS, SIGNS

_NAMES = {sign: name for name, sign in SIGNS.items()}
_FUNCTION_KEYS = {f"f{n}" for n in range(1, 13)}
_LIST_KEYS = set("jkgG")
"""A list hears these before the desk does."""


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


def _key(key: str) -> str:
    if key not in _FUNCTION_KEYS and not (len(key) == 1 and key.isprintable() and key != " "):
        raise Refused(f"[keys] has {key!r}, which is not a single key.", "Use one character, or f1 to f12.")
    if key in _LIST_KEYS:
        raise Refused(f"[keys] has {key!r}, which is reserved for lists.", "Choose another key.")
    return _NAMES.get(key, key)
