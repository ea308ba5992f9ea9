"""What the desk shows of updates on their way to other places, and its key to have them tried again."""

from __future__ import annotations

import pytest

from models.delivery import setup as place_setup
from models.delivery.destinations import NewDestination
from models.delivery.sender import Sender
from models.policy.audience import Audience
from tests.models.delivery.serving import Server, server
from tests.screens.desks import Place

__all__ = ["server"]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.live.outgoing.SHY_SECONDS", 0.0)


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


def set_up(place: Place, address: str, key: str = "chat", **fields: object) -> None:
    with place.store.acting("ana") as tx:
        place_setup.add(tx, NewDestination(key=key, kind="webhook", address=address, **fields))


def publish(place: Place, words: str = "We know.", by: str = "bo", **fields: object) -> None:
    place.act("draft", by, ref="INC-1", text=words, title="Payments fail", **fields)
    place.act("publish", by, ref="INC-1", **fields)


async def test_a_failure_is_shown_with_its_reason_and_tried_again_by_a_key(place: Place, server: Server) -> None:
    server.answer = lambda asked: (401, {"error": "Could not authenticate"})
    set_up(place, server.address)
    async with place.desk() as at:
        publish(place)
        await at.until(
            lambda: "✗ not delivered to chat: Rejected (401 Unauthorized)" in " ".join(at.drawn("#status").split())
        )
        assert "INC-1 delivery to chat failed" in at.text
        await at.press("exclamation_mark")
        assert at.desk.focused_pane == "status"
        server.answer = lambda asked: (200, {})
        await at.press("R")
        await at.until(lambda: "✓ chat 14:32Z" in at.text)
        assert "not delivered" not in at.drawn("#status")
        assert "failed" not in at.drawn("#header")
    assert (place.last().kind, place.last().author) == ("retried", "ana")


async def test_it_shows_on_every_desk_and_needs_who_owes_the_update(place: Place, server: Server) -> None:
    server.answer = lambda asked: (401, {})
    set_up(place, server.address)
    async with place.desk() as mine, place.desk(me="cy") as theirs:
        publish(place)
        await mine.until(lambda: "✗ not delivered to chat" in mine.drawn("#status"))
        await theirs.until(lambda: "✗ not delivered to chat" in theirs.drawn("#status"))
        assert [need.words for need in mine.desk.waiting if need.about == "unsent"] == ["delivery to chat failed"]
        assert [need for need in theirs.desk.waiting if need.about == "unsent"] == []


async def test_what_a_place_does_not_take_is_left_out_and_the_next_one_goes(place: Place, server: Server) -> None:
    server.answer = lambda asked: (422, {}) if asked.body["update"]["text"] == "One." else (200, {})
    set_up(place, server.address)
    async with place.desk() as at:
        await at.press("4", "x")
        assert "INC-1 has no failed deliveries." in at.text
        publish(place, "One.")
        await at.until(lambda: "✗ not delivered to chat" in at.text)
        publish(place, "Two.")
        await at.until(
            lambda: "1 later update queued. Press x to skip this delivery." in " ".join(at.drawn("#status").split())
        )
        await at.press("x")
        assert at.dialog == "Skip delivery to chat · INC-1"
        assert "1 later update is queued and will then be sent." in " ".join(at.body.split())
        await at.type("they read the next")
        await at.press("enter")
        await at.until(lambda: "✓ chat" in at.text)
        assert "skipped delivery of update #3 [investigating] to chat" in " ".join(at.drawn("#timeline").split())
    assert (place.last().kind, place.last().text) == ("left-out", "they read the next")


async def test_which_place_it_is_left_out_at(place: Place, server: Server) -> None:
    server.answer = lambda asked: (422, {})
    for key in ("chat", "hook"):
        set_up(place, server.address, key)
    async with place.desk() as at:
        publish(place)
        await at.until(lambda: at.text.count("✗ not delivered to") == 2)
        await at.press("4", "x", "2")
        assert at.dialog == "Skip delivery to hook · INC-1"
        await at.type("a drill")
        await at.press("enter")
        await at.until(lambda: "– hook: skipped by ana: a drill" in at.text)
        assert "✗ not delivered to chat" in at.text


async def test_what_waits_behind_an_update_for_others_says_so(place: Place, server: Server) -> None:
    server.answer = lambda asked: (422, {})
    set_up(place, server.address, audiences=("customers", "team"))
    async with place.desk() as at:
        publish(place, audience="team")
        await at.until(lambda: "delivery to chat failed" in at.text)
        publish(place)
        await at.until(lambda: "◌ chat: queued behind update #3" in at.text)
        place.clock.forward(minutes=2)
        at.desk.tick()
        assert "✗ not delivered" not in at.drawn("#status")
        await at.press("4", "M")
        assert "✗ not delivered to chat" in at.drawn("#status")


async def test_a_broken_place_holds_no_key_up(place: Place, server: Server) -> None:
    server.answer = lambda asked: (500, {})
    set_up(place, server.address, audiences=("customers", "team"))
    async with place.desk() as at:
        await at.press("4", "M", "e", *"All hands", "escape", "P", "y")
        await at.until(lambda: Audience.TEAM in at.shown.last_updates)
        server.until(1)
        await at.press("n", *"still typing")
        assert "still typing" in at.text


async def test_whoever_publishes_sees_where_it_goes(place: Place) -> None:
    set_up(place, "https://chat.example", audiences=("customers", "team"))
    set_up(place, "https://other.example", "other", audiences=("team",))
    place.act("draft", "bo", ref="INC-1", text="We know.", title="Payments fail")
    async with place.desk() as at:
        await at.press("P")
        assert "Also sent to: chat" in at.text
        with place.store.acting("ana") as tx:
            place_setup.switch(tx, "chat", active=False)
        await at.press("escape", "P")
        assert "Also sent to: chat (paused)" in at.text


async def test_the_key_says_why_it_can_do_nothing(place: Place) -> None:
    async with place.desk() as at:
        await at.press("4", "R")
        assert "INC-1 has no pending deliveries." in at.text


async def test_what_nobody_can_send_says_what_is_missing(place: Place) -> None:
    set_up(place, "https://chat.example/{chat-token}")
    publish(place)
    async with place.desk() as at:
        assert "◌ chat: sending" in at.text
        place.clock.forward(minutes=2)
        at.desk.tick()
        await at.until(lambda: "✗ not delivered to chat" in at.text)
        words = " ".join(at.drawn("#status").split())
        assert "BRIDGEWATCH_SECRET_CHAT_TOKEN is not set on any running desk or relay." in words


async def test_a_paused_place_is_told_of_and_needs_nobody(place: Place) -> None:
    set_up(place, "https://chat.example")
    with place.store.acting("ana") as tx:
        place_setup.switch(tx, "chat", active=False)
    publish(place)
    async with place.desk() as at:
        place.clock.forward(minutes=2)
        at.desk.tick()
        assert "◌ chat: queued, destination paused" in at.text
        assert [need for need in at.desk.waiting if need.about == "unsent"] == []


async def test_a_last_update_that_did_not_arrive_is_told_of_after_the_incident_is_over(
    place: Place, server: Server
) -> None:
    server.answer = lambda asked: (401, {})
    set_up(place, server.address)
    place.act("phase", "ana", ref="INC-1", phase="resolved")
    publish(place, "It is over.")
    sender = Sender(place.location, clock=place.clock)
    sender.once()
    sender.stop()
    async with place.desk() as at:
        assert "delivery to chat failed" in at.drawn("#header")


async def test_words_of_a_place_are_words(place: Place, server: Server) -> None:
    server.answer = lambda asked: (401, {"error": "[@click=app.quit]x[/] \x1b]0;t\x07 \u202eend"})
    set_up(place, server.address)
    async with place.desk() as at:
        publish(place)
        await at.until(lambda: "✗ not delivered to chat" in at.text)
        assert "[@click=app.quit]x[/]" in " ".join(at.text.split())
        assert "\x1b" not in at.text
        assert "\u202e" not in at.text
