"""Theories, evidence and decisions on the command line."""

from models.theories.views import TheoryView
from tests.end_to_end.commanding import Desk


def test_a_theory_from_its_writing_to_its_end(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P3")
    number = str(run.json("note", "1", "pool exhausted", "--kind", "theory", by="bo")["n"])
    other = str(run.json("note", "1", "dns", "--kind", "theory")["n"])
    kinds = [
        run.json("theory", "1", number, "being-tested", by="cy")["kind"],
        run.json("evidence", "1", number, "for", "graph", by="cy")["kind"],
        run.json("evidence", "1", number, "against", "night traffic", "--at", "5 minutes ago")["kind"],
        run.json("theory", "1", number, "confirmed", "--why", "restart cured it", "--saw", "being tested")["kind"],
        run.json("theory", "1", other, "ruled-out")["kind"],
    ]
    assert kinds == ["theory-moved", "evidence", "evidence", "theory-moved", "theory-moved"]
    first, second = run.json("theories", "1")
    assert set(first) == set(TheoryView.__struct_fields__)
    assert (first["n"], first["state"], first["why"], first["author"], first["moved_by"]) == (
        int(number),
        "confirmed",
        "restart cured it",
        "bo",
        "ana",
    )
    assert [(each["weight"], each["text"]) for each in first["evidence"]] == [
        ("for", "graph"),
        ("against", "night traffic"),
    ]
    assert (second["text"], second["state"]) == ("dns", "ruled out")
    assert [theory["n"] for theory in run.json("show", "1")["theories"]] == [int(number), int(other)]


def test_somebody_was_faster(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P3")
    number = str(run.json("note", "1", "dns", "--kind", "theory")["n"])
    run("theory", "1", number, "ruled-out", by="bo")
    conflict = run("theory", "1", number, "confirmed", "--saw", "open", "--json", by="cy")
    assert conflict.code == 3
    assert "bo changed theory “dns”: open → ruled out" in conflict.error["message"]


def test_who_decided_and_why(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P3")
    entry = run.json("note", "1", "roll back", "--kind", "decision", "--decided-by", "bo", "--why", "canary failed")
    assert entry["data"] == {"author": "ana", "decided_by": "bo", "why": "canary failed"}
    assert run.json("note", "1", "wait", "--kind", "decision")["data"]["decided_by"] == "ana"
    refused = run("note", "1", "x", "--why", "y")
    assert refused.code == 1
    assert "Only a decision can have a decider and a reason" in refused.err


def test_reading_for_people(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P3")
    assert "No theories on INC-1." in here("theories", "1").out
    here("note", "1", "pool\nexhausted", "--kind", "theory")
    here("note", "1", "\x1b[2Jdns", "--kind", "theory", by="bo")
    here("evidence", "1", "2", "for", "graph", by="cy")
    here("theory", "1", "2", "confirmed", "--why", "restart cured it")
    lines = here("theories", "1").out.splitlines()
    assert lines[0] == "  2  confirmed     pool exhausted"
    assert lines[1].startswith(" " * 19 + "ana 20")
    assert lines[1].endswith("Z: restart cured it")
    assert lines[2].startswith(" " * 19 + "for      20")
    assert lines[2].endswith("Z cy: graph")
    assert lines[3] == "  3  open          dns"
    shown = here("show", "1").out
    assert "Theories\n    2  confirmed     pool exhausted\n" in shown
    assert "ana changed theory “pool exhausted”: open → confirmed: restart cured it" in shown
