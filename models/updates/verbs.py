"""What can be done about updates: draft, approve, publish, promise; and scheduled maintenance."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb
from models.kernel.wording import clock, the, window
from models.policy.audience import Audience


def _drafted(data: Data) -> str:
    inside = data.get("audience", Audience.CUSTOMERS) != Audience.CUSTOMERS
    voids = f"; {data['voids']}'s approval is no longer valid" if "voids" in data else ""
    to = f" for {the(data['audience'])}" if inside else ""
    return f"edited draft r{data['revision']}{to}{voids}"


def _how(data: Data) -> str:
    """Who had approved what was published, and when it had been promised if that was earlier."""
    approved = f", approved by {data['approved_by']}" if "approved_by" in data else ""
    late = f" (was due at {clock(data['due_at'])})" if "due_at" in data else ""
    still = "".join(
        f"; {other['ref']} still says {name} {other['state']}" for name, other in data.get("still", {}).items()
    )
    tasks = ", ".join(str(each["task"]) for each in data.get("completed", ()))
    completed = f"; completed task{'s' * (len(data['completed']) > 1)} {tasks}" if tasks else ""
    return f"{approved}{late}{still}{completed}"


def _snoozed(data: Data) -> str:
    return f"snoozed the update to {the(data['audience'])}: {clock(data['was'])} → {clock(data['now'])}"


VERBS = (
    Verb(
        "draft",
        "Edit draft",
        "Edit the draft update for customers, the team or executives.",
        key="e",
        command="models.updates.editing:EditDraft",
        asks=("ref", "text"),
        reads={"draft": _drafted, "inside-draft": _drafted},
        footer=80,
    ),
    Verb(
        "publish",
        "Publish",
        "Publish the draft, or request approval where the rules require it.",
        key="P",
        command="models.updates.publishing:Publish",
        asks=("ref",),
        reads={
            "published": lambda data: f"published a status update [{data['phase']}]{_how(data)}",
            "told": lambda data: f"sent an update to {the(data['audience'])} [{data['phase']}]{_how(data)}",
        },
        footer=90,
    ),
    Verb(
        "emergency-publish",
        "Emergency publish",
        "Publish to customers without approval, with a reason. Approvers are notified.",
        command="models.updates.emergency:EmergencyPublish",
        asks=("ref", "reason"),
        reads={
            "emergency-published": lambda data: (
                f"published a status update [{data['phase']}] without approval ({data['reason']}){_how(data)}"
            )
        },
    ),
    Verb(
        "acknowledge-update",
        "Acknowledge update",
        "Acknowledge an update that was published without approval.",
        command="models.updates.emergency:AcknowledgeUpdate",
        asks=("ref", "comment"),
        reads={
            "update-acknowledged": lambda data: (
                f"acknowledged the update that {data['published_by']} published without approval"
            )
        },
    ),
    Verb(
        "approve",
        "Review",
        "Review a draft: approve it or request changes.",
        key="O",
        command="models.updates.publishing:Approve",
        asks=("ref",),
        reads={"approved": lambda data: f"approved {data['author']}'s draft r{data['revision']}"},
        footer=100,
    ),
    Verb(
        "request-approval",
        "Request approval",
        "Ask another responder to approve the draft before it is published.",
        command="models.updates.publishing:RequestApproval",
        asks=("ref",),
        reads={"approval-asked": lambda data: f"requested approval of draft r{data['revision']}"},
        aliases=("ask-approval",),
    ),
    Verb(
        "request-changes",
        "Request changes",
        "Request changes to a draft, with a comment.",
        command="models.updates.publishing:RequestChanges",
        asks=("ref", "word"),
        reads={"sent-back": lambda data: f"requested changes to {data['author']}'s draft r{data['revision']}"},
        aliases=("send-back",),
    ),
    Verb(
        "snooze",
        "Next update",
        "Set or snooze the time of the next update.",
        key="L",
        command="models.updates.snoozing:Snooze",
        asks=("ref", "minutes"),
        reads={"snoozed": _snoozed},
        footer=130,
    ),
    Verb(
        "schedule",
        "Schedule",
        "Schedule maintenance and announce it to customers.",
        command="models.updates.maintenance:Schedule",
        asks=("title", "text"),
    ),
    Verb(
        "reschedule",
        "Reschedule",
        "Reschedule maintenance and notify customers.",
        command="models.updates.maintenance:Reschedule",
        asks=("ref", "text"),
        reads={
            "maintenance-moved": lambda data: f"rescheduled maintenance: {window(data['was'])} → {window(data['now'])}"
        },
    ),
    Verb(
        "end-maintenance",
        "End maintenance",
        "End maintenance early or cancel it, and notify customers.",
        command="models.updates.maintenance:EndMaintenance",
        asks=("ref", "text"),
        reads={
            "maintenance-ended": lambda data: f"{'ended' if data['started'] else 'canceled'} maintenance {window(data)}"
        },
    ),
)
