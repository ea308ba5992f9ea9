"""Who an update is for, and the states of a component that it may report."""

from __future__ import annotations

from enum import StrEnum


class ComponentState(StrEnum):
    OPERATIONAL = "operational"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial outage"
    MAJOR_OUTAGE = "major outage"
    MAINTENANCE = "maintenance"


class Audience(StrEnum):
    """Who an update is for."""

    CUSTOMERS = "customers"
    """Outside: whoever reads the status page."""
    TEAM = "team"
    EXECUTIVES = "executives"
