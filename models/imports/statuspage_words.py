"""What Statuspage's words mean here: of states, of impact, of components, and of an update's HTML.

Pages of many years use words that are in no documentation. Such a word is read as the nearest that is known.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple, TypeVar

from models.kernel.text import LIMITS, checked, clean
from models.policy.audience import ComponentState
from models.policy.phase import Phase
from models.policy.severity import Severity

PHASES = {
    "investigating": Phase.INVESTIGATING,
    "identified": Phase.IDENTIFIED,
    "monitoring": Phase.MONITORING,
    "resolved": Phase.RESOLVED,
    "postmortem": Phase.CLOSED,
    "scheduled": Phase.IDENTIFIED,
    "in_progress": Phase.IDENTIFIED,
    "verifying": Phase.MONITORING,
    "completed": Phase.RESOLVED,
}
MAINTENANCE = ("scheduled", "in_progress", "verifying", "completed")
"""The states of a scheduled maintenance."""

SEVERITIES = {
    "critical": Severity.P1,
    "major": Severity.P2,
    "minor": Severity.P3,
    "none": Severity.P3,
    "maintenance": Severity.P3,
}
STATES = {
    "operational": ComponentState.OPERATIONAL,
    "degraded_performance": ComponentState.DEGRADED,
    "partial_outage": ComponentState.PARTIAL_OUTAGE,
    "major_outage": ComponentState.MAJOR_OUTAGE,
    "under_maintenance": ComponentState.MAINTENANCE,
}

_PHASE_STEMS = (
    ("unresolv", Phase.INVESTIGATING),
    ("reopen", Phase.INVESTIGATING),
    ("investig", Phase.INVESTIGATING),
    ("identif", Phase.IDENTIFIED),
    ("mortem", Phase.CLOSED),
    ("monitor", Phase.MONITORING),
    ("mitigat", Phase.MONITORING),
    ("watch", Phase.MONITORING),
    ("observ", Phase.MONITORING),
    ("verif", Phase.MONITORING),
    ("recover", Phase.MONITORING),
    ("progress", Phase.IDENTIFIED),
    ("schedul", Phase.IDENTIFIED),
    ("planned", Phase.IDENTIFIED),
    ("resolv", Phase.RESOLVED),
    ("complet", Phase.RESOLVED),
    ("closed", Phase.RESOLVED),
    ("fixed", Phase.RESOLVED),
    ("restored", Phase.RESOLVED),
    ("cancel", Phase.RESOLVED),
)
_SEVERITY_STEMS = (
    ("crit", Severity.P1),
    ("blocker", Severity.P1),
    ("major", Severity.P2),
    ("high", Severity.P2),
    ("outage", Severity.P2),
    ("sev1", Severity.P1),
    ("sev2", Severity.P2),
)
_STATE_STEMS = (
    ("major", ComponentState.MAJOR_OUTAGE),
    ("partial", ComponentState.PARTIAL_OUTAGE),
    ("degrad", ComponentState.DEGRADED),
    ("slow", ComponentState.DEGRADED),
    ("mainten", ComponentState.MAINTENANCE),
    ("outage", ComponentState.MAJOR_OUTAGE),
    ("down", ComponentState.MAJOR_OUTAGE),
    ("operation", ComponentState.OPERATIONAL),
)

T = TypeVar("T")


class Meaning(NamedTuple):
    """What a word means here."""

    phase: Phase
    known: bool
    """Statuspage's own word; else this is the nearest."""


def phase(word: str, before: Phase | None) -> Meaning:
    """The phase that a state stands for; one that is like no other leaves the phase `before`, if there is one."""
    if word in PHASES:
        return Meaning(PHASES[word], known=True)
    return Meaning(_nearest(word, PHASES, _PHASE_STEMS) or before or Phase.INVESTIGATING, known=False)


def severity(word: str) -> Severity:
    """The severity that an impact stands for."""
    return _nearest(word, SEVERITIES, _SEVERITY_STEMS) or Severity.P3


def state(word: str) -> ComponentState | None:
    """The state of a component; None for a word that is like no other."""
    return _nearest(word, STATES, _STATE_STEMS)


def _nearest(word: str, known: Mapping[str, T], stems: Sequence[tuple[str, T]]) -> T | None:
    plain_word = re.sub(r"[\s-]+", "_", word[:100].strip().casefold())
    if plain_word in known:
        return known[plain_word]
    like = next((meaning for stem, meaning in stems if stem in plain_word), None)
    if like is not None:
        return like
    return next((known[close] for close in get_close_matches(plain_word, known, 1, 0.8)), None)


_NEW_LINES = r"(?i)<br\s*/?>|</(?:p|div|li|ul|ol|h[1-6]|tr)\s*>"
_TAGS = r"<[!/?a-zA-Z][^<>]*>"
_NO_CHARACTER = r"&#[xX]?[0-9a-fA-F]{9,};?"


def plain(body: str) -> str:
    """The words of an update's HTML. Raises ValueError, in words, when they are too many."""
    limit = LIMITS["draft"]
    if len(body) <= limit * 10:
        # Not html.parser: hostile text of this length keeps it busy for minutes.
        body = re.sub(_TAGS, "", re.sub(_NEW_LINES, "\n", body))
        body = clean(html.unescape(re.sub(_NO_CHARACTER, "", body)), lines=True).strip()
    return checked(body, what="update", limit=limit, lines=True, empty=True)
