"""What updates begin with, what should stay inside, what is new in a draft, and the page for executives."""

from datetime import UTC, datetime, timedelta
from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.board.summary import one_page
from models.incident.fields import SetImpact
from models.kernel.failures import Refused
from models.kernel.languages import LANGUAGES
from models.kernel.store import Store
from models.policy.audience import Audience
from models.policy.phase import PUBLIC
from models.timeline.commands import Note
from models.updates.agreement import keep_templates
from models.updates.differences import differences, line_differences
from models.updates.editing import EditDraft
from models.updates.internal import findings
from models.updates.publishing import Publish
from models.updates.rules import Rules, rules, validated
from models.updates.templates import INSIDE, SHOWN, parse, shipped
from tests import reads
from tests.models.acting import Acting


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store, title="db-01 is *down*")


class TestTemplates:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_audience_and_phase_has_one(self, language: str) -> None:
        templates = parse(shipped(language), f"{language}.toml")
        assert {to: set(phases) for to, phases in templates.items()} == {to: {*PUBLIC} for to in Audience}

    def test_filled_from_the_incident(self, incident: Acting) -> None:
        incident(EditDraft, "cy", components={"Checkout": "partial outage", "API": "operational"})
        filled = reads.template(incident.store, incident.id, Audience.CUSTOMERS, incident.now.declared_at)
        assert filled.title == "Issue with Checkout"
        assert filled.text == (
            "We are investigating an issue with Checkout that started at 14:00 UTC.\nNext update by 14:20 UTC."
        )
        assert "db-01" not in filled.title + filled.text
        inside = reads.template(incident.store, incident.id, Audience.EXECUTIVES, incident.now.declared_at)
        assert inside.title == "P1: db-01 is *down*"
        assert "Expected resolution: unknown" in inside.text
        assert all(words in inside.text for words in ("Checkout: partial outage", "API: operational"))

    def test_components_are_named_as_each_language_does(self, incident: Acting) -> None:
        incident(EditDraft, "cy", components={"{Check}out": "partial outage"})
        texts = []
        for language in LANGUAGES:
            store = Store(incident.store.location, language=language)
            store.open()
            texts.append(reads.template(store, incident.id, Audience.EXECUTIVES, incident.now.declared_at).text)
            store.close()
        spoken = ("{Check}out: partial outage", "{Check}out : panne partielle", "{Check}out: częściowa awaria")
        assert all(words in text for words, text in zip(spoken, texts, strict=True))

    def test_nothing_promised_nothing_said_of_it(self, store: Store) -> None:
        incident = Acting(store, severity="P3")
        filled = reads.template(store, incident.id, Audience.CUSTOMERS, incident.now.declared_at)
        assert "Next update" not in filled.text
        assert filled.next_update_at is None

    def test_a_teams_own_go_first(self, incident: Acting) -> None:
        own = '[customers.investigating]\ntitle = "Trouble: {services}"\ntext = "Hold on until {next_update}."'
        keep_templates(incident.store, parse(own, "own.toml"))
        filled = reads.template(incident.store, incident.id, Audience.CUSTOMERS, incident.now.declared_at)
        assert (filled.title, filled.text) == ("Trouble: our services", "Hold on until 14:20 UTC.")
        keep_templates(incident.store, {})
        again = reads.template(incident.store, incident.id, Audience.CUSTOMERS, incident.now.declared_at)
        assert again.title == "Issue with our services"

    @pytest.mark.parametrize(
        ("source", "reason"),
        [
            ("[customers.investigating", "own.toml is not valid TOML: Expected"),
            ('[customers.triage]\ntitle = "x"\ntext = "y"', "customers.triage: unknown phase; allowed: "),
            ('[customers.resolved]\ntitle = "{title}"\ntext = "y"', r"\{title\} is not available for customers"),
            ('[team.resolved]\ntitle = "{nonsense}"\ntext = "y"', r"\{nonsense\} is not available for team"),
            ('[customers.resolved]\ntitle = "x"', "customers.resolved.text: Field required"),
            ('[shareholders.resolved]\ntitle = "x"\ntext = "y"', "shareholders: Extra inputs"),
        ],
    )
    def test_a_bad_file_says_where_and_why(self, source: str, reason: str) -> None:
        with pytest.raises(Refused, match=reason):
            parse(source, "own.toml")

    def test_customers_templates_know_nothing_internal(self) -> None:
        assert not {"title", "ref", "manager"} & {*SHOWN}
        assert {*SHOWN} < {*INSIDE}


class TestInternalWords:
    @pytest.mark.parametrize(
        "word",
        [
            "10.1.2.3",
            "192.168.0.7",
            "172.16.9.1",
            "db-01.prod.example.com",
            "build.corp",
            "http://localhost:3000/x",
            "https://grafana.example.com/d/1",
            "http://intranet/status",
            "INC-31",
            "ana",
            "Ana",
        ],
    )
    def test_found(self, word: str) -> None:
        (found,) = findings(Rules(), "Payments fail", f"Ask {word} now", (), ["ana", "bo"])
        assert (found.word, found.field, found.at) == (word, "text", 4)

    @pytest.mark.parametrize(
        "text",
        [
            "We upgraded to 4.5.12.",
            "See https://status.example.com/x.",
            "bananas and boats",
            "8.8.8.8",
            "P1 at 14:05 UTC",
        ],
    )
    def test_not_found(self, text: str) -> None:
        assert findings(Rules(), "Payments fail", text, ("API",), ["ana", "bo"]) == ()

    @pytest.mark.parametrize("end", [".", ",", "; so", "!", ").", ""])
    def test_what_ends_the_sentence_is_none_of_it(self, end: str) -> None:
        (found,) = findings(Rules(), "", f"See https://wiki.example.com/x{end}", (), ())
        assert found.word == "https://wiki.example.com/x"

    def test_in_title_and_components(self) -> None:
        found = findings(Rules(internal=("secret-[a-z]+",)), "secret-title", "x", ("secret-part",), ())
        assert [(each.field, each.word) for each in found] == [("title", "secret-title"), ("component", "secret-part")]

    @given(st.text(max_size=200), st.lists(st.text(alphabet=ascii_letters, min_size=2, max_size=5), max_size=4))
    def test_what_is_found_stands_there(self, text: str, people: list[str]) -> None:
        for found in findings(Rules(), "", text, (), people):
            assert text[found.at : found.at + len(found.word)] == found.word

    def test_a_pattern_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="is not a valid regular expression"):
            validated({"internal": ("(",)})

    def test_rules_of_another_program(self) -> None:
        with pytest.raises(Refused, match="The rules in the database cannot be read by this version of Bridgewatch"):
            rules({"nonsense": 1})


class TestDifferences:
    def test_against_what_was_told(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="We know.\nWait.", components={"API": "degraded"})
        incident(Publish, "cy")
        incident(EditDraft, "cy", text="We know why.\nWait.", components={"API": "operational"})
        now = incident.now
        found = [[(piece.kind, piece.text) for piece in line] for line in differences(now.draft, now.last_update)]
        assert [("same", "Payments fail")] in found
        assert [("same", "API: "), ("removed", "degraded"), ("added", "operational")] in found
        assert [("same", "We "), ("removed", "know."), ("added", "know why.")] in found
        assert [("same", "Wait.")] in found

    def test_the_next_update_where_the_draft_promises_one(self, incident: Acting) -> None:
        incident(EditDraft, "cy", title="Payments fail", text="We know.", next_in=30)
        incident(Publish, "cy")

        def told() -> str:
            now = incident.now
            return " ".join(piece.text for line in differences(now.draft, now.last_update) for piece in line)

        incident(EditDraft, "cy", text="We know why.")
        assert "next update" not in told()
        incident(EditDraft, "cy", next_in=60)
        lines = differences(incident.now.draft, incident.now.last_update)
        assert "next update: 60 min after publication" in [
            "".join(piece.text for piece in line if piece.kind != "removed") for line in lines
        ]
        incident(EditDraft, "cy", next_at=incident.now.declared_at + timedelta(hours=2))
        assert "16:00Z" in told()

    @given(st.text(max_size=80), st.text(max_size=80))
    def test_each_side_can_be_read_off(self, before: str, after: str) -> None:
        old, new = before.splitlines(), after.splitlines()
        lines = line_differences(old, new)
        for kind, side in (("removed", old), ("added", new)):
            kept = ["".join(piece.text for piece in line if piece.kind in ("same", kind)) for line in lines]
            there = [line for line in lines if any(piece.kind in ("same", kind) for piece in line) or not line]
            assert "".join(kept) == "".join(side)
            assert len(there) <= len(lines)


class TestOnePage:
    def test_from_the_facts(self, incident: Acting) -> None:
        incident(SetImpact, "ana", impact="most")
        incident(Note, "bo", text="Roll back <4512>", as_kind="decision")
        incident(EditDraft, "cy", title="Payments fail", text="We know", components={"Checkout": "major outage"})
        incident(Publish, "cy")
        incident(EditDraft, "cy", text="We know", expected_in=60)
        incident(Publish, "cy")
        incident(EditDraft, "cy", audience="executives", expected_in=90)
        now = incident.now
        page = one_page(now, incident.timeline, now.declared_at + timedelta(minutes=40))
        assert page.splitlines()[:3] == [
            "# INC-1 db\\-01 is \\*down\\*",
            "",
            "**P1 (high), triage, for 40m.** Incident manager: ana.",
        ]
        assert "- **Business impact:** most stakeholders. Checkout major outage" in page
        assert "- **Expected resolution:** 15:00Z" in page
        assert "Roll back \\<4512\\>" in page
        assert "- **Customers:** last update 14:00Z: investigating; **overdue since 14:20Z** (owner: ana)" in page
        assert "- **Executives:** no update sent; **overdue since 14:30Z**" in page

    def test_it_is_read_in_twenty_seconds(self, incident: Acting) -> None:
        incident(Note, "bo", text="word " * 4000, as_kind="decision")
        page = one_page(incident.now, incident.timeline, datetime(2026, 3, 1, 15, 0, tzinfo=UTC))
        assert len(page.split()) <= 100
