"""What can be done about updates: draft, approve, publish, promise; and scheduled maintenance."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb
from models.kernel.wording import clock, the, window
from models.policy.audience import Audience


def _drafted(data: Data) -> str:
    inside = data.get("audience", Audience.CUSTOMERS) != Audience.CUSTOMERS
    voids = f", which voids {data['voids']}'s approval" if "voids" in data else ""
    to = f" for {the(data['audience'])}" if inside else ""
    return f"drafted update r{data['revision']}{to}{voids}"


def _how(data: Data) -> str:
    """Who had approved what was published, and when it had been promised if that was earlier."""
    approved = f", approved by {data['approved_by']}" if "approved_by" in data else ""
    return approved + (f", promised for {clock(data['due_at'])}" if "due_at" in data else "")


def _snoozed(data: Data) -> str:
    return f"put off the update for {the(data['audience'])}: {clock(data['was'])} → {clock(data['now'])}"


VERBS = (
    Verb(
        "draft",
        "Edit draft",
        "Write the draft of what customers, the team or executives are told.",
        key="e",
        command="models.updates.editing:EditDraft",
        asks=("ref", "text"),
        reads={"draft": _drafted, "inside-draft": _drafted},
        footer=80,
    ),
    Verb(
        "publish",
        "Publish",
        "Tell them what the draft says; where the rules want it, somebody else looks first.",
        key="P",
        command="models.updates.publishing:Publish",
        asks=("ref",),
        reads={
            "published": lambda data: f"published [{data['phase']}]{_how(data)}",
            "told": lambda data: f"told {the(data['audience'])} [{data['phase']}]{_how(data)}",
        },
        footer=90,
    ),
    Verb(
        "approve",
        "Answer",
        "Approve a draft that waits for a second pair of eyes, or send it back.",
        key="O",
        command="models.updates.publishing:Approve",
        asks=("ref",),
        reads={"approved": lambda data: f"approved {data['author']}'s update r{data['revision']}"},
        footer=100,
    ),
    Verb(
        "request-approval",
        "Ask approval",
        "Ask somebody else to approve the draft before customers read it.",
        command="models.updates.publishing:AskApproval",
        asks=("ref",),
        reads={"approval-asked": lambda data: f"asked for an approval of update r{data['revision']}"},
        aliases=("ask-approval",),
    ),
    Verb(
        "request-changes",
        "Send back",
        "Send a draft that waits for your approval back, with a word why.",
        command="models.updates.publishing:SendBack",
        asks=("ref", "word"),
        reads={"sent-back": lambda data: f"sent {data['author']}'s update r{data['revision']} back"},
        aliases=("send-back",),
    ),
    Verb(
        "snooze",
        "Next update",
        "Say when the next update comes: promise it in the draft, or put it off.",
        key="L",
        command="models.updates.snoozing:Snooze",
        asks=("ref", "minutes"),
        reads={"snoozed": _snoozed},
        footer=130,
    ),
    Verb(
        "schedule",
        "Schedule",
        "Announce a maintenance to customers; it starts and ends by itself.",
        command="models.updates.maintenance:Schedule",
        asks=("title", "text"),
    ),
    Verb(
        "reschedule",
        "Reschedule",
        "Move a maintenance to another time, and tell customers.",
        command="models.updates.maintenance:Reschedule",
        asks=("ref", "text"),
        reads={
            "maintenance-moved": lambda data: (
                f"moved the maintenance from {window(data['was'])} to {window(data['now'])}"
            )
        },
    ),
    Verb(
        "end-maintenance",
        "End maintenance",
        "Call a maintenance off, or end it early, and tell customers.",
        command="models.updates.maintenance:EndMaintenance",
        asks=("ref", "text"),
        reads={
            "maintenance-ended": lambda data: (
                f"{'ended' if data['started'] else 'called off'} the maintenance {window(data)}"
            )
        },
    ),
)
