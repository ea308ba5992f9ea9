"""Pane 2: the roles of the selected incident and their assignees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from models.board.due_times import waits_long
from models.board.guidance import hints
from screens.kernel.pane import Pane, row_keys
from screens.kernel.rows import Line, Part, Row, line
from screens.kernel.show import about, age, fit, safe
from screens.kernel.show import width as wide

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.roles.views import OfferView, RoleView


class Roster(Pane):
    """Every role with its assignees and for how long; an unassigned one with who covers it."""

    number: ClassVar[int] = 2
    called: ClassVar[str] = "Roster"
    BINDINGS: ClassVar[list[BindingType]] = row_keys("roster")

    def make_rows(self, width: int) -> Sequence[Row]:
        shown = self.board.shown if self.board else None
        now = self.now
        if shown is None or now is None:
            return []
        longest = max((wide(role.name) for role in shown.roles), default=0)
        name = min(longest, max(12, width * 3 // 5 if width < 60 else width // 2))
        return [
            Row(role.key, (self._drawn(shown, role, name, width, now),), _find(role, shown)) for role in shown.roles
        ]

    def _drawn(self, shown: IncidentView, role: RoleView, name: int, width: int, now: datetime) -> Line:
        offers = [offer for offer in shown.offers if offer.role == role.key]
        if offers:
            return line(fit(role.name, name), "  ", *_waiting(role, offers, width - name - 2, self.me, now))
        return self._line(role, name, width, self.me, now, role.key in shown.unfilled)

    @staticmethod
    def _line(role: RoleView, name: int, width: int, me: str, now: datetime, needed: bool) -> Line:
        called = (fit(role.name, name), "" if role.holders else "dim")
        held = width - name - 2 - 5
        if not role.holders:
            if role.stand_in is None:
                return line(called, "  ", (fit("✗ unassigned", held), "bad"))
            sign = "!" if needed else "—"
            ways = (f"unassigned ({role.stand_in} covers)", f"{role.stand_in} covers", role.stand_in)
            told = next((way for way in ways if wide(f"{sign} {way}") <= held + 5), ways[-1])
            return line(called, "  ", (fit(f"{sign} {told}", held + 5), "warn" if needed else "dim"))
        people = _several([holder.person for holder in role.holders], held)
        mine = any(holder.person == me for holder in role.holders)
        since = min(holder.since for holder in role.holders)
        return line(
            called,
            "  ",
            (fit(people, held), "accent" if mine else ""),
            (f" {about((now - since).total_seconds()):>4}", "dim"),
        )

    def empty(self) -> str:
        return "No incident selected."

    def legend(self) -> str:
        if self.board is None or self.board.shown is None or self.now is None:
            return ""
        found = hints(self.board, self.board.shown, self.me, self.now)
        if not found:
            return ""
        told = f"{len(found)} hints" if len(found) > 1 else "hint"
        ways = (f"{told}: {safe(found[0].words)}", f"{told}: {safe(found[0].short)}")
        return next((words for words in ways if wide(words) <= self.legend_room), ways[-1])

    def title(self) -> str:
        shown = self.board.shown if self.board else None
        if shown is None:
            return ""
        return f"{shown.ref} · {sum(bool(role.holders) for role in shown.roles)}/{len(shown.roles)} assigned"


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
    """To whom the role is offered and for how long, after its assignees if there is room."""
    oldest = min(offers, key=lambda offer: offer.at)
    late = waits_long(oldest, now)
    waited = age((now - oldest.at).total_seconds()).strip()
    mine = any(me in (offer.to, offer.by, offer.holder) for offer in offers)
    to = ", ".join("you" if offer.to == me else offer.to for offer in offers)
    waits = f"{'▲ ' * late}pending {waited}"
    if wide(f"offered to {to}") + 1 + wide(waits) > room:
        waits = f"{'▲' * late}{waited}"
    left = room - 1 - wide(waits)
    holders = ", ".join(holder.person for holder in role.holders)
    ways = (f"{holders}, offered to {to}", f"offered to {to}", f"→ {to}")
    words = next((way for way in ways if wide(way) <= left), ways[-1])
    return (
        (fit(words, left), "accent" if mine else ""),
        (f" {waits}", "warn" if late else "dim"),
    )
