"""Real desks that are open while others write: in the end they all show the same, and it is what is so."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pyte

from bench.outside import Outside
from bench.place import LIVE, SHOWN
from bench.terminal import Terminal
from models.policy.phase import OPEN
from models.policy.severity import Severity

PATIENCE = 30.0
"""Seconds that desks have to show the same; ages on them are drawn anew every quarter of a minute."""

_PASSING = re.compile(r"\d\d:\d\dZ?|i?[-–]?\d+[smhd]\b|\s+")
"""What time alone changes, and the room that it takes."""


class Looking:
    """Desks of one person, and what is on their screens."""

    def __init__(self, desks: Sequence[Terminal]) -> None:
        self._desks = desks
        for desk in desks:
            desk.arrival(LIVE)
            desk.arrival(SHOWN)
            desk.give_way()

    def differ(self, base: Outside, words: str) -> list[str]:
        """What is wrong when all have settled, the newest entry having these words; empty: nothing."""
        if not self._desks:
            return []
        end = time.monotonic() + PATIENCE
        while wrong := self._wrong(base, words):
            if time.monotonic() > end:
                return wrong
            time.sleep(0.5)
        return []

    def _wrong(self, base: Outside, words: str) -> list[str]:
        counted = dict(base.rows(_COUNTED))
        counts = "".join(f"{severity}{counted[severity]}" for severity in Severity if severity in counted)
        screens = [screen(desk) for desk in self._desks]
        wrong = []
        for number, shown in enumerate(screens, 1):
            wrong += [f"desk {number} does not show {wanted}" for wanted in (words, counts) if wanted not in shown]
            if shown != screens[0]:
                wrong.append(f"desk {number} shows another screen than the first")
        return wrong


_COUNTED = "SELECT severity, count(*) FROM incidents WHERE phase IN ({}) GROUP BY severity".format(
    ", ".join(f"'{phase}'" for phase in OPEN)
)


def screen(desk: Terminal) -> str:
    """All that is on it, but for what time alone changes."""
    shown = pyte.Screen(desk.columns, desk.lines)
    pyte.ByteStream(shown).feed(bytes(desk.raw))
    return _PASSING.sub("", "\n".join(shown.display))
