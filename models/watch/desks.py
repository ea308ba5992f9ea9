"""Looks up whose desks are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.failures import Failure
from models.presence import Desks
from models.watch.doorbell import listening

if TYPE_CHECKING:
    from models.store import Store


def desks(store: Store) -> Desks:
    """The desks that are open on the store's database; none that are known where that cannot be looked up."""
    try:
        if store.location.path is not None:
            return Desks.listening(listening(store.location.path))
        with store.reading() as read:
            return Desks.listening(read.listening())
    except (OSError, Failure):
        return Desks()
