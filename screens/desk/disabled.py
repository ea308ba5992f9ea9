"""The reasons why a verb is disabled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.board.due_times import maintenance_stage, troubled
from models.kernel.notes import NOTES
from models.kernel.verbs import Verb
from models.live.news import State
from models.policy.audience import Audience
from models.policy.phase import OPEN
from models.policy.step import StepState
from models.policy.task import UNDONE, TaskState
from models.updates.publishers import to_answer
from screens.kernel.verbs import ACTIONS, sign

if TYPE_CHECKING:
    from textual.events import Key

    from models.board.views import IncidentView
    from models.updates.views import DraftView
    from screens.kernel.desk import DeskScreen


_KEEP_WORDS = ("declare", "note", "draft")
"""Verbs that work while the database is offline; their text is kept until it is back."""

_WRITE = ("components", "editor")
"""Verbs that change the draft through another command."""


def why_not(desk: DeskScreen, verb: Verb) -> str | None:
    """The reason why the verb is disabled; None: it is enabled."""
    if verb.name in ("next", "needs"):
        return None if desk.waiting else "Nothing is waiting for you."
    if verb.name == "reconnect":
        return "The database is connected." if desk.live else None
    if verb.name in ("who", "steps", "theories", "copy", "jump") and desk.shown is None:
        return f"No incident selected. Press {desk.keys['declare']} to declare one."
    if verb.name == "theories":
        return _without_theories(desk)
    if not (verb.command or verb.name in _WRITE or (verb.name == "card" and desk.focused_pane == "status")):
        return None
    if desk.news.state is State.READ_ONLY:
        return str(desk.news.failure)
    if not desk.live and verb.name not in _KEEP_WORDS:
        return "The database is offline. This works again when it is back."
    if verb.name in ("declare", "schedule"):
        return None
    if desk.shown is None:
        return f"No incident selected. Press {desk.keys['declare']} to declare one."
    if verb.name == "retry" and not desk.shown.unsent:
        return f"{desk.shown.ref} has no pending deliveries."
    if verb.name == "skip-delivery" and not troubled(desk.shown.unsent, desk.clock()):
        return f"{desk.shown.ref} has no failed deliveries."
    drafts, shown_to = desk.shown.drafts, desk.drafting.audience
    answers = verb.name in ("approve", "request-changes")
    to = Audience.CUSTOMERS if verb.name == "emergency-publish" else shown_to
    draft = _about_draft(desk, to_answer(drafts, shown_to) if answers else drafts[to], verb)
    if draft is not None:
        return draft
    if verb.name == "acknowledge-update":
        return _about_unapproved(desk, desk.shown)
    if verb.name in ("reschedule", "end-maintenance"):
        stage = maintenance_stage(desk.shown, desk.clock())
        coming = stage in ("scheduled", "in progress")
        return None if coming else f"{desk.shown.ref} is not upcoming or active maintenance."
    if verb.name == "merge":
        return _about_merging(desk, desk.shown)
    if verb.name == "skip" and all(step.state is not StepState.MISSING for step in desk.shown.steps):
        return "No process steps are left to do."
    return _about_row(desk, desk.shown, verb)


def elsewhere(keys: Mapping[str, str], event: Key, here: str) -> str:
    """In which pane the key works, if not in this one, or that its layout has none; empty: here, or nowhere."""
    verbs = [verb for verb in ACTIONS if keys[verb.name] == event.key]
    if not verbs and event.character and not event.character.isascii():
        return "The desk has no key here on this keyboard layout. Switch to a Latin one."
    if any(verb.pane in ("", here) for verb in verbs):
        return ""
    panes = [verb for verb in ACTIONS if verb.name in {each.pane for each in verbs}]
    named = ", ".join(f"{sign(keys[pane.name])} {pane.title}" for pane in panes)
    return f"Select another pane first: {named}." if named else ""


def _about_merging(desk: DeskScreen, shown: IncidentView) -> str | None:
    if shown.phase not in OPEN:
        return f"{shown.ref} is {shown.phase}. Only open incidents can be merged."
    others = [row for row in (desk.board.incidents if desk.board else ()) if row.phase in OPEN and row.id != shown.id]
    return None if others else f"{shown.ref} is the only open incident."


def _about_draft(desk: DeskScreen, draft: DraftView, verb: Verb) -> str | None:
    if (
        verb.name in ("publish", "request-approval", "emergency-publish")
        and not draft.text.strip()
        and not desk.drafting.active
    ):
        return f"No draft. Press {desk.keys['draft']} to write one."
    if verb.name == "emergency-publish" and (draft.approved_by is not None or not draft.needs_approval):
        return "This update needs no approval, or has it. Publish it as usual."
    if verb.name in ("approve", "request-changes"):
        if draft.asked_by is None or draft.approved_by is not None:
            looks = verb.name == "approve" and desk.shown is not None and _about_unapproved(desk, desk.shown) is None
            return None if looks else "No draft is awaiting approval."
        if desk.me in draft.authors:
            own = "wrote" if draft.edited_by == desk.me else "requested approval of"
            return f"You {own} this draft. Someone else must approve it."
    return None


def _about_unapproved(desk: DeskScreen, shown: IncidentView) -> str | None:
    authors = [review.author for review in shown.reviews if review.state == "unapproved"]
    if not authors:
        return "No update was published without approval, or it is acknowledged."
    return "You published this update yourself. Someone else must acknowledge it." if desk.me in authors else None


def _about_row(desk: DeskScreen, shown: IncidentView, verb: Verb) -> str | None:
    offers = shown.offers
    if verb.name in ("accept", "decline") and not any(offer.to == desk.me for offer in offers):
        return f"No role is offered to you on {shown.ref}."
    if verb.name == "withdraw" and not any(desk.me in (offer.by, offer.holder) for offer in offers):
        return f"You have no pending offers on {shown.ref}."
    if verb.name == "offer" and not any(offer.to == desk.me for offer in offers):
        rows = desk.board.incidents if desk.board else ()
        return None if any(desk.me in row.responders for row in rows) else "You have no roles to hand over."
    if verb.name == "confirm" and not any(given.to == desk.me for given in shown.given):
        return f"Nothing on {shown.ref} is waiting for your confirmation."
    if verb.name == "release":
        role = desk.role()
        return None if role is None or role.holders else f"{role.name} is unassigned."
    if verb.name in ("edit", "retract"):
        entry = desk.entry()
        if entry is None or entry.kind not in NOTES:
            return "Only notes can be edited. Recorded actions cannot be changed."
    if verb.name in ("theory", "evidence"):
        return _without_theories(desk)
    if verb.pane == "tasks":
        task = desk.task_at()
        if task is None:
            return f"No task selected. Press {desk.keys['add-task']} to add one."
        if task.state not in UNDONE:
            return f"Task {task.number} is {task.state}."
        own = task.owner == desk.me and task.unconfirmed is None
        if verb.name == "claim" and own and task.state is TaskState.OPEN:
            return f"Task {task.number} is already assigned to you."
    return None


def _without_theories(desk: DeskScreen) -> str | None:
    if desk.shown is not None and desk.shown.theories:
        return None
    return f"No theories yet. Press {desk.keys['note']} to add one."
