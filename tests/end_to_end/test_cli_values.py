"""Values on the command line that look like none: nobody, 0, an empty word, and an = within a component's name."""

from typing import Any

import pytest

from tests.end_to_end.commanding import Desk


@pytest.fixture
def here(here: Desk) -> Desk:
    here("declare", "Checkout returns 502", "--severity", "P3")
    return here


def draft(desk: Desk) -> Any:
    return desk.json("show", "1")["drafts"]["customers"]


class TestNobody:
    """Who looked while nobody held a role says so, and is obeyed as long as that is so."""

    @pytest.mark.parametrize("verb", [("assign", "1", "scribe", "bo"), ("take", "1", "scribe")])
    def test_it_is_still_so(self, run: Desk, verb: tuple[str, ...]) -> None:
        run("declare", "Checkout returns 502", "--severity", "P3")
        assert run(*verb, "--saw", "nobody", by="bo").code == 0
        (scribe,) = (role for role in run.json("show", "1")["roles"] if role["key"] == "scribe")
        assert [holder["person"] for holder in scribe["holders"]] == ["bo"]

    def test_it_is_no_longer_so(self, run: Desk) -> None:
        run("declare", "Checkout returns 502", "--severity", "P3")
        run("take", "1", "scribe", by="cy")
        assert run("take", "1", "scribe", "--saw", "nobody", by="bo").code == 3

    def test_without_it_nothing_was_looked_at(self, here: Desk) -> None:
        here("take", "1", "scribe", by="cy")
        assert here("take", "1", "scribe", by="bo").code == 0


class TestComponents:
    def test_a_name_may_hold_the_sign_between_name_and_state(self, here: Desk) -> None:
        assert here("draft", "1", "We know.", "--component", "a=b=degraded", "--component", "==major outage").code == 0
        assert draft(here)["components"] == {"a=b": "degraded", "=": "major outage"}

    def test_a_state_is_written_in_any_case_and_with_a_sign_for_its_blank(self, here: Desk) -> None:
        here("draft", "1", "We know.", "--component", "API=Major-Outage", "--component", "Web=partial_outage")
        assert draft(here)["components"] == {"API": "major outage", "Web": "partial outage"}

    @pytest.mark.parametrize("given", ["=degraded", " =degraded", "API", "API=", "API=slow", "degraded"])
    def test_what_lacks_a_name_or_a_state_is_a_slip(self, here: Desk, given: str) -> None:
        slip = here("draft", "1", "We know.", "--component", given)
        assert slip.code == 2
        assert f"{given!r} is not NAME=STATE" in slip.err
        assert draft(here)["components"] == {}


class TestZero:
    def test_minutes_of_zero_take_back_what_was_promised(self, here: Desk) -> None:
        here("draft", "1", "We know.", "--next-in", "20", "--expected-in", "60")
        assert (draft(here)["next_in"], draft(here)["expected_in"]) == (20, 60)
        assert here("draft", "1", "--next-in", "0").code == 0
        assert draft(here)["next_in"] is None
        assert draft(here)["expected_in"] is not None
        assert here("draft", "1", "--expected-in", "0").code == 0
        assert draft(here)["expected_in"] is None

    @pytest.mark.parametrize("verb", ["publish", "draft"])
    def test_a_revision_of_zero_was_looked_at(self, here: Desk, verb: str) -> None:
        """It is that of a draft which nobody had written yet."""
        here("draft", "1", "We know.", "--title", "Payments fail")
        words = ("We know more.",) if verb == "draft" else ()
        assert here(verb, "1", *words, "--saw", "0").code == 3
        assert (draft(here)["text"], draft(here)["revision"]) == ("We know.", 1)
        assert here(verb, "1", *words, "--saw", "1").code == 0


class TestEmpty:
    def test_words_are_taken_away(self, here: Desk) -> None:
        here("draft", "1", "We know.", "--title", "Payments fail")
        assert here("draft", "1", "").code == 0
        assert (draft(here)["text"], draft(here)["title"]) == ("", "Payments fail")
        assert here("draft", "1", "--title", "").code == 0
        assert draft(here)["title"] == ""

    def test_what_is_not_given_stays(self, here: Desk) -> None:
        here("draft", "1", "We know.", "--title", "Payments fail", "--component", "API=degraded", "--next-in", "20")
        before = draft(here)
        here("draft", "1", "--phase", "identified")
        after = draft(here)
        kept = ("text", "title", "components", "next_update_at")
        assert [after[name] for name in kept] == [before[name] for name in kept]

    def test_what_needs_words_is_refused(self, here: Desk) -> None:
        assert here("note", "1", "").code == 1
        assert here("rename", "1", " ").code == 1
        shown = here.json("show", "1")
        assert (shown["title"], shown["version"]) == ("Checkout returns 502", 1)
