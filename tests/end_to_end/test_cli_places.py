"""Other places, and the relay, from the command line."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.commanding import Desk
from tests.models.delivery.serving import Server, server

__all__ = ["server"]


def publish(run: Desk, words: str = "We know.") -> None:
    run("draft", "1", words, "--title", "Payments fail")
    assert run("publish", "1").code == 0


def test_from_setting_a_place_up_to_seeing_it_arrive(run: Desk, server: Server) -> None:
    assert run("destination", "list").out == "No destinations. To add one, use `bridgewatch destination add`.\n"
    added = run.json("destination", "add", "hook", "webhook", server.address, "--for", "customers", "--for", "team")
    assert (added["audiences"], added["secrets"], added["unsent"]) == (["customers", "team"], {}, 0)
    assert run("destination", "test", "hook").out == "hook: Test message sent.\n"
    run("declare", "Checkout returns 502", "--severity", "P2")
    publish(run)
    assert [place["unsent"] for place in run.json("destination", "list")] == [1]
    assert "hook  waiting" in run("show", "1").out
    assert run.json("relay", "--once") == {"sent": 1, "not_sent": 0}
    assert [each.body["event"] for each in server.arrived] == ["test", "update"]
    (delivery,) = run.json("show", "1")["deliveries"]
    assert (delivery["place"], delivery["state"], delivery["attempts"]) == ("hook", "sent", 1)


def test_pausing_resuming_and_removing(run: Desk, server: Server) -> None:
    run("destination", "add", "hook", "webhook", server.address)
    run("declare", "Checkout returns 502", "--severity", "P2")
    assert "0 updates queued" in run("destination", "pause", "hook").out
    publish(run)
    assert run.json("relay", "--once")["sent"] == 0
    assert run("destination", "list").out.split()[-4:] == ["customers", "paused", "1", server.address]
    assert run("destination", "resume", "hook").out == "Destination hook is resumed; 1 update queued.\n"
    assert run.json("relay", "--once")["sent"] == 1
    assert run("destination", "remove", "hook").out == "Destination hook is removed.\n"
    gone = run("destination", "remove", "hook", "--json")
    assert (gone.code, gone.error["message"]) == (1, "There is no destination 'hook'.")


def test_a_failure_is_told_and_tried_again(run: Desk, server: Server) -> None:
    server.answer = lambda asked: (401, {"error": "Could not authenticate"})
    run("destination", "add", "hook", "webhook", server.address)
    run("declare", "Checkout returns 502", "--severity", "P2")
    assert "INC-1 has no pending deliveries." in run("retry", "1").err
    publish(run)
    told = run("relay", "--once").err
    assert "INC-1 to hook: not sent. Rejected (401 Unauthorized): Could not authenticate. Next retry at" in told
    assert "hook  failed" in run("show", "1").out
    server.answer = lambda asked: (200, {})
    assert "ana retried delivery to hook" in run("retry", "1").out
    assert run.json("relay", "--once") == {"sent": 1, "not_sent": 0}
    assert len({each.headers["idempotency-key"] for each in server.arrived}) == 1


def test_what_a_place_never_takes_is_left_out(run: Desk, server: Server) -> None:
    server.answer = lambda asked: (422, {}) if asked.body["update"]["text"] == "One." else (200, {})
    run("destination", "add", "hook", "webhook", server.address)
    run("declare", "Checkout returns 502", "--severity", "P2")
    publish(run, "One.")
    publish(run, "Two.")
    run("relay", "--once")
    left = run.json("skip-delivery", "1", "hook", "the next one says more")
    assert (left["kind"], left["data"]["place"], left["data"]["update"]) == ("left-out", "hook", 3)
    assert run.json("relay", "--once") == {"sent": 1, "not_sent": 0}
    assert "INC-1 has no pending delivery to hook." in run("skip-delivery", "1", "hook", "again").err
    publish(run, "One.")
    run("relay", "--once")
    run("skip-delivery", "1", "hook", "a drill")
    assert "hook  skipped    by ana: a drill" in run("show", "1").out


def test_secrets_are_named_and_never_shown(run: Desk, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("destination", "add", "acme", "statuspage", "kctbh9vrtdwd").out
    assert "needs BRIDGEWATCH_SECRET_ACME_KEY; BRIDGEWATCH_SECRET_ACME_KEY is not set here." in told
    assert "BRIDGEWATCH_SECRET_ACME_KEY is not set here" in run("destination", "test", "acme").err
    assert run("destination", "list").out.endswith("kctbh9vrtdwd  BRIDGEWATCH_SECRET_ACME_KEY is not set here\n")
    server.answer = lambda asked: (400, {"error": asked.headers["authorization"]})
    monkeypatch.setenv("BRIDGEWATCH_SECRET_TOKEN", "s3cret-token")
    run("destination", "add", "hook", "webhook", server.address, "--header", "Authorization=Bearer {token}")
    failed = run("destination", "test", "hook")
    assert failed.err == "hook: Rejected (400 Bad Request): Bearer ….\n"
    listed = run("destination", "list", "--json").out
    assert '"BRIDGEWATCH_SECRET_TOKEN": true' in listed
    assert "s3cret" not in listed


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        (["add", "hook", "webhook", "ftp://x.example"], 1, "The URL must start with https:// and contain a host"),
        (["add", "Hook", "webhook", "https://x.example"], 1, "lowercase letters"),
        (["add", "hook", "pigeon", "https://x.example"], 2, "invalid choice"),
        (
            ["add", "hook", "webhook", "https://x.example", "--header", "Authorization=abc"],
            1,
            "contains a secret, which must not be stored: write it as",
        ),
        (["test", "none"], 1, "There is no destination 'none'."),
        ([], 2, "WHAT"),
    ],
)
def test_what_cannot_be(here: Desk, given: list[str], code: int, said: str) -> None:
    failed = here("destination", *given)
    assert failed.code == code
    assert said in failed.err


def test_a_relay_sends_until_it_is_told_to_end(run: Desk, server: Server, tmp_path: Path) -> None:
    run("destination", "add", "hook", "webhook", server.address)
    run("declare", "Checkout returns 502", "--severity", "P2")
    arguments = ["--database", run.database, "--as", "ana", "relay"]
    with subprocess.Popen([sys.executable, "-m", "tui", *arguments], stderr=subprocess.PIPE, text=True) as relay:
        assert relay.stderr
        assert relay.stderr.readline() == "Sending to hook.\n"
        publish(run)
        server.until(1)
        assert relay.stderr.readline().endswith("Z INC-1 to hook: sent.\n")
        publish(run, "We know more.")
        assert relay.stderr.readline().endswith("Z INC-1 to hook: sent.\n")
        relay.send_signal(signal.SIGTERM)
    assert relay.returncode == 0
    assert len(server.arrived) == 2
