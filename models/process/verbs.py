"""What can be done about the steps of the process: skip one."""

from __future__ import annotations

from models.kernel.verbs import Verb

VERBS = (
    Verb(
        "skip",
        "Skip step",
        "Leave a step of the response out, with the reason.",
        key="S",
        command="models.process.commands:SkipStep",
        asks=("ref", "step", "reason"),
        reads={"skipped": lambda data: f"left out the step {data['name']}"},
        footer=390,
    ),
)
