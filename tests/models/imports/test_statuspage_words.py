"""Words that Statuspage does not document are read as the nearest that it does."""

import pytest

from models.imports.statuspage_words import phase, severity, state
from models.policy.phase import Phase


@pytest.mark.parametrize(
    ("word", "before", "meant"),
    [
        ("Investigating", None, Phase.INVESTIGATING),
        ("in progress", None, Phase.IDENTIFIED),
        ("post-mortem", None, Phase.CLOSED),
        ("fixed", Phase.MONITORING, Phase.RESOLVED),
        ("unresolved", None, Phase.INVESTIGATING),
        ("monitorng", None, Phase.MONITORING),
        ("blub", Phase.IDENTIFIED, Phase.IDENTIFIED),
        ("blub", None, Phase.INVESTIGATING),
    ],
)
def test_an_unknown_state_is_the_nearest_that_is_known(word: str, before: Phase | None, meant: Phase) -> None:
    assert phase(word, before) == (meant, False)


def test_unknown_words_for_impact_and_components() -> None:
    assert [severity(word) for word in ("critical", "Major Outage", "high", "sev1", "blub", "")] == [
        *("P1", "P2", "P2", "P1", "P3", "P3")
    ]
    assert [state(word) for word in ("Degraded", "down", "major outage", "up", "")] == [
        *("degraded", "major outage", "major outage", None, None)
    ]
