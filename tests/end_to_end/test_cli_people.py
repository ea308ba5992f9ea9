"""People on the command line: new names, slips, and keeping who is who; and what time is local."""

import pytest

from tests.end_to_end.commanding import Desk


def test_a_slip_is_refused_and_a_new_person_told(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P1")
    assert run("note", "1", "hello", by="robert").out.startswith("robert is new here.\nINC-1 #2 robert added a note")
    for refused in (run("note", "1", "hello", by="roberto"), run("assign", "1", "scribe", "robort")):
        assert refused.code == 1
        assert refused.out == ""
        assert "is new here. Did you mean robert? If this person is meant, add --new-person." in refused.err
    added = run("assign", "1", "scribe", "roberto", "--new-person")
    assert added.out.startswith("roberto is new here.\nINC-1 #3 ana assigned Scribe to roberto")


def test_who_is_who(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P1")
    run("assign", "1", "scribe", "jsoe")
    assert run("people", "rename", "jsoe", "Jose Garcia").out == (
        "jsoe is now shown as Jose Garcia. What was recorded stays as it is.\n"
    )
    assert "Jose Garcia (" in run("show", "1").out
    run("note", "1", "hello", by="@elsewhere")
    assert run("people", "merge", "@elsewhere", "Jose Garcia").code == 0
    assert "Jose Garcia added a note: hello" in run("show", "1").out
    assert run.json("people")[1]["recorded_as"] == ["jsoe", "@elsewhere"]
    assert run("people", "retire", "jsoe").code == 0
    assert "jsoe has left" in run("assign", "1", "tech-lead", "jsoe").err
    assert run("people", "add", "jsoe").code == 0
    assert run("assign", "1", "tech-lead", "jsoe").code == 0
    assert "There is no person 'Jose Garca'. Did you mean Jose Garcia?" in run("people", "retire", "Jose Garca").err
    found = [line for line in run("doctor").out.splitlines() if line.startswith("✗")]
    assert [line for line in found if "fsync" not in line] == []  # the tests' own server does without


def test_a_local_time_is_of_the_zone_s_rule_on_that_day(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    here("declare", "Checkout", "--severity", "P3")
    written = here.json("note", "1", "x", "--at", "2026-07-20 14:05 local")
    assert written["occurred_at"] == "2026-07-20T12:05:00Z"
    skipped = here("schedule", "--starts", "2027-03-28 02:30 local", "--lasts", "60", "M", "words")
    assert "02:30 on 2027-03-28 does not exist in Europe/Berlin" in skipped.err
    twice = here("schedule", "--starts", "2027-10-31 02:30 local", "--lasts", "60", "M", "words")
    assert "exists twice in Europe/Berlin" in twice.err
    monkeypatch.setenv("TZ", "Mars/Olympus")
    unknown = here("note", "1", "y", "--at", "00:05 local")
    assert unknown.code == 0
    assert "“local” means UTC" in unknown.err
