"""Where updates went besides the published page, and what did not arrive, as lines for a width."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.clocks import stuck, troubled
from models.place_secrets import variable
from models.policy import DeliveryState
from screens.rows import Line, line
from screens.show import stamp, wrap

if TYPE_CHECKING:
    from models.deliveries import DeliveryView


def undelivered(deliveries: Sequence[DeliveryView], now: datetime, width: int, again: str) -> list[Line]:
    """What somebody should look at, each with the reason; nothing where there is nothing. `again`: the key for it."""
    told = [f"✗ not sent to {each.place}: {_why(each, now, again)}" for each in troubled(deliveries, now)]
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


def delivered(deliveries: Sequence[DeliveryView], now: datetime, width: int) -> list[Line]:
    """What arrived and what is on its way; nothing where there are no places."""
    late = troubled(deliveries, now)
    lines: list[Line] = []
    for each in deliveries:
        if each.state == DeliveryState.SENT and each.sent_at is not None:
            words = " · ".join(filter(None, (f"✓ {each.place} {stamp(each.sent_at)}", each.said)))
            lines += [line((part, "warn" if each.said else "dim")) for part in wrap(words, width)]
        elif each not in late:
            lines += [line((part, "dim")) for part in wrap(f"◌ {each.place}: {_waits(each, now)}", width)]
    return lines


def _waits(delivery: DeliveryView, now: datetime) -> str:
    if not delivery.active:
        return "held back while the place is paused"
    if delivery.attempts and delivery.said and delivery.next_at > now:
        return f"{delivery.said} Next try {stamp(delivery.next_at)}."
    return "on its way"
