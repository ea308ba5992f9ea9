"""Behind a real PgBouncer with its default configuration, in both modes that have transactions."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import create_engine, text

from models.board.board import read_board
from models.doctor.examine import examine
from models.incident.declare import Declare
from models.kernel.errors import lost
from models.kernel.failures import LoginRejected, Unreachable, Unusable
from models.kernel.location import Location
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
from tests.pooler import USERS, Pooler
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
    store.close()
    engine = create_engine(store.location.url, isolation_level="AUTOCOMMIT", connect_args={"prepare_threshold": None})
    with engine.connect() as other:
        assert tuple(other.exec_driver_sql(asked).one()) == ("0", "0")
    engine.dispose()


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
    heard = threading.Event()
    listener = Listener(
        store.location,
        person=lambda: "ana",
        clock=lambda: NOW,
        changed=lambda _ticket: heard.set(),
        lost=lambda failure: None,
    )
    listener.start(ready=lambda: None)
    try:
        assert heard.wait(LONG)
        assert listener.desks(store) == Desks()
    finally:
        listener.stop()
        listener.join(LONG)


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

    def told(
        self,
        postgres: Cluster,
        url: str,
        *,
        mode: str = "transaction",
        users: str = USERS,
        options: str = "",
        kind: type[Unreachable] = Unusable,
        **settings: str,
    ) -> str:
        with Pooler(postgres, mode, users=users, **settings) as pooler:
            location = Location.parse(
                pooler.url(url).update_query_string(options).render_as_string(hide_password=False)
            )
            with closing(Store(location)) as store:
                words = failure(store.open, kind)
        assert location.shown in words
        return words.replace(location.shown, "…")

    @pytest.fixture
    def url(self, postgres_location: Location) -> str:
        return postgres_location.url

    def test_statement_mode(self, postgres: Cluster, url: str) -> None:
        assert self.told(postgres, url, mode="statement") == (
            "The pooler at … is in statement mode, which has no transactions."
            " Set pool_mode = transaction or pool_mode = session for this database."
        )

    def test_an_option_of_the_address(self, postgres: Cluster, url: str) -> None:
        assert self.told(postgres, url, options="options=-c%20search_path%3Dpublic") == (
            "The pooler at … refuses an option of this address."
            " Take the option out of the address, or add it to ignore_startup_parameters of the pooler."
        )

    def test_a_login_that_it_does_not_know(self, postgres: Cluster, url: str) -> None:
        assert self.told(postgres, url, users='"ana" "hush"', auth_type="trust", kind=LoginRejected) == (
            "The pooler at … does not know this login."
            " Check the user in the address, or add it to auth_file or auth_query of the pooler."
        )

    def test_no_more_clients(self, postgres: Cluster, url: str) -> None:
        assert self.told(postgres, url, kind=Unreachable, max_client_conn="0") == (
            "The pooler at … has reached its limit of clients. Close desks, or raise max_client_conn."
        )

    def test_no_such_database(self, postgres: Cluster, url: str) -> None:
        assert self.told(postgres, url, database="elsewhere") == (
            "The pooler at … does not know this database."
            " Check the address, or add the database to the [databases] of the pooler."
        )

    def test_all_its_connections_are_in_use(self, postgres: Cluster, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(PatientConnection, "patience", 0.3)
        with Pooler(postgres, "session", default_pool_size="1") as pooler:
            location = pooler.location(url)
            with closing(Store(location)) as holder, closing(Store(location)) as store:
                holder.open(create=False)
                with holder.reading(Rows):
                    words = failure(partial(store.open, create=False))
                assert words == (
                    f"{location.shown} accepts connections, but does not respond. If it is a pooler, all its"
                    " connections to Postgres may be in use: set pool_mode = transaction, or raise default_pool_size."
                    " If not, check the network or the VPN. The desk keeps retrying."
                )
                holder.close()
                store.open(create=False)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            (
                "server login has been failing, try again later (server_login_retry)",
                "cannot reach Postgres. Check",
            ),
            ("client_login_timeout (server down)", "cannot reach Postgres. Check"),
            ("pgbouncer cannot connect to server", "cannot reach Postgres. Check"),
            ("server login failed: wrong password type", "cannot log in to Postgres in your name. Check your password"),
            ("query_wait_timeout", "does not respond. All its connections to Postgres may be in use. Set pool_mode"),
            ("The connection was lost: client_idle_timeout", "closed the connection. The desk keeps retrying."),
            (
                "the pooler has not answered for 10 s",
                "does not respond. All its connections to Postgres may be in use.",
            ),
        ],
    )
    def test_what_it_says(self, said: str, words: str) -> None:
        told = str(lost(Location.parse("postgresql://ana:s3cret@db/incidents"), said))
        assert told.startswith(f"The pooler at postgresql://ana@db/incidents {words}")
