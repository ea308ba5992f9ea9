"""Whom nobody has named before: a slip of the pen is no new person, and somebody who has left is none either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, func, select

from models.kernel.cache import Cache
from models.kernel.failures import Refused
from models.kernel.names import KnownPeople, called
from models.kernel.reader import Rows
from models.kernel.snapshot import Snapshot
from models.kernel.tables import people
from models.kernel.text import LIMITS, checked, key

if TYPE_CHECKING:
    from models.kernel.command import Command

CLOSE = 2
"""By how many letters two names differ that may be meant to be one."""

_truth = people.alias()
EVERYBODY = select(
    people.c.key, people.c.shown_key, called(people).label("called"), _truth.c.id, _truth.c.retired_at
).join(_truth, _truth.c.id == func.coalesce(people.c.merged_into, people.c.id))


def name_of(person: str) -> str:
    """The name, cleaned. Raises Refused for one that cannot be stored."""
    try:
        return checked(person, what="name", limit=LIMITS["name"], lines=False)
    except ValueError as error:
        raise Refused(str(error)) from None


class Stranger(Snapshot, frozen=True, kw_only=True):
    """A name that cannot be taken for a person's without a question."""

    name: str
    near: tuple[str, ...] = ()
    """Who else may be meant, the nearest first."""
    retired_at: datetime | None = None
    """When whoever is called so has left; None: nobody is called so."""

    @property
    def question(self) -> str:
        """What is so, in a sentence or two."""
        if self.retired_at is not None:
            return f"{self.name} has left: retired on {self.retired_at:%Y-%m-%d}."
        meant = f" Did you mean {' or '.join(self.near[:3])}?" if self.near else ""
        return f"{self.name} is new here.{meant}"


def named(command: Command) -> tuple[str, ...]:
    """Whom a command names besides its author."""
    found = (getattr(command, field) for field in command.people())
    return tuple(dict.fromkeys(name for name in found if name is not None and key(name) != "nobody"))


def strangers(read: Rows, names: Iterable[str]) -> tuple[Stranger, ...]:
    """Those among the names that are new or retired; none in a database that knows nobody yet."""
    return among(read.connection.execute(EVERYBODY).all(), names)


def everybody(connection: Connection, kept: Cache) -> Sequence[Row[Any]]:
    """Who is known, and by which keys; it is `kept` whom they mean."""
    rows = connection.execute(EVERYBODY).all()
    kept.of(KnownPeople).update((key, row.id) for row in rows for key in (row.key, row.shown_key) if key is not None)
    return rows


def among(rows: Sequence[Row[Any]], names: Iterable[str]) -> tuple[Stranger, ...]:
    """As `strangers`, where everybody was read already."""
    return tuple(_strangers(names, rows)) if rows else ()


def _strangers(names: Iterable[str], rows: Iterable[Row[Any]]) -> Iterator[Stranger]:
    known = {its: (row.called, row.retired_at) for row in rows for its in (row.key, row.shown_key) if its is not None}
    for name in dict.fromkeys(names):
        wanted = key(name)
        if wanted in known:
            _, retired_at = known[wanted]
            if retired_at is not None:
                yield Stranger(name=name, retired_at=retired_at)
            continue
        yield Stranger(name=name, near=nearest(name, ((its, who) for its, (who, _) in known.items())))


def nearest(name: str, known: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Who may be meant, the nearest first; `known`: keys, and the names that they lead to."""
    wanted = key(name)
    apart = ((distance(wanted, its), len(its), who) for its, who in known)
    # of names as short as bo and cy, two letters are all
    close = sorted((far, who) for far, size, who in apart if far <= CLOSE and far < max(size, len(wanted)))
    return tuple(dict.fromkeys(who for _, who in close))


def admit(rows: Sequence[Row[Any]], names: Iterable[str], *, new: bool) -> tuple[str, ...]:
    """Those who are new here. Raises Refused for what may be a slip, and for somebody who has left, unless `new`."""
    found = among(rows, names)
    for stranger in found:
        if not new and (stranger.near or stranger.retired_at):
            raise Refused(stranger.question, "If this person is meant, add --new-person.")
    return tuple(stranger.name for stranger in found if stranger.retired_at is None)


def distance(one: str, other: str) -> int:
    """How many letters are added, left out or replaced (Levenshtein); CLOSE + 1: more than that."""
    if abs(len(one) - len(other)) > CLOSE:
        return CLOSE + 1
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, its in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (letter != its))
        if min(row) > CLOSE:
            return CLOSE + 1
    return row[-1]
