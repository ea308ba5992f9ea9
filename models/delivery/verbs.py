"""What can be done about deliveries that did not arrive."""

from __future__ import annotations

from models.kernel.verbs import Verb

VERBS = (
    Verb(
        "retry",
        "Retry",
        "Retry failed deliveries now.",
        key="R",
        command="models.delivery.commands:Retry",
        asks=("ref",),
        reads={"retried": lambda data: f"retried delivery to {', '.join(data['places'])}"},
    ),
    Verb(
        "skip-delivery",
        "Skip delivery",
        "Skip a failed delivery, so that later updates are sent.",
        key="x",
        pane="status",
        command="models.delivery.commands:SkipDelivery",
        asks=("ref", "place", "reason"),
        reads={
            "left-out": lambda data: (
                f"skipped delivery of update #{data['update']} [{data['phase']}] to {data['place']}"
            )
        },
        aliases=("leave-out",),
    ),
)
