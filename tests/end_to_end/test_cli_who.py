"""Who does what, asked from the command line."""

import pytest

from models.roles.views import ResponsibilityView
from tests.end_to_end.commanding import Desk


def test_who_keeps_the_status_page(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    run("take", "1", "social-media-lead", by="cy")
    (duty,) = run.json("who", "INC-1", "status", "page")
    assert set(duty) == set(ResponsibilityView.__struct_fields__)
    assert (duty["key"], duty["people"], duty["why"]) == ("status-page", ["cy"], "secondary")
    assert (duty["through"], duty["role"]) == (["Social Media Lead"], "social-media-lead")
    assert len(run.json("who", "1")) > 20
    assert run("who", "1", "nothing of that sort", "--json").error["kind"] == "refused"
    assert run("who", "2").code == run("who", "x").code == 1


def test_options_may_stand_among_the_arguments(here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    here("take", "1", "scribe", by="bo")
    french = here("who", "1", "--lang", "fr", "chronologie")
    assert (french.code, french.out) == (0, "Tient la chronologie  bo, as Secrétaire, secondary\n")
    assert here("who", "1", "--nonsense", "fr").code == 2


def test_who_does_what_for_people(here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    here("add-role", "1", "Dark magic")
    assert here("who", "1", "timeline").out == "Keeps the timeline  covered by ana (Incident Manager)\n"
    here("take", "1", "dark-magic", by="bo")
    here("release", "1", "incident-manager")
    assert here("who", "1", "dark").out == "Dark magic  bo, as Dark magic\n"
    assert here("who", "1", "timeline").out == "Keeps the timeline  ✗ not covered\n"
    nothing = here("who", "1", "xyzzyq")
    assert (nothing.code, nothing.out) == (1, "")
    assert (
        nothing.err == "No responsibility or role of INC-1 matches “xyzzyq”. See the list: `bridgewatch who INC-1`.\n"
    )


@pytest.mark.parametrize("words", ["lbl", "tch ld", "set of letters"])
def test_letters_with_gaps_find_nothing(here: Desk, words: str) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    assert here("who", "1", words).code == 1


@pytest.mark.parametrize(
    ("book", "words", "duty"),
    [
        ("high-velocity", "tweets", "social-media"),
        ("high-velocity", "posts", "social-media"),
        ("high-velocity", "tweety", "social-media"),
        ("high-velocity", "phone calls", "customer-answers"),
        ("high-velocity", "Phone  CALL", "customer-answers"),
        ("high-velocity", "appels telephoniques", "customer-answers"),
        ("high-velocity", "rozmowy telefoniczne", "customer-answers"),
        ("it-service", "phone calls", "first-contact"),
        ("it-service", "tweets", "status-page"),
        ("response-team", "tweets", "channels"),
        ("response-team", "phone calls", "customer-answers"),
        ("policy", "tweets", "status-page"),
    ],
)
def test_a_responsibility_is_found_by_what_else_it_is_called(run: Desk, book: str, words: str, duty: str) -> None:
    run("init", "--playbook", book)
    run("declare", "Checkout returns 502", "--severity", "P1")
    assert run.json("who", "INC-1", *words.split())[0]["key"] == duty


def test_duties_in_the_readers_language(here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    here("take", "1", "scribe", by="bo")
    assert here("who", "1", "timeline", "--lang", "fr").out == "Tient la chronologie  bo, as Secrétaire, secondary\n"
    assert here("who", "1", "secretaire", "--lang", "pl").out.splitlines()[0].endswith("bo, as Protokolant")


def test_several_owners_are_told_with_the_way_to_settle_it(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    run("add-role", "1", "Tech Lead", "--label", "database")
    run("take", "1", "tech-lead", by="bo")
    run("take", "1", "tech-lead/database", by="cy")
    (duty,) = run.json("who", "1", "theories of")
    assert [(share["role"], share["people"]) for share in duty["shares"]] == [
        ("tech-lead", ["bo"]),
        ("tech-lead/database", ["cy"]),
    ]
    told = run("who", "1", "theories of").out.splitlines()
    assert told[0].endswith("2 owners: bo (Tech Lead), cy (Tech Lead · database)")
    assert "`bridgewatch split INC-1 theories tech-lead/database`" in told[1]
    assert run("split", "INC-1", "theories", "tech-lead/database").code == 0
    assert run.json("who", "1", "theories of")[0]["people"] == ["cy"]


def test_a_copy_takes_what_it_is_added_with(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    added = ("add-role", "1", "Communications Manager", "--label", "internal")
    assert run(*added, "--takes", "internal-messages", "--takes", "talks with executives").code == 0
    run("take", "1", "communications-manager/internal", by="bo")
    assert run.json("who", "1", "internal messages")[0]["people"] == ["bo"]
    assert run.json("who", "1", "status page")[0]["people"] == ["ana"]
    refused = run(*added[:-1], "x", "--takes", "theories")
    assert refused.code == 1
    assert "Its responsibilities: messages (Writes and sends external messages)" in refused.err


def test_what_checks_the_manager_is_not_covered_by_the_manager(run: Desk) -> None:
    run("init", "--playbook", "it-service")
    run("declare", "Checkout returns 502", "--severity", "P1")
    (duty,) = run.json("who", "1", "verifies")
    assert (duty["people"], duty["why"]) == ([], "uncovered")
    assert run.json("who", "1", "changes are planned")[0]["people"] == ["ana"]


def test_somebody_confirms_what_they_were_given(run: Desk) -> None:
    run("declare", "Checkout returns 502", "--severity", "P1")
    run("assign", "1", "scribe", "bo")
    run("add-task", "1", "Call the bank", "--person", "bo")
    shown = run("show", "1").out
    assert "s, not confirmed)" in shown
    assert "open, not confirmed" in shown
    assert [given["to"] for given in run.json("show", "1")["given"]] == ["bo", "bo"]
    assert run("confirm", "1", "scribe", by="bo").out.rstrip().endswith("bo confirmed Scribe")
    assert run("confirm", "1", by="bo").code == 0
    assert run("confirm", "1", by="bo").code == 1
    assert "not confirmed" not in run("show", "1").out
