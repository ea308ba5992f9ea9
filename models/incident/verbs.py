"""What can be done to an incident as a whole."""

from __future__ import annotations

from models.kernel.verbs import Data, Verb
from models.kernel.wording import changed, clock, the, window


def _declared(data: Data) -> str:
    if "maintenance" in data:
        return f"scheduled maintenance {window(data['maintenance'])}: {data['title']}"
    if "imported" in data:
        return f"imported {data['severity']} from {data['imported']}: {data['title']}"
    manager = data.get("manager")
    held = f"; {manager} is {data['manager_role']}" if manager else "; nobody manages it yet"
    return f"declared {data['severity']}: {data['title']}{held}"


def _severity(data: Data) -> str:
    words = changed("severity")(data)
    added = [str(task["task"]) for task in data.get("tasks", ())]
    return f"{words}, which adds task{'s' * (len(added) > 1)} {', '.join(added)}" if added else words


def _phase(data: Data) -> str:
    without = f" without {', '.join(data['missing'])}" if data.get("missing") else ""
    return f"{changed('phase')(data)}{without}{_owed(data)}"


def _owed(data: Data) -> str:
    owed = ", ".join(f"{the(to)} were promised word by {clock(at)}" for to, at in data.get("owed", {}).items())
    return f", although {owed}" if owed else ""


def _other(data: Data) -> str:
    return f"{data['ref']} “{data['title']}”"


VERBS = (
    Verb(
        "declare",
        "Declare",
        "Declare an incident; you manage it until somebody else does.",
        key="d",
        command="models.incident.declare:Declare",
        asks=("title",),
        reads={"declared": _declared},
        footer=10,
    ),
    Verb(
        "severity",
        "Severity",
        "Raise or lower the severity.",
        key="s",
        command="models.incident.fields:SetSeverity",
        asks=("ref", "severity"),
        reads={"severity": _severity},
        footer=60,
    ),
    Verb(
        "phase",
        "Phase",
        "Move the incident to another phase; reopening included.",
        key="p",
        command="models.incident.phase:SetPhase",
        asks=("ref", "phase"),
        reads={"phase": _phase, "let-go": lambda data: f"let {_other(data)} go on by itself again"},
        footer=70,
    ),
    Verb(
        "category",
        "Category",
        "Say what sort of incident it is.",
        key="C",
        command="models.incident.fields:SetCategory",
        asks=("ref", "category"),
        reads={"category": changed("category")},
        footer=360,
    ),
    Verb(
        "impact",
        "Impact",
        "Say how many stakeholders feel it.",
        key="I",
        command="models.incident.fields:SetImpact",
        asks=("ref", "impact"),
        reads={"impact": changed("impact")},
        footer=370,
    ),
    Verb(
        "rename",
        "Rename",
        "Give the incident another title.",
        key="T",
        command="models.incident.fields:Rename",
        asks=("ref", "title"),
        reads={"renamed": lambda data: f"renamed it from “{data['was']}” to “{data['now']}”"},
        footer=380,
    ),
    Verb(
        "merge",
        "Merge",
        "Merge the incident into another that goes on for both.",
        command="models.incident.merge:Merge",
        asks=("ref", "into"),
        reads={
            "merged": lambda data: f"merged it into {_other(data)}{_owed(data)}",
            "took-in": lambda data: f"merged {_other(data)} into this one",
        },
    ),
)
