"""A login that the server does not let in."""

from collections.abc import Iterator

import pytest
from psycopg import sql
from sqlalchemy import make_url

from models.incident.declare import Declare
from models.kernel.failures import LoginRejected
from models.kernel.location import Location
from models.live.news import State
from tests.models.live.listening import LONG, Open, desk
from tests.postgres import USER, Cluster

__all__ = ["desk"]

NAME = "eve"


class Server:
    """Where eve logs in."""

    def __init__(self, cluster: Cluster, location: Location) -> None:
        self._cluster = cluster
        self._database = make_url(location.url).database or ""

    def location(self, password: str) -> Location:
        return Location.parse(self._cluster.url(self._database, user=NAME, password=password))

    def set_password(self, password: str) -> None:
        """Also for a login that is connected, whose connections are ended."""
        set_it = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(NAME), sql.Literal(password))
        end = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = {}")
        self._cluster.administer(set_it)
        self._cluster.administer(end.format(sql.Literal(NAME)))

    def rejections(self) -> int:
        return self._cluster.log.count(f'password authentication failed for user "{NAME}"')


@pytest.fixture
def server(postgres: Cluster, postgres_location: Location) -> Iterator[Server]:
    postgres.administer(
        sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'right' IN ROLE {}").format(sql.Identifier(NAME), sql.Identifier(USER))
    )
    yield Server(postgres, postgres_location)
    postgres.administer(sql.SQL("DROP ROLE {}").format(sql.Identifier(NAME)))


def test_a_rejected_password_is_tried_again_only_when_somebody_asks(server: Server, desk: Open) -> None:
    before = server.rejections()
    mine = desk(server.location("wrong"))
    assert isinstance(mine.lost().failure, LoginRejected)
    for number in range(3):
        mine.link.refresh()
        mine.link.look_at(number)
        with pytest.raises(LoginRejected, match="rejected the password"):
            mine.link.perform(Declare(by=NAME, title="First", severity="P1")).result(LONG)
    assert server.rejections() == before + 1
    with pytest.raises(LoginRejected):
        mine.link.try_again().result(LONG)
    assert server.rejections() == before + 2


def test_the_right_password_is_live_when_somebody_asks(server: Server, desk: Open) -> None:
    server.set_password("later")
    mine = desk(server.location("right"))
    mine.lost()
    server.set_password("right")
    mine.link.try_again().result(LONG)
    mine.live()
    another = desk(server.location("right"))
    another.live()
    another.link.perform(Declare(by="bo", title="First", severity="P1")).result(LONG)
    mine.live(lambda board: bool(board.incidents))


def test_a_rejected_password_is_tried_again_after_a_long_rest(
    server: Server, desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.live.connection.REJECTED_SECONDS", 0.05)
    server.set_password("later")
    mine = desk(server.location("right"))
    mine.lost()
    server.set_password("right")
    mine.live()


def test_a_password_that_is_changed_under_a_live_desk_is_tried_a_few_times_at_most(server: Server, desk: Open) -> None:
    mine = desk(server.location("right"))
    mine.live()
    before = server.rejections()
    server.set_password("other")
    mine.until(lambda news: isinstance(news.failure, LoginRejected))
    for _ in range(3):
        with pytest.raises(LoginRejected):
            mine.link.read(lambda read: read.ticket()).result(LONG)
    assert server.rejections() <= before + 2  # by the one that reads, and the one that listens
    server.set_password("right")
    mine.link.try_again().result(LONG)
    mine.live()


def test_whose_desk_it_is_is_not_guessed_before_the_server_has_been_asked(server: Server, desk: Open) -> None:
    mine = desk(server.location("wrong"), person="root", said=False)
    assert mine.link.person is None
    assert mine.lost().person is None
    theirs = desk(server.location("right"), person="root", said=False)
    assert theirs.until(lambda news: news.state is State.LIVE).person == "root"
    assert desk(server.location("wrong"), person="cy").lost().person == "cy"
