"""A desk on a hot standby: it follows what happens on the primary, changes nothing, and goes on when it is promoted."""

import pytest
from sqlalchemy import make_url

from models.incident.fields import SetSeverity
from models.kernel.failures import ReadOnly
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.news import News, State
from models.timeline.commands import Note
from tests.models.acting import Acting
from tests.models.live.listening import LONG, Open, desk
from tests.postgres import Cluster, Standby

__all__ = ["desk"]


def test_a_desk_on_a_standby(desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.live.connection.REST_SECONDS", 0.2)
    with Cluster() as primary:
        first = Store(Location.parse(primary.new_database()))
        first.open()
        incident = Acting(first)
        database = make_url(first.location.url).database or ""
        with Standby(primary) as standby:
            mine = desk(Location.parse(standby.url(database)))
            news = mine.until(lambda news: news.state is State.READ_ONLY)
            assert str(news.failure) == (
                f"{Location.parse(standby.url(database)).shown} is a standby and read-only."
                " To make changes, use the address of the primary."
            )
            incident(Note, "bo", text="on the primary")
            states = set()

            def arrived(news: News) -> bool:
                states.add(news.state)
                return news.board is not None and news.board.timeline.entries[0].text == "on the primary"

            mine.until(arrived)
            assert states == {State.READ_ONLY}
            with pytest.raises(ReadOnly, match="is a standby"):
                mine.link.perform(Note(by="bo", ref=incident.ref, text="x")).result(LONG)
            assert mine.link.desks().result(LONG).open("bo") is None  # those on the primary cannot be seen from here
            first.close()
            primary.stop("immediate")
            standby.promote()
            mine.live()
            mine.link.perform(SetSeverity(by="bo", ref=incident.ref, severity="P2", reason="less")).result(LONG)
            mine.live(lambda board: bool(board.shown and board.shown.severity == "P2"))
            mine.link.stop()
