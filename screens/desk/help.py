"""The help sheet: every key, those of the focused pane first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from screens.kernel.rows import Line, Part, line
from screens.kernel.show import wrap
from screens.kernel.verbs import ACTIONS, sign


def key_help(known: Mapping[str, str], pane: str, width: int) -> list[Line]:
    """Every key with its help, those of the pane first; then the verbs without a key."""
    lines: list[Line] = []
    for heading, wanted in ((f"On the selected row, {pane} pane", pane), ("Everywhere", "")):
        verbs = [verb for verb in ACTIONS if verb.pane == wanted and known[verb.name]]
        if verbs:
            lines += [line((heading, "strong"))]
        for verb in verbs:
            lines += _helped((f" {sign(known[verb.name]):<3}", "key"), f"{verb.title:<13} ", verb.help, width)
    named = [verb for verb in ACTIONS if not known[verb.name]]
    if named:
        lines += [line((f"By name, with {sign(known['palette'])}", "strong"))]
    for verb in named:
        lines += _helped(("", ""), f" {verb.title:<16} ", verb.help, width)
    lines += [line(("In lists", "strong"))]
    for key, words in (
        ("↑ ↓ j k", "move"),
        ("g G", "first, last"),
        ("space PgUp", "next page, previous page"),
        ("Tab", "next pane"),
    ):
        lines.append(line((f" {key:<17}", "key"), (words, "dim")))
    return lines


def _helped(key: Part, title: str, words: str, width: int) -> Iterator[Line]:
    first, *rest = wrap(words, max(width - 18, 16))
    yield line(key, title, (first, "dim"))
    for part in rest:
        yield line(" " * 18, (part, "dim"))
