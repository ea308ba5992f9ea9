"""Who an update is for, and the states of a component that it may report."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class ComponentState(StrEnum):
    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial outage"
    MAJOR_OUTAGE = "major outage"
    MAINTENANCE = "maintenance"


ORDER = (
    ComponentState.OPERATIONAL,
    ComponentState.MAINTENANCE,
    ComponentState.DEGRADED,
    ComponentState.PARTIAL_OUTAGE,
    ComponentState.MAJOR_OUTAGE,
)
"""The states, the worst last."""


def worst(states: Iterable[ComponentState]) -> ComponentState:
    """The worst of the states; operational when there are none."""
    return max(states, key=ORDER.index, default=ComponentState.OPERATIONAL)


class Audience(StrEnum):
    """Who an update is for."""

    CUSTOMERS = "customers"
    """Outside: whoever reads the status page."""
    TEAM = "team"
    EXECUTIVES = "executives"
