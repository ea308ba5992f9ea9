"""Where updates went besides the published page, and what did not arrive, as lines for a width."""

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
    """What somebody should look at of an audience's updates, each with the reason; nothing where there is nothing.

    `deliveries`: of every audience, as one may wait behind another. `again` and `out`: the keys that have one tried
    again, and that leave it out.
    """
    told = [
        f"✗ not sent to {each.place}: {_why(each, now, again)}{_holds_up(each, deliveries, out)}"
        for each in troubled(deliveries, now)
        if each.audience is to
    ]
    return [line((part, "bad")) for words in told for part in wrap(words, width)]


def _why(delivery: DeliveryView, now: datetime, again: str) -> str:
    if not stuck(delivery, now):
        later = (
            f"Next try {stamp(delivery.next_at)}; {again} tries now."
            if delivery.next_at > now
            else f"{again} tries again."
        )
        return f"{delivery.said} {later}"
    if delivery.secrets:
        return f"no desk and no relay that is running has {' and '.join(map(variable, delivery.secrets))}."
    return "no desk and no relay has tried yet."


def _holds_up(delivery: DeliveryView, deliveries: Sequence[DeliveryView], out: str) -> str:
    waiting = sum(each.place == delivery.place and to_be_sent(each) for each in deliveries) - 1
    return f" {waiting} later {'one waits' if waiting == 1 else 'ones wait'} for it; {out} leaves it out." * bool(
        waiting
    )


def delivered(deliveries: Sequence[DeliveryView], to: Audience, now: datetime, width: int) -> list[Line]:
    """What of an audience's updates arrived, was left out or is on its way; nothing where there are no places."""
    late = troubled(deliveries, now)
    first = {each.place: each for each in reversed(deliveries) if to_be_sent(each)}
    lines: list[Line] = []
    for each in deliveries:
        if each.audience is not to or each in late:
            continue
        if each.state == DeliveryState.SENT and each.sent_at is not None:
            words = " · ".join(filter(None, (f"✓ {each.place} {stamp(each.sent_at)}", each.said)))
            tone = "warn" if each.said else "dim"
        elif each.left_out:
            words, tone = f"– {each.place}: left out by {each.left_out}", "warn"
        else:
            words, tone = f"◌ {each.place}: {_waits(each, first[each.place], now)}", "dim"
        lines += [line((part, tone)) for part in wrap(words, width)]
    return lines


def _waits(delivery: DeliveryView, first: DeliveryView, now: datetime) -> str:
    if not delivery.active:
        return "held back while the place is paused"
    if delivery is not first:
        return f"waits for update #{first.n}, which goes first"
    if delivery.attempts and delivery.said and delivery.next_at > now:
        return f"{delivery.said} Next try {stamp(delivery.next_at)}."
    return "on its way"
