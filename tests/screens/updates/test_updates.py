"""Telling customers, the team and executives from the desk."""

import pytest

from models.live.remembered import UnsavedDrafts
from models.policy.audience import Audience
from models.updates.agreement import agree
from models.updates.rules import validated
from tests.screens.desks import Place


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    return place


def write(place: Place, by: str = "ana", **fields: object) -> None:
    place.act("draft", by, ref="INC-1", **{"title": "Payments fail", "text": "We know.", **fields})


async def test_each_audience_has_its_own_draft(place: Place) -> None:
    async with place.desk() as at:
        await at.press("4", "M")
        assert "4 Team update" in at.text
        await at.press("e", *"Join the call", "escape", "M")
        assert "4 Executive update · due in 30m · no draft" in at.text
        await at.press("M")
        assert "4 Status page · due 14:37Z, in 5m · no draft" in at.text
    drafts = place.incident().drafts
    assert [drafts[to].text for to in Audience] == ["", "Join the call", ""]


async def test_words_that_a_crash_kept_belong_to_their_audience(place: Place) -> None:
    UnsavedDrafts(place.cache, place.location, "ana").keep("INC-1-team", "almost lost", 0)
    async with place.desk() as at:
        await at.press("4", "e")
        assert at.editor.text == ""
        await at.press("escape", "M", "e")
        assert at.editor.text == "almost lost"
        await at.press("escape")
    assert place.incident().drafts[Audience.TEAM].text == "almost lost"


async def test_telling_executives_says_whom(place: Place) -> None:
    write(place, audience="executives", text="It is bad.")
    async with place.desk() as at:
        await at.press("4", "M", "M", "P")
        assert at.dialog == "Publish r1 for executives · INC-1"
        await at.press("y")
        await at.until(lambda: Audience.EXECUTIVES in at.shown.last_updates)
    assert place.last().kind == "told"
    assert place.incident().published_at is None


async def test_the_next_update_is_put_off_from_wherever_one_is(place: Place) -> None:
    async with place.desk() as at:
        await at.press("L", "s", "5")
        await at.until(lambda: at.shown.promises[0].snoozed)
    assert place.last().kind == "snoozed"


async def test_keys_that_have_nothing_to_answer_say_so(place: Place) -> None:
    async with place.desk() as at:
        await at.press("4", "O")
        assert at.told == ["Review: No draft is awaiting approval."]


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        (("D",), "D: Select another pane first: 4 Status page."),
        (("3", "f"), "f: Select another pane first: 5 Tasks."),
        (("x",), "x: Select another pane first: 2 Roster, 3 Timeline, 4 Status page, 5 Tasks."),
        (("3", "x"), "Retract: Only notes can be edited. Recorded actions cannot be changed."),
        (("Y",), ""),
        (("j", "space", "escape"), ""),
    ],
)
async def test_a_key_of_another_pane_says_where_it_works(place: Place, keys: tuple[str, ...], where: str) -> None:
    async with place.desk() as at:
        await at.press(*keys)
        assert at.told == ([where] if where else [])


async def test_words_that_should_stay_inside_are_named_before(place: Place) -> None:
    write(place, text="Ask bo about db-01.prod.example.com.", by="bo")
    async with place.desk() as at:
        await at.press("P")
        assert "▲ bo: a person's name, in the text" in at.body
        assert "▲ db-01.prod.example.com" in at.body
        await at.press("e")
        assert at.desk.has_class("-editing")
        assert at.editor.cursor_location == (0, 4)
        await at.press("escape", "P", "y")
        await at.until(lambda: at.shown.last_update)


async def test_what_stays_broken_on_the_page_is_told_before_all_is_said_to_be_over(place: Place) -> None:
    write(place, components={"Checkout": "partial outage", "API": "operational"})
    async with place.desk() as at:
        await at.press("P")
        assert "will still show" not in at.body
        await at.press("n")
        write(place, phase="resolved")
        await at.caught_up()
        await at.press("P")
        assert "▲ Checkout will still show “partial outage” on the status page after this update" in at.body
        assert "API will still show" not in at.body
        await at.press("n")
        agree(place.store, None)
        place.act("request-approval", "ana", ref="INC-1")
    async with place.desk(me="bo") as at:
        await at.press("O")
        assert "▲ Checkout will still show" in at.body


async def test_beginning_from_the_template(place: Place) -> None:
    write(place, title="", text="", components={"Checkout": "major outage"})
    async with place.desk() as at:
        await at.press("4", "enter", "b")
        await at.until(lambda: at.desk.has_class("-editing"))
        assert at.editor.text.startswith("We are investigating an issue with Checkout")
        await at.press("escape")
    draft = place.incident().draft
    assert draft.title == "Issue with Checkout"
    assert draft.next_update_at is not None
    assert f"{draft.next_update_at:%H:%M} UTC" in draft.text


async def test_putting_off_and_promising(place: Place) -> None:
    async with place.desk() as at:
        await at.press("4", "L", "s", "5")
        await at.until(lambda: "snoozed until 15:02Z" in at.head("status"))
        write(place)
        await at.caught_up()
        await at.press("L", "t", "6")
        await at.until(lambda: "next update 60 min after publication" in at.text)
    assert [entry.kind for entry in place.entries()][1:] == ["snoozed", "draft", "draft"]


async def test_what_is_due_is_put_off_to_later(place: Place) -> None:
    place.act("snooze", "ana", ref="INC-1", minutes=15)
    async with place.desk() as at:
        await at.press("4", "L", "s")
        assert "in 15 minutes" not in at.text
        await at.press("4")
        await at.until(lambda: "snoozed until 14:52Z" in at.head("status"))
        await at.press("L")
        await at.press("escape")
        place.act("snooze", "ana", ref="INC-1", minutes=180)
        await at.caught_up()
        await at.press("L")
        assert [row.lines[0][1][0].strip() for row in at.options.rows] == ["Set time in the draft"]


async def test_what_is_late_names_who_owes_it_on_every_desk(place: Place) -> None:
    place.clock.forward(minutes=8)
    async with place.desk(me="di") as at:
        assert "▲ INC-1 update 3m late, owner: ana" in at.lines[0]
        await at.press("4")
        assert "3m late, owner: ana" in at.head("status")
        assert "3m late" in at.rows("incidents")[0]


async def test_a_promise_for_inside_is_marked(place: Place) -> None:
    slow = {"first": 60, "further": 60, "later": 60}
    agree(place.store, lambda before: validated({"approval": None, "cadence": {"customers": {"P1": slow}}}))
    async with place.desk() as at:
        assert at.rows("incidents")[0].endswith("exec in 30m")


async def test_the_difference_and_the_preview(place: Place) -> None:
    write(place)
    place.act("publish", "ana", ref="INC-1")
    write(place, text="We know why.", next_in=60)
    async with place.desk() as at:
        await at.press("4", "D")
        assert "{+know why.+}" in at.body
        await at.press("q", "V")
        assert "12 characters, 3 words" in at.body
        shown, _, about = at.body.partition("12 characters, 3 words")
        assert "We know why." in shown
        assert "next update" not in shown
        assert "next update 60 min after publication" in " ".join(about.split())


async def test_an_editor_that_is_not_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", "/no/such/editor")
    write(place)
    async with place.desk() as at:
        await at.press("4", "E")
        await at.until(lambda: at.told)
        assert "Cannot open" in at.told[0]
    assert place.incident().draft.text == "We know."


async def test_what_customers_wait_for_is_not_canceled(place: Place) -> None:
    write(place)
    place.act("publish", "ana", ref="INC-1")
    async with place.desk() as at:
        await at.press("p", "5")
        await at.until(lambda: at.told)
        assert "Publish a resolved update first; then cancel the incident." in at.told[0]
        write(place, text="A false alarm.", phase="resolved")
        await at.caught_up()
        await at.press("P", "y")
        await at.until(lambda: at.shown.last_updates[Audience.CUSTOMERS].phase == "resolved")
        await at.press("p", "5")
        await at.press("k")
        await at.until(lambda: at.shown.phase == "canceled")


async def test_a_promise_is_counted_down_after_the_incident_is_over(place: Place) -> None:
    write(place)
    place.act("publish", "ana", ref="INC-1")
    place.act("phase", "ana", ref="INC-1", phase="resolved")
    place.clock.forward(minutes=23)
    async with place.desk() as at:
        assert "3m late" in at.rows("incidents")[0]
        assert "INC-1 update 3m late, owner: you" in at.drawn("#header")
        assert "3m late, owner: ana" in at.head("status")
