"""Sending what was published to other places."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import monotonic

import msgspec
import pytest
from sqlalchemy import text

import models
from models.board.board import read_board
from models.board.due_times import needs
from models.board.views import Board
from models.delivery import outbox
from models.delivery import setup as place_setup
from models.delivery.commands import Retry, SkipDelivery
from models.delivery.destinations import NewDestination
from models.delivery.http import LONGEST_REST, seconds_to_wait
from models.delivery.sender import QUIET_SECONDS, Sender, seconds_left
from models.incident.phase import SetPhase
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.timeline.commands import Undo
from models.updates.editing import EditDraft
from models.updates.public import public_id
from models.updates.publishing import Publish
from tests import reads
from tests.conftest import Clock
from tests.models.acting import Acting, count, told
from tests.models.delivery.serving import LONG, Answer, Arrived, Server, server
from tests.rows import read_rows, write_rows

__all__ = ["server"]

HOOK = "hook"


def set_up(store: Store, address: str, key: str = HOOK, kind: str = "webhook", **fields: object) -> None:
    with store.acting("ana") as tx:
        place_setup.add(tx, NewDestination(key=key, kind=kind, address=address, **fields))


def tell(incident: Acting, words: str, to: str = "customers", **fields: object) -> None:
    incident(EditDraft, "ana", text=words, audience=to, title="Some payments fail", **fields)
    incident(Publish, "ana", audience=to)


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


@pytest.fixture
def sender(store: Store, clock: Clock) -> Iterator[Sender]:
    sender = Sender(store.location, clock=clock)
    yield sender
    sender.stop()


class TestSending:
    def test_what_is_published_arrives_once(self, incident: Acting, server: Server, sender: Sender) -> None:
        set_up(incident.store, f"{server.address}/in")
        tell(incident, "We know.", components={"API": "degraded"}, next_in=20)
        (waiting,) = incident.now.deliveries
        assert (waiting.state, waiting.place, incident.now.unsent) == ("waiting", HOOK, (waiting,))
        board = read_board(incident.store, incident.id)
        assert msgspec.json.decode(msgspec.json.encode(board), type=Board) == board
        assert sender.once() == {"sent": 1, "not_sent": 0}
        assert sender.once() == {"sent": 0, "not_sent": 0}
        (arrived,) = server.arrived
        assert (arrived.method, arrived.path) == ("POST", "/in")
        assert arrived.headers["idempotency-key"] == arrived.body["id"]
        assert arrived.body["update"]["text"] == "We know."
        assert arrived.body["update"]["components"] == {"API": "degraded"}
        (sent,) = incident.now.deliveries
        assert sent.state == "sent"
        assert incident.now.unsent == ()
        assert read_board(incident.store).unsent == ()

    def test_updates_from_before_a_place_was_set_up_stay(
        self, incident: Acting, server: Server, sender: Sender
    ) -> None:
        tell(incident, "Before.")
        set_up(incident.store, server.address)
        assert incident.now.deliveries == ()
        tell(incident, "After.")
        sender.once()
        assert [each.body["update"]["text"] for each in server.arrived] == ["After."]

    def test_each_audience_goes_where_it_reads(self, incident: Acting, server: Server, sender: Sender) -> None:
        set_up(incident.store, f"{server.address}/all", "all", audiences=("customers", "team"))
        set_up(incident.store, f"{server.address}/outside", "outside")
        tell(incident, "For customers.")
        tell(incident, "For the team.", to="team")
        tell(incident, "For executives.", to="executives")
        sender.once()
        found = {(each.path, each.body["update"]["text"]) for each in server.arrived}
        assert found == {("/all", "For customers."), ("/all", "For the team."), ("/outside", "For customers.")}

    def test_in_their_order(self, incident: Acting, server: Server, sender: Sender) -> None:
        set_up(incident.store, server.address)
        words = [f"Update {number}." for number in range(5)]
        for each in words:
            tell(incident, each)
        assert sender.once()["sent"] == 5
        assert [each.body["update"]["text"] for each in server.arrived] == words

    def test_what_fails_holds_back_what_comes_after_it_there_only(
        self, incident: Acting, server: Server, sender: Sender
    ) -> None:
        server.answer = lambda asked: (503, {}) if asked.path == "/bad" else (200, {})
        set_up(incident.store, f"{server.address}/bad", "bad")
        set_up(incident.store, f"{server.address}/good", "good")
        tell(incident, "One.")
        tell(incident, "Two.")
        other = Acting(incident.store)
        tell(other, "Three.")
        assert sender.once()["sent"] == 3
        assert {each.body["update"]["text"] for each in server.arrived if each.path == "/bad"} == {"One.", "Three."}


class TestOnlyWhatIsMeantForThem:
    def test_customers_updates_hold_nothing_internal(self, store: Store, server: Server, sender: Sender) -> None:
        incident = Acting(store, title="db-7 is on fire", severity="P2", by="Bartholomew")
        set_up(store, server.address, audiences=("customers", "executives"))
        tell(incident, "We know.")
        tell(incident, "It is db-7.", to="executives")
        sender.once()
        outside, inside = (each.body for each in server.arrived)
        assert outside["audience"] == "customers"
        assert {*outside} == {"version", "event", "id", "audience", "incident", "update"}
        assert {*outside["incident"]} == {"id", "title", "maintenance"}
        assert {*outside["update"]} == {
            "id", "phase", "text", "components", "published_at", "next_update_at", "expected_at",
        }  # fmt: skip
        for word in ("db-7", "P2", "INC-", "ana", "Bartholomew"):
            assert word not in str(outside)
        assert inside["incident"]["ref"] == incident.ref
        assert inside["incident"]["own_title"] == "db-7 is on fire"
        assert inside["update"]["published_by"] == "ana"


class TestLeavingOut:
    """What a place will never take holds back what comes after it until somebody says that it need not arrive."""

    @pytest.fixture
    def stuck(self, incident: Acting, server: Server, sender: Sender) -> Acting:
        """With an update that the place refuses, and another one behind it."""

        def answer(asked: Arrived) -> Answer:
            return (422, {"error": "Component is unknown"}) if asked.body["update"]["text"] == "One." else (200, {})

        server.answer = answer
        set_up(incident.store, server.address)
        tell(incident, "One.")
        tell(incident, "Two.")
        sender.once()
        assert [each.state for each in incident.now.deliveries] == ["failed", "waiting"]
        return incident

    def test_what_comes_after_it_is_sent(self, stuck: Acting, server: Server, sender: Sender, clock: Clock) -> None:
        first = stuck.now.deliveries[0]
        entry = stuck(SkipDelivery, "bo", place=HOOK, reason="they read the next one", saw=first.n)
        assert (
            told(entry) == f"bo skipped delivery of update #{first.n} [investigating] to hook: they read the next one"
        )
        assert entry.data["said"].endswith("Component is unknown.")
        assert sender.once() == {"sent": 1, "not_sent": 0}
        clock.now += timedelta(days=1)
        assert sender.once() == {"sent": 0, "not_sent": 0}
        assert [each.body["update"]["text"] for each in server.arrived] == ["One.", "Two."]
        assert stuck.now.unsent == ()
        assert [need.words for need in needs(read_board(stuck.store), "ana", clock.now) if need.about == "unsent"] == []
        with pytest.raises(Refused, match="INC-1 has no pending deliveries"):
            stuck(Retry, "ana")
        with pytest.raises(Refused, match="INC-1 has no pending delivery to hook"):
            stuck(SkipDelivery, "ana", place=HOOK, reason="x")
        with pytest.raises(Refused, match="A later update has already been sent to hook"):
            stuck(Undo, "bo")

    def test_it_says_by_whom_and_why_while_it_is_the_last(
        self, incident: Acting, server: Server, sender: Sender
    ) -> None:
        server.answer = lambda asked: (422, {})
        set_up(incident.store, server.address)
        tell(incident, "One.")
        sender.once()
        incident(SkipDelivery, "bo", place=HOOK, reason="a drill")
        (left,) = incident.now.deliveries
        assert (left.left_out, left.state) == ("bo: a drill", "failed")
        tell(incident, "Two.")
        assert [each.left_out for each in incident.now.deliveries] == [""]

    def test_undoing_it_sends_it_first(self, stuck: Acting, server: Server, sender: Sender) -> None:
        stuck(SkipDelivery, "bo", place=HOOK, reason="a drill")
        stuck(Undo, "bo")
        server.answer = lambda asked: (200, {})
        assert sender.once() == {"sent": 2, "not_sent": 0}
        assert [each.body["update"]["text"] for each in server.arrived] == ["One.", "One.", "Two."]

    def test_undoing_it_while_the_next_one_is_on_its_way(self, stuck: Acting) -> None:
        entry = stuck(SkipDelivery, "bo", place=HOOK, reason="a drill")
        later = stuck.now.unsent[0]
        assert later.n > entry.data["update"]
        with stuck.store.writing() as (connection, now):
            assert outbox.lease(connection, later.id, "a relay", now)
        with pytest.raises(Refused, match="A later update has already been sent to hook"):
            stuck(Undo, "bo")

    def test_only_what_its_author_saw(self, stuck: Acting) -> None:
        first, second = stuck.now.deliveries
        with pytest.raises(Conflict, match=f"The next delivery to hook is now update #{first.n}, not #{second.n}"):
            stuck(SkipDelivery, "bo", place=HOOK, reason="a drill", saw=second.n)

    def test_what_arrives_all_the_same_has_arrived(
        self, incident: Acting, server: Server, sender: Sender, clock: Clock
    ) -> None:
        def left_out_meanwhile(asked: Arrived) -> Answer:
            with closing(Store(incident.store.location, clock=clock)) as own:
                own.open(create=False)
                own.perform(SkipDelivery(by="bo", ref=incident.ref, place=HOOK, reason="it hangs"))
            return 200, {}

        server.answer = left_out_meanwhile
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        sender.once()
        (sent,) = incident.now.deliveries
        assert (sent.state, sent.left_out) == ("sent", "")

    def test_places_and_incidents_of_their_own(self, stuck: Acting, server: Server, sender: Sender) -> None:
        other = Acting(stuck.store)
        set_up(stuck.store, f"{server.address}/other", "other")
        tell(other, "One.")
        sender.once()
        stuck(SkipDelivery, "bo", place=HOOK, reason="a drill")
        assert {(each.place, each.left_out) for each in other.now.deliveries} == {("hook", ""), ("other", "")}


class TestFailing:
    def test_it_is_tried_again_later_and_with_the_same_key(
        self, incident: Acting, server: Server, sender: Sender, clock: Clock
    ) -> None:
        server.answer = lambda asked: (503, {})
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        pauses = []
        for _ in range(8):
            assert sender.once() == {"sent": 0, "not_sent": 1}
            assert sender.once() == {"sent": 0, "not_sent": 0}
            (late,) = incident.now.deliveries
            pauses.append((late.next_at - clock.now).total_seconds())
            clock.now = late.next_at
        for pause, least in zip(pauses, (*outbox.PAUSES, 3600), strict=True):
            assert least * 0.9 - 10 <= pause <= least * 1.2
        assert late.said == "Temporarily unavailable (503 Service Unavailable)."
        assert late.state == "failed"
        server.answer = lambda asked: (200, {})
        assert sender.once()["sent"] == 1
        assert len({each.headers["idempotency-key"] for each in server.arrived}) == 1

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ((401, {"error": "Could not authenticate"}), "Rejected (401 Unauthorized): Could not authenticate."),
            ((422, {"error": ["name is bad", "x"]}), "Rejected (422 Unprocessable Entity): name is bad; x."),
            ((404, b"<html>"), "Rejected (404 Not Found)."),
            ((404, b"[" * 60_000), "Rejected (404 Not Found)."),
            ((302, b"", {"Location": "http://127.0.0.1:9/"}), "Redirected to another URL (302 Found)"),
        ],
    )
    def test_what_lasts_is_told_at_once(
        self, incident: Acting, server: Server, sender: Sender, answer: Answer, said: str, clock: Clock
    ) -> None:
        server.answer = lambda asked: answer
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        sender.once()
        (late,) = incident.now.deliveries
        assert late.state == "failed"
        assert late.said.startswith(said)
        assert late.next_at - clock.now > timedelta(minutes=14)
        assert len(server.arrived) == 1

    def test_a_failure_while_somebody_had_it_tried_again_is_the_first_of_the_new_ones(
        self, incident: Acting, server: Server, sender: Sender, clock: Clock
    ) -> None:
        def retried_meanwhile(asked: Arrived) -> Answer:
            with closing(Store(incident.store.location, clock=clock)) as own:
                own.open(create=False)
                own.perform(Retry(by="bo", ref=incident.ref))
            return 503, {}

        server.answer = retried_meanwhile
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        sender.once()
        assert incident.now.deliveries[0].next_at - clock.now < timedelta(minutes=1)

    def test_what_passes_is_not_told_before_it_was_tried_thrice(
        self, incident: Acting, sender: Sender, clock: Clock, server: Server
    ) -> None:
        server.answer = lambda asked: (429, {}, {"Retry-After": "1200"})
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        states = []
        for _ in range(3):
            sender.once()
            (late,) = incident.now.deliveries
            states.append(late.state)
            assert late.next_at - clock.now > timedelta(seconds=1190)
            clock.now = late.next_at
        assert states == ["waiting", "waiting", "failed"]

    def test_nobody_answers(self, incident: Acting, sender: Sender) -> None:
        set_up(incident.store, "http://127.0.0.1:9/")
        tell(incident, "We know.")
        sender.once()
        assert incident.now.deliveries[0].said == "Connection refused."

    def test_a_defect_of_a_library_is_a_failure(
        self, incident: Acting, sender: Sender, monkeypatch: pytest.MonkeyPatch, server: Server
    ) -> None:
        def break_down(*given: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("models.delivery.webhook.send", break_down)
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        assert sender.once() == {"sent": 0, "not_sent": 1}
        assert incident.now.deliveries[0].said == "Sending failed (ZeroDivisionError)."

    def test_an_incident_that_is_over_stays_on_the_board_until_all_of_it_has_arrived(
        self, incident: Acting, server: Server, sender: Sender, clock: Clock
    ) -> None:
        server.answer = lambda asked: (401, {})
        set_up(incident.store, server.address)
        incident(SetPhase, "ana", phase="resolved")
        tell(incident, "It is over.")
        sender.once()
        incident(SetPhase, "ana", phase="closed", force_reason="enough")
        clock.now += timedelta(days=3)
        store = incident.store
        board = read_board(store)
        assert [row.ref for row in board.incidents] == [incident.ref]
        assert [need.words for need in needs(board, "ana", clock.now)] == ["delivery to hook failed"]
        server.answer = lambda asked: (200, {})
        assert sender.once()["sent"] == 1
        assert read_board(store, None, board).incidents == read_board(store).incidents == ()

    def test_somebody_has_it_tried_at_once(self, incident: Acting, server: Server, sender: Sender) -> None:
        server.answer = lambda asked: (401, {})
        set_up(incident.store, server.address)
        with pytest.raises(Refused, match="INC-1 has no pending deliveries"):
            incident(Retry, "bo")
        tell(incident, "We know.")
        sender.once()
        server.answer = lambda asked: (200, {})
        assert sender.once()["sent"] == 0
        assert incident(Retry, "bo").data == {"places": [HOOK]}
        assert sender.once()["sent"] == 1
        assert len({each.headers["idempotency-key"] for each in server.arrived}) == 1


class TestSecrets:
    def test_they_come_from_the_environment_and_are_nowhere_else(
        self, incident: Acting, server: Server, sender: Sender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_up(incident.store, server.address + "/{path-token}", headers={"Authorization": "Bearer {chat-token}"})
        tell(incident, "We know.")
        assert sender.once() == {"sent": 0, "not_sent": 0}
        assert incident.now.deliveries[0].attempts == 0
        monkeypatch.setenv("BRIDGEWATCH_SECRET_CHAT_TOKEN", "s3cret-token")
        monkeypatch.setenv("BRIDGEWATCH_SECRET_PATH_TOKEN", "an0ther")
        server.answer = lambda asked: (400, {"error": f"no {asked.headers['authorization']} at {asked.path}"})
        sender.once()
        assert server.arrived[0].headers["authorization"] == "Bearer s3cret-token"
        assert server.arrived[0].path == "/an0ther"
        assert incident.now.deliveries[0].said == "Rejected (400 Bad Request): no Bearer … at /…."
        with read_rows(incident.store) as connection:
            for table in ("places", "deliveries"):
                rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())
                assert "s3cret" not in rows
                assert "an0ther" not in rows

    def test_other_variables_are_out_of_reach(
        self, incident: Acting, server: Server, sender: Sender, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_KEY", "s3cret")
        set_up(incident.store, server.address + "/{aws-key}")
        tell(incident, "We know.")
        assert sender.once() == {"sent": 0, "not_sent": 0}
        assert server.arrived == []


class TestPlaces:
    def test_pausing_holds_back_and_resuming_sends(self, incident: Acting, server: Server, sender: Sender) -> None:
        store = incident.store
        set_up(store, server.address)
        with store.acting("bo") as tx:
            assert place_setup.switch(tx, HOOK, active=False) == 0
        tell(incident, "We know.")
        assert sender.once()["sent"] == 0
        assert (incident.now.unsent, incident.now.deliveries[0].active) == ((), False)
        before = read_board(store, incident.id)
        with store.acting("bo") as tx:
            assert place_setup.switch(tx, HOOK, active=True) == 1
        assert len(read_board(store, incident.id, before).incidents[0].unsent) == 1
        assert sender.once()["sent"] == 1

    def test_a_removed_one_gets_nothing_and_what_it_had_stays_on_record(
        self, incident: Acting, server: Server, sender: Sender
    ) -> None:
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        sender.once()
        with incident.store.acting("bo") as tx:
            assert place_setup.remove(tx, HOOK) == 0
        assert incident.now.deliveries[0].state == "sent"
        tell(incident, "We know more.")
        assert incident.now.deliveries == ()
        assert reads.places(incident.store) == ()
        set_up(incident.store, server.address)  # the name is free again
        with pytest.raises(Refused, match="with type webhook"):
            set_up(incident.store, "slack://{token}", kind="apprise")
        with incident.store.acting("bo") as tx, pytest.raises(Refused, match="no destination 'x'"):
            place_setup.remove(tx, "x")

    def test_a_corrected_one_is_tried_at_once(self, incident: Acting, server: Server, sender: Sender) -> None:
        server.answer = lambda asked: (404, {}) if asked.path == "/wrong" else (200, {})
        set_up(incident.store, f"{server.address}/wrong")
        tell(incident, "We know.")
        sender.once()
        set_up(incident.store, f"{server.address}/right")
        assert sender.once()["sent"] == 1


class TestManySenders:
    def test_each_delivery_is_sent_by_one(self, incident: Acting, server: Server, clock: Clock) -> None:
        set_up(incident.store, f"{server.address}/a", "a")
        set_up(incident.store, f"{server.address}/b", "b")
        others = [incident, *(Acting(incident.store) for _ in range(4))]
        for each in others:
            tell(each, "We know.")
            tell(each, "We know more.")
        start = threading.Barrier(4)
        failed: list[BaseException] = []

        def send() -> None:
            sender = Sender(incident.store.location)
            try:
                start.wait(LONG)
                while unsent():
                    sender.once()
            except BaseException as error:
                failed.append(error)
            finally:
                sender.stop()

        def unsent() -> int:
            with closing(Store(incident.store.location)) as own:
                own.open(create=False)
                return len(read_board(own).unsent)

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LONG)
        assert not failed
        keys = [each.headers["idempotency-key"] for each in server.arrived]
        assert len(keys) == len({*keys}) == 20
        for place in ("/a", "/b"):
            for each in others:
                told = [
                    found.body["update"]["text"]
                    for found in server.arrived
                    if found.path == place and found.body["incident"]["id"] == _id(each)
                ]
                assert told == ["We know.", "We know more."]

    def test_one_that_is_left_while_it_sends_waits_little_and_leaves_it_to_others(
        self, incident: Acting, server: Server
    ) -> None:
        held = threading.Event()

        def hold(asked: Arrived) -> Answer:
            held.wait(LONG)
            return 200, {}

        server.answer = hold
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        leaving = Sender(incident.store.location)
        leaving.look()
        server.until(1)
        leaving.stop(grace=0.05)
        assert incident.now.deliveries[0].state == "waiting"
        held.set()
        expire_leases(incident.store)
        sender = Sender(incident.store.location)
        assert sender.once()["sent"] == 1
        sender.stop()
        assert len({each.headers["idempotency-key"] for each in server.arrived}) == 1

    def test_a_killed_one_is_made_up_for_with_the_same_key(self, incident: Acting, server: Server) -> None:
        """SIGKILL while the request is under way: it has arrived, and nobody has written that down."""
        held = threading.Event()

        def hold(asked: Arrived) -> Answer:
            if len(server.arrived) == 1:
                held.wait(LONG)
            return 200, {}

        server.answer = hold
        set_up(incident.store, server.address)
        tell(incident, "We know.")
        environment = {**os.environ, "PYTHONPATH": str(Path(models.__file__).parents[1])}
        address = incident.store.location.url
        with subprocess.Popen([sys.executable, "-m", "tui", "--database", address, "relay"], env=environment) as relay:
            server.until(1)
            relay.kill()
        held.set()
        sender = Sender(incident.store.location)
        assert sender.once() == {"sent": 0, "not_sent": 0}  # the lease is not over
        expire_leases(incident.store)
        assert sender.once() == {"sent": 1, "not_sent": 0}
        sender.stop()
        keys = [each.headers["idempotency-key"] for each in server.arrived]
        assert len(keys) == 2
        assert len({*keys}) == 1
        assert count(incident.store, "SELECT count(*) FROM deliveries WHERE state = 'sent'") == 1


def expire_leases(store: Store) -> None:
    with write_rows(store) as connection:
        connection.execute(text("UPDATE deliveries SET leased_until = next_at"))


def _id(incident: Acting) -> str:
    with read_rows(incident.store) as connection:
        key = connection.execute(text("SELECT value FROM settings WHERE key = 'page-key'")).scalar_one()
    return public_id(str(key).strip('"'), "incident", incident.id)


def test_it_rests_until_something_is_due_and_lets_go_when_it_is_quiet() -> None:
    assert seconds_left(None, open_=False) is None
    assert seconds_left(None, open_=True) == QUIET_SECONDS
    assert seconds_left(monotonic() + 3600, open_=True) == QUIET_SECONDS
    assert seconds_left(monotonic() + 3600, open_=False) == pytest.approx(3600, abs=60)
    assert seconds_left(monotonic() - 1, open_=False) == 0


def test_when_a_place_wants_to_be_asked_again() -> None:
    assert seconds_to_wait("120") == 120
    assert seconds_to_wait("9" * 400) == LONGEST_REST
    assert seconds_to_wait(format_datetime(datetime.now(UTC) + timedelta(minutes=5))) == pytest.approx(300, abs=30)
    assert (
        seconds_to_wait("Sun, 01 Mar 2020 14:00:00 GMT")
        == seconds_to_wait("soon")
        == seconds_to_wait("")
        == seconds_to_wait("²")
        == 0
    )
