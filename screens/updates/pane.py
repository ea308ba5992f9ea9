"""Pane 4: the draft for an audience, its last published update, and the editor in the same place."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from models.board.due_times import editing
from models.policy.audience import Audience, ComponentState
from models.updates.draft_times import spoken_time
from screens.delivery.view import delivered, undelivered
from screens.kernel.pane import Pane, row_keys
from screens.kernel.rows import Line, Part, Row, line
from screens.kernel.show import age, fit, safe, stamp, wrap
from screens.kernel.show import width as cells_of

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.views import DraftView, UpdateView


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

PANE_NAMES = {
    Audience.CUSTOMERS: "Status page",
    Audience.TEAM: "Team update",
    Audience.EXECUTIVES: "Executive update",
}
"""What the pane is called while it shows the draft for that audience."""


_WRITING = {Audience.CUSTOMERS: "Draft", Audience.TEAM: "Team draft", Audience.EXECUTIVES: "Executive draft"}
"""What it is called while the draft is edited."""


def draft_title(shown: IncidentView, to: Audience, now: datetime, room: int, saved: str | None = None) -> str:
    """When the next update is due, and the draft's revision and state, or `saved` instead of these.

    In at most `room` cells if possible; an overdue time is dropped last.
    """
    forms = _due(shown, to, now)
    if saved is None:
        fate = _fate(shown.drafts[to])
        ways: list[tuple[str, ...]] = [*((form, fate) for form in forms), *((form,) for form in forms)]
    else:
        ways = [*((saved, form) for form in forms), (saved,)]
    told = [" · ".join(filter(None, way)) for way in ways]
    return next((words for words in told if cells_of(words) <= room), told[-1])


def _fate(draft: DraftView) -> str:
    if not draft.text.strip():
        return "no draft"
    if draft.returned_by:
        return f"r{draft.revision} changes requested"
    if draft.approved_by:
        return f"r{draft.revision} approved"
    if draft.asked_by:
        return f"r{draft.revision} awaiting approval"
    return f"draft r{draft.revision}"


def _due(shown: IncidentView, to: Audience, now: datetime) -> Sequence[str]:
    """When the next update is due, the longest form first."""
    promise = next((promise for promise in shown.promises if promise.audience is to), None)
    if promise is None:
        return ("",)
    at = stamp(promise.due_at, now)
    if promise.due_at <= now:
        late = f"{age((now - promise.due_at).total_seconds()).strip()} late"
        name = shown.updater or "unassigned"
        return f"{late}, owner: {name}", f"{late} ({name})"
    left = age((promise.due_at - now).total_seconds()).strip()
    if promise.snoozed:
        return f"snoozed until {at}, in {left}", f"snoozed until {at}"
    return f"due {at}, in {left}", f"due in {left}"


def component_lines(components: dict[str, ComponentState], width: int) -> list[Line]:
    """Each component with its state, as sign, word and color."""
    longest = min(max((cells_of(name) for name in components), default=0), max(8, width - 20))
    return [
        line(fit(name, longest), "  ", (f"{_STATE_SIGNS[state]} {state}", _STATE_TONES[state]))
        for name, state in components.items()
    ]


def draft_times(draft: DraftView, now: datetime) -> list[tuple[str, str]]:
    """The times that a draft promises, each with what it is."""
    at = partial(stamp, now=now)
    times = (
        ("next update", spoken_time(draft.next_update_at, draft.next_in, at)),
        ("expected resolution", spoken_time(draft.expected_at, draft.expected_in, at)),
    )
    return [(what, told) for what, told in times if told]


def _published(last: UpdateView, width: int) -> str:
    """The line above the last published update; without its approver and its author where there is no room for them."""
    at, phase = f"─ published {last.published_at:%H:%MZ}", f"[{last.phase}]"
    by = f" by {safe(last.published_by)}"
    approved = f"{by}, approved by {safe(last.approved_by)}" if last.approved_by else by
    ways = [f"{at}{names} {phase}" for names in (approved, by, "")]
    words = next((way for way in ways if cells_of(way) <= width), ways[-1])
    return fit(f"{words} ".ljust(width, "─") if cells_of(words) < width else words, width)


class Status(Pane):
    """Shows the draft for one audience, live while someone else edits it."""

    number: ClassVar[int] = 4
    called: ClassVar[str] = PANE_NAMES[Audience.CUSTOMERS]
    pointed: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = row_keys("status")

    def __init__(self, *, id: str, me: str, keys: Mapping[str, str]) -> None:
        super().__init__(id=id, me=me, keys=keys)
        self.audience = Audience.CUSTOMERS
        self.saved: str | None = None
        """What the editor in its place says of the text; None: nobody writes here."""

    def make_rows(self, width: int) -> Sequence[Row]:
        shown = self.board.shown if self.board else None
        if shown is None:
            return []
        draft = shown.drafts[self.audience]
        now = self.now or shown.declared_at
        again, out = self.key("retry"), self.key("skip-delivery")
        lines: list[Line] = undelivered(shown.deliveries, self.audience, now, width, again, out)
        lines += [line((part, tone)) for words, tone in self._review(draft) for part in wrap(words, width)]
        if draft.text.strip() or draft.components or draft.title:
            first, *rest = wrap(f"[{draft.phase}] {draft.title}", width)
            split = len(f"[{draft.phase}]")
            lines.append(line((first[:split], "accent"), (first[split:], "strong")))
            lines += [line((part, "strong")) for part in rest]
            lines += component_lines(draft.components, width)
        if draft.text.strip():
            lines += [line(part) for part in wrap(draft.text, width)]
        else:
            writes, begins = self.key("draft"), self.key("card")
            words = f"No draft. Press {writes} to write the next update, or {begins} b to use the template."
            lines += [line((part, "dim")) for part in wrap(words, width)]
        lines += [line((fit(f"{what} {at}", width).rstrip(), "accent")) for what, at in draft_times(draft, now)]
        last = shown.last_updates.get(self.audience)
        if last is not None:
            lines += [line(), line((_published(last, width), "dim"))]
            lines += delivered(shown.deliveries, self.audience, now, width)
            lines += [line((part, "dim")) for part in wrap(last.text, width)]
        return [Row(index, (one,)) for index, one in enumerate(lines)]

    def _review(self, draft: DraftView) -> list[Part]:
        """The state of the draft's approval, with a tone; empty if none was requested."""
        if draft.returned_by:
            return [(f"✗ {draft.returned_by} requested changes: {draft.returned}", "bad")]
        if draft.approved_by:
            return [(f"✓ Approved by {draft.approved_by}. Press {self.key('publish')} to publish.", "good")]
        if draft.asked_by and draft.asked_at:
            review = self.key("approve")
            mine = self.me in draft.authors
            then = f"Another responder must review it ({review})." if mine else f"Press {review} to review."
            return [(f"◌ {draft.asked_by} requested approval at {stamp(draft.asked_at, self.now)}. {then}", "warn")]
        return []

    def empty(self) -> str:
        return "No incident selected."

    def title(self) -> str:
        shown = self.board.shown if self.board else None
        if shown is None or self.now is None:
            return ""
        editor = self._editor(shown, self.now)
        room = self.beside_name - (cells_of(editor) + 2 if editor else 0)
        return draft_title(shown, self.audience, self.now, room, self.saved)

    def _position(self) -> str:
        return super()._position() if self.saved is None else ""

    def name_shown(self) -> str:
        """While the draft is edited, its state needs the room of the longer name."""
        return PANE_NAMES[self.audience] if self.saved is None else _WRITING[self.audience]

    def legend(self) -> str:
        shown = self.board.shown if self.board else None
        if shown is None or self.now is None:
            return ""
        if editor := self._editor(shown, self.now):
            return editor
        told = "Esc close" if self.saved is not None else _edited(shown.drafts[self.audience], self.now)
        return told if cells_of(told) <= self.legend_room else ""

    def _editor(self, shown: IncidentView, now: datetime) -> str:
        """Who else has the draft open; empty: nobody."""
        who = editing(shown.drafts[self.audience], now) if self.saved is None else None
        return f"✎ {safe(who)} is editing" if who is not None else ""

    @property
    def chosen(self) -> Hashable:
        """The audience: what is shown is about it as a whole."""
        return self.audience


def _edited(draft: DraftView, now: datetime) -> str:
    """Who edited the draft last, and when."""
    if draft.edited_by and draft.edited_at and draft.text.strip():
        return f"edited {stamp(draft.edited_at, now)} by {safe(draft.edited_by)}"
    return ""
