"""A machine whose clock is off is told so: beside the server's clock, or beside the newest entry."""

from datetime import UTC, datetime, timedelta

import pytest

from models.doctor.examine import examine
from models.kernel.clocks import beside_the_server
from models.kernel.location import Location
from models.kernel.store import Store
from models.timeline.commands import Note
from tests.conftest import Clock
from tests.models.acting import Acting

NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)


def opened(location: Location, clock: Clock | None) -> str:
    store = Store(location, clock=clock)
    store.open(create=False)
    store.close()
    return store.clock_trouble


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (timedelta(hours=2), "2h ahead of the database's"),
        (timedelta(minutes=-3), "3m behind the database's"),
        (timedelta(seconds=59), ""),
        (timedelta(seconds=-59), ""),
    ],
)
def test_beside_the_server(off: timedelta, words: str) -> None:
    said = beside_the_server(NOW + off, NOW, NOW + off)
    assert words in said
    assert bool(said) is bool(words)


def test_a_slow_answer_is_no_wrong_clock() -> None:
    assert not beside_the_server(NOW, NOW + timedelta(seconds=90), NOW + timedelta(minutes=3))


def test_a_store_knows_when_it_is_opened(postgres_location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(postgres_location, None) == ""
    real = Store.now

    def fast(store: Store) -> datetime:
        return real(store) + timedelta(hours=2)

    monkeypatch.setattr(Store, "now", fast)
    assert "ahead of the database's" in opened(postgres_location, None)


def test_beside_the_newest_entry(store: Store, clock: Clock) -> None:
    assert opened(store.location, clock) == ""
    incident = Acting(store)
    clock.now += timedelta(hours=2)
    incident(Note, "bo", text="from a fast clock")
    assert opened(store.location, clock) == ""
    clock.now -= timedelta(hours=2)
    said = opened(store.location, clock)
    assert "ahead of this machine's clock" in said
    assert "Set the clock." in said


def test_the_doctor_says_it_as_advice(sqlite_location: Location, clock: Clock) -> None:
    store = Store(sqlite_location, clock=clock)
    store.open(create=False)
    Acting(store)
    store.close()
    report = examine(sqlite_location, clock.now - timedelta(days=1))
    assert [advice.about for advice in report.advice if advice.about == "clock"] == ["clock"]
    assert not any(advice.about == "clock" for advice in examine(sqlite_location, clock.now).advice)


def test_the_doctor_asks_the_server(postgres_location: Location) -> None:
    now = datetime.now(UTC)
    wrong = examine(postgres_location, now + timedelta(days=1))
    assert any(advice.about == "clock" for advice in wrong.advice)
    assert not any(advice.about == "clock" for advice in examine(postgres_location, now).advice)
