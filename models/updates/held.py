"""What a severity has asked for holds until people were told, or somebody lowers it and says why.

The times that the cadence wanted, as they change with the severity and with the phase of an incident.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from models.kernel.transaction import Transaction
from models.policy.audience import Audience
from models.policy.phase import Phase, promising
from models.policy.severity import Severity
from models.updates.agreement import the_rules
from models.updates.promises import due, promise, promised, since, told_at


def raised(tx: Transaction, severity: Severity) -> dict[str, Any]:
    """Count the first update to whoever was told nothing from now, but no later than it was due; before the raise.

    Returns what the entry keeps: audience -> the time that was kept before (`was`, None: the cadence's), and `now`.
    """
    agreed, kept, found = the_rules(tx), promised(tx), {}
    for to in Audience:
        told, pace, row = told_at(tx, to), agreed.pace(to, severity), kept.get(to)
        if pace is None or (told is not None and told >= since(tx)):
            continue
        was, at = row["due_at"] if row else None, tx.now + timedelta(minutes=pace.first)
        before = due(tx, to)
        at = at if before is None else min(at, before)
        if at != agreed.due(to, severity, since(tx), told):
            promise(tx, to, at, told=row["told_at"] if row else None, snoozed=False)
            found[str(to)] = {"was": was.isoformat() if was else None, "now": at.isoformat()}
    return found


def lowered(tx: Transaction, severity: Severity) -> dict[str, Any]:
    """What the cadence of that severity puts off, or no longer asks for; before it is lowered.

    Returns what the entry keeps: audience -> when it `was` due and is due `now` (None: not at all), and whether the
    time was `held` by a severity that was reached before. What was promised with words, or snoozed, stays.
    """
    agreed, kept = the_rules(tx), promised(tx)
    found: dict[str, Any] = {}
    for to in Audience:
        told, row, was = told_at(tx, to), kept.get(to), due(tx, to)
        held = is_held(row, told, since(tx))
        if was is None or (row is not None and row["due_at"] is not None and not held):
            continue
        now = agreed.due(to, severity, since(tx), told)
        if now != was:
            times = {"was": was.isoformat(), "now": now.isoformat() if now else None}
            found[str(to)] = {**times, **({"held": True} if held else {})}
    return found


def let_go(tx: Transaction, dropped: Mapping[str, Any]) -> None:
    """From now on those have the times of the cadence."""
    for to, row in promised(tx).items():
        if dropped.get(to, {}).get("held"):
            promise(tx, to, None, told=row["told_at"], snoozed=False)


def is_held(row: Mapping[Any, Any] | None, told: datetime | None, since: datetime) -> bool:
    """Whether its time was neither promised nor snoozed: a severity that was reached wanted it.

    `told`: when the audience was told last; `since`: when the cadence began.
    """
    untold = told is None or told < since
    return row is not None and row["due_at"] is not None and untold and not row["snoozed"]


def as_before(tx: Transaction, data: Mapping[str, Any]) -> None:
    """Give back the times of before the severity changed, unless they have changed again; `data`: its entry's."""
    kept = promised(tx)
    for to, each in data.get("first", {}).items():
        row = kept.get(Audience(to))
        if row is not None and row["due_at"] == datetime.fromisoformat(each["now"]) and not row["snoozed"]:
            was = datetime.fromisoformat(each["was"]) if each["was"] else None
            promise(tx, Audience(to), was, told=row["told_at"], snoozed=False)
    for to, each in data.get("dropped", {}).items():
        row = kept.get(Audience(to))
        if each.get("held") and row is not None and row["due_at"] is None:
            promise(tx, Audience(to), datetime.fromisoformat(each["was"]), told=row["told_at"], snoozed=False)


def lapse(tx: Transaction) -> dict[str, Any]:
    """Let go of times that have passed while the incident was not open; returns what the entry keeps of them."""
    lapsed = {}
    for to, row in promised(tx).items():
        at = row["due_at"]
        if at is not None and at < tx.now and not promising(Phase(tx.incident["phase"]), at, told_at(tx, to)):
            promise(tx, to, None, told=row["told_at"], snoozed=False)
            lapsed[str(to)] = {"at": at.isoformat(), "snoozed": row["snoozed"]}
    return lapsed


def restore(tx: Transaction, lapsed: Mapping[str, Any]) -> None:
    """Promise again what had lapsed, unless something else is promised by now."""
    for to, row in promised(tx).items():
        if to in lapsed and row["due_at"] is None:
            at = datetime.fromisoformat(lapsed[to]["at"])
            promise(tx, to, at, told=row["told_at"], snoozed=lapsed[to]["snoozed"])
