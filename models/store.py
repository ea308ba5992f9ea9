"""The one door to the database.

What only writing needs is imported when somebody writes: the first board does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from models import boards, keepers, logins, onlooking, schema, timeline
from models.engine import FileId, connect, find, in_words
from models.failures import ReadOnly, Refused, Unreachable
from models.line import in_turn
from models.location import Location
from models.reading import PAGE, Reader
from models.reading.books import Books
from models.text import LIMITS, checked

if TYPE_CHECKING:
    from models.bookcheck import Checked
    from models.books import Imported
    from models.commands.base import Command
    from models.deliveries import PlaceView
    from models.internal_words import Finding
    from models.message_templates import Filled, Templates
    from models.policy import Audience
    from models.reading.sending import Turn
    from models.rules import Rules
    from models.transaction import Transaction
    from models.views import Board, Done, EntryView, HoldingView, IncidentRow, IncidentView

_NOW = select(func.clock_timestamp())
_NOTIFY = select(func.pg_notify(bindparam("channel"), ""))

MOST_AT_ONCE = 5_000
"""The most entries of a timeline that are read in one go."""

First = Literal["first"]
"""In place of an incident's number: the first one on the board."""

ATTEMPTS = 3
"""How often a command is tried when the connection breaks while it is performed."""

_DEADLOCK, _SERIALIZATION = "40P01", "40001"


class Store:
    """Reads and writes one database. Used by one thread at a time.

    Every method may raise Unreachable; those that take an incident raise Refused when there is none.
    `language` is the one that roles are named in; `clock` replaces the machine's, for tests.
    """

    def __init__(
        self, location: Location, *, language: str = "en", clock: Callable[[], datetime] | None = None
    ) -> None:
        self.location = location
        self._language = language
        self._clock = clock
        self._books = Books()
        self.read_only: ReadOnly | None = None
        """Why this program may not write to the database that it opened; None: it may."""
        self.person: str | None = None
        """Whose the login is that it opened it with; None: nobody has said, or the database has no logins."""
        self._file: FileId = None
        self._engine = connect(location)
        self._writer = self._engine.execution_options(writes=True)
        self._reader = self._engine
        if location.path is None:
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ")

    def open(self, *, book: str | None = None, create: bool = True, upgrade: bool = True) -> None:
        """Make the tables where there are none (and `create` says so), upgrade them where they are older (`upgrade`).

        `book` becomes the role book of incidents declared from now on. Raises Refused for an unknown book.
        """
        self.close()
        self._books.forget()
        self._file = find(self.location, create=create)
        if self.location.path is not None:
            onlooking.own_log(self.location.path)
        with in_words(self.location):
            if upgrade and schema.version(self._engine) < schema.SCHEMA:
                with in_turn(self.location):
                    schema.upgrade(self._engine, self.location)
            with self._engine.connect() as connection:
                self.read_only = schema.read_only(connection, self.location)
                self.person = logins.own(connection)
        if book is not None:
            from models.books import choose

            with self._keeping("settings", "choose the book of new incidents") as connection:
                choose(connection, book)

    def close(self) -> None:
        """Let go of the connection; a later call opens another."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A consistent snapshot to read from."""
        self._same_file()
        # it commits: after a rollback, psycopg forgets which statements Postgres has planned already
        with in_words(self.location), self._reader.begin() as connection:
            yield Reader(connection, self._language, self._books)

    @property
    def writable(self) -> bool:
        return self.read_only is None

    def _same_file(self) -> None:
        """Raises Unreachable when the file was moved or replaced: what is written to it then, nobody else sees."""
        if self._file != find(self.location, create=False):
            self.close()
            raise Unreachable(f"{self.location.shown} was moved or replaced.", "The desk opens what is there now.")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        from models.watch.doorbell import ring
        from models.watch.postgres import CHANNEL

        if self.read_only is not None:
            raise self.read_only
        self._same_file()
        with in_turn(self.location), self._writer.begin() as connection:
            schema.check(connection, self.location, writes=True)
            yield connection
            if self.location.path is None:
                connection.execute(_NOTIFY, {"channel": CHANNEL})
            self._same_file()
        if self.location.path is not None:
            ring(self.location.path)

    def perform(self, command: Command) -> Done:
        """Do it in one transaction, once, however often the connection breaks on the way.

        Raises Refused, Conflict or Unreachable; then nothing of it was done, unless the words of Unreachable say that
        nobody knows: performing the same command again does it once.
        """
        broken = False
        try:
            with in_words(self.location):
                for _ in range(ATTEMPTS - 1):
                    try:
                        return self._attempt(command)
                    except IntegrityError:  # somebody wrote the same at the same moment; the next look sees it
                        continue
                    except DBAPIError as error:
                        broken |= error.connection_invalidated
                        state = getattr(error.orig, "sqlstate", None)
                        if not error.connection_invalidated and state not in (_DEADLOCK, _SERIALIZATION):
                            raise
                return self._attempt(command)
        except Unreachable as failure:
            if broken:
                failure.message += " Whether this was still done is not known."
            raise

    def _attempt(self, command: Command) -> Done:
        from models.transaction import perform

        with self._writing() as connection:
            return perform(command, connection, partial(self._now, connection), self._books)

    def agree(self, change: Callable[[Rules], Rules] | None) -> Rules:
        """Change what the team has agreed on for telling people; None: back to the program's own rules."""
        from models import agreement

        with self._keeping("settings", "change the rules") as connection:
            return agreement.agree(connection, change)

    def keep_templates(self, templates: Templates) -> None:
        """Let updates begin with a team's own templates; none: with the program's."""
        from models import agreement

        with self._keeping("settings", "change the templates") as connection:
            agreement.keep_templates(connection, templates)

    @contextmanager
    def _keeping(self, table: str, deed: str) -> Iterator[Connection]:
        with self.writing() as (connection, _):
            keepers.keepers_only(connection, table, deed)
            yield connection

    @contextmanager
    def keeping(self, by: str, table: str, deed: str) -> Iterator[Transaction]:
        """Like `acting`, for what keepers do to a table; `deed` says what, in words.

        Raises Refused, which names the keepers, where the login is none.
        """
        with self.acting(by) as tx:
            keepers.keepers_only(tx.connection, table, deed)
            yield tx

    @contextmanager
    def acting(self, by: str) -> Iterator[Transaction]:
        """A transaction on behalf of somebody, on no incident. Raises Refused for a name that nobody can have."""
        from models.transaction import Transaction

        with self.writing() as (connection, _):
            clock = partial(self._now, connection)
            yield Transaction(connection, author=_name(by), command=uuid4(), clock=clock, ref=None, books=self._books)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, datetime]]:
        """A transaction on behalf of nobody, and its time."""
        with in_words(self.location), self._writing() as connection:
            yield connection, self._now(connection)

    def turns(self) -> tuple[datetime, tuple[Turn, ...]]:
        """The time, and what is sent next to each place of each incident, the first one due first."""
        with self.reading() as read:
            return self._now(read.connection), read.turns()

    def _now(self, connection: Connection) -> datetime:
        """The database's time where it has a clock of its own, so that desks on several machines agree."""
        if self._clock is not None:
            return self._clock()
        if self.location.path is not None:
            return datetime.now(UTC)
        now: datetime = connection.execute(_NOW).scalar_one()
        return now.astimezone(UTC)

    def import_book(self, book: Checked, by: str, *, default: bool = False) -> Imported:
        """Keep a book that somebody wrote as its newest version; `default`: declare incidents under it from now on.

        Raises Refused for a name that nobody can have.
        """
        from models.books import add

        with self.keeping(by, "books", "bring in a role book") as tx:
            tx.wait_in_line(f"book {book.book.key}")  # so that who comes second sees what the first one brought
            return add(tx.connection, book.book.key, book.text, tx.author_id, tx.now, default=default)

    def board(self, looking_at: int | First | None = None, before: Board | None = None) -> Board:
        """All that a desk shows, looking at one incident; `before` saves reading again what has not changed."""
        now = self._clock() if self._clock else datetime.now(UTC)
        with self.reading() as read:
            ticket = read.ticket()
            if before is not None and before.ticket == ticket and looking_at == (before.shown and before.shown.id):
                return boards.later(before, now)
            self.read_only = read.read_only(self.location)
            return boards.board(read, ticket, now, looking_at, before)

    def rehearse(self, board: Board) -> None:
        """Read what a change of the incident shown leads to: whatever is asked first takes far longer than later."""
        with self.reading() as read:
            self.read_only = read.read_only(self.location)
            boards.board(read, board.ticket, board.read_at, None, board.but(ticket=board.ticket - 1))
            if board.shown is not None:
                read.incident(board.shown.id)
                read.since(board.shown.id, board.timeline.version - 1)

    def places(self) -> tuple[PlaceView, ...]:
        """Where updates go besides the published page."""
        with self.reading() as read:
            return read.places()

    def found(self, words: str, below: int | None = None) -> tuple[tuple[IncidentRow, ...], int | None]:
        """Incidents, open or not, whose title or number has the words: the newest first, a part of all at once.

        Also the number below which to look on; None: that was all, or many enough.
        """
        with self.reading() as read:
            rows, further = read.found(words, below)
        return tuple(rows), further

    def incident(self, incident_id: int) -> IncidentView:
        with self.reading() as read:
            return read.incident(incident_id)

    def template(self, incident_id: int, to: Audience, now: datetime) -> Filled:
        """What the draft for this audience may begin with."""
        with self.reading() as read:
            return read.template(read.incident(incident_id), to, now)

    def barred(self, incident_id: int, person: str) -> Refused | None:
        """Why the rules do not let this person publish the incident to customers; None: they do."""
        with self.reading() as read:
            return read.barred(incident_id, person)

    def findings(self, incident_id: int, to: Audience) -> tuple[Finding, ...]:
        """What should stay inside of the draft for this audience; nothing of one that stays inside itself."""
        with self.reading() as read:
            return read.findings(read.incident(incident_id).drafts[to])

    def internal(self, title: str, text: str, components: Iterable[str]) -> tuple[Finding, ...]:
        """What should stay inside of what customers are about to read."""
        with self.reading() as read:
            return read.internal(title, text, components)

    def history(self, incident_id: int, role: str) -> tuple[HoldingView, ...]:
        """Everybody who has held the role of that key, the newest first."""
        with self.reading() as read:
            return read.history(incident_id, role)

    def newest(self, incident_id: int) -> tuple[EntryView, ...]:
        """The newest page of an incident's timeline, newest first."""
        with self.reading() as read:
            return read.newest(incident_id)

    def versions(self, incident_id: int, root: int) -> tuple[EntryView, ...]:
        """Every version of one entry, the first one first."""
        with self.reading() as read:
            return read.versions(incident_id, root)

    def moves(self, incident_id: int, theory: int) -> tuple[EntryView, ...]:
        """The entries that gave a theory its states and stand, the first one first."""
        with self.reading() as read:
            return read.moves(incident_id, theory)

    def older(self, board: Board) -> Board:
        """The board with more of its timeline: as much again as it has, so that going far back takes few readings."""
        if board.shown is None or board.timeline.complete or not board.timeline.entries:
            return board
        limit = min(max(PAGE, len(board.timeline.entries)), MOST_AT_ONCE)
        with self.reading() as read:
            page = read.older(board.shown.id, board.timeline.entries[-1], limit)
        return board.but(timeline=timeline.extended(board.timeline, page, limit))


def _name(person: str) -> str:
    try:
        return checked(person, what="name", limit=LIMITS["name"], lines=False)
    except ValueError as error:
        raise Refused(str(error)) from None
