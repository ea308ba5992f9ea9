"""Counts how often a session waits for Postgres: over a long way that is what takes the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.kernel.postgres.session import Session


class Trips:
    """What was counted; the connecting itself is not among it."""

    def __init__(self) -> None:
        self.count = 0

    def taken(self) -> int:
        """Since it was asked last."""
        count, self.count = self.count, 0
        return count


@contextmanager
def trips() -> Iterator[Trips]:
    """Count those of every session. In a pipeline only its end and what asks for the answers so far waits."""
    found = Trips()
    wait = Session.wait

    def counted(session: Session, gen: Any, *args: Any, **kwargs: Any) -> Any:
        waits = gen.__name__ in ("_sync_gen", "_exit_gen", "_fetch_gen")
        entered = gen.__name__ == "_enter_gen"
        found.count += waits or not (entered or session.together)
        return wait(session, gen, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "wait", counted)
        yield found
