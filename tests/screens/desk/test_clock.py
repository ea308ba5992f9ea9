"""A desk on a machine whose clock is off says so, until it is right again."""

from datetime import timedelta

import pytest

from tests.screens.desks import Place


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
async def test_the_banner_says_it_at_every_size(place: Place, size: tuple[int, int]) -> None:
    place.declare()
    place.clock.forward(hours=2)
    place.act("note", "bo", ref="INC-1", text="from a fast clock")
    place.clock.now -= timedelta(hours=2)
    async with place.desk(size) as at:
        said = " ".join(at.banner.split())
        assert said.startswith("The newest entry is dated 2026-")
        assert said.endswith("ahead of this machine's clock. This clock is slow, or another was fast. Set the clock.")


async def test_a_right_clock_is_not_spoken_of(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        assert at.banner == ""
