"""Desks send what is published to other places, and show each other what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from models.board.views import Board
from models.delivery.commands import Retry
from models.kernel.store import Store
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.models.delivery.serving import Server, server
from tests.models.delivery.test_sender import set_up, tell
from tests.models.live.listening import LONG, Open, desk

__all__ = ["desk", "server"]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.live.outgoing.SHY_SECONDS", 0.0)


def state(wanted: str) -> Callable[[Board], bool]:
    return lambda board: bool(board.shown and [each.state for each in board.shown.deliveries] == [wanted])


def test_whoever_publishes_two_desks_send_once_and_both_show_it(store: Store, desk: Open, server: Server) -> None:
    set_up(store, server.address)
    incident = Acting(store)
    desks = [desk(store.location), desk(store.location)]
    for each in desks:
        each.link.look_at(incident.id)
        each.live(lambda board: board.shown is not None)
    for command in (
        EditDraft(by="ana", ref=incident.ref, text="We know.", title="Payments fail"),
        Publish(by="ana", ref=incident.ref),
    ):
        desks[0].link.perform(command).result(LONG)
    for each in desks:
        board = each.live(state("sent"))
        assert board.unsent == ()
    assert len(server.until(1)) == 1


def test_a_failure_and_having_it_tried_again(store: Store, desk: Open, server: Server) -> None:
    server.answer = lambda asked: (401, {})
    set_up(store, server.address)
    incident = Acting(store)
    tell(incident, "We know.")
    mine = desk(store.location)
    board = mine.live(state("failed"))
    assert board.unsent[0].said == "Rejected (401 Unauthorized)."
    server.answer = lambda asked: (200, {})
    mine.link.perform(Retry(by="bo", ref=incident.ref)).result(LONG)
    mine.live(state("sent"))
    assert len({each.headers["idempotency-key"] for each in server.arrived}) == 1


def test_a_desk_without_the_secret_leaves_it_to_others(
    store: Store, desk: Open, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(store, server.address + "/{token}")
    incident = Acting(store)
    tell(incident, "We know.")
    mine = desk(store.location)
    mine.live(state("waiting"))
    assert mine.link.read(lambda read: read.unsent[1][0].attempts).result(LONG) == 0
    monkeypatch.setenv("BRIDGEWATCH_SECRET_TOKEN", "s3cret")
    other = desk(store.location)
    other.live(state("sent"))
    mine.live(state("sent"))


def test_while_nothing_is_to_be_sent_nobody_is_there_to_send(store: Store, desk: Open, server: Server) -> None:
    set_up(store, server.address)
    incident = Acting(store)
    mine = desk(store.location)
    mine.live()
    assert not sends()
    tell(incident, "We know.")
    mine.live(state("sent"))
    assert sends()


def sends() -> bool:
    """Somebody is there to send."""
    return any(thread.name == "bridgewatch-sender" for thread in threading.enumerate())
