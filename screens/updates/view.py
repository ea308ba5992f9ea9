"""The preview of a draft and its changes since the last update, as lines for a width."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.kernel.wording import the
from models.updates.differences import Difference, Piece, differences
from models.updates.publishers import left_broken
from screens.kernel.rows import Line, line
from screens.kernel.show import wrap
from screens.updates.pane import component_lines, draft_times

if TYPE_CHECKING:
    from models.delivery.views import DestinationView
    from models.policy.audience import Audience
    from models.updates.internal import Finding
    from models.updates.views import DraftView, StillSaid, UpdateView


WORDS_A_MINUTE = 200
"""How fast people read: about what silent reading of English comes to; Brysbaert 2019 has 238 for easy text."""

_SIGNS = {"same": "  ", "added": "+ ", "removed": "- "}

_TONES = {"same": "", "added": "good", "removed": "bad"}

_MARKS = {"same": "{}", "added": "{{+{}+}}", "removed": "[-{}-]"}
"""The marks that version control uses for changed words in a line."""


def preview(draft: DraftView, found: Sequence[Finding], now: datetime, width: int) -> list[Line]:
    """The draft as its audience sees it, with internal information above and its length and times below.

    The status page shows only times that are in the text, so the other times are below.
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
    for what, at in draft_times(draft, now):
        about.append(f"{what} {at}")
    return [*lines, line(), *(line((part, "dim")) for part in wrap(" · ".join(about), width))]


def goes_to(places: Sequence[DestinationView], audience: Audience, width: int) -> list[Line]:
    """The other destinations of the update; empty if there are none."""
    names = [each.key if each.active else f"{each.key} (paused)" for each in places if audience in each.audiences]
    words = f"Also sent to: {', '.join(names)}" if names else ""
    return [line((part, "accent")) for part in wrap(words, width)] if words else []


def findings(found: Sequence[Finding], width: int) -> list[Line]:
    """Internal information in the draft, one finding a line."""
    told = [f"▲ {finding.word}: {finding.why}, in the {finding.field}" for finding in found]
    lines = [line((part, "bad")) for words in told for part in wrap(words, width)]
    return [*lines, line()] if lines else []


def broken(draft: DraftView, width: int) -> list[Line]:
    """Components that a resolved update does not set to operational."""
    told = [
        f"▲ {name} will still show “{state}” on the status page after this update"
        for name, state in left_broken(draft).items()
    ]
    lines = [line((part, "warn")) for words in told for part in wrap(words, width)]
    return [*lines, line()] if lines else []


def others(still: Mapping[str, StillSaid], width: int) -> list[Line]:
    """Components that the page will show in a worse state, because another incident still says so."""
    told = [f"▲ {other.ref} still says “{other.state}” for {name}" for name, other in still.items()]
    lines = [line((part, "warn")) for words in told for part in wrap(words, width)]
    return [*lines, line()] if lines else []


def difference(draft: DraftView, told: UpdateView | None, width: int) -> list[Line]:
    """Added lines with +, removed ones with -, since the last update to this audience."""
    if told is None:
        since = f"No update published to {the(draft.audience)} yet."
    else:
        since = f"Changes since {told.published_at:%H:%MZ} (published by {told.published_by}):"
    lines: list[Line] = [line((part, "dim")) for part in wrap(since, width)]
    for each in differences(draft, told):
        lines += _changed(each, width)
    return lines


def _changed(each: Difference, width: int) -> Iterable[Line]:
    """A line of the comparison, marked by a sign and a tone."""
    kinds = {piece.kind for piece in each}
    kind = each[0].kind if len(kinds) == 1 else None
    words = each[0].text if kind else "".join(_marked(piece) for piece in each)
    sign, tone = (_SIGNS[kind], _TONES[kind]) if kind else ("~ ", "warn")
    for part in wrap(words, max(width - 2, 10)) or [""]:
        yield line((sign, tone), (part, tone))
        sign = "  "


def _marked(piece: Piece) -> str:
    """The text between its marks; blanks stay outside, so that a line may break there."""
    words = piece.text.strip()
    if not words:
        return piece.text
    before, _, after = piece.text.partition(words)
    return f"{before}{_MARKS[piece.kind].format(words)}{after}"
