"""An incident in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from models.board.due_times import age, maintenance_stage
from models.board.guidance import Hint
from models.kernel.wording import the
from models.policy.severity import MEANING
from screens.kernel.card import fact, hint_lines
from screens.kernel.rows import Line
from screens.kernel.show import age as age_of
from screens.kernel.show import stamp

if TYPE_CHECKING:
    from models.board.views import IncidentView


def _means(value: str | None) -> str:
    return "not set" if value is None else f"{value} ({MEANING[value]})" if value in MEANING else str(value)


def incident_card(shown: IncidentView, hints: Sequence[Hint], now: datetime, width: int) -> list[Line]:
    facts = {
        "title": shown.title,
        "severity": _means(shown.severity),
        "category": _means(shown.category),
        "impact": _means(shown.impact),
        "phase": str(shown.phase),
        **({"maintenance": _maintenance(shown, now)} if shown.maintenance else {}),
        "declared": f"{shown.declared_at:%Y-%m-%d %H:%MZ} by {shown.declared_by}",
        "age": age_of(age(shown, now).total_seconds()),
        "manager": shown.manager or "unassigned",
        "next update": _promised(shown, now),
        "playbook": f"{shown.book}, version {shown.book_version}",
    }
    return [one for label, words in facts.items() for one in fact(label, words, width)] + hint_lines(hints, width)


def _maintenance(shown: IncidentView, now: datetime) -> str:
    window = shown.maintenance
    if window is None:
        return ""
    parts = f" · {', '.join(window.components)}" if window.components else ""
    stage = maintenance_stage(shown, now) or "became an incident"
    return f"{stage}, {window.starts_at:%Y-%m-%d %H:%M}Z – {window.ends_at:%Y-%m-%d %H:%M}Z{parts}"


def _promised(shown: IncidentView, now: datetime) -> str:
    """When each audience gets its next update, and who owns it."""
    if not shown.promises:
        return "none due"
    told = [
        f"{the(promise.audience)} {'overdue since ' * (promise.due_at < now)}{stamp(promise.due_at, now)}"
        for promise in shown.promises
    ]
    return f"{', '.join(told)}; owner: {shown.updater or 'unassigned'}"
