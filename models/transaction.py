"""How a command is performed, and what it sees of the database meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, RowMapping, and_, bindparam, exists, func, insert, or_, select, text, update

from models import rolebook, seals
from models.failures import Conflict, Refused
from models.reading.books import Books
from models.reading.timeline import entry_view
from models.records import Recorded, RoleRow
from models.role_names import called_so
from models.tables import assignments, entries, head, incident_roles, incidents, people
from models.text import key
from models.views import Done
from models.wording import sentence

if TYPE_CHECKING:
    from models.commands.base import Command

_PERSON = select(people.c.id, people.c.name).where(people.c.key == bindparam("key"))
_ADD_PERSON = text("INSERT INTO people (name, key, added_at) VALUES (:name, :key, :at) ON CONFLICT (key) DO NOTHING")
_ADD_PERSON = _ADD_PERSON.bindparams(bindparam("at", type_=people.c.added_at.type))
_QUEUE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("queue"), 0)))
_LAST_RECORDED = (
    select(entries.c.recorded_at).where(entries.c.incident_id == incidents.c.id).order_by(entries.c.n.desc()).limit(1)
)
_LOCK = (
    select(incidents, _LAST_RECORDED.scalar_subquery().label("last_recorded"))
    .where(incidents.c.id == bindparam("id"))
    .with_for_update(of=incidents)
)
_ROLES = select(incident_roles).where(incident_roles.c.incident_id == bindparam("incident"), ~incident_roles.c.removed)
_HOLDERS = (
    select(assignments, people.c.name.label("person"))
    .join(people, people.c.id == assignments.c.person_id)
    .where(assignments.c.incident_id == bindparam("incident"), assignments.c.until.is_(None))
    .order_by(assignments.c.since, assignments.c.id)
)
_ENTRY = select(entries, people.c.name.label("author")).join(people, people.c.id == entries.c.author_id)
_DONE_BEFORE = _ENTRY.where(entries.c.command_id == bindparam("command"))
_LAST_OF_KIND = (
    _ENTRY.where(entries.c.incident_id == bindparam("incident"), entries.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(entries.c.n.desc())
    .limit(20)
)
_ENTRY_N = _ENTRY.where(entries.c.incident_id == bindparam("incident"), entries.c.n == bindparam("number"))
_undoing = entries.alias()
_stands = and_(
    entries.c.undoes.is_(None),
    ~exists().where(_undoing.c.incident_id == entries.c.incident_id, _undoing.c.undoes == entries.c.n),
)
_LAST_OWN = (
    _ENTRY.where(
        entries.c.incident_id == bindparam("incident"),
        entries.c.author_id == bindparam("author"),
        _stands,
        ~exists().where(
            _undoing.c.incident_id == entries.c.incident_id,
            _undoing.c.revises == func.coalesce(entries.c.revises, entries.c.n),
            _undoing.c.n > entries.c.n,
            _undoing.c.kind == "undone",
        ),
    )
    .order_by(entries.c.n.desc())
    .limit(1)
)
_STANDING_BEFORE = (
    _ENTRY.where(
        entries.c.incident_id == bindparam("incident"),
        _stands,
        or_(entries.c.n == bindparam("root"), entries.c.revises == bindparam("root")),
        entries.c.n < bindparam("number"),
    )
    .order_by(entries.c.n.desc())
    .limit(1)
)
_LATEST_VERSION = select(func.max(entries.c.n)).where(
    entries.c.incident_id == bindparam("incident"), entries.c.revises == bindparam("root")
)
TAKE_TICKET = update(head).values(ticket=head.c.ticket + 1).returning(head.c.ticket)


class Transaction:
    """One open transaction on behalf of one author, on at most one incident, whose row it holds locked."""

    def __init__(
        self,
        connection: Connection,
        *,
        author: str,
        command: UUID,
        clock: Callable[[], datetime],
        ref: str | None,
        books: Books,
    ) -> None:
        self.connection = connection
        self._books = books
        self._command = command
        self._number = 0
        self._seal = seals.NONE
        self._last_recorded: datetime | None = None
        self._incident: dict[str, Any] = {}
        self._changes: dict[str, Any] = {}
        self._beside: list[Transaction] = []
        if ref is not None:
            self.lock(int(ref.removeprefix("INC-")))
        # after the lock: times follow the order of the entries, and nobody's new name is waited for by who holds it
        self.now = clock()
        self.author_id, self.author = self.person(author)

    def lock(self, incident_id: int) -> None:
        """Make an incident the transaction's. Raises Refused when there is none."""
        self.wait_in_line(f"incident {incident_id}")
        row = self.connection.execute(_LOCK, {"id": incident_id}).mappings().first()
        if row is None:
            raise Refused(f"There is no incident INC-{incident_id}.", "`bridgewatch list --all` shows every one.")
        self._incident = dict(row)
        self._last_recorded = self._incident.pop("last_recorded")
        self._number, self._seal = row["version"], row["seal"]

    def beside(self, ref: str) -> Transaction:
        """The same transaction on another incident, which it holds locked too. Raises Refused when there is none."""
        known: dict[str, Any] = {"author": self.author, "command": uuid5(self._command, ref), "books": self._books}
        other = Transaction(self.connection, clock=lambda: self.now, ref=ref, **known)
        self._beside.append(other)
        return other

    def wait_in_line(self, queue: str) -> None:
        """For a row that many want, in the order of their coming, until the transaction ends."""
        # who waits for a row of Postgres itself is woken at each change of it, only to wait again, and in no order
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(_QUEUE, {"queue": f"bridgewatch {queue}"})

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
    def book(self) -> rolebook.RoleBook:
        # what this transaction added may yet be taken back
        known = self._incident["book"], self._incident["book_version"]
        return self._books.read(self.connection, *known, keep=False)

    def person(self, name: str) -> tuple[int, str]:
        """The person of that name, added on first use: their id, and their name as it was first written."""
        known = {"key": key(name)}
        row = self.connection.execute(_PERSON, known).first()
        if row is None:
            self.connection.execute(_ADD_PERSON, {"name": name, "at": self.now, **known})
            row = self.connection.execute(_PERSON, known).one()
        return row.id, row.name

    def begin_incident(self, **columns: Any) -> None:
        """Insert a new incident; its row is then the transaction's."""
        row = (
            self.connection.execute(insert(incidents).returning(incidents), {"version": 0, "changed": 0, **columns})
            .mappings()
            .one()
        )
        self._incident = dict(row)

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
            "data": data,
            "text": text,
            "occurred_at": occurred_at or self.recorded_at,
            "recorded_at": self.recorded_at,
            "revises": revises,
            "undoes": undoes,
        }
        self._seal = seals.seal(
            self._seal, incident=self.incident_id, command=self._command, author=self.author, **said
        )
        columns = {"incident_id": self.incident_id, "command_id": self._command, "author_id": self.author_id}
        self.connection.execute(insert(entries), {**said, **columns, "seal": self._seal})
        self._command = uuid5(self._command, "")  # the next entry's: another one, and the same whenever it is retried
        return self._number

    def record_nothing(self) -> int:
        """For what others should see at once and nobody needs to read later."""
        return self._number

    def finish(self) -> int:
        """Write the new version of each incident and take the ticket; nothing comes after this but the commit."""
        self.wait_in_line("head")
        ticket: int = self.connection.execute(TAKE_TICKET).scalar_one()
        for each in (self, *self._beside):
            if each._incident:
                values = {**each._changes, "version": each._number, "seal": each._seal, "changed": ticket}
                self.connection.execute(update(incidents).where(incidents.c.id == each.incident_id), values)
        return ticket

    def entry(self, n: int) -> Recorded:
        """Raises Refused when the incident has no such entry."""
        row = self.connection.execute(_ENTRY_N, {"incident": self.incident_id, "number": n}).mappings().first()
        if row is None:
            raise Refused(f"{self.ref} has no entry {n}.", f"`bridgewatch show {self.ref}` lists them.")
        return Recorded.of(row)

    def latest_version(self, root: int) -> Recorded:
        """The entry as it was last revised, retracted or undone."""
        n = self.connection.execute(_LATEST_VERSION, {"incident": self.incident_id, "root": root}).scalar()
        return self.entry(n or root)

    def standing(self, root: int, *, before: int | None = None) -> Recorded:
        """The entry's last version (before that number) that is neither taken back nor a taking back."""
        known = {"incident": self.incident_id, "root": root, "number": before or self._number + 1}
        return Recorded.of(self.connection.execute(_STANDING_BEFORE, known).mappings().one())

    def last_own(self) -> Recorded | None:
        """The author's last entry that has not been undone, and that is no undoing itself."""
        known = {"incident": self.incident_id, "author": self.author_id}
        row = self.connection.execute(_LAST_OWN, known).mappings().first()
        return Recorded.of(row) if row else None

    def last(self, *kinds: str, **about: object) -> Recorded | None:
        """The last entry of these kinds (about that role or task), to name who changed what, and when."""
        rows = self.connection.execute(
            _LAST_OF_KIND, {"incident": self.incident_id, "kinds": [*kinds, "undone"]}
        ).mappings()
        for entry in map(Recorded.of, rows):
            data = entry.data if entry.kind != "undone" else entry.data.get("data", {})
            kind = entry.kind if entry.kind != "undone" else entry.data.get("kind")
            if kind in kinds and all(data.get(name) == value for name, value in about.items()):
                return entry
        return None

    def roles(self) -> list[RoleRow]:
        """The incident's roles with their holders."""
        known = {"incident": self.incident_id}
        rows = self.connection.execute(_ROLES, known).mappings().all()
        held: defaultdict[int, list[RowMapping]] = defaultdict(list)
        for holding in self.connection.execute(_HOLDERS, known).mappings():
            held[holding["role_id"]].append(holding)
        names = [name for name in RoleRow.__slots__ if name != "holders"]
        return [
            RoleRow(**{name: row[name] for name in names}, holders=tuple(held[row["id"]]))
            for row in sorted(rows, key=lambda row: row["position"])
        ]

    def role(self, called: str) -> RoleRow:
        """The role of that key, name or alias in any language. Raises Refused when none or several fit."""
        roles = self.roles()
        found = called_so(called, roles, self.book)
        if len(found) == 1:
            return found[0]
        if found:
            names = " or ".join(f"{role.called} ({role.key})" for role in found)
            raise Refused(f"{called!r} could be {names}.", "Name one of them by its key.")
        raise Refused(f"{self.ref} has no role {called!r}.", f"Its roles: {', '.join(role.key for role in roles)}.")

    def unchanged(self, what: str, saw: object, now: object, last: Recorded | None) -> None:
        """Raise Conflict, naming who did what and when, unless what the author saw is still so. None: did not look."""
        if saw is None or saw == now:
            return
        raise Conflict(f"{what} changed while you looked: {self.told(last)}", now=now)

    @staticmethod
    def told(last: Recorded | None) -> str:
        """Who did it, what, and when."""
        if last is None:
            return "it is no longer so."
        return f"{last.author} {sentence(last.kind, last.data, last.text)} at {last.recorded_at:%H:%M:%S}Z."


def perform(command: Command, connection: Connection, clock: Callable[[], datetime], books: Books) -> Done:
    """Do it in the transaction that is open there, unless that was done before."""
    before = connection.execute(_DONE_BEFORE, {"command": command.id}).mappings().first()
    if before is not None:
        view = entry_view(before)
        return Done(ref=view.ref, entry=view, already=True)
    ref = getattr(command, "ref", None)
    tx = Transaction(connection, author=command.by, command=command.id, clock=clock, ref=ref, books=books)
    n = command.perform(tx)
    row = connection.execute(_ENTRY_N, {"incident": tx.incident_id, "number": n}).mappings().one()
    done = Done(ref=tx.ref, entry=entry_view(row))
    tx.finish()
    return done
