"""Handing roles over by command."""

from tests.end_to_end.commanding import Desk


def test_a_hand_over_from_offer_to_acceptance(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    run("take", "1", "tech lead", by="bo")
    offered = run.json(
        "offer", "1", "tech lead", "cy", "--brief", "The pool is exhausted", "--objectives", "cards first", by="bo"
    )
    assert (offered["kind"], offered["data"]["to"]) == ("offered", "cy")
    assert "bo (0s); offered to cy (0s ago)" in run("show", "1").out
    (waiting,) = run.json("show", "1")["offers"]
    assert (waiting["role"], waiting["holder"], waiting["to"]) == ("tech-lead", "bo", "cy")
    accepted = run.json("accept", "1", "tech lead", "--word", "on it", by="cy")
    brief = accepted["data"]["brief"]
    assert brief.startswith("INC-1 Checkout returns 502: P1 (high), triage, for under a minute.")
    assert "\n\nFrom bo:\nThe pool is exhausted\nObjectives: cards first\n\n" in brief
    assert "        From bo:\n        The pool is exhausted\n" in run("show", "1").out
    assert run.json("show", "1")["offers"] == []


def test_the_brief_that_is_accepted_is_printed(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    run("note", "1", "roll back", "--kind", "decision")
    run("offer", "1", "incident-manager", "cy")
    said = run("accept", "1", "incident manager", by="cy").out
    assert said.startswith(
        "INC-1 #4 cy accepted Incident Manager from ana\n      INC-1 Checkout returns 502: P1 (high)"
    )
    assert "ana: roll back\n" in said


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
