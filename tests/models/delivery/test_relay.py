"""A relay outlives its database."""

from __future__ import annotations

import shutil
import threading
from contextlib import closing

import pytest

from models.delivery.relay import Relay
from models.delivery.sender import Sender
from models.kernel.location import Location
from models.kernel.store import Store
from tests.models.acting import Acting
from tests.models.delivery.serving import LONG, Server, server
from tests.models.delivery.test_sender import set_up, tell

__all__ = ["server"]


def test_it_says_that_the_database_is_away_and_goes_on_when_it_is_back(
    sqlite_location: Location, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.kernel.watch.RETRY_SECONDS", (0.05,))
    assert sqlite_location.path is not None
    said: list[str] = []
    news = threading.Condition()

    def say(line: str) -> None:
        with news:
            said.append(line)
            news.notify_all()

    def until(words: str) -> None:
        with news:
            assert news.wait_for(lambda: any(words in line for line in said), LONG), said

    with closing(Store(sqlite_location)) as store, closing(Store(sqlite_location)) as watched:
        store.open(create=False)
        set_up(store, server.address)
        sender = Sender(sqlite_location, say=say)
        relay = Relay(watched, sender, say)
        thread = threading.Thread(target=relay.run)
        thread.start()
        tell(Acting(store), "Before.")
        until("hook: sent.")
        store.close()
        away = sqlite_location.path.with_name("away.db")
        shutil.move(sqlite_location.path, away)
        until("Retrying until it is back.")
        shutil.move(away, sqlite_location.path)
        until("Reconnected to the database.")
        store.open(create=False)
        tell(Acting(store), "After.")
        assert [each.body["update"]["text"] for each in server.until(2)] == ["Before.", "After."]
        relay.stop()
        thread.join(LONG)
        sender.stop()
    assert not thread.is_alive()
