"""Answers that are waited for together are the right ones, whatever is asked, written or broken in between."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    column,
    func,
    insert,
    literal_column,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from models.board.board import read_board
from models.board.reader import Reader
from models.incident.declare import Declare
from models.kernel.ahead import COUNTED, Unforeseen, ask_ahead
from models.kernel.engine import SNAPSHOT, connect
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.postgres import session as sessions
from models.kernel.readable import sift
from models.kernel.reader import Rows
from models.kernel.store import Store
from models.kernel.tables import head, people, settings
from models.timeline.commands import Note
from models.updates.tables import components
from tests.models.acting import Acting
from tests.postgres import Cluster
from tests.rows import heard
from tests.trips import Trips, trips

_NAMES = select(people.c.name).order_by(people.c.name)
_CALLED = select(people.c.id).where(people.c.name == bindparam("name"))
_ADD = insert(settings)
_TICKET = select(head.c.ticket)


@pytest.fixture
def counted() -> Iterator[Trips]:
    with trips() as found:
        yield found


@pytest.fixture
def store(postgres_location: Location) -> Iterator[Store]:
    with closing(Store(postgres_location)) as store:
        store.open(create=False)
        store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1"))
        yield store


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    """In a transaction whose answers are waited for together."""
    engine = connect(store.location)
    with engine.execution_options(together=True).connect() as connection, connection.begin():
        yield connection
    engine.dispose()


@contextmanager
def transactions(store: Store, **options: Any) -> Iterator[Callable[[Callable[[Connection], Any]], Any]]:
    """Runs one after the other over one connection; answers with what was found, or with what was raised."""
    engine = connect(store.location)
    with engine.execution_options(together=True, **options).connect() as connection:

        def run(do: Callable[[Connection], Any]) -> Any:
            try:
                with connection.begin():
                    return do(connection)
            except Exception as error:
                return type(error)

        yield run
    engine.dispose()


class TestAnswers:
    def test_what_is_asked_first_and_looked_at_then_takes_one_trip(
        self, connection: Connection, counted: Trips
    ) -> None:
        answers = [connection.execute(statement) for statement in (_NAMES, _TICKET, _NAMES)]
        assert counted.taken() == 0
        names, ticket, again = (answer.scalars().all() for answer in answers)
        assert (names, again, len(ticket)) == (["ana"], ["ana"], 1)
        assert counted.taken() == 1

    def test_each_by_itself_takes_one_each(self, connection: Connection, counted: Trips) -> None:
        for _ in range(3):
            assert connection.execute(_NAMES).scalars().all() == ["ana"]
        assert counted.taken() == 3

    def test_what_is_written_is_not_waited_for_and_seen(self, connection: Connection, counted: Trips) -> None:
        connection.execute(_ADD, {"key": "a", "value": {}})
        connection.execute(_ADD, [{"key": "b", "value": {}}, {"key": "c", "value": {}}])
        assert counted.taken() == 0
        found = connection.execute(select(settings.c.key).order_by(settings.c.key)).scalars().all()
        assert [key for key in found if len(key) == 1] == ["a", "b", "c"]
        assert counted.taken() == 1

    def test_how_many_rows_were_changed(self, connection: Connection, counted: Trips) -> None:
        change = update(people).where(people.c.name == bindparam("who")).values(shown=None)
        assert connection.execute(change, {"who": "ana"}).rowcount == 1
        assert connection.execute(change, {"who": "bo"}).rowcount == 0
        assert connection.execute(change, {"who": "ana"}, execution_options=COUNTED).rowcount == 1
        assert counted.taken() == 3

    def test_rows_that_a_change_returns(self, connection: Connection) -> None:
        base = update(head).values(ticket=head.c.ticket + 1)
        connection.execute(base)
        before = connection.execute(_TICKET).scalar_one()
        assert connection.execute(base.returning(head.c.ticket)).scalar_one() == before + 1
        made = connection.execute(insert(components), {"name": "API", "state": "operational", "position": 9})
        assert made.inserted_primary_key is not None
        assert made.inserted_primary_key[0] > 0

    @pytest.mark.parametrize(
        "statement",
        [
            text("SELECT 7 AS one, 'x' AS other"),
            text("SELECT 7 AS one, 'x' AS other").columns(column("one"), column("other")),
            text("SELECT 'x' AS other, 7 AS one").columns(one=people.c.id.type, other=people.c.name.type),
            select(literal_column("7").label("one"), literal_column("'x'").label("other")),
            select(literal_column("7", people.c.id.type).label("one"), func.lower("X").label("other")),
        ],
    )
    def test_columns_have_their_own_values(self, connection: Connection, statement: Any) -> None:
        row = connection.execute(statement).one()
        assert (row.one, row.other) == (7, "x")

    def test_a_number_with_a_point(self, connection: Connection) -> None:
        assert connection.execute(select(func.sum(people.c.id) / 2.0)).scalar_one() > 0

    def test_rows_that_come_in_parts_leave_the_pipeline(self, connection: Connection) -> None:
        connection.execute(_ADD, {"key": "a", "value": {}})
        assert "a" in [row["key"] for row, _ in sift(connection, select(settings))]
        assert connection.execute(_NAMES).scalars().all() == ["ana"]


class TestAhead:
    def test_it_is_sent_once(self, connection: Connection, counted: Trips) -> None:
        ask_ahead(connection, [(_NAMES, {}), (_CALLED, {"name": "ana"})])
        assert connection.execute(_CALLED, {"name": "ana"}).scalars().all()
        assert connection.execute(_NAMES).scalars().all() == ["ana"]
        assert connection.execute(_NAMES).scalars().first() == "ana"
        assert connection.execute(_NAMES).scalars().all() == ["ana"]
        assert counted.taken() == 1

    def test_with_other_values_it_is_another_question(self, connection: Connection, counted: Trips) -> None:
        ask_ahead(connection, [(_CALLED, {"name": "ana"})])
        assert connection.execute(_CALLED, {"name": "bo"}).scalars().all() == []
        assert len(connection.execute(_CALLED, {"name": "ana"}).scalars().all()) == 1
        assert counted.taken() == 1

    @pytest.mark.parametrize("form", ["statement", "many", "words", "driver"])
    def test_what_was_written_since_is_seen(self, connection: Connection, form: str) -> None:
        rows = select(settings.c.key).where(settings.c.key.in_(["a", "b"])).order_by(settings.c.key)
        ask_ahead(connection, [(rows, {})])
        row = {"key": "a", "value": {}}
        if form == "statement":
            connection.execute(_ADD, row)
        elif form == "many":
            connection.execute(_ADD, [row, {"key": "b", "value": {}}])
        elif form == "words":
            connection.execute(text("INSERT INTO settings (key, value) VALUES ('a', '{}')"))
        else:
            connection.exec_driver_sql("INSERT INTO settings (key, value) VALUES ('a', '{}')")
        assert connection.execute(rows).scalars().all() == ["a", "b"][: 1 + (form == "many")]

    def test_what_was_written_elsewhere_costs_nothing(self, connection: Connection, counted: Trips) -> None:
        ask_ahead(connection, [(_NAMES, {})])
        connection.execute(_ADD, {"key": "a", "value": {}})
        assert connection.execute(_NAMES).scalars().all() == ["ana"]
        assert connection.execute(_NAMES).scalars().all() == ["ana"]
        assert counted.taken() == 1

    def test_two_who_read_the_same_at_once(self, connection: Connection) -> None:
        both = select(settings.c.key).order_by(settings.c.key)
        connection.execute(_ADD, [{"key": "a", "value": {}}, {"key": "b", "value": {}}])
        ask_ahead(connection, [(both, {})])
        wanted = connection.execute(both).scalars().all()
        found = [(one, other) for (one,) in connection.execute(both) for (other,) in connection.execute(both)]
        assert found == [(one, other) for one in wanted for other in wanted]

    def test_nothing_of_an_earlier_transaction_is_left(self, store: Store) -> None:
        engine = connect(store.location)
        with engine.execution_options(together=True).connect() as connection:
            with connection.begin():
                ask_ahead(connection, [(_NAMES, {})])
            store.perform(Note(by="bo", ref="INC-1", text="x"))
            with connection.begin():
                assert connection.execute(_NAMES).scalars().all() == ["ana", "bo"]
        engine.dispose()


class TestWhole:
    def look(self, store: Store, then: Callable[[Rows], Any]) -> Any:
        def question(read: Rows) -> Any:
            read.foresee([(_NAMES, {})], last=True)
            return then(read)

        return store.look(Rows, question)

    def test_it_takes_one_trip(self, store: Store, counted: Trips) -> None:
        assert self.look(store, lambda read: read.connection.execute(_NAMES).scalars().all()) == ["ana"]
        assert counted.taken() == 1

    def test_whatever_else_is_asked_is_of_the_same_moment(self, store: Store, counted: Trips) -> None:
        """Somebody writes between the two questions, whenever they are asked."""
        texts = iter("abcdef")

        def both(read: Rows) -> tuple[Any, Any]:
            names = read.connection.execute(_NAMES).scalars().all()
            with closing(Store(store.location)) as other:
                other.open(create=False)
                other.perform(Note(by=next(texts), ref="INC-1", text="x"))
            known = read.connection.execute(select(func.count()).select_from(people)).scalar_one()
            return len(names), known

        asked, known = self.look(store, both)
        assert asked == known

    def test_nothing_is_asked_behind_the_end(self, store: Store) -> None:
        def behind(it: Connection) -> Any:
            ask_ahead(it, [(_NAMES, {})], whole=True)
            return it.execute(_TICKET)

        with transactions(store, begins=SNAPSHOT) as run:
            assert run(behind) is Unforeseen
            assert run(lambda it: it.execute(_NAMES).scalars().all()) == ["ana"]

    def test_a_connection_that_was_let_go_of_is_found_out_without_a_trip(self, store: Store, postgres: Cluster) -> None:
        name = make_url(store.location.url).database or ""
        ended = sql.SQL("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = {}")
        postgres.administer(ended.format(sql.Literal(name)))
        with trips() as counted:
            assert read_board(store, 1).shown is not None
        assert counted.taken() <= 2


class TestErrors:
    def test_what_fails_late_is_told_by_whoever_looks_or_ends(self, store: Store) -> None:
        broken: Select[Any] = select(literal_column("x").label("x"))

        def twice(it: Connection) -> Any:
            it.execute(_ADD, {"key": "a", "value": {}})
            return it.execute(_ADD, {"key": "a", "value": {}})

        def asked(it: Connection) -> Any:
            ask_ahead(it, [(broken, {})], whole=True)
            return it.execute(broken).all()

        with transactions(store) as run:
            assert run(lambda it: (twice(it), it.execute(_NAMES).all())) is IntegrityError
            assert run(twice) is IntegrityError
            assert run(asked) is ProgrammingError
            assert run(lambda it: it.execute(select(settings.c.key).where(settings.c.key == "a")).all()) == []

    def test_what_was_prepared_behind_a_failure_is_asked_again(self, store: Store) -> None:
        """Each statement is prepared at its second use, here behind one that fails."""
        statements: list[Select[Any]] = [select(literal_column(f"{n}").label("n")) for n in range(20)]

        def ask(it: Connection) -> list[int]:
            return [answer.scalar_one() for answer in [it.execute(statement) for statement in statements]]

        with transactions(store) as run:
            assert run(ask) == list(range(20))
            assert run(lambda it: (it.execute(select(func.pg_sleep(literal_column("x")))), ask(it))) is ProgrammingError
            assert run(ask) == run(ask) == list(range(20))

    def test_a_refusal_takes_one_trip(self, store: Store, counted: Trips) -> None:
        incident = Acting(store)
        incident(Note, "ana", text="x")
        counted.taken()
        with pytest.raises(Refused):
            store.perform(Note(by="ana", ref="INC-99", text="x"))
        assert counted.taken() == 2

    def test_a_board_that_fails_behind_a_command_is_not_the_command_s(self, store: Store) -> None:
        seen: list[object] = []

        def behind() -> None:
            seen.append(store.look(Reader, lambda read: read.connection.execute(text("SELECT no_such_thing")).all()))

        done = store.perform(Note(by="ana", ref="INC-1", text="kept"), behind)
        assert (done.entry.n, done.already, seen) == (2, False, [])
        assert read_board(store, 1).timeline.entries[0].text == "kept"

    def test_a_command_that_fails_under_its_board_is_tried_again(self, store: Store) -> None:
        """Somebody has taken the ticket's place: it fails in the trip in which the board is read."""
        broken, boards = [1], []

        def spoil(conn: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
            if broken and statement.startswith("INSERT INTO entries"):
                broken.clear()
                conn.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        command = Note(by="ana", ref="INC-1", text="once")
        with heard(spoil):
            done = store.perform(command, lambda: boards.append(read_board(store, 1)))
        assert done.entry.n == 2
        assert [entry.text for entry in boards[-1].timeline.entries] == ["once", ""]
        assert read_board(store, 1).but(read_at=boards[-1].read_at) == boards[-1]

    def test_silence_is_found_out_in_a_pipeline(
        self, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        """And nothing of it is logged: a log would be written across the screen."""
        monkeypatch.setattr(sessions.Session, "patience", 0.2)
        with caplog.at_level("WARNING"), transactions(store) as run:
            assert run(lambda it: it.execute(select(func.pg_sleep(30))).all()) is OperationalError
        gc.collect()
        assert caplog.messages == []
