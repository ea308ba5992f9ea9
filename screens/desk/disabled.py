"""Why a key can do nothing at the moment, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from models.board.due_times import maintenance_stage, troubled
from models.kernel.notes import NOTES
from models.kernel.verbs import Verb
from models.live.news import State
from models.policy.phase import OPEN
from models.process.views import StepState
from models.tasks.views import UNDONE, TaskState
from models.updates.publishers import to_answer
from screens.kernel.verbs import ACTIONS, sign

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.views import DraftView
    from screens.kernel.desk import DeskScreen


_KEEP_WORDS = ("declare", "note", "draft")
"""Verbs that one may begin while the database is away: their words are kept until it is back."""

_WRITE = ("components", "editor")
"""Verbs that write the draft by way of another command, as opening the draft's row does."""


def why_not(desk: DeskScreen, verb: Verb) -> str | None:
    """None: it can be done."""
    if verb.name == "next":
        return None if desk.waiting else "Nothing needs you at the moment."
    if verb.name in ("who", "steps", "theories") and desk.shown is None:
        return f"No incident is shown; {desk.keys['declare']} declares one."
    if verb.name == "theories":
        return _without_theories(desk)
    if not (verb.command or verb.name in _WRITE or (verb.name == "card" and desk.focused_pane == "status")):
        return None
    if desk.news.state is State.READ_ONLY:
        return str(desk.news.failure)
    if not desk.live and verb.name not in _KEEP_WORDS:
        return "The database is away; the desk goes on as soon as it is back."
    if verb.name in ("declare", "schedule"):
        return None
    if desk.shown is None:
        return f"No incident is shown; {desk.keys['declare']} declares one."
    if verb.name == "retry" and not desk.shown.unsent:
        return f"Nothing of {desk.shown.ref} waits to be sent to other places."
    if verb.name == "skip-delivery" and not troubled(desk.shown.unsent, desk.clock()):
        return f"No place holds an update of {desk.shown.ref} up."
    drafts, shown_to = desk.shown.drafts, desk.drafting.audience
    answers = verb.name in ("approve", "request-changes")
    draft = _about_draft(desk, to_answer(drafts, shown_to) if answers else drafts[shown_to], verb)
    if draft is not None:
        return draft
    if verb.name in ("reschedule", "end-maintenance"):
        stage = maintenance_stage(desk.shown, desk.clock())
        return None if stage in ("scheduled", "in progress") else f"{desk.shown.ref} is no maintenance that is to come."
    if verb.name == "merge":
        return _about_merging(desk, desk.shown)
    if verb.name == "skip" and all(step.state is not StepState.MISSING for step in desk.shown.steps):
        return "No step of the response is missing."
    return _about_row(desk, verb)


def elsewhere(keys: Mapping[str, str], key: str, here: str) -> str:
    """Where a key works that does nothing in this pane; empty: it works here, or nowhere."""
    verbs = [verb for verb in ACTIONS if keys[verb.name] == key]
    if any(verb.pane in ("", here) for verb in verbs):
        return ""
    panes = [verb for verb in ACTIONS if verb.name in {each.pane for each in verbs}]
    named = ", ".join(f"{sign(keys[pane.name])} {pane.title}" for pane in panes)
    return f"This key works in another pane: {named}." if named else ""


def _about_merging(desk: DeskScreen, shown: IncidentView) -> str | None:
    if shown.phase not in OPEN:
        return f"{shown.ref} is {shown.phase}; only open incidents are merged."
    others = [row for row in (desk.board.incidents if desk.board else ()) if row.phase in OPEN and row.id != shown.id]
    return None if others else "No other incident is open."


def _about_draft(desk: DeskScreen, draft: DraftView, verb: Verb) -> str | None:
    if verb.name in ("publish", "request-approval") and not draft.text.strip() and not desk.drafting.active:
        return f"Nothing is drafted; {desk.keys['draft']} writes it."
    if verb.name in ("approve", "request-changes"):
        if draft.asked_by is None or draft.approved_by is not None:
            return "Nothing here waits for an approval."
        if desk.me in draft.authors:
            own = "wrote" if draft.edited_by == desk.me else "asked for"
            return f"You {own} it; somebody else has to look at it."
    return None


def _about_row(desk: DeskScreen, verb: Verb) -> str | None:
    offers = desk.shown.offers if desk.shown else ()
    if verb.name in ("accept", "decline") and not any(offer.to == desk.me for offer in offers):
        return "Nothing is offered to you here."
    if verb.name == "withdraw" and not any(desk.me in (offer.by, offer.holder) for offer in offers):
        return "You have offered nothing here that waits for an answer."
    if verb.name == "offer" and not any(offer.to == desk.me for offer in offers):
        rows = desk.board.incidents if desk.board else ()
        return None if any(desk.me in row.responders for row in rows) else "You hold no role that you could hand over."
    if verb.name == "release":
        role = desk.role()
        return None if role is None or role.holders else f"Nobody holds {role.name}."
    if verb.name in ("edit", "retract"):
        entry = desk.entry()
        if entry is None or entry.kind not in NOTES:
            return "Only notes can be changed; what was done stays on the record."
    if verb.name in ("theory", "evidence"):
        return _without_theories(desk)
    if verb.pane == "tasks":
        task = desk.task_at()
        if task is None:
            return f"No task is chosen; {desk.keys['add-task']} adds one."
        if task.state not in UNDONE:
            return f"Task {task.number} is {task.state}."
        if verb.name == "claim" and task.owner == desk.me and task.state is TaskState.OPEN:
            return f"You have task {task.number} already."
    return None


def _without_theories(desk: DeskScreen) -> str | None:
    if desk.shown is not None and desk.shown.theories:
        return None
    return f"Nobody has written down a theory; {desk.keys['note']} does."
