"""What the frozen snapshots of what the database holds are made of."""

from __future__ import annotations

from typing import Any, Self

from msgspec import Struct, structs


class Snapshot(Struct, frozen=True, gc=False):
    """Base of classes whose values never change; as a dataclass, each would take forty times as long to be made.

    Python's collector leaves them alone: each is made of what was there before it, so that none is part of a cycle.
    """

    def but(self, **changes: Any) -> Self:
        """The same with other values for these fields."""
        return structs.replace(self, **changes)
