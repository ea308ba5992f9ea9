"""The top line: how bad it is, and what is owed, in an order that does not depend on who looks."""

from datetime import UTC, datetime

import pytest

from models.kernel.failures import LoginRejected
from models.live.news import News, State
from screens.desk.banner import banner
from screens.desk.header import header
from tests.screens.desks import Place


async def test_an_incident_that_nobody_manages_comes_before_any_debt(place: Place) -> None:
    place.declare("Checkout returns 502", severity="P1")
    place.clock.forward(minutes=60)
    place.declare("Search is slow")
    place.act("release", "ana", ref="INC-2", role="incident-manager", person="ana")
    async with place.desk() as at:
        assert at.lines[0].index("INC-2 has no incident manager") < at.lines[0].index("INC-1 update")


async def test_the_debt_of_the_most_severe_incident_is_told_whoever_owes_it(place: Place) -> None:
    place.declare("Search is slow", by="bo", severity="P2")
    place.clock.forward(minutes=180)
    place.declare("Checkout returns 502", by="cy", severity="P1")
    place.clock.forward(minutes=25)
    async with place.desk() as at:
        assert "INC-2 update 20m late, owner: cy" in at.lines[0]
        assert "INC-1" not in at.lines[0]


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (120, "▲ INC-1 update 40m late, owner: cy"),
        (80, "▲ INC-1 update 40m late, owner: cy"),
        (50, "▲ INC-1 40m late (cy)"),
    ],
)
async def test_it_is_shorter_where_there_is_less_room(place: Place, width: int, told: str) -> None:
    place.declare(by="cy", severity="P1")
    place.clock.forward(minutes=45)
    async with place.desk((width, 24)) as at:
        assert told in at.lines[0]
        assert at.lines[0].rstrip().endswith("● live")


async def test_incidents_are_counted_by_severity(place: Place) -> None:
    for severity in ("P2", "P1", "P2", "P3"):
        place.declare(severity=severity)
    async with place.desk() as at:
        assert at.lines[0].startswith(" P1 1 P2 2 P3 1 ")


async def test_it_says_how_late_to_the_minute(place: Place) -> None:
    place.declare(by="cy", severity="P1")
    place.clock.forward(minutes=30)
    async with place.desk() as at:
        assert "25m late" in at.lines[0]
        place.clock.forward(minutes=1)
        at.desk.tick()
        await at.until(lambda: "26m late" in at.lines[0])


@pytest.mark.parametrize(("person", "named"), [("ana", True), (None, False)])
def test_it_names_nobody_before_it_is_known_whose_desk_it_is(person: str | None, named: bool) -> None:
    _, right = header(News(State.LOST, None, person=person), "ana", (), datetime(2026, 3, 1, tzinfo=UTC), 120, "!")
    assert ("ana" in "".join(text for text, _ in right)) is named


def test_a_rejected_login_says_which_key_tries_again() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    news = News(State.LOST, None, LoginRejected("db rejected the password.", "Check it."))
    (told,) = banner(news, now, 120, "l")
    assert "db rejected the password. Check it. Press l to try again." in "".join(text for text, _ in told)


async def test_the_key_tries_again_only_where_the_database_is_not_there(place: Place) -> None:
    async with place.desk() as at:
        await at.press("l")
        assert at.told[-1].endswith("The database is connected.")
        assert place.location.path
        away = place.location.path.with_name("away.db")
        place.location.path.rename(away)
        await at.until(lambda: at.desk.news.state is State.LOST)
        await at.press("l")
        await at.until(lambda: "is missing" in at.told[-1])
        away.rename(place.location.path)
        await at.press("l")
        await at.until(lambda: at.desk.live)
