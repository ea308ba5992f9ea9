"""Drafts, approvals, rules and templates on the command line."""

from pathlib import Path

import pytest

from tests.end_to_end.commanding import Desk


def test_from_a_draft_to_a_page_for_executives(run: Desk) -> None:
    run("rules", "reset")
    run("declare", "Checkout returns 502", "--severity", "P1", by="ana")
    run("draft", "1", "We know.", "--title", "Payments fail", "--component", "Checkout=major outage", by="cy")
    assert run("publish", "1", by="cy").err.startswith("Customer updates on P1 incidents need approval")
    run("request-approval", "1", by="cy")
    run("approve", "1", by="bo")
    published = run.json("publish", "1", by="cy")
    assert (published["kind"], published["data"]["approved_by"]) == ("published", "bo")
    run("draft", "1", "It is bad.", "--audience", "executives", "--expected-in", "60", by="cy")
    assert run.json("publish", "1", "--audience", "executives", by="cy")["kind"] == "told"
    run("snooze", "1", "30", "--reason", "nothing new", by="cy")
    page = run.json("summary", "1")
    assert page["ref"] == "INC-1"
    assert "**Business impact:** not set. Checkout major outage" in page["markdown"]
    shown = run.json("show", "1")
    assert shown["last_updates"]["executives"]["text"] == "It is bad."


def test_an_approval_names_its_revision_and_is_of_no_newer_one(run: Desk) -> None:
    run("rules", "reset")
    run("declare", "Checkout returns 502", "--severity", "P1", by="ana")
    run("draft", "1", "We know.", "--title", "Payments fail", by="cy")
    run("request-approval", "1", by="cy")
    run("draft", "1", "We know why.", by="cy")
    refused = run("approve", "1", "--revision", "1", by="bo")
    assert refused.code == 3
    assert "it is now r2, not r1" in refused.err
    assert "bo approved cy's draft r2" in run("approve", "1", "--revision", "2", by="bo").out


def test_alone_at_night(run: Desk) -> None:
    run("rules", "reset")
    run("declare", "Checkout returns 502", "--severity", "P1", by="ana")
    run("draft", "1", "We know.", "--title", "Payments fail", by="ana")
    assert (
        "If no one can approve now: `bridgewatch emergency-publish INC-1 REASON`." in run("publish", "1", by="ana").err
    )
    published = run("emergency-publish", "1", "no one is awake", by="ana").out
    assert "published a status update [investigating] without approval (no one is awake)" in published
    assert run("acknowledge-update", "1", by="ana").code == 1
    assert "bo acknowledged the update that ana published without approval: fine" in (
        run("acknowledge-update", "1", "fine", by="bo").out
    )


def test_what_others_still_say_is_told_first(run: Desk) -> None:
    for number in "12":
        run("declare", "Down", "--severity", "P3", by="ana")
        run("draft", number, "Down.", "--title", "Down", "--component", "API=major outage", by="ana")
        run("publish", number, by="ana")
    run("draft", "1", "Up.", "--phase", "resolved", "--component", "API=operational", by="ana")
    assert "▲ INC-2 still says “major outage” for API\n" in run("preview", "1", by="ana").out
    assert run.json("preview", "1", by="ana")["still_said"] == {"API": {"ref": "INC-2", "state": "major outage"}}
    assert "; INC-2 still says API major outage" in run("publish", "1", by="ana").out


def test_looking_it_over(run: Desk) -> None:
    run("declare", "Slow", "--severity", "P3", by="ana")
    run("draft", "1", "Ask ana.", "--title", "Slow", by="cy")
    looked = run.json("preview", "1")
    assert [each["word"] for each in looked["internal"]] == ["ana"]
    assert run("preview", "1").out.startswith("▲ ana: a person's name, in the text\n")
    assert "+ Ask ana." in run("diff", "1").out
    run(
        "draft",
        "1",
        "It works.",
        "--phase",
        "resolved",
        "--component",
        "API=degraded",
        "--component",
        "Web=operational",
    )
    assert run.json("preview", "1")["left_broken"] == {"API": "degraded"}
    assert "▲ API will still show “degraded” on the status page after this update\n" in run("preview", "1").out


def test_words_that_should_stay_inside_are_looked_for_first(run: Desk) -> None:
    run("declare", "Slow", "--severity", "P3", by="ana")
    run("draft", "1", "Ask ana at https://wiki.example.com/x.", "--title", "Slow", by="cy")
    run("rules", "set", "approval", "P3")
    for verb in ("request-approval", "publish"):
        refused = run(verb, "1", by="cy")
        assert refused.code == 1
        assert "ana (a person's name, in the text); https://wiki.example.com/x (internal, in the text)" in refused.err
        assert "Edit the text, or add --anyway." in refused.err
    run("rules", "set", "approval", "none")
    assert run.json("publish", "1", "--anyway", by="cy")["kind"] == "published"
    run("draft", "1", "Ask ana.", "--audience", "team", by="cy")
    assert run.json("publish", "1", "--audience", "team", by="cy")["kind"] == "told"
    when = ("--starts", "in 2h", "--lasts", "30")
    assert "cy (a person's name" in run("schedule", "Cables", "Ask cy.", *when, by="bo").err
    moved = run.json("schedule", "Cables", "Ask cy.", *when, "--anyway", by="bo")["ref"]
    assert "INC-1 (internal, in the text)" in run("reschedule", moved, "See INC-1", *when).err
    assert "INC-1 (internal, in the text)" in run("end-maintenance", moved, "See INC-1").err
    assert run("end-maintenance", moved, "Not needed.").code == 0


def test_rules(run: Desk) -> None:
    run("rules", "reset")
    assert run.json("rules")["approval"] == "P1"
    assert run.json("rules", "set", "approval", "none")["approval"] is None
    assert run.json("rules", "set", "publishers", "cy", "di")["publishers"] == ["cy", "di"]
    paced = run.json("rules", "set", "cadence", "executives", "P2", "10", "20", "30")
    assert paced["cadence"]["executives"]["P2"] == {"first": 10, "further": 20, "later": 30}
    assert paced["approval"] is None
    assert run.json("rules", "reset") == run.json("rules")
    assert run.json("rules")["approval"] == "P1"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["approval", "P9"], "approval takes one value"),
        (["cadence", "customers", "P1", "5"], "cadence takes an audience"),
        (["cadence", "customers", "P1", "0", "1", "2"], "greater than 0"),
        (["internal", "("], "is not a valid regular expression"),
    ],
)
def test_rules_that_cannot_be(run: Desk, given: list[str], said: str) -> None:
    failed = run("rules", "set", *given)
    assert failed.code in (1, 2)
    assert said in failed.err


@pytest.mark.parametrize(
    ("language", "title", "impact", "more"),
    [
        ("en", "Issue with Checkout", "unknown", "Next update by"),
        ("fr", "Incident : Checkout", "inconnu", "Prochain message avant"),
        ("pl", "Problem: Checkout", "nie wiadomo", "Następny komunikat do"),
    ],
)
def test_what_an_update_begins_with(run: Desk, language: str, title: str, impact: str, more: str) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1", by="ana")
    run("draft", "1", "", "--component", "Checkout=major outage")
    filled = run.json("templates", "fill", "1", "--lang", language)
    assert filled["title"] == title
    assert more in filled["text"]
    assert filled["next_update_at"]
    said = run("templates", "fill", "1", "--audience", "executives", "--lang", language).out
    assert f": {impact}" in said
    assert "P1" in said


def test_a_teams_own_templates_are_begun_with(run: Desk, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    own = '[customers.identified]\ntitle = "Trouble: {services}"\ntext = "We know why.\\n{components}"'
    file.write_text(own, encoding="utf-8")
    run("templates", "import", str(file))
    run("declare", "Checkout returns 502", "--severity", "P1", by="ana")
    run("draft", "1", "", "--component", "Checkout=degraded", "--phase", "identified")
    assert run("templates", "fill", "1").out == "Trouble: Checkout\n\nWe know why.\nCheckout: degraded performance\n"
    run("draft", "1", "", "--phase", "monitoring")
    assert run("templates", "fill", "1").out.startswith("Issue with Checkout\n\n")


def test_templates_out_and_in(run: Desk, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(run("templates", "export", "--lang", "pl").out, encoding="utf-8")
    assert "no errors" in run("templates", "check", str(file)).out
    assert "12 templates" in run("templates", "import", str(file)).out
    file.write_text('[customers.resolved]\ntitle = "{ref}"\ntext = "x"', encoding="utf-8")
    failed = run("templates", "import", str(file))
    assert failed.code == 1
    assert "{ref} is not available for customers" in failed.err
    assert "the default templates" in run("templates", "reset").out
