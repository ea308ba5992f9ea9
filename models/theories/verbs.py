"""What can be done about theories: set their state, and add evidence."""

from __future__ import annotations

from models.kernel.notes import EVIDENCE
from models.kernel.verbs import Data, Verb


def bearing(data: Data) -> str:
    """What evidence is about: for “pool exhausted”, against it, or about it."""
    weight = data.get("weight", "neutral")
    return f"{'about' if weight == 'neutral' else weight} “{data.get('called', '')}”"


VERBS = (
    Verb(
        "theory",
        "Theory",
        "Say what is believed of a theory: open, being tested, confirmed or ruled out.",
        key="y",
        command="models.theories.commands:SetTheory",
        asks=("ref", "n", "state"),
        reads={
            "theory-moved": lambda data: f"set the theory “{data['called']}” {data['was']['state']} → {data['now']}"
        },
        footer=320,
    ),
    Verb(
        "evidence",
        "Evidence",
        "Write down what speaks for or against a theory.",
        key="v",
        command="models.theories.commands:AddEvidence",
        asks=("ref", "n", "weight", "text"),
        reads={EVIDENCE: lambda data: f"gave evidence {bearing(data)}"},
        footer=330,
    ),
)
