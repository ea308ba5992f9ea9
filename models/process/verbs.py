"""What can be done about the steps of the process: skip one."""

from __future__ import annotations

from models.kernel.verbs import Verb

VERBS = (
    Verb(
        "skip",
        "Skip step",
        "Skip a step of the process, with a reason.",
        key="S",
        command="models.process.commands:SkipStep",
        asks=("ref", "step", "reason"),
        reads={"skipped": lambda data: f"skipped step {data['name']}"},
        footer=390,
    ),
)
