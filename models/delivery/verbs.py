"""What can be done about deliveries that did not arrive."""

from __future__ import annotations

from models.kernel.verbs import Verb

VERBS = (
    Verb(
        "retry",
        "Send again",
        "Have what did not arrive at other places tried again at once.",
        key="R",
        command="models.delivery.commands:Retry",
        asks=("ref",),
        reads={"retried": lambda data: f"had what was not sent tried again: {', '.join(data['places'])}"},
    ),
    Verb(
        "skip-delivery",
        "Leave out",
        "Leave out an update that a place does not take; what waits behind it goes on.",
        key="x",
        pane="status",
        command="models.delivery.commands:LeaveOut",
        asks=("ref", "place", "reason"),
        reads={"left-out": lambda data: f"left out update #{data['update']} [{data['phase']}] at {data['place']}"},
        aliases=("leave-out",),
    ),
)
