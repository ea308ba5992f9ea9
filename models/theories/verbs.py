"""What can be done about theories: set their state, and add evidence."""

from __future__ import annotations

from models.kernel.notes import EVIDENCE
from models.kernel.verbs import Data, Verb

_BEARING = {"for": "supporting", "against": "against", "neutral": "related to"}


def bearing(data: Data) -> str:
    """Which way evidence points, and the theory that it is about."""
    weight = data.get("weight", "neutral")
    return f"{_BEARING.get(weight, weight)} theory “{data.get('called', '')}”"


VERBS = (
    Verb(
        "theory",
        "Theory",
        "Set the state of a theory: open, being tested, confirmed or ruled out.",
        key="y",
        command="models.theories.commands:SetTheory",
        asks=("ref", "n", "state"),
        reads={
            "theory-moved": lambda data: f"changed theory “{data['called']}”: {data['was']['state']} → {data['now']}"
        },
        footer=320,
    ),
    Verb(
        "evidence",
        "Evidence",
        "Add evidence for or against a theory.",
        key="v",
        command="models.theories.commands:AddEvidence",
        asks=("ref", "n", "weight", "text"),
        reads={EVIDENCE: lambda data: f"added evidence {bearing(data)}"},
        footer=330,
    ),
)
