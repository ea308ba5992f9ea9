"""The footer: the keys that work here; disabled ones are dimmed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from models.kernel.verbs import Verb
from screens.kernel.rows import Line, Part, cells
from screens.kernel.verbs import ACTIONS, sign

WRITING: Line = ((" Esc", "key"), (" Close ", ""), (" Ctrl+Z", "key"), (" Undo typing ", ""))
"""The keys while the draft is edited."""

_ON_ROWS = {"timeline": ("theory", "evidence"), "status": ("draft", "publish", "approve", "snooze")}
"""Verbs that work everywhere and come first in that pane."""

_WHEN_ASKED = ("confirm",)
"""Verbs that stand there only while they can be done: something waits for them."""

_SELDOM = ("approve", "snooze")
"""Verbs that come last in other panes."""


_ROOMY = 100
"""From this width on, two blanks stand between keys."""


def footer(keys: Mapping[str, str], pane: str, why_not: Callable[[Verb], str | None], room: int) -> Line:
    """As many keys as fit, and always the help key."""
    verbs = sorted((verb for verb in ACTIONS if verb.footer and verb.pane in ("", pane)), key=lambda verb: verb.footer)
    here = [verb for verb in verbs if verb.pane == pane or verb.name in _ON_ROWS.get(pane, ())]
    verbs.sort(key=lambda verb: (verb not in here, verb not in here and verb.name in _SELDOM))
    help_part: tuple[Part, Part] = ((f" {sign(keys['help'])}", "key"), (" Help ", ""))
    gap = " " if room >= _ROOMY else ""
    parts: list[Part] = []
    left = room - cells(help_part)
    for verb in verbs:
        dimmed = why_not(verb) is not None
        if dimmed and verb.name in _WHEN_ASKED:
            continue
        shown = [
            (f" {sign(keys[verb.name])}", "dim" if dimmed else "key"),
            (f" {verb.title}{gap}", "dim" if dimmed else ""),
        ]
        if cells(shown) <= left:
            left -= cells(shown)
            parts += shown
    return (*parts, (" " * left, ""), *help_part)
