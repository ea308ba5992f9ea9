"""What can be done about tasks."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb


def _task(data: Data) -> str:
    return f"task {data['task']} “{data['title']}”"


def _had(data: Data) -> str:
    return f"previously {data['was']['owner'] or 'unassigned'}"


def _added(data: Data) -> str:
    owners = " and ".join(filter(None, (data["now"]["owner"], data["name"])))
    return f"added {_task(data)}" + (f" for {owners}" if owners else "")


def _claimed(data: Data) -> str:
    before = data["was"]["owner"]
    if before == data["now"]["owner"]:
        return f"{'resumed' if data['was']['state'] == 'blocked' else 'confirmed'} {_task(data)}"
    return f"took over {_task(data)} from {before}" if before else f"claimed {_task(data)}"


def _confirmed(data: Data) -> str:
    roles = [role["name"] for role in data["have"]["roles"]]
    return f"confirmed {', '.join([*roles, *map(_task, data['have']['tasks'])])}"


VERBS = (
    Verb(
        "confirm",
        "I have it",
        "Confirm that you have a role or a task that was assigned to you.",
        key="H",
        command="models.tasks.confirming:Confirm",
        asks=("ref", "role"),
        reads={"confirmed": _confirmed},
        footer=5,
    ),
    Verb(
        "add-task",
        "Add task",
        "Add a task for a person or a role, or leave it unassigned.",
        key="N",
        command="models.tasks.commands:AddTask",
        asks=("ref", "title"),
        reads={"task-added": _added},
        footer=340,
    ),
    Verb(
        "claim",
        "Claim",
        "Assign a task to yourself, and unblock it.",
        key="c",
        pane="tasks",
        command="models.tasks.commands:ClaimTask",
        asks=("ref", "number"),
        reads={"task-claimed": _claimed},
        footer=210,
    ),
    Verb(
        "complete",
        "Complete",
        "Complete a task.",
        key="f",
        pane="tasks",
        command="models.tasks.commands:CompleteTask",
        asks=("ref", "number"),
        reads={
            "task-finished": lambda data: (
                f"completed {_task(data)}" + (f" (assigned to {data['of']})" if "of" in data else "")
            )
        },
        footer=220,
        aliases=("finish",),
    ),
    Verb(
        "assign-task",
        "Assign task",
        "Assign a task to someone.",
        key="o",
        pane="tasks",
        command="models.tasks.commands:AssignTask",
        asks=("ref", "number", "person"),
        reads={"task-given": lambda data: f"assigned {_task(data)} to {data['now']['owner']} ({_had(data)})"},
        footer=230,
        aliases=("give",),
    ),
    Verb(
        "block",
        "Block",
        "Mark a task as blocked, with a reason.",
        key="B",
        pane="tasks",
        command="models.tasks.commands:BlockTask",
        asks=("ref", "number", "reason"),
        reads={"task-blocked": lambda data: f"blocked {_task(data)}"},
        footer=240,
    ),
    Verb(
        "cancel-task",
        "Cancel task",
        "Cancel a task, with a reason.",
        key="x",
        pane="tasks",
        command="models.tasks.commands:CancelTask",
        asks=("ref", "number", "reason"),
        reads={"task-dropped": lambda data: f"canceled {_task(data)}"},
        footer=250,
        aliases=("drop",),
    ),
)
