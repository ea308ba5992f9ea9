"""Read from the database inside one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from models.kernel import schema
from models.kernel.ahead import Question, ask_ahead
from models.kernel.cache import Cache
from models.kernel.damage import DAMAGED, Damage
from models.kernel.entry import EntryView
from models.kernel.failures import ReadOnly
from models.kernel.location import Location
from models.kernel.names import RENAMED, KnownNames, Names, called
from models.kernel.readable import AnyRow, Mended, Statement, fetch
from models.kernel.tables import head, people

TICKET = select(head.c.ticket, head.c.names)
_HERE = people.c.merged_into.is_(None) & people.c.retired_at.is_(None)
PEOPLE = select(
    people.c.id, called(people).label("name"), people.c.name.label("first"), people.c.merged_into, people.c.retired_at
).order_by(func.coalesce(people.c.shown_key, people.c.key))
HOW_MANY_PEOPLE = select(func.count()).select_from(people).where(_HERE)


class Rows:
    """Reads views through one open transaction. Each subject has a subclass that reads what is its own.

    `language` is the one that roles are named in; `kept` holds what the store keeps between readings.
    """

    def __init__(self, connection: Connection, language: str, kept: Cache, *, ends: bool = False) -> None:
        self.connection = connection
        self._ends = ends
        self._language = language
        self._kept = kept
        self.damage: list[Damage] = []
        """What could not be read so far, in the order in which it was met."""
        self._names_version: int | None = None

    def _rows(self, statement: Statement, **known: Any) -> Sequence[AnyRow]:
        return fetch(self.connection, statement, known, self.damage.append)

    def foresee(self, questions: Iterable[Question], *, last: bool = False) -> None:
        """Ask now what will be asked, so that the answers come together; `last`: nothing else will be asked."""
        ask_ahead(self.connection, questions, whole=last and self._ends)

    def damage_of(self, incident: int) -> tuple[str, ...]:
        """What could not be read so far of that incident's rows, as table.column, each once."""
        return tuple(dict.fromkeys(each.words for each in self.damage if each.incident == incident))

    def ticket(self) -> int:
        """The last change that this reader sees."""
        row = self._rows(TICKET)[0]
        self._names_version = row["names"]
        return int(row["ticket"])

    @property
    def names_version(self) -> int:
        """The ticket of the last change of people's names; 0: there was none."""
        if self._names_version is None:
            self.ticket()
        return int(self._names_version or 0)

    def trust_names(self) -> None:
        """Take the names as they were read last, which costs no statement: a board finds out when they have changed."""
        self._names_version = self._kept.of(KnownNames).version

    @property
    def names(self) -> Names:
        """How people are shown who were renamed or merged."""
        return self._kept.of(KnownNames).read(self.connection, self.names_version)

    def ahead_of_names(self, *, anew: bool) -> Iterator[Question]:
        """What the last change, the names and the right to write ask; `anew`: also who is named in another way."""
        yield TICKET, {}
        yield schema.STANDING, {}
        if anew:
            yield RENAMED, {}

    def read_only(self, location: Location) -> ReadOnly | None:
        """Why this program may not write to the database as it is by now; None: it may.

        Raises Unusable when a newer program has upgraded it beyond what this one can read.
        """
        return schema.read_only(self.connection, location)

    def people(self, known: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Everybody who can be named; `known`, if nobody has come since they were read, under the same names."""
        if known and self.connection.execute(HOW_MANY_PEOPLE).scalar_one() == len(known):
            return known
        return tuple(
            row["name"] for row in self._rows(PEOPLE) if row["merged_into"] is None and row["retired_at"] is None
        )

    def every_name(self) -> tuple[str, ...]:
        """Of everybody who was ever named, in each form that they have or had first."""
        return tuple({name for row in self._rows(PEOPLE) for name in (row["name"], row["first"])})


def entry_view(row: AnyRow, names: Names) -> EntryView:
    """A row of `entries` with its author's name, as a view; one that cannot be read as damaged."""
    if isinstance(row, Mended):
        return _damaged(row)
    return EntryView(
        ref=f"INC-{row['incident_id']}",
        n=row["n"],
        root=row["revises"] or row["n"],
        kind=row["kind"],
        data=names.show(row["data"]),
        text=row["text"],
        author=row["author"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
    )


def _damaged(row: Mended) -> EntryView:
    """What can be read of it stays where it was; nothing is read from its data."""
    times = [row[name] for name in ("occurred_at", "recorded_at") if name not in row.damaged] or [row["recorded_at"]]
    return EntryView(
        ref=f"INC-{row['incident_id']}",
        n=row["n"],
        root=row["revises"] or row["n"],
        kind=DAMAGED,
        data={"was": row["kind"], "damaged": list(row.damaged)},
        text=row["text"],
        author=row["author"],
        occurred_at=times[0],
        recorded_at=times[-1],
    )
