"""Pane 4: the status-page draft, what customers were told last, and the draft's editor in the same place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from models.clocks import editing, next_update
from models.policy import ComponentState
from screens.pane import Pane
from screens.rows import Line, Row, line
from screens.show import fit, safe, stamp, wrap
from screens.show import width as cells_of

if TYPE_CHECKING:
    from models.views import IncidentView

_STATE_TONES = {
    ComponentState.OPERATIONAL: "good",
    ComponentState.DEGRADED: "warn",
    ComponentState.PARTIAL_OUTAGE: "p2",
    ComponentState.MAJOR_OUTAGE: "bad",
    ComponentState.MAINTENANCE: "accent",
}
_STATE_SIGNS = {
    ComponentState.OPERATIONAL: "✓",
    ComponentState.DEGRADED: "▽",
    ComponentState.PARTIAL_OUTAGE: "◑",
    ComponentState.MAJOR_OUTAGE: "✗",
    ComponentState.MAINTENANCE: "⚒",
}


def draft_title(shown: IncidentView, saved: str | None = None) -> str:
    """The draft's revision and fate, and when customers expect to hear more; `saved` says it in other words."""
    draft = shown.draft
    if saved is not None:
        fate = saved
    elif not draft.text.strip():
        fate = "nothing drafted"
    else:
        fate = f"draft r{draft.revision}, not published"
    due = next_update(shown)
    return f"{fate}{f' · next due {stamp(due)}' if due else ''}"


def component_lines(components: dict[str, ComponentState], width: int) -> list[Line]:
    """Each component with its state, as sign, word and colour."""
    longest = min(max((cells_of(name) for name in components), default=0), max(8, width - 20))
    return [
        line(fit(name, longest), "  ", (f"{_STATE_SIGNS[state]} {state}", _STATE_TONES[state]))
        for name, state in components.items()
    ]


class Status(Pane):
    """Shows the draft; while somebody else edits it, as they write."""

    number: ClassVar[int] = 4
    called: ClassVar[str] = "Status page"
    pointed: ClassVar[bool] = False

    def make_rows(self, width: int) -> Sequence[Row]:
        shown = self.board.shown if self.board else None
        if shown is None:
            return []
        lines: list[Line] = []
        draft = shown.draft
        if draft.text.strip() or draft.components:
            lines.append(line((f"[{draft.phase}]", "accent")))
            lines += component_lines(draft.components, width)
        if draft.text.strip():
            lines += [line(part) for part in wrap(draft.text, width)]
        else:
            lines += [line((part, "dim")) for part in wrap("Nothing is drafted. e writes the next update.", width)]
        last = shown.last_update
        if last is not None:
            told = f"── told {last.published_at:%H:%MZ} by {safe(last.published_by)} [{last.phase}] "
            lines += [line(), line((fit(told.ljust(width, "─"), width), "dim"))]
            lines += [line((part, "dim")) for part in wrap(last.text, width)]
        return [Row(index, (one,), "".join(text for text, _ in one)) for index, one in enumerate(lines)]

    def empty(self) -> str:
        return "No incident is shown."

    def title(self) -> str:
        shown = self.board.shown if self.board else None
        return draft_title(shown) if shown else ""

    def legend(self) -> str:
        shown = self.board.shown if self.board else None
        if shown is None or self.now is None:
            return ""
        who = editing(shown.draft, self.now)
        if who is not None:
            return f"✎ {safe(who)} is editing"
        if shown.draft.edited_by and shown.draft.edited_at and shown.draft.text.strip():
            return f"last edited {stamp(shown.draft.edited_at)} by {safe(shown.draft.edited_by)}"
        return ""
