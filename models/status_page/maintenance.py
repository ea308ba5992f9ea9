"""Pure: how a maintenance goes, from what was published and the clock; nobody has to start or end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.policy.phase import Phase
from models.status_page.public_data import PublishedIncident, PublishedUpdate
from models.updates.public import PublishedWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that customers read of it."""

    at: datetime
    status: str
    """scheduled, in_progress, verifying or completed."""
    update: PublishedUpdate | None
    """None: it came by itself."""
    said: Literal["", "started", "ended"] = ""


def steps(incident: PublishedIncident, window: PublishedWindow, now: datetime) -> list[Step]:
    """All that has been said by now, the oldest first.

    It starts by itself at its start unless it was called off or completed before, and ends by itself at its end unless
    somebody has said that it is completed, or is at work on it because it went wrong.
    """
    found = [Step(at=told.at, status=_status(told, window), update=told) for told in incident.updates]
    completed = next((step.at for step in found if step.status == "completed"), None)
    stopped = min((at for at in (completed, window.canceled_at) if at is not None), default=None)
    if window.starts_at <= now and (stopped is None or stopped > window.starts_at):
        found.append(Step(at=window.starts_at, status="in_progress", update=None, said="started"))
    if window.ends_at <= now and stopped is None and not window.went_wrong:
        found.append(Step(at=window.ends_at, status="completed", update=None, said="ended"))
    return sorted(found, key=lambda step: step.at)


def ended_at(incident: PublishedIncident, window: PublishedWindow, now: datetime) -> datetime | None:
    """When it ended, by now."""
    last = steps(incident, window, now)[-1]
    return last.at if last.status == "completed" else None


def _status(told: PublishedUpdate, window: PublishedWindow) -> str:
    if told.phase is Phase.RESOLVED:
        return "completed"
    if told.at < window.starts_at:
        return "scheduled"
    return "verifying" if told.phase is Phase.MONITORING else "in_progress"
