"""What a watch hears on a real Postgres, from other processes."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import make_url

from models.kernel.postgres.watch import CHANNEL, PostgresWatch
from models.kernel.watch import Gone, Heard
from tests.between import Between
from tests.postgres import Cluster
from tests.watching import LONG, NEVER, beside_another_process, closed_while_waiting, in_another_process

POSTGRES_WRITER = """
import psycopg, sys
with psycopg.connect(sys.argv[1]) as connection:
    connection.execute("UPDATE head SET ticket = ticket + 1")
    if "notify" in sys.argv:
        connection.execute("SELECT pg_notify('bridgewatch', '')")
"""


class TestPostgres:
    @pytest.fixture
    def url(self, postgres: Cluster) -> str:
        return make_head(postgres.new_database())

    def test_a_notification_tells_of_another_process(self, url: str) -> None:
        with PostgresWatch(url, heartbeat=NEVER) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            assert watch.doorbell
            with beside_another_process(POSTGRES_WRITER, libpq(url), "notify"):
                assert watch.wait(LONG) is Heard.CHANGED
            assert watch.wait(0) is Heard.NOTHING

    def test_one_transaction_is_one_change(self, url: str) -> None:
        with PostgresWatch(url, heartbeat=NEVER) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            with psycopg.connect(libpq(url)) as writer:
                for _ in range(100):
                    writer.execute("UPDATE head SET ticket = ticket + 1")
                    writer.execute("SELECT pg_notify(%s, '')", [CHANNEL])
                assert watch.wait(0) is Heard.NOTHING
            assert watch.wait(LONG) is Heard.CHANGED
            assert watch.wait(0) is Heard.NOTHING

    def test_the_heartbeat_finds_what_no_notification_told(self, url: str) -> None:
        with PostgresWatch(url, heartbeat=0.05) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            in_another_process(POSTGRES_WRITER, libpq(url))
            assert watch.wait(LONG) is Heard.CHANGED

    def test_the_server_is_known_to_be_unchanged_as_of_the_question(self, url: str) -> None:
        asked = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
        with PostgresWatch(url, heartbeat=0.05) as watch:
            watch.clock = lambda: asked
            assert watch.wait(LONG) is Heard.CHANGED
            while watch.unchanged_at is None:
                assert watch.wait(0.1) is Heard.NOTHING
            assert watch.unchanged_at == asked

    def test_polls_behind_a_pooler(self, url: str) -> None:
        with Between(url) as pooler, PostgresWatch(pooler.url) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            assert not watch.doorbell
            in_another_process(POSTGRES_WRITER, libpq(url), "notify")
            assert watch.wait(LONG) is Heard.CHANGED

    def test_a_stalled_network_is_gone(self, url: str) -> None:
        with Between(url) as network, PostgresWatch(network.url, heartbeat=0.05, patience=2) as watch:
            assert watch.wait(LONG) is Heard.CHANGED
            network.stall()
            with pytest.raises(Gone, match="not answered for 2 s"):
                watch.wait(LONG)

    @pytest.mark.parametrize("mode", ["fast", "immediate"])
    def test_a_stopped_server_is_gone_and_comes_back(self, mode: str) -> None:
        with Cluster() as cluster:
            url = make_head(cluster.new_database())
            with PostgresWatch(url, heartbeat=NEVER) as watch:
                assert watch.wait(LONG) is Heard.CHANGED
                cluster.stop("fast" if mode == "fast" else "immediate")
                with pytest.raises(Gone, match="was lost"):
                    watch.wait(LONG)
            with pytest.raises(Gone, match="refused"):
                PostgresWatch(url)
            cluster.start()
            with PostgresWatch(url) as watch:
                assert watch.wait(LONG) is Heard.CHANGED

    def test_a_wrong_password_is_told_without_it(self, postgres: Cluster, url: str) -> None:
        wrong = postgres.url(make_url(url).database or "", password="not/this@one")
        with pytest.raises(Gone, match="password authentication failed") as told:
            PostgresWatch(wrong)
        assert "not/this" not in told.value.reason
        assert "\n" not in told.value.reason

    def test_an_unreadable_address_is_not_repeated(self) -> None:
        with pytest.raises(Gone, match="is not valid") as told:
            PostgresWatch("postgresql+psycopg://ana@host:hush/x")
        assert "hush" not in told.value.reason

    def test_a_database_without_our_tables_is_gone(self, postgres: Cluster) -> None:
        with PostgresWatch(postgres.new_database()) as watch, pytest.raises(Gone, match="head"):
            watch.wait(LONG)

    def test_close_ends_a_wait(self, url: str) -> None:
        watch = PostgresWatch(url, heartbeat=NEVER)
        assert closed_while_waiting(watch) is Heard.CLOSED
        assert watch.wait(NEVER) is Heard.CLOSED
        watch.close()


def make_head(url: str) -> str:
    with psycopg.connect(libpq(url)) as connection:
        connection.execute("CREATE TABLE head (one integer PRIMARY KEY, ticket bigint NOT NULL)")
        connection.execute("INSERT INTO head VALUES (1, 0)")
    return url


def libpq(url: str) -> str:
    return url.replace("+psycopg", "")
