"""Frozen snapshots of the places that updates go to, and of what became of an update on its way there.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

import re
from datetime import datetime

from models.kernel.snapshot import Snapshot
from models.policy.audience import Audience
from models.policy.delivery import DeliveryState, DestinationKind

SECRET = re.compile(r"\{([a-z][a-z0-9-]{0,62})\}")
"""The name of a secret, where the secret itself would stand."""


def secret_names(*texts: str) -> tuple[str, ...]:
    """The names of the secrets that these texts need, each once."""
    return tuple(dict.fromkeys(name for words in texts for name in SECRET.findall(words)))


class DestinationView(Snapshot, frozen=True, kw_only=True):
    id: int
    key: str
    """What commands call it."""
    kind: DestinationKind
    address: str
    """With the names of its secrets in braces."""
    headers: dict[str, str]
    audiences: tuple[Audience, ...]
    active: bool
    """While not, what is published waits."""
    added_by: str
    added_at: datetime
    unsent: int
    """How many updates are still to be sent there."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that whoever sends there needs."""
        return secret_names(self.address, *self.headers.values())


class DeliveryView(Snapshot, frozen=True, kw_only=True):
    """An update on its way to a place, or there."""

    id: int
    ref: str
    n: int
    """The number of the update's entry."""
    audience: Audience
    place: str
    active: bool
    """Updates go to the place; while not, nothing is sent there."""
    secrets: tuple[str, ...]
    """The names of what whoever sends it needs."""
    state: DeliveryState
    attempts: int
    """Since it was published, or since somebody had it tried again."""
    next_at: datetime
    """When it is tried next."""
    said: str
    """Why it was not sent, in words; of one that was, what the place did not take."""
    sent_at: datetime | None
    left_out: str = ""
    """Who said that it need not be sent, and why; empty: nobody."""
