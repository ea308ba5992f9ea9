"""The states of a task."""

from enum import StrEnum


class TaskState(StrEnum):
    OPEN = "open"
    BLOCKED = "blocked"
    DONE = "done"
    DROPPED = "dropped"


UNDONE = (TaskState.OPEN, TaskState.BLOCKED)
"""The states of a task that somebody still has to do."""


class OpenTasks(StrEnum):
    """What becomes of open tasks when their incident is closed or canceled."""

    KEEP = "keep"
    CANCEL = "cancel"
