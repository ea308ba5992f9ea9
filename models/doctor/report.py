"""What a check of a database answers with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, in words for who looks after the database."""

    about: str
    """One word for programs: file, constraints, numbers, seals, replay, modes, privileges, durability, version, server,
    kept, clock, pooler, rows."""
    found: str
    means: str
    do: str


@dataclass(frozen=True, slots=True)
class Report:
    database: str
    """Its address, without credentials."""
    schema: int | None
    """None: it could not be read, and a finding says why."""
    incidents: int
    entries: int
    """How many were looked at."""
    findings: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    """What is well as long as nothing is added to it."""
    unchecked: tuple[str, ...]
    """What this cannot look at, and what can."""
    unchanged: tuple[str, ...]
    """Of the seals that were kept elsewhere, those up to which nothing was changed."""
    seal: str | None
    """One over the whole history, to be kept elsewhere; None: there was no reading it to its end."""
    seconds: float

    @property
    def well(self) -> bool:
        return not self.findings
