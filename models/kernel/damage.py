"""Values that cannot be read: another program wrote them, or a disk that fails."""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn

from models.kernel.failures import Refused

UNREADABLE = "(damaged)"
"""What people read in place of words that cannot be read."""

MEND = "`bridgewatch doctor` names what is damaged, and an admin mends it with `bridgewatch mend`."

DAMAGED = "damaged"
"""The kind that an entry which cannot be read has on a timeline."""


class Damage(NamedTuple):
    """One value that cannot be read."""

    table: str
    column: str
    incident: int | None
    """Whose row it is in; None: it belongs to no incident."""

    @property
    def words(self) -> str:
        return f"{self.table}.{self.column}"


class Damaged:
    """Stands in a row in place of a value that cannot be read. Whoever uses it raises Refused: nothing is written that
    rests on it."""

    __slots__ = ("written",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, written: object) -> None:
        self.written = written
        """What the database has in its place."""

    def _use(self, *_: object) -> NoReturn:
        raise refused()

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = _use
    __iter__ = __len__ = __bool__ = __contains__ = __getitem__ = __int__ = __str__ = __add__ = __sub__ = _use

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._use()


def refused() -> Refused:
    return Refused(
        "This needs a row of the database that is damaged.",
        MEND,
    )
