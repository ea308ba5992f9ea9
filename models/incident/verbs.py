"""What can be done to an incident as a whole."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb
from models.kernel.wording import changed, clock, put_off, the, window


def _declared(data: Data) -> str:
    if "maintenance" in data:
        return f"scheduled maintenance {window(data['maintenance'])}: {data['title']}"
    if "imported" in data:
        return f"imported {data['severity']} from {data['imported']}: {data['title']}"
    manager = data.get("manager")
    held = f"; {manager} is {data['manager_role']}" if manager else "; no manager assigned"
    return f"declared {data['severity']}: {data['title']}{held}"


def _severity(data: Data) -> str:
    words = changed("severity")(data)
    added = [str(task["task"]) for task in data.get("tasks", ())]
    tasks = [f"added task{'s' * (len(added) > 1)} {', '.join(added)}"] if added else []
    return "; ".join((words, *tasks, *put_off(data.get("dropped", {}))))


def _phase(data: Data) -> str:
    undone = f" with steps not done: {', '.join(data['missing'])}" if data.get("missing") else ""
    return f"{changed('phase')(data)}{undone}{_owed(data)}{_again(data)}{_canceled(data)}"


def _canceled(data: Data) -> str:
    canceled = [str(task["task"]) for task in data.get("canceled", ())]
    return f"; canceled task{'s' * (len(canceled) > 1)} {', '.join(canceled)}" if canceled else ""


def _again(data: Data) -> str:
    """Reopened: which tasks have new times."""
    again = [str(task["task"]) for task in data.get("again", ())]
    return f"; new due time for task{'s' * (len(again) > 1)} {', '.join(again)}" if again else ""


def _owed(data: Data) -> str:
    owed = [f"an update to {the(to)} is due at {clock(at)}" for to, at in data.get("owed", {}).items()]
    owed += [f"no update to {the(to)} (cadence: {clock(at)})" for to, at in data.get("untold", {}).items()]
    return "".join(f"; {each}" for each in owed)


def _other(data: Data) -> str:
    return f"{data['ref']} “{data['title']}”"


VERBS = (
    Verb(
        "declare",
        "Declare",
        "Declare an incident. You become its manager.",
        key="d",
        command="models.incident.declare:Declare",
        asks=("title",),
        reads={"declared": _declared},
        footer=10,
    ),
    Verb(
        "severity",
        "Severity",
        "Raise the severity of the incident, or lower it with a reason.",
        key="s",
        command="models.incident.fields:SetSeverity",
        asks=("ref", "severity"),
        reads={"severity": _severity},
        footer=60,
    ),
    Verb(
        "phase",
        "Phase",
        "Change the phase of the incident, or reopen it.",
        key="p",
        command="models.incident.phase:SetPhase",
        asks=("ref", "phase"),
        reads={"phase": _phase, "let-go": lambda data: f"unmerged {_other(data)}"},
        footer=70,
    ),
    Verb(
        "category",
        "Category",
        "Set the category of the incident.",
        key="C",
        command="models.incident.fields:SetCategory",
        asks=("ref", "category"),
        reads={"category": changed("category")},
        footer=360,
    ),
    Verb(
        "impact",
        "Impact",
        "Set the impact: how many stakeholders are affected.",
        key="I",
        command="models.incident.fields:SetImpact",
        asks=("ref", "impact"),
        reads={"impact": changed("impact")},
        footer=370,
    ),
    Verb(
        "rename",
        "Rename",
        "Change the title of the incident.",
        key="T",
        command="models.incident.fields:Rename",
        asks=("ref", "title"),
        reads={"renamed": lambda data: f"changed title: “{data['was']}” → “{data['now']}”"},
        footer=380,
    ),
    Verb(
        "merge",
        "Merge",
        "Merge the incident into another one.",
        command="models.incident.merge:Merge",
        asks=("ref", "into"),
        reads={
            "merged": lambda data: f"merged this incident into {_other(data)}{_owed(data)}",
            "took-in": lambda data: f"merged {_other(data)} into this incident",
        },
    ),
)
