"""What the tests of looks share: the three sizes, and whether a desk looks as it did."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens.desks import LONG, Place, Sitting
from tui.app import Bridgewatch

WIDE, MIDDLE, NARROW = (120, 40), (80, 24), (50, 24)
SIZES = pytest.mark.parametrize("size", [WIDE, MIDDLE, NARROW], ids=["120", "80", "50"])

Steps = Callable[[Sitting], Awaitable[None]]
Same = Callable[[Place, tuple[int, int], Steps | str], bool]


@pytest.fixture
def same(snap_compare: Any, monkeypatch: pytest.MonkeyPatch) -> Same:
    """Whether a desk looks as it did, after keys (with blanks between them) or steps; `live`: once its board was."""
    monkeypatch.setattr(Bridgewatch, "NOTIFICATION_TIMEOUT", LONG)

    def compare(
        place: Place, size: tuple[int, int], steps: Steps | str = "", *, live: bool = True, **settings: Any
    ) -> bool:
        async def before(pilot: Pilot[Any]) -> None:
            at = Sitting(place, pilot)
            if live:
                await at.live()
                await at.caught_up()
            if isinstance(steps, str):
                await at.press(*steps.split())
            else:
                await steps(at)
            if at.desk.current:
                await at.caught_up()

        return bool(snap_compare(place.app(**settings), terminal_size=size, run_before=before))

    return compare
