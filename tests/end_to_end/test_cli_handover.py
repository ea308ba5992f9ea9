"""Handing roles over by command."""

from tests.end_to_end.commanding import Desk


def test_a_hand_over_from_offer_to_acceptance(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    run("take", "1", "tech lead", by="bo")
    offered = run.json("offer", "1", "tech lead", "cy", "--brief", "The pool is exhausted", by="bo")
    assert (offered["kind"], offered["data"]["to"]) == ("offered", "cy")
    assert "bo (0s); offered to cy (0s ago)" in run("show", "1").out
    (waiting,) = run.json("show", "1")["offers"]
    assert (waiting["role"], waiting["holder"], waiting["to"]) == ("tech-lead", "bo", "cy")
    accepted = run.json("accept", "1", "tech lead", "--word", "on it", by="cy")
    assert accepted["data"]["brief"] == "The pool is exhausted"
    assert run.json("show", "1")["offers"] == []


def test_answers_and_refusals(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    run("offer", "1", "incident manager", "bo")
    assert run("decline", "1", "incident-manager", "asleep soon", by="bo").out == (
        "INC-1 #3 bo declined Incident Manager; ana stays assigned: asleep soon\n"
    )
    run("offer", "1", "incident manager", "cy")
    assert run("withdraw", "1", "incident manager").code == 0
    refused = run("accept", "1", "incident manager", by="cy")
    assert refused.code == 1
    assert "Incident Manager has not been offered to you. Last change: ana withdrew the offer" in refused.err
    given = run("assign", "1", "incident manager", "bo", "--reason", "ana does not answer", by="dee")
    assert given.out == (
        "dee is new here.\nINC-1 #6 dee assigned Incident Manager to bo (previously ana): ana does not answer\n"
    )
