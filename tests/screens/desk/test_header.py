"""The top line: how bad it is, and what is owed, in an order that does not depend on who looks."""

import pytest

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
