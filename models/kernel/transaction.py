"""One open transaction: it locks an incident, and writes the incident's changes together with their entries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, bindparam, func, insert, or_, select, text, update

from models.kernel import seals
from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.entry import EntryView
from models.kernel.failures import Refused
from models.kernel.history import LATEST, NUMBERED, History
from models.kernel.names import VERSION, KnownNames, KnownPeople, called
from models.kernel.reader import entry_view
from models.kernel.tables import entries, head, incidents, people
from models.kernel.text import key

_PEOPLE = select(
    people.c.id,
    people.c.name,
    called(people).label("shown"),
    people.c.merged_into,
    VERSION.scalar_subquery().label("version"),
)
PERSON = _PEOPLE.where(or_(people.c.key == bindparam("key"), people.c.shown_key == bindparam("key"))).limit(1)
_IN_TRUTH = _PEOPLE.where(people.c.id == bindparam("person"))
_ADD_PERSON = (
    text("INSERT INTO people (name, key, added_at) VALUES (:name, :key, :at) ON CONFLICT (key) DO NOTHING")
    .bindparams(bindparam("at", type_=people.c.added_at.type))
    .execution_options(changes="people")
)
_QUEUE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("queue"), 0)))
_LAST_RECORDED = (
    select(entries.c.recorded_at).where(entries.c.incident_id == incidents.c.id).order_by(entries.c.n.desc()).limit(1)
)
_LOCK = (
    select(incidents, _LAST_RECORDED.scalar_subquery().label("last_recorded"))
    .where(incidents.c.id == bindparam("id"))
    .with_for_update(of=incidents)
)
_NEXT_NUMBER = select(func.coalesce(func.max(incidents.c.id), 0) + 1).scalar_subquery()
_BEGIN_INCIDENT = insert(incidents).values(id=_NEXT_NUMBER).returning(incidents)
_KEEP_UP = select(func.nextval(func.pg_get_serial_sequence("incidents", "id")))
TAKE_TICKET = update(head).values(ticket=head.c.ticket + 1)
TICKET = select(head.c.ticket).scalar_subquery()
"""The one that the transaction has taken: nobody waits to hear of it."""

_CHANGED = update(incidents).where(incidents.c.id == bindparam("incident")).values(changed=TICKET)


def locking(incident_id: int) -> tuple[Question, ...]:
    """What a transaction asks to lock an incident."""
    return (_QUEUE, _turn(f"incident {incident_id}")), (_LOCK, {"id": incident_id})


def _turn(queue: str) -> dict[str, str]:
    return {"queue": f"bridgewatch {queue}"}


EntryWords = Callable[[str, Any, str, str, datetime], str]
"""Gives the words by which an entry is found: of its kind, data, text, author and time."""


class Transaction:
    """One open transaction of one author, on at most one incident, whose row it holds locked."""

    def __init__(
        self,
        connection: Connection,
        *,
        author: str,
        command: UUID,
        clock: Callable[[], datetime],
        ref: str | None,
        kept: Cache,
        words: EntryWords,
    ) -> None:
        self.connection = connection
        self.kept = kept
        self._words = words
        self._command = command
        self._number = 0
        self._seal = seals.NONE
        self._last_recorded: datetime | None = None
        self._incident: dict[str, Any] = {}
        self._changes: dict[str, Any] = {}
        self._beside: list[Transaction] = []
        self._begun = False
        self._recorded: dict[int, EntryView] = {}
        if ref is not None:
            self.lock(int(ref.removeprefix("INC-")))
        # after the lock: times follow the order of the entries, and nobody's new name is waited for by who holds it
        self.now = clock()
        self.author_id, self._signed, self.author, version = self._person(author)
        self.names = kept.of(KnownNames).read(connection, version)

    def lock(self, incident_id: int) -> None:
        """Lock an incident and make it the transaction's. Raises Refused when there is none."""
        self.wait_in_line(f"incident {incident_id}")
        row = self.connection.execute(_LOCK, {"id": incident_id}).mappings().first()
        if row is None:
            raise Refused(f"There is no incident INC-{incident_id}.", "See the list: `bridgewatch list --all`.")
        self._incident = dict(row)
        self._last_recorded = self._incident.pop("last_recorded")
        self._number, self._seal = row["version"], row["seal"]

    def beside(self, ref: str) -> Transaction:
        """The same transaction on another incident, which is locked too. Raises Refused when there is none."""
        known: dict[str, Any] = {"author": self.author, "command": uuid5(self._command, ref), "kept": self.kept}
        known["words"] = self._words
        other = Transaction(self.connection, clock=lambda: self.now, ref=ref, **known)
        self._beside.append(other)
        return other

    def wait_in_line(self, queue: str) -> None:
        """Wait for a row that many want, in order of arrival; the turn ends with the transaction."""
        # who waits for a row of Postgres itself is woken at each change of it, only to wait again, and in no order
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(_QUEUE, _turn(queue))

    @property
    def recorded_at(self) -> datetime:
        """When its entries say they were recorded: a clock that was set back puts none before an earlier one."""
        return max(self.now, self._last_recorded or self.now)

    @property
    def incident(self) -> dict[str, Any]:
        """The incident's row, with the changes made so far."""
        return {**self._incident, **self._changes}

    @property
    def incident_id(self) -> int:
        return int(self._incident["id"])

    @property
    def ref(self) -> str:
        return f"INC-{self.incident_id}"

    @property
    def history(self) -> History:
        """The incident's entries."""
        return History(self.connection, self.incident_id, self.names)

    @property
    def next_number(self) -> int:
        """The number that the next entry gets."""
        return self._number + 1

    def person(self, name: str) -> tuple[int, str]:
        """The person of that name, added on first use: their id, and the name that they are shown by."""
        person_id, _, shown, _ = self._person(name)
        return person_id, shown

    def _person(self, name: str) -> tuple[int, str, str, int]:
        """Id, the name that is sealed, the one that is shown, and the version of everybody's names."""
        known = {"key": key(name)}
        row = self.connection.execute(PERSON, known).first()
        if row is None:
            self.connection.execute(_ADD_PERSON, {"name": name, "at": self.now, **known})
            row = self.connection.execute(PERSON, known).one()
        while row.merged_into is not None:
            row = self.connection.execute(_IN_TRUTH, {"person": row.merged_into}).one()
        self.kept.of(KnownPeople)[known["key"]] = row.id
        return row.id, row.name, row.shown, row.version

    def begin_incident(self, **columns: Any) -> None:
        """Insert a new incident; its row is then the transaction's. Its number is free again if this is refused."""
        self.wait_in_line("incidents")
        values = {"version": 0, "changed": 0, "approval_severity": columns["severity"], **columns}
        row = self.connection.execute(_BEGIN_INCIDENT, values).mappings().one()
        self._incident = dict(row)
        self._begun = True

    def change(self, **columns: Any) -> None:
        """Set columns of the incident; written together with its new version at the end."""
        self._changes.update(columns)

    def record(
        self,
        kind: str,
        data: dict[str, Any],
        *,
        text: str = "",
        occurred_at: datetime | None = None,
        revises: int | None = None,
        undoes: int | None = None,
    ) -> int:
        """Append an entry and return its number; most commands record one."""
        self._number += 1
        said: dict[str, Any] = {
            "n": self._number,
            "kind": kind,
            "data": self.names.seal(data),
            "text": text,
            "occurred_at": occurred_at or self.recorded_at,
            "recorded_at": self.recorded_at,
            "revises": revises,
            "undoes": undoes,
        }
        self._seal = seals.seal(
            self._seal, incident=self.incident_id, command=self._command, author=self._signed, **said
        )
        columns = {"incident_id": self.incident_id, "command_id": self._command, "author_id": self.author_id}
        columns["words"] = self._words(kind, data, text, self.author, said["occurred_at"])
        self.connection.execute(insert(entries), {**said, **columns, "seal": self._seal})
        self._recorded[self._number] = EntryView(
            ref=self.ref,
            n=self._number,
            root=revises or self._number,
            kind=str(kind),
            data=self.names.show(seals.as_read(said["data"])),
            text=text,
            author=self.author,
            occurred_at=said["occurred_at"].astimezone(UTC),
            recorded_at=self.recorded_at,
        )
        self._command = uuid5(self._command, "")  # the next entry's: another one, and the same whenever it is retried
        return self._number

    def record_nothing(self) -> int:
        """For what other desks should see at once and nobody needs to read later."""
        return self._number

    def entry(self, n: int) -> EntryView:
        """The entry with that number, which this transaction has recorded or an earlier one."""
        known = {"incident": self.incident_id}
        if not self._recorded and n == self._number:
            return entry_view(self.connection.execute(LATEST, known).mappings().one(), self.names)
        if n not in self._recorded:
            known["number"] = n
            return entry_view(self.connection.execute(NUMBERED, known).mappings().one(), self.names)
        return self._recorded[n]

    def finish(self) -> None:
        """Write the new version of each incident and take the ticket; nothing comes after this but the commit."""
        if self._begun and self.connection.dialect.name == "postgresql":
            # for programs that take the number from the sequence, which only counts up
            self.connection.execute(_KEEP_UP)
        self.wait_in_line("head")
        self.connection.execute(TAKE_TICKET)
        for each in (self, *self._beside):
            if each._incident:
                values = {**each._changes, "version": each._number, "seal": each._seal}
                self.connection.execute(_CHANGED.values(**values), {"incident": each.incident_id})
