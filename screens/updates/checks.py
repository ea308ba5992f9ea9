"""What is looked at before an update is approved or published."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.kernel.failures import Refused
from models.policy.audience import Audience

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.internal import Finding
    from models.updates.views import DraftView, StillSaid
    from screens.kernel.desk import Desk


async def why_barred(desk: Desk, shown: IncidentView, to: Audience) -> Refused | None:
    """Why the user may not publish the draft; None: they may."""
    if to is not Audience.CUSTOMERS:
        return None
    return await wrap_future(desk.link.read(lambda read: read.barred(shown.id, desk.me)))


async def internal_words(desk: Desk, shown: IncidentView, to: Audience) -> tuple[Finding, ...]:
    return await wrap_future(desk.link.read(lambda read: read.findings(read.incident(shown.id).drafts[to])))


async def others_say(desk: Desk, shown: IncidentView, draft: DraftView) -> Mapping[str, StillSaid]:
    """The components that the page will show in a worse state than the draft says."""
    now = desk.clock()
    return await wrap_future(desk.link.read(lambda read: read.still_said(shown.id, draft, now)))
