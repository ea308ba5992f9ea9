"""What can be done to incidents, declared once: keys, footer, help, palette and command line are all made from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from models.kernel.command import Command


class Verb(NamedTuple):
    """One thing that somebody can do."""

    name: str
    """What the command line, the palette and a keymap call it."""
    title: str
    """One or two words, for the footer."""
    help: str
    """One sentence, for help, palette and command line."""
    key: str = ""
    """Its key on the desk, unless the user's keymap has another; empty: it has none, the palette does it."""
    pane: str = ""
    """The pane whose focused row it works on; empty: it works on the incident shown, whatever has the focus."""
    command: str = ""
    """Where its Command is, as `module:Class`; empty: it only moves the reader around the desk."""
    asks: tuple[str, ...] = ()
    """The command's fields that the command line takes by position; its other fields are options."""

    def load(self) -> type[Command]:
        """Its Command class, imported now."""
        module, _, name = self.command.partition(":")
        command: type[Command] = getattr(import_module(module), name)
        return command


def _on(module: str, name: str) -> str:
    return f"models.{module}:{name}"


VERBS: tuple[Verb, ...] = (
    Verb("declare", "Declare", "Declare an incident; you manage it until somebody else does.", "d", "",
         _on("incident.declare", "Declare"), ("title",)),
    Verb("assign", "Assign", "Give a role to somebody.", "a", "", _on("roles.commands", "Assign"), ("ref", "role", "person")),
    Verb("take", "Take", "Take a role yourself.", "t", "", _on("roles.commands", "Take"), ("ref", "role")),
    Verb("offer", "Hand over", "Offer a role to somebody with a brief, or answer what is offered to you.", "h", "",
         _on("roles.handover", "Offer"), ("ref", "role", "person")),
    Verb("note", "Note", "Write on the timeline: a note, theory, decision, action or customer report.", "n", "",
         _on("timeline.commands", "Note"), ("ref", "text")),
    Verb("theory", "Theory", "Say what is believed of a theory: open, being tested, confirmed or ruled out.", "y", "",
         _on("theories.commands", "SetTheory"), ("ref", "n", "state")),
    Verb("evidence", "Evidence", "Write down what speaks for or against a theory.", "v", "",
         _on("theories.commands", "AddEvidence"), ("ref", "n", "weight", "text")),
    Verb("severity", "Severity", "Raise or lower the severity.", "s", "", _on("incident.fields", "SetSeverity"),
         ("ref", "severity")),
    Verb("phase", "Phase", "Move the incident to another phase; reopening included.", "p", "",
         _on("incident.phase", "SetPhase"), ("ref", "phase")),
    Verb("skip", "Skip step", "Leave a step of the response out, with the reason.", "S", "",
         _on("process.commands", "SkipStep"), ("ref", "step", "reason")),
    Verb("draft", "Edit draft", "Write the draft of what customers, the team or executives are told.", "e", "",
         _on("updates.editing", "EditDraft"), ("ref", "text")),
    Verb("publish", "Publish", "Tell them what the draft says; where the rules want it, somebody else looks first.",
         "P", "", _on("updates.publishing", "Publish"), ("ref",)),
    Verb("approve", "Answer", "Approve a draft that waits for a second pair of eyes, or send it back.", "O", "",
         _on("updates.publishing", "Approve"), ("ref",)),
    Verb("ask-approval", "Ask approval", "Ask somebody else to approve the draft before customers read it.", "", "",
         _on("updates.publishing", "AskApproval"), ("ref",)),
    Verb("send-back", "Send back", "Send a draft that waits for your approval back, with a word why.", "", "",
         _on("updates.publishing", "SendBack"), ("ref", "word")),
    Verb("snooze", "Next update", "Say when the next update comes: promise it in the draft, or put it off.", "L",
         "", _on("updates.snoozing", "Snooze"), ("ref", "minutes")),
    Verb("retry", "Send again", "Have what did not arrive at other places tried again at once.", "R", "",
         _on("delivery.commands", "Retry"), ("ref",)),
    Verb("leave-out", "Leave out", "Leave out an update that a place does not take; what waits behind it goes on.",
         "x", "status", _on("delivery.commands", "LeaveOut"), ("ref", "place", "reason")),
    Verb("undo", "Undo", "Take back your own last action on the incident.", "u", "", _on("timeline.commands", "Undo"), ("ref",)),
    Verb("category", "Category", "Say what sort of incident it is.", "C", "", _on("incident.fields", "SetCategory"),
         ("ref", "category")),
    Verb("impact", "Impact", "Say how many stakeholders feel it.", "I", "", _on("incident.fields", "SetImpact"),
         ("ref", "impact")),
    Verb("rename", "Rename", "Give the incident another title.", "T", "", _on("incident.fields", "Rename"), ("ref", "title")),
    Verb("merge", "Merge", "Merge the incident into another that goes on for both.", "", "", _on("incident.merge", "Merge"),
         ("ref", "into")),
    Verb("add-role", "Add role", "Add a role of your own, or another copy of a book role with a label.", "A", "",
         _on("roles.commands", "AddRole"), ("ref", "name")),
    Verb("accept", "Accept", "Accept a role that is offered to you; from then on you hold it.", "", "",
         _on("roles.handover", "Accept"), ("ref", "role")),
    Verb("decline", "Decline", "Decline a role that is offered to you, with a word why.", "", "",
         _on("roles.handover", "Decline"), ("ref", "role", "word")),
    Verb("withdraw", "Withdraw", "Withdraw your offer of a role that waits for an answer.", "", "",
         _on("roles.handover", "Withdraw"), ("ref", "role")),
    Verb("add-task", "Add task", "Add a task, for a person, a role, or whoever claims it.", "N", "",
         _on("tasks.commands", "AddTask"), ("ref", "title")),
    Verb("claim", "Claim", "Make a task yours; one that was blocked goes on.", "c", "tasks", _on("tasks.commands", "ClaimTask"),
         ("ref", "number")),
    Verb("finish", "Finish", "Say that a task is done.", "f", "tasks", _on("tasks.commands", "FinishTask"), ("ref", "number")),
    Verb("give", "Give", "Give a task to somebody.", "o", "tasks", _on("tasks.commands", "GiveTask"),
         ("ref", "number", "person")),
    Verb("block", "Block", "Say why a task cannot go on.", "B", "tasks", _on("tasks.commands", "BlockTask"),
         ("ref", "number", "reason")),
    Verb("drop", "Drop", "Say why a task need not be done.", "x", "tasks", _on("tasks.commands", "DropTask"),
         ("ref", "number", "reason")),
    Verb("schedule", "Schedule", "Announce a maintenance to customers; it starts and ends by itself.", "", "",
         _on("updates.maintenance", "Schedule"), ("title", "text")),
    Verb("reschedule", "Reschedule", "Move a maintenance to another time, and tell customers.", "", "",
         _on("updates.maintenance", "Reschedule"), ("ref", "text")),
    Verb("end-maintenance", "End maintenance", "Call a maintenance off, or end it early, and tell customers.", "", "",
         _on("updates.maintenance", "EndMaintenance"), ("ref", "text")),
    Verb("release", "Release", "Let go of a role; the incident manager holds it meanwhile.", "x", "roster",
         _on("roles.commands", "Release"), ("ref", "role")),
    Verb("revise", "Revise", "Change a note's words; earlier versions are kept.", "r", "timeline",
         _on("timeline.commands", "Revise"), ("ref", "n", "text")),
    Verb("retract", "Retract", "Take a note back, with the reason.", "x", "timeline", _on("timeline.commands", "Retract"),
         ("ref", "n", "reason")),
)  # fmt: skip

BY_NAME = {verb.name: verb for verb in VERBS}


def load_all() -> None:
    """Import every Command, each of which says how its entries are taken back."""
    for verb in VERBS:
        if verb.command:
            verb.load()
