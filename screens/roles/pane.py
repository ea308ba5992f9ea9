"""Pane 2: the roles of the selected incident and their assignees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import BindingType

from models.board.due_times import waits_long
from models.board.guidance import hints
from screens.kernel.pane import Pane, row_keys
from screens.kernel.rows import Line, Part, Row, cells, line
from screens.kernel.show import about, age, fit, wrap
from screens.kernel.show import width as wide

if TYPE_CHECKING:
    from models.board.guidance import Hint
    from models.board.views import IncidentView
    from models.roles.views import OfferView, RoleView


DISMISSED = timedelta(hours=1)
"""How long a hint is not shown that the user has dismissed."""


class Roster(Pane):
    """Every role with its assignees and for how long; an unassigned one with who covers it."""

    number: ClassVar[int] = 2
    called: ClassVar[str] = "Roster"
    BINDINGS: ClassVar[list[BindingType]] = row_keys("roster")

    def __init__(self, **known: Any) -> None:
        """As any pane."""
        super().__init__(**known)
        self._dismissed: dict[tuple[int, str], datetime] = {}
        """Until when which hint of which incident is not shown."""

    def make_rows(self, width: int) -> Sequence[Row]:
        shown = self.board.shown if self.board else None
        now = self.now
        if shown is None or now is None:
            return []
        longest = max((wide(role.name) for role in shown.roles), default=0)
        name = min(longest, max(12, width * 3 // 5 if width < 60 else width // 2))
        rows = [
            Row(role.key, (self._drawn(shown, role, name, width, now),), _find(role, shown)) for role in shown.roles
        ]
        return [*rows, *self._hint(width)]

    def _hint(self, width: int) -> Sequence[Row]:
        """The strongest hint, under the roles."""
        found = self.hints()
        if not found:
            return ()
        told = f"{len(found)} hints" if len(found) > 1 else "hint"
        words = f"{told}: {found[0].words}"
        words = words if wide(words) <= width else f"{told}: {found[0].short}"
        return (Row("hint", tuple(line((part, "dim")) for part in wrap(words, width)), words),)

    def hints(self) -> Sequence[Hint]:
        """Those of the incident shown that the user has not dismissed, the strongest one first."""
        if self.board is None or self.board.shown is None or self.now is None:
            return ()
        shown, now = self.board.shown.id, self.now
        found = hints(self.board, self.board.shown, self.me, now)
        return [hint for hint in found if self._dismissed.get((shown, hint.about), now) <= now]

    def dismiss(self, hint: Hint) -> None:
        """Do not show it for a while."""
        if self.board is not None and self.board.shown is not None and self.now is not None:
            self._dismissed[self.board.shown.id, hint.about] = self.now + DISMISSED
            self.draw()

    def _drawn(self, shown: IncidentView, role: RoleView, name: int, width: int, now: datetime) -> Line:
        offers = [offer for offer in shown.offers if offer.role == role.key]
        if offers:
            return line(fit(role.name, name), "  ", *_waiting(role, offers, width - name - 2, self.me, now))
        return self._line(role, name, width, now, role.key in shown.unfilled)

    def _line(self, role: RoleView, name: int, width: int, now: datetime, needed: bool) -> Line:
        called = (fit(role.name, name), "" if role.holders else "dim")
        held = width - name - 2 - 5
        if not role.holders:
            if role.stand_in is None:
                return line(called, "  ", (fit("✗ unassigned", held), "bad"))
            by = f"({role.stand_in} {'covers part' if role.partly else 'covers'})"
            told = next((way for way in (f"unassigned {by}", by) if wide(way) <= held + 5 - 2 * needed), by)
            return line(called, "  ", (fit(f"{'▲ ' * needed}{told}", held + 5), "late" if needed else "dim"))
        mine = any(holder.person == self.me for holder in role.holders)
        since = min(holder.since for holder in role.holders)
        age_of_it: Part = (f" {about((now - since).total_seconds()):>4}", "dim")
        after = self._unconfirmed(role, held + 5, now) or age_of_it
        left = held + 5 - cells([after])
        people = _several([holder.person for holder in role.holders], left)
        return line(called, "  ", (fit(people, left), "accent" if mine else ""), after)

    def _unconfirmed(self, role: RoleView, room: int, now: datetime) -> Part | None:
        """For how long somebody has not said that they have it, or the key with which the reader says so."""
        waiting = [holder for holder in role.holders if not holder.confirmed]
        if not waiting:
            return None
        if any(holder.person == self.me for holder in waiting):
            ways = (f"press {self.key('confirm')} to confirm", f"{self.key('confirm')}?")
        else:
            waited = age((now - min(holder.since for holder in waiting)).total_seconds()).strip()
            ways = (f"not confirmed {waited}", f"?{waited}")
        name = max(wide(holder.person) for holder in waiting)
        return f" {next((way for way in ways if name + 1 + wide(way) <= room), ways[-1])}", "warn"

    def empty(self) -> str:
        return "No incident selected."

    def legend(self) -> str:
        """That there are hints, while those are out of sight."""
        found = self.hints() if self.virtual_size.height > self.size.height else ()
        return f"{len(found)} hints" if len(found) > 1 else "hint" if found else ""

    def title(self) -> str:
        shown = self.board.shown if self.board else None
        if shown is None:
            return ""
        return f"{sum(bool(role.holders) for role in shown.roles)} of {len(shown.roles)}"


def _find(role: RoleView, shown: IncidentView) -> str:
    offered = (offer.to for offer in shown.offers if offer.role == role.key)
    people = (*(holder.person for holder in role.holders), role.stand_in or "", *offered)
    return " ".join((role.name, *role.also, *people))


def _several(people: Sequence[str], room: int) -> str:
    """As many names as fit, and the number of the others."""
    ways = (
        ", ".join(people[:count]) + f" +{len(people) - count}" * (count < len(people))
        for count in range(len(people), 0, -1)
    )
    return next((names for names in ways if wide(names) <= room), people[0])


def _waiting(role: RoleView, offers: Sequence[OfferView], room: int, me: str, now: datetime) -> tuple[Part, ...]:
    """Who has the role now, at every width; to whom it is offered; and for how long."""
    oldest = min(offers, key=lambda offer: offer.at)
    late = waits_long(oldest, now)
    waited = age((now - oldest.at).total_seconds()).strip()
    mine = any(me in (offer.to, offer.by, offer.holder) for offer in offers)
    to = ", ".join("you" if offer.to == me else offer.to for offer in offers)
    people = [holder.person for holder in role.holders]
    brief = f"{'▲' * late}{waited}"
    ways = (
        (f"{', '.join(people)}, offered to {to}", f"{'▲ ' * late}pending {waited}"),
        (f"{', '.join(people)}, offered to {to}", brief),
        (f"{', '.join(people)} → {to}", brief),
        (f"{_several(people, room - wide(brief) - wide(to) - 4)} → {to}", brief),
    )
    words, waits = next(((words, waits) for words, waits in ways if wide(words) + 1 + wide(waits) <= room), ways[-1])
    left = room - 1 - wide(waits)
    return (
        (fit(words, left), "accent" if mine else ""),
        (f" {waits}", "warn" if late else "dim"),
    )
