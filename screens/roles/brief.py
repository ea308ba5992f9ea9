"""The handover brief: read by whom a role is offered to, and seen by whoever offers it."""

from __future__ import annotations

from asyncio import wrap_future
from typing import TYPE_CHECKING

from models.board.handover_brief import Known, brief
from models.kernel.failures import Failure
from models.kernel.notes import NoteKind
from models.roles.views import OfferView

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from screens.kernel.desk import Desk


async def brief_now(desk: Desk, shown: IncidentView, offer: OfferView) -> str:
    """The brief as it is true now; while the database is offline, as the board has it."""
    board = desk.board
    loaded = board.timeline.entries if board is not None else ()
    try:
        entries, decisions = await wrap_future(
            desk.link.read(lambda read: (read.newest(shown.id), read.decisions(shown.id)))
        )
    except Failure:
        entries, decisions = loaded, tuple(entry for entry in loaded[::-1] if entry.kind == NoteKind.DECISION)
    others = board.incidents if board is not None else ()
    known = Known(incident=desk.shown or shown, entries=entries, decisions=decisions, others=others, now=desk.clock())
    return brief(known, offer)
