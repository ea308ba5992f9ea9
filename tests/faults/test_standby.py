"""The primary is lost and its standby promoted: a desk that knows both goes on by itself, and nothing is lost."""

from sqlalchemy import make_url

from models.kernel.location import Location
from models.live.news import State
from tests.faults.killing import Writing, nothing_is_lost, prepared
from tests.faults.test_kills import converged
from tests.models.live.listening import Open, desk
from tests.postgres import PASSWORD, Cluster, Standby

__all__ = ["desk"]


def test_a_standby_takes_over(desk: Open) -> None:
    with Cluster() as primary:
        url = make_url(primary.new_database())
        refs = prepared(Location.parse(url.render_as_string(hide_password=False)))
        with Standby(primary) as standby:
            standby.synchronous()
            login = url.render_as_string(hide_password=False).partition("://")[2].partition("@")[0]
            hosts = f"127.0.0.1:{standby.port},127.0.0.1:{primary.port}"
            known = f"postgresql://{login}@{hosts}/{url.database}?target_session_attrs=read-write"
            location = Location.parse(known)
            onlooker = desk(location)
            onlooker.link.look_at(1)
            onlooker.live(lambda board: board.shown is not None)
            with Writing(location, refs, 1) as one, Writing(location, refs, 2) as other:
                for writing in (one, other):
                    for _ in range(20):
                        writing.hear()
                primary.stop("immediate")
                news = onlooker.lost()
                assert f"postgresql://bridgewatch@{hosts}/" in str(news.failure)
                assert PASSWORD not in str(news.failure)
                news = onlooker.until(lambda news: "accepts writes right now" in str(news.failure))
                assert "A failover may be in progress" in str(news.failure)
                assert (news.state, bool(news.board)) == (State.LOST, True)
                standby.promote()
                onlooker.live()
                for writing in (one, other):
                    writing.hear()
                    writing.kill()
                told = converged(onlooker)
                onlooker.link.stop()
                nothing_is_lost(location, [*one.outcomes, *other.outcomes, told])
