"""The deliveries of updates to other destinations, as lines for a width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.board.due_times import stuck, to_be_sent, troubled
from models.delivery.secrets import variable
from models.policy.audience import Audience
from models.policy.delivery import DeliveryState
from screens.kernel.rows import Line, line
from screens.kernel.show import stamp, wrap

if TYPE_CHECKING:
    from models.delivery.views import DeliveryView


def undelivered(
    deliveries: Sequence[DeliveryView], to: Audience, now: datetime, width: int, again: str, out: str
) -> list[Line]:
    """The failed deliveries of an audience's updates, each with its reason.

    `deliveries`: those of every audience, because one may be queued behind another. `again` and `out`: the keys that
    retry and skip a delivery.
    """
    told = [
        f"✗ not delivered to {each.place}: {_why(each, now, again)}{_holds_up(each, deliveries, out)}"
        for each in troubled(deliveries, now)
        if each.audience is to
    ]
    return [line((part, "bad")) for words in told for part in wrap(words, width)]


def _why(delivery: DeliveryView, now: datetime, again: str) -> str:
    if not stuck(delivery, now):
        later = (
            f"Next retry at {stamp(delivery.next_at, now)}. Press {again} to retry now."
            if delivery.next_at > now
            else f"Press {again} to retry."
        )
        return f"{delivery.said} {later}"
    if delivery.secrets:
        verb = "is" if len(delivery.secrets) == 1 else "are"
        return f"{' and '.join(map(variable, delivery.secrets))} {verb} not set on any running desk or relay."
    return "not attempted yet."


def _holds_up(delivery: DeliveryView, deliveries: Sequence[DeliveryView], out: str) -> str:
    waiting = sum(each.place == delivery.place and to_be_sent(each) for each in deliveries) - 1
    updates = f"{waiting} later update{'s' * (waiting != 1)}"
    return f" {updates} queued. Press {out} to skip this delivery." if waiting else ""


def delivered(deliveries: Sequence[DeliveryView], to: Audience, now: datetime, width: int) -> list[Line]:
    """The other deliveries of an audience's updates: sent, skipped, queued or sending."""
    late = troubled(deliveries, now)
    first = {each.place: each for each in reversed(deliveries) if to_be_sent(each)}
    lines: list[Line] = []
    for each in deliveries:
        if each.audience is not to or each in late:
            continue
        if each.state == DeliveryState.SENT and each.sent_at is not None:
            words = " · ".join(filter(None, (f"✓ {each.place} {stamp(each.sent_at, now)}", each.said)))
            tone = "warn" if each.said else "dim"
        elif each.left_out:
            words, tone = f"– {each.place}: skipped by {each.left_out}", "warn"
        else:
            words, tone = f"◌ {each.place}: {_waits(each, first[each.place], now)}", "dim"
        lines += [line((part, tone)) for part in wrap(words, width)]
    return lines


def _waits(delivery: DeliveryView, first: DeliveryView, now: datetime) -> str:
    if not delivery.active:
        return "queued, destination paused"
    if delivery is not first:
        return f"queued behind update #{first.n}"
    if delivery.attempts and delivery.said and delivery.next_at > now:
        return f"{delivery.said} Next retry at {stamp(delivery.next_at, now)}."
    return "sending"
