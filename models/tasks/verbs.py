"""What can be done about tasks."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb


def _task(data: Data) -> str:
    return f"task {data['task']} “{data['title']}”"


def _had(data: Data) -> str:
    return f"{data['was']['owner'] or 'nobody'} had it"


def _added(data: Data) -> str:
    owners = " and ".join(filter(None, (data["now"]["owner"], data["name"])))
    return f"added {_task(data)}" + (f" for {owners}" if owners else "")


def _claimed(data: Data) -> str:
    before = data["was"]["owner"]
    if before == data["now"]["owner"]:
        return f"went on with {_task(data)}"
    return f"took {_task(data)} from {before}" if before else f"claimed {_task(data)}"


VERBS = (
    Verb(
        "add-task",
        "Add task",
        "Add a task, for a person, a role, or whoever claims it.",
        key="N",
        command="models.tasks.commands:AddTask",
        asks=("ref", "title"),
        reads={"task-added": _added},
        footer=340,
    ),
    Verb(
        "claim",
        "Claim",
        "Make a task yours; one that was blocked goes on.",
        key="c",
        pane="tasks",
        command="models.tasks.commands:ClaimTask",
        asks=("ref", "number"),
        reads={"task-claimed": _claimed},
        footer=210,
    ),
    Verb(
        "complete",
        "Finish",
        "Say that a task is done.",
        key="f",
        pane="tasks",
        command="models.tasks.commands:FinishTask",
        asks=("ref", "number"),
        reads={
            "task-finished": lambda data: (
                f"finished {_task(data)}" + (f", which {data['of']} had" if "of" in data else "")
            )
        },
        footer=220,
        aliases=("finish",),
    ),
    Verb(
        "assign-task",
        "Give",
        "Give a task to somebody.",
        key="o",
        pane="tasks",
        command="models.tasks.commands:GiveTask",
        asks=("ref", "number", "person"),
        reads={"task-given": lambda data: f"gave {_task(data)} to {data['now']['owner']} ({_had(data)})"},
        footer=230,
        aliases=("give",),
    ),
    Verb(
        "block",
        "Block",
        "Say why a task cannot go on.",
        key="B",
        pane="tasks",
        command="models.tasks.commands:BlockTask",
        asks=("ref", "number", "reason"),
        reads={"task-blocked": lambda data: f"blocked {_task(data)}"},
        footer=240,
    ),
    Verb(
        "cancel-task",
        "Drop",
        "Say why a task need not be done.",
        key="x",
        pane="tasks",
        command="models.tasks.commands:DropTask",
        asks=("ref", "number", "reason"),
        reads={"task-dropped": lambda data: f"dropped {_task(data)}"},
        footer=250,
        aliases=("drop",),
    ),
)
