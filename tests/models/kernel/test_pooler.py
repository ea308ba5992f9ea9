"""Behind a real PgBouncer with its default configuration, in both modes that have transactions."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import make_url, text

from models.board.board import read_board
from models.doctor.examine import examine
from models.incident.declare import Declare
from models.kernel.failures import Unreachable
from models.kernel.location import Location
from models.kernel.online import desks
from models.kernel.postgres.timeouts import PatientConnection
from models.kernel.postgres.watch import PostgresWatch
from models.kernel.presence import Desks
from models.kernel.reader import Rows
from models.kernel.store import Store
from models.kernel.watch import Heard
from models.live.listener import Listener
from models.timeline.commands import Note
from tests import reads
from tests.models.acting import failure
from tests.pooler import Pooler
from tests.postgres import Cluster
from tests.watching import LONG, NEVER
from tui.demo import CHECKOUT, LIVE, play, prepare

MODES = ("session", "transaction")
NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=MODES)
def pooler(request: pytest.FixtureRequest, postgres: Cluster) -> Iterator[Pooler]:
    with Pooler(postgres, request.param) as pooler:
        yield pooler


@pytest.fixture
def location(pooler: Pooler, postgres_location: Location) -> Location:
    return pooler.location(postgres_location.url)


@pytest.fixture
def store(location: Location) -> Iterator[Store]:
    with closing(Store(location)) as store:
        store.open(create=False)
        yield store


def test_the_tables_are_made_through_it(pooler: Pooler, postgres: Cluster) -> None:
    with closing(Store(pooler.location(postgres.new_database()))) as store:
        store.open()
        assert read_board(store).incidents == ()


def test_each_process_writes_after_the_other(location: Location) -> None:
    """Both are lent one connection of the server in turn: what the first prepared would meet the second."""
    for number in range(1, 4):
        with closing(Store(location)) as store:
            store.open(create=False)
            if number == 1:
                store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1"))
            for _ in range(3):
                read_board(store, "first")
            store.perform(Note(by="ana", ref="INC-1", text=f"note {number}"))
            store.perform(Note(by="ana", ref="INC-1", text=f"note {number} again"))
    with closing(Store(location)) as store:
        store.open(create=False)
        assert reads.incident(store, 1).version == 7


def test_nothing_is_prepared_and_nothing_listened_for(store: Store) -> None:
    for _ in range(3):
        read_board(store)
    with PostgresWatch(store.location.url, "ana", heartbeat=NEVER) as watch:
        assert watch.wait(LONG) is Heard.CHANGED
        with store.reading(Rows) as read:
            assert read.connection.execute(text("SELECT count(*) FROM pg_prepared_statements")).scalar() == 0
            assert read.connection.execute(text("SELECT count(*) FROM pg_listening_channels()")).scalar() == 0


def test_limits_hold_in_a_transaction_and_are_nobody_elses(store: Store) -> None:
    asked = "SELECT current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')"
    with store.reading(Rows) as read:
        assert tuple(read.connection.exec_driver_sql(asked).one()) == ("5s", "30s")
    with store.writing() as (connection, _):
        assert tuple(connection.exec_driver_sql(asked).one()) == ("5s", "30s")
    address = store.location.url.replace("+psycopg", "")
    store.close()
    with psycopg.connect(address, autocommit=True, prepare_threshold=None) as other:
        assert other.execute(asked).fetchone() == ("0", "0")


def test_a_watch_looks_for_changes(store: Store) -> None:
    with PostgresWatch(store.location.url, "ana", heartbeat=NEVER) as watch:
        assert watch.wait(LONG) is Heard.CHANGED
        assert not watch.doorbell
        store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1"))
        assert watch.wait(LONG) is Heard.CHANGED
        assert watch.wait(0) is Heard.NOTHING


def test_who_writes_through_it_is_heard_without_it(store: Store, postgres_location: Location) -> None:
    with PostgresWatch(postgres_location.url, heartbeat=NEVER) as watch:
        assert watch.wait(LONG) is Heard.CHANGED
        assert watch.doorbell
        store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1"))
        assert watch.wait(LONG) is Heard.CHANGED


def test_nobody_is_said_to_be_offline(store: Store) -> None:
    listener = Listener(
        store.location, person=lambda: "ana", changed=lambda: listener.stop(), lost=lambda failure: listener.stop()
    )
    listener.start(ready=lambda: None)
    listener.join(LONG)
    assert listener.desks(store) == Desks()
    assert desks(store).labels == frozenset()


def test_the_demo_is_played_to_its_end(location: Location) -> None:
    refs = prepare(location, "zoe", NOW)
    with closing(Store(location, clock=lambda: NOW)) as store:
        store.open(create=False)
        play(store, LIVE, refs, lambda seconds: False)
        shown = reads.incident(store, int(refs[CHECKOUT].removeprefix("INC-")))
    assert (shown.severity, shown.phase, shown.impact) == ("P2", "monitoring", "some")


def test_doctor_says_that_it_is_there(store: Store, postgres_location: Location) -> None:
    def pooled(location: Location) -> bool:
        return "pooler" in {advice.about for advice in examine(location, NOW).advice}

    assert examine(store.location, NOW).findings == examine(postgres_location, NOW).findings
    assert pooled(store.location)
    assert not pooled(postgres_location)


class TestWords:
    """What cannot be used is told with the pooler's name, so that people look there."""

    @pytest.fixture
    def told(self, postgres: Cluster, postgres_location: Location) -> Iterator[Callable[..., str]]:
        def told(mode: str = "transaction", user: str = "", options: str = "", **settings: str) -> str:
            with Pooler(postgres, mode, **settings) as pooler:
                url = pooler.url(postgres_location.url)
                url = url.set(username=user) if user else url
                url = url.update_query_string(options)
                location = Location.parse(url.render_as_string(hide_password=False))
                with closing(Store(location)) as store:
                    words = failure(lambda: (store.open(), read_board(store)), Unreachable)
                assert location.shown in words
                return words.replace(location.shown, "…")

        yield told

    def test_statement_mode(self, told: Callable[..., str]) -> None:
        assert told("statement").startswith("The pooler at … is in statement mode, which has no transactions. Set pool")

    def test_an_option_of_the_address(self, told: Callable[..., str]) -> None:
        words = told(options="options=-c%20search_path%3Dpublic")
        assert words.startswith("The pooler at … refuses an option of this address. Take the option out")

    def test_a_login_that_it_does_not_know(self, told: Callable[..., str]) -> None:
        assert told(user="nobody", auth_type="trust").startswith("The pooler at … does not know this login. Check")

    def test_a_password_that_postgres_does_not_take(self, told: Callable[..., str], postgres: Cluster) -> None:
        words = told(user="stranger", auth_type="any", users='"stranger" ""')
        assert words.startswith("The pooler at … cannot log in to Postgres in your name. Check your password")

    def test_no_more_clients(self, told: Callable[..., str]) -> None:
        assert told(max_client_conn="1", reserved="1").startswith("The pooler at … has reached its limit of clients.")
