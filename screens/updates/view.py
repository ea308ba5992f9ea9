"""What a draft looks like to its readers, and what in it they do not know yet, as lines for a width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from models.kernel.wording import the
from models.policy.audience import Audience
from models.updates.differences import Difference, Piece, differences
from models.updates.publishers import left_broken
from screens.kernel.rows import Line, line
from screens.kernel.show import stamp, wrap
from screens.updates.pane import component_lines

if TYPE_CHECKING:
    from models.delivery.views import PlaceView
    from models.updates.internal import Finding
    from models.updates.views import DraftView, UpdateView


WORDS_A_MINUTE = 200
"""How fast people read: about what silent reading of English comes to; Brysbaert 2019 has 238 for easy text."""

_SIGNS = {"same": "  ", "added": "+ ", "removed": "- "}

_TONES = {"same": "", "added": "good", "removed": "bad"}

_MARKS = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}
"""As version control marks words that changed within a line."""


def preview(draft: DraftView, found: Sequence[Finding], width: int) -> list[Line]:
    """The draft as its readers see it, first of all what should stay inside, and last what is only about it.

    The page shows no time that its text does not name, so the times promised stand with the length.
    """
    lines = [*findings(found, width), *broken(draft, width)]
    lines += [line((part, "strong")) for part in wrap(draft.title or "(no title)", width)]
    lines.append(line((str(draft.phase).capitalize(), "accent")))
    lines += component_lines(draft.components, width)
    lines.append(line())
    lines += [line(part) for part in wrap(draft.text, width)]
    words = len(draft.text.split())
    seconds = round(words * 60 / WORDS_A_MINUTE)
    about = [f"{len(draft.text):,} characters, {words:,} words, {seconds} s to read"]
    for what, at in (
        ("expected to be resolved by", draft.expected_at),
        ("next update promised by", draft.next_update_at),
    ):
        if at is not None:
            about.append(f"{what} {stamp(at)}")
    return [*lines, line(), *(line((part, "dim")) for part in wrap(" · ".join(about), width))]


def goes_to(places: Sequence[PlaceView], audience: Audience, width: int) -> list[Line]:
    """Where else it goes; nothing where there are no places."""
    names = [each.key if each.active else f"{each.key} (paused)" for each in places if audience in each.audiences]
    words = f"Goes to {', '.join(names)}, too" if names else ""
    return [line((part, "accent")) for part in wrap(words, width)] if words else []


def findings(found: Sequence[Finding], width: int) -> list[Line]:
    """What should stay inside, one a line; nothing where there is nothing."""
    told = [f"▲ {finding.word}: {finding.why}, in the {finding.field}" for finding in found]
    lines = [line((part, "bad")) for words in told for part in wrap(words, width)]
    return [*lines, line()] if lines else []


def broken(draft: DraftView, width: int) -> list[Line]:
    """Which components an update that says all is over leaves as they are; nothing where there is nothing."""
    told = [
        f"▲ {name} stays “{state}” on the page, though it is resolved" for name, state in left_broken(draft).items()
    ]
    lines = [line((part, "warn")) for words in told for part in wrap(words, width)]
    return [*lines, line()] if lines else []


def difference(draft: DraftView, told: UpdateView | None, width: int) -> list[Line]:
    """What is added, with +, and what is gone, with -, since this audience was last told."""
    if told is None:
        since = f"{the(draft.audience).capitalize()} have been told nothing yet."
        if draft.audience is Audience.TEAM:
            since = "The team has been told nothing yet."
    else:
        since = f"Since {told.published_at:%H:%MZ}, by {told.published_by}:"
    lines: list[Line] = [line((part, "dim")) for part in wrap(since, width)]
    for each in differences(draft, told):
        lines += _changed(each, width)
    return lines


def _changed(each: Difference, width: int) -> Iterable[Line]:
    """A line of a comparison, its change told by signs and by tone."""
    kinds = {piece.kind for piece in each}
    kind = each[0].kind if len(kinds) == 1 else None
    words = each[0].text if kind else "".join(_marked(piece) for piece in each)
    sign, tone = (_SIGNS[kind], _TONES[kind]) if kind else ("~ ", "warn")
    for part in wrap(words, max(width - 2, 10)) or [""]:
        yield line((sign, tone), (part, tone))
        sign = "  "


def _marked(piece: Piece) -> str:
    """The words between their marks; blanks stay outside, so that a line may break there."""
    words = piece.text.strip()
    if not words:
        return piece.text
    before, _, after = piece.text.partition(words)
    return f"{before}{_MARKS[piece.kind].format(words)}{after}"
