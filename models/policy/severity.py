"""How bad an incident is, what kind it is, and how many people it affects."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Category(StrEnum):
    FUNCTIONALITY = "functionality"
    SECURITY = "security"
    PERFORMANCE = "performance"
    MAINTENANCE = "maintenance"


MOST_URGENT = Severity.P1
"""What everybody hears of."""


class Impact(StrEnum):
    """How many stakeholders feel it."""

    ALL = "all"
    MOST = "most"
    SOME = "some"
    FEW = "few"
    """One or two."""


MEANING: dict[str, str] = {
    Severity.P1: "high",
    Severity.P2: "medium",
    Severity.P3: "low",
    Impact.ALL: "all stakeholders",
    Impact.MOST: "most stakeholders",
    Impact.SOME: "some stakeholders",
    Impact.FEW: "1 to 2 stakeholders",
}
"""What a short value stands for, in words."""
