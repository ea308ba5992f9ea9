"""The command line's verbs: the same validation and the same entries as the keys; text for people, JSON for scripts."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from models.board.views import IncidentRow, IncidentView
from models.kernel.engine import connect
from models.kernel.entry import EntryView
from models.kernel.location import Location
from models.kernel.snapshot import Snapshot
from tests.end_to_end.commanding import Desk
from tui import cli

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e[/] [@click=app.quit]x[/] 検索"


def names(view: type[Snapshot]) -> set[str]:
    return set(view.__struct_fields__)


def test_an_incident_from_declaring_to_publishing(run: Desk) -> None:
    declared = run.json("declare", "Checkout returns 502", "--severity", "P1", "--impact", "most")
    assert set(declared) == names(IncidentView)
    assert (declared["ref"], declared["severity"], declared["impact"]) == ("INC-1", "P1", "most")
    assert (declared["phase"], declared["manager"]) == ("triage", "ana")
    entries = [
        run.json("assign", "INC-1", "secrétaire", "bo"),
        run.json("take", "1", "tech-lead", by="cy"),
        run.json("note", "inc-1", "pool exhausted", "--kind", "theory", "--at", "10 min ago", by="cy"),
        run.json("severity", "1", "p2", "--reason", "one region only"),
        run.json("phase", "1", "identified"),
        run.json(
            *("draft", "1", "We know why.", "--title", "Checkout is slow"),
            *("--component", "API=degraded", "--component", "Web=partial_outage"),
        ),
        run.json("publish", "1"),
        run.json("category", "1", "performance"),
        run.json("impact", "1", "few"),
        run.json("rename", "1", "Checkout is slow"),
        run.json("add-role", "1", "Tech Lead", "--label", "database"),
        run.json("release", "1", "scribe"),
        run.json("edit", "1", "4", "pool exhausted by 4512", by="cy"),
        run.json("retract", "1", "4", "it was the cache", by="cy"),
        run.json("undo", "1", by="cy"),
    ]
    assert all(set(entry) == names(EntryView) for entry in entries)
    assert [entry["n"] for entry in entries] == list(range(2, 17))
    assert {entry["ref"] for entry in entries} == {"INC-1"}
    assert [entry["kind"] for entry in entries[:7]] == [
        *("assigned", "assigned", "theory", "severity", "phase", "draft", "published"),
    ]
    shown = run.json("show", "1")
    assert set(shown) == names(IncidentView) | {"entries", "updates"}
    assert (shown["title"], shown["severity"], shown["phase"]) == ("Checkout is slow", "P2", "identified")
    assert shown["updates"][0]["components"] == {"API": "degraded", "Web": "partial outage"}
    assert shown["updates"] == [shown["last_updates"]["customers"]]
    assert shown["entries"][0]["occurred_at"] > shown["entries"][-1]["occurred_at"]
    assert [e["text"] for e in shown["entries"] if e["kind"] == "theory"] == ["pool exhausted by 4512"]


def test_listing(run: Desk) -> None:
    assert run.json("list") == []
    for severity in ("P3", "P1", "P2"):
        run("declare", f"A {severity}", "--severity", severity)
    run("phase", "1", "canceled")
    run("phase", "3", "resolved")
    rows = run.json("list")
    assert [(row["severity"], row["phase"]) for row in rows] == [("P1", "triage"), ("P2", "resolved")]
    assert set(rows[0]) == names(IncidentRow)
    assert [row["ref"] for row in run.json("list", "--all")] == ["INC-3", "INC-2", "INC-1"]


@pytest.mark.parametrize(
    ("arguments", "refs"),
    [
        (["--mine"], ["INC-3", "INC-2"]),
        (["--severity", "p2"], ["INC-2"]),
        (["--severity", "P1", "--severity", "P2"], ["INC-3", "INC-2"]),
        (["--phase", "identified"], ["INC-3"]),
        (["--phase", "canceled"], ["INC-4"]),
        (["--mine", "--severity", "P3"], []),
        (["--since", "30m"], ["INC-2", "INC-1"]),
        (["--all", "--since", "30m"], ["INC-4", "INC-2", "INC-1"]),
        (["--since", "30m", "--severity", "P3"], ["INC-1"]),
    ],
)
def test_listing_what_is_asked_for(run: Desk, arguments: list[str], refs: list[str]) -> None:
    run("declare", "One", "--severity", "P3", by="bo")
    run("declare", "Two", "--severity", "P2")
    run("declare", "Three", "--severity", "P1", "--at", "2h")
    run("declare", "Four", "--severity", "P1", by="bo")
    run("phase", "3", "identified")
    run("phase", "4", "canceled")
    assert [row["ref"] for row in run.json("list", *arguments)] == refs


def test_listing_nothing_says_why(here: Desk) -> None:
    here("declare", "One", "--severity", "P3")
    told = "No incidents match. To look among those that are over, too, use `--all`.\n"
    assert here("list", "--severity", "P1").out == told
    assert (
        here("list", "--severity", "P1", "--all").out
        == here("list", "--phase", "closed").out
        == "No incidents match.\n"
    )
    for wrong in (["--severity", "P4"], ["--phase", "asleep"], ["--since", "sometime"]):
        assert here("list", *wrong).code == 2


def test_listing_for_people(here: Desk) -> None:
    assert here("list").out == "No open incidents. To declare one, use `bridgewatch declare`.\n"
    assert here("list", "--all").out == "No incidents. To declare one, use `bridgewatch declare`.\n"
    here("declare", "検索が遅い", "--severity", "P2", "--manager", "nobody", "--at", "3m")
    here("declare", "Checkout returns 502", "--severity", "P1", "--at", "2h")
    assert here("list").out.splitlines() == [
        "    REF    TITLE                 PHASE   AGE  UPDATE      MANAGER",
        "P1  INC-2  Checkout returns 502  triage  2h   1h overdue  ana",
        "P2  INC-1  検索が遅い            triage  3m   in 11m      unassigned",
    ]


def test_showing_for_people(here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1", "--category", "security")
    here("note", "1", "first line\nsecond line")
    here("draft", "1", "We look into it.")
    here("assign", "1", "scribe", "bo")
    out = here("show", "1").out
    assert out.startswith("INC-1  Checkout returns 502\nP1 (high) · triage · security\ndeclared by ana at ")
    assert "  scribe                  Scribe                  bo (" in out
    assert "Tech Lead               unassigned; covered by ana\n" in out
    assert "Draft for customers\n  r1 [investigating] by ana\n  We look into it.\n" in out
    assert "ana added a note: first line\n      second line\n" in out
    assert "Scribe" not in here("show", "1", "--lang", "fr").out.partition("Timeline")[0]


def test_a_written_entry_is_answered_in_one_line(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P1")
    first = here("assign", "1", "scribe", "bo")
    assert first.out == "bo is new here.\nINC-1 #2 ana assigned Scribe to bo (previously unassigned)\n"
    assert here("assign", "1", "tech-lead", "bo").out.startswith("INC-1 #3 ana assigned Tech Lead to bo")


def test_the_role_book_of_later_incidents(run: Desk) -> None:
    assert run.json("init") == {"database": Location.parse(run.database).shown}
    assert run.json("init", "--playbook", "it-service")["book"] == "it-service"
    assert run.json("declare", "Mail is down", "--severity", "P2")["book"] == "it-service"
    refused = run("init", "--playbook", "none", "--json")
    assert refused.code == 1
    assert "it-service" in refused.error["remedy"]


def test_reading_in_what_a_status_page_tells(run: Desk, tmp_path: Path) -> None:
    at = "2026-01-02T03:04:05.000Z"
    told = {"id": "u", "status": "resolved", "body": "No problems found", "created_at": at, "display_at": at}
    incident = {
        "id": "i",
        "name": "Pages are slow",
        "status": "resolved",
        "impact": "major",
        "incident_updates": [told],
    }
    dated = {"created_at": at, "started_at": at, "resolved_at": at, "updated_at": at}
    page = {"id": "p", "name": "Example", "url": "https://status.example", "updated_at": at}
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"page": page, "incidents": [{**incident, **dated}]}))
    counts = [run.json("import", "statuspage", str(file)) for _ in range(2)]
    assert [(count["new"], count["unchanged"]) for count in counts] == [(1, 0), (0, 1)]
    assert run.json("show", counts[0]["refs"][0])["title"] == "Pages are slow"
    said = run("import", "statuspage", str(file)).out
    assert said == f"Imported incidents from {file}: 0 new, 0 updated, 1 unchanged.\n"
    file.write_text("[]")
    assert run("import", "statuspage", str(file)).code == 1


def test_a_flag_may_stand_before_and_after_the_verb(here: Desk) -> None:
    cli.main(["--json", "--database", here.database, "declare", "A", "--severity", "P1", "--as", "bo"])
    assert here.json("list")[0]["declared_by"] == "bo"


def test_what_looks_like_an_option_is_text_behind_two_dashes(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P1")
    written = here("note", "--kind", "action", "--json", "--", "1", "--all-of-it")
    assert written.json["text"] == "--all-of-it"


def test_hostile_words_reach_no_terminal(run: Desk) -> None:
    run("declare", f"A {HOSTILE}", "--severity", "P1", by=f"ana{HOSTILE}"[:64])
    run("draft", "1", HOSTILE, "--title", f"A {HOSTILE}")
    run("note", "1", HOSTILE)
    run("publish", "1", by="ana")
    engine = connect(Location.parse(run.database))
    with engine.begin() as connection:  # as another tool would write
        connection.execute(text("UPDATE people SET name = :name"), {"name": HOSTILE})
        connection.execute(text("UPDATE incidents SET title = :title"), {"title": HOSTILE})
    engine.dispose()
    for arguments in (["show", "1"], ["list"], ["show", "1", "--json"], ["list", "--json"], ["show", HOSTILE]):
        answer = run(*arguments)
        said = (answer.out + answer.err).replace("\n", "")
        assert said.isprintable()
        assert "\u202e" not in said
        assert "[@click=app.quit]x[/]" in said or answer.code
    assert run.json("show", "1")["title"] == HOSTILE


def test_the_timeline_explains_every_number(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P2")
    run("note", "1", "the pool is full")
    run("edit", "1", "2", "the pool is full since 14:02")
    run("note", "1", "a slip")
    run("undo", "1")
    told = [
        line.split(" ", 6)[3:] for line in run("show", "1").out.partition("Timeline, newest first\n")[2].splitlines()
    ]
    said = [" ".join(words[3:]) for words in told]
    assert any(line.endswith("reverted “added a note: a slip” (replaces 4)") for line in said), said
    assert any(line.endswith("the pool is full since 14:02 (replaces 2)") for line in said), said
    assert len(said) == 3
