"""What telling people looks like, at three sizes; accepted as those of `test_snapshots.py` are."""

from typing import Any

import pytest

from models.delivery import outbox
from models.delivery import setup as place_setup
from models.delivery.destinations import NewDestination
from models.delivery.sending import Outcome
from models.updates.agreement import agree
from tests.screens.busy import busy
from tests.screens.desks import Place, Sitting
from tests.screens.looks import SIZES, same

__all__ = ["same"]

REFUSED = Outcome(sent=False, said="Rejected (401 Unauthorized): Could not authenticate.", lasting=True)


def places(place: Place) -> None:
    with place.store.acting("cy") as tx:
        place_setup.add(
            tx, NewDestination(key="acme-status", kind="webhook", address="https://status.example/{acme-key}")
        )
        place_setup.add(tx, NewDestination(key="team-chat", kind="apprise", address="{chat}"))


def answer(place: Place, *outcomes: Outcome) -> None:
    """What came of sending to each of the places."""
    for delivery, outcome in enumerate(outcomes, 1):
        with place.store.writing() as (connection, now):
            assert outbox.lease(connection, delivery, "a relay", now)
            outbox.settle(connection, delivery, "a relay", outcome, now)


@SIZES
def test_an_update_that_did_not_arrive(place: Place, same: Any, size: tuple[int, int]) -> None:
    busy(place)
    places(place)
    place.act("publish", "cy", ref="INC-4")
    answer(place, REFUSED, Outcome(sent=True))
    assert same(place, size, "4", me="cy")


@SIZES
@pytest.mark.parametrize("keys", ["4", "4 x"], ids=["held-up", "leaving-out"])
def test_what_waits_behind_it(place: Place, same: Any, size: tuple[int, int], keys: str) -> None:
    busy(place)
    places(place)
    place.act("publish", "cy", ref="INC-4")
    answer(place, REFUSED, Outcome(sent=True))
    place.act("draft", "cy", ref="INC-4", text="Checkout works again in Europe.")
    place.act("publish", "cy", ref="INC-4")
    assert same(place, size, keys, me="cy")


@SIZES
@pytest.mark.parametrize("keys", ["4 M", "4 M M"], ids=["team", "executives"])
def test_a_draft_for_those_inside(place: Place, same: Any, size: tuple[int, int], keys: str) -> None:
    busy(place)
    place.act("draft", "cy", ref="INC-4", audience="team", title="INC-4", text="Join the call.\nWe need a DBA.")
    brief = {"title": "P1: payments", "text": "Half of all payments fail.", "expected_in": 90, "next_in": 30}
    place.act("draft", "cy", ref="INC-4", audience="executives", **brief)
    assert same(place, size, keys, me="cy")


@SIZES
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param("O", id="answering"),
        pytest.param("O b", id="sending-back"),
        pytest.param("4", id="waiting"),
    ],
)
def test_an_approval(place: Place, same: Any, size: tuple[int, int], keys: str) -> None:
    busy(place)
    agree(place.store, None)
    place.act("draft", "cy", ref="INC-4", phase="identified", components={"Checkout": "degraded"}, next_in=30)
    place.act("request-approval", "cy", ref="INC-4")
    assert same(place, size, keys, me="bo")


@SIZES
def test_a_draft_that_came_back(place: Place, same: Any, size: tuple[int, int]) -> None:
    busy(place)
    agree(place.store, None)
    place.act("request-approval", "cy", ref="INC-4")
    place.act("request-changes", "bo", ref="INC-4", word="Say which regions.")
    assert same(place, size, "4", me="cy")


@SIZES
@pytest.mark.parametrize("keys", ["P", "4 V", "4 D"], ids=["check", "preview", "difference"])
def test_looking_a_draft_over(place: Place, same: Any, size: tuple[int, int], keys: str) -> None:
    busy(place)
    places(place)
    words = "bo is rolling back db-01.prod.example.com.\n\nMore in 20 minutes; see https://wiki.example.com/x."
    place.act("draft", "cy", ref="INC-4", text=words, expected_in=60)
    assert same(place, size, keys, me="cy")


@SIZES
@pytest.mark.parametrize("keys", ["L", "L p", "4 enter"], ids=["next-update", "promising", "details"])
def test_what_is_asked_of_a_draft(place: Place, same: Any, size: tuple[int, int], keys: str) -> None:
    busy(place)
    assert same(place, size, keys, me="cy")


@SIZES
def test_where_an_update_was_left_out(place: Place, same: Any, size: tuple[int, int]) -> None:
    busy(place)
    places(place)
    place.act("publish", "cy", ref="INC-4")
    answer(place, REFUSED, Outcome(sent=True))
    place.act("skip-delivery", "cy", ref="INC-4", place="acme-status", reason="they read our own page")

    async def steps(at: Sitting) -> None:
        await at.press("4")

    assert same(place, size, steps, me="cy")
