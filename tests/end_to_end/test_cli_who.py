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
