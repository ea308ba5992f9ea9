"""What waits for a moment gets it, however busy the machine is."""

from __future__ import annotations

from itertools import chain, repeat
from time import monotonic
from types import SimpleNamespace

import pytest
from textual import timer

from tests.screens.desks import Place


async def test_a_timer_that_is_late_from_the_start_fires(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    fired: list[bool] = []
    async with place.desk() as at:
        late = chain((0.0,), repeat(1.0))
        with monkeypatch.context() as busy:
            busy.setattr(timer, "_time", SimpleNamespace(get_time=lambda: monotonic() + next(late)))
            at.desk.set_timer(0.01, lambda: fired.append(True))
            await at.pilot.pause()
        await at.until(lambda: fired)
