"""The sentence that an entry is, made when it is drawn; the author's name stands before it."""

from __future__ import annotations

from datetime import datetime

from models.kernel.verbs import Data, Reading, readings
from models.policy.audience import Audience
from models.policy.severity import MEANING

strict = False
"""Data that do not fit their kind are an error: so for tests, which find the defect; a desk must not fall over it."""


def sentence(kind: str, data: Data, text: str) -> str:
    """What happened, in words that follow the author's name.

    A kind that this program does not know reads as it is called, and so does an entry whose data it cannot read, which
    somebody has written by hand; `strict` raises there.
    """
    reading = readings().get(kind)
    words = kind.replace("-", " ")
    if reading is not None:
        try:
            words = reading(data)
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
            if strict:
                raise
    return f"{words}: {text}" if text else words


_QUOTED = 160
"""The most characters of an entry that another one quotes."""


def shortened(text: str) -> str:
    """On one line, as another entry quotes it."""
    line = " ".join(text.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"


def undone(data: Data) -> str:
    """How an entry reads that undoes another one."""
    words = sentence(data["kind"], data["data"], data.get("text", "")).replace("“", "‘").replace("”", "’")
    return f"reverted “{words}”"


def named(value: str | None) -> str:
    """A severity or an impact with what it means."""
    if value is None:
        return "none"
    return f"{value} ({MEANING[value]})" if value in MEANING else value


def the(audience: str) -> str:
    """An audience, as it stands in a sentence."""
    return "the team" if audience == Audience.TEAM else audience


def changed(what: str) -> Reading:
    """How a change of one value reads."""

    def reading(data: Data) -> str:
        return f"changed {what}: {data['was'] or 'none'} → {data['now'] or 'none'}"

    return reading


def clock(moment: str) -> str:
    """The time of day of an ISO 8601 moment, in UTC."""
    return f"{datetime.fromisoformat(moment):%H:%M}Z"


def put_off(dropped: Data) -> list[str]:
    """What a slower update cadence puts off or no longer asks for: audience -> when it `was` due and is `now`."""
    return [
        f"the update to {the(to)} due at {clock(each['was'])} is "
        + (f"now due at {clock(each['now'])}" if each["now"] else "dropped")
        for to, each in dropped.items()
    ]


def window(data: Data) -> str:
    """From `starts_at` to `ends_at`."""
    starts, ends = (datetime.fromisoformat(data[name]) for name in ("starts_at", "ends_at"))
    end = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{starts:%Y-%m-%d %H:%M}Z – {end}Z"
