"""What each key does: it asks what it must know, and sends the command. It acts on the incident shown when pressed."""

from __future__ import annotations

from collections.abc import Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from screens.deeds import (
    around,
    draft,
    duties,
    handover,
    incident,
    maintenance,
    own_editor,
    process,
    publish,
    resending,
    roles,
    tasks,
    theories,
    timeline,
)

if TYPE_CHECKING:
    from screens.desk import Desk


class Deed(Protocol):
    """Asks, and does it."""

    def __call__(self, desk: Desk, /) -> Coroutine[Any, Any, None]: ...


async def _go(name: str, desk: Desk) -> None:
    desk.go_to(name)


DEEDS: dict[str, Deed] = {
    "declare": incident.declare,
    "rename": incident.rename,
    "severity": incident.severity,
    "category": incident.category,
    "impact": incident.impact,
    "phase": incident.phase,
    "merge": incident.merge,
    "skip": process.skip,
    "assign": roles.assign,
    "take": roles.take,
    "release": roles.release,
    "offer": handover.hand_over,
    "accept": handover.accept,
    "decline": handover.decline,
    "withdraw": handover.withdraw,
    "add-role": roles.add_role,
    "note": timeline.note,
    "theory": theories.theory,
    "evidence": theories.evidence,
    "revise": timeline.revise,
    "retract": timeline.retract,
    "undo": timeline.undo,
    "add-task": tasks.add,
    "claim": tasks.claim,
    "finish": tasks.finish,
    "give": tasks.give,
    "block": tasks.block,
    "drop": tasks.drop,
    "draft": draft.draft,
    "publish": publish.publish,
    "approve": publish.answer,
    "ask-approval": publish.publish,
    "send-back": publish.answer,
    "retry": resending.retry,
    "leave-out": resending.leave_out,
    "snooze": publish.next_one,
    "audience": draft.audience,
    "components": draft.components,
    "difference": publish.difference,
    "preview": publish.preview,
    "editor": own_editor.own_editor,
    "schedule": maintenance.schedule,
    "reschedule": maintenance.reschedule,
    "end-maintenance": maintenance.end,
    "card": around.card,
    "next": around.next_need,
    "who": duties.who,
    "steps": process.steps,
    "theories": theories.believed,
    "help": around.help_sheet,
    "filter": around.filter_rows,
    "zoom": around.zoom,
    "palette": around.palette,
    "theme": around.theme,
    "quit": around.quit_desk,
    **{name: partial(_go, name) for name in ("incidents", "roster", "timeline", "tasks", "status")},
}
"""By the verb's name; a verb without a deed is a defect that a test finds."""
