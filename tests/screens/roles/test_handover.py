"""Handing roles over, key by key, with a colleague at another desk."""

from concurrent.futures import Future

from models.board.board import read_board
from models.board.due_times import needs
from models.kernel.failures import Unreachable
from tests.screens.desks import Place


def lead(place: Place, person: str = "ana") -> None:
    """ana manages INC-1; this person is its tech lead."""
    place.declare()
    place.act("take", person, ref="INC-1", role="tech-lead")


def offers(place: Place, ref: str = "INC-1") -> list[tuple[str, str, str]]:
    return [(offer.role, offer.holder, offer.to) for offer in place.incident(ref).offers]


async def test_offering_the_focused_role_takes_a_name_and_two_enters(place: Place) -> None:
    lead(place)
    place.act("note", "cy", ref="INC-1", text="pool exhausted")
    async with place.desk() as at:
        await at.press("2", "g", "j", "h", "enter")
        assert at.dialog == "Hand over Tech Lead to"
        await at.press(*"cy", "enter")
        assert at.dialog == "Offer Tech Lead to cy · INC-1"
        await at.press("enter")
        await at.until(lambda: at.shown.offers)
        assert offers(place) == [("tech-lead", "ana", "cy")]
        assert place.holders("tech-lead") == ["ana"]
        assert place.incident().offers[0].brief == ""
        assert "ana, offered to cy" in at.rows("roster")[1]
        assert "  0s" in at.rows("roster")[1]


async def test_what_no_table_holds_is_added_to_the_brief(place: Place) -> None:
    lead(place)
    async with place.desk() as at:
        await at.press("2", "g", "j", "h", "enter", *"cy", "enter", *"Mind the cache.", "tab", *"Cards first")
        await at.press("tab", *"No deploys", "enter")
        await at.press("n")
        await at.until(lambda: at.shown.offers)
    assert place.incident().offers[0].brief == (
        "Mind the cache.\nObjectives: Cards first\nRisks and constraints: No deploys"
    )


async def test_the_brief_is_true_when_it_is_read_and_what_was_read_is_kept(place: Place) -> None:
    lead(place, "bo")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy", brief="Mind the cache")
    place.act("note", "ana", ref="INC-1", text="roll back", as_kind="decision")
    async with place.desk((120, 60), me="cy") as at:
        place.clock.forward(minutes=7)
        await at.press("h")
        read = at.body
        assert read.startswith("INC-1 Checkout returns 502: P1 (high), triage, for 7m.")
        assert "From bo: Mind the cache" in read
        assert "is overdue since 14:37Z" in read
        assert "Decisions: - 14:32Z ana: roll back" in read
        await at.press("a")
        await at.until(lambda: not at.shown.offers)
        assert " ".join(place.last().data["brief"].split()) == " ".join(read.split())
        await at.press("3", "g", "enter")
        assert "From bo:" in at.drawn("#sheet")


async def test_without_the_database_the_brief_is_made_of_the_board(place: Place) -> None:
    lead(place, "bo")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy", brief="Mind the cache")
    place.act("note", "ana", ref="INC-1", text="roll back", as_kind="decision")

    def lost(_asked: object) -> Future[object]:
        answer: Future[object] = Future()
        answer.set_exception(Unreachable("The host does not answer."))
        return answer

    async with place.desk((120, 60), me="cy") as at:
        at.desk.link.read = lost  # type: ignore[method-assign, assignment]
        await at.press("h")
        assert "From bo: Mind the cache" in at.body
        assert "Decisions: - 14:32Z ana: roll back" in at.body


async def test_without_the_roster_it_begins_at_the_role_that_is_all_of_mine(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("h", "enter")
        assert at.dialog == "Hand over Incident Manager to"
        assert "“ana”" not in at.text
        await at.press("escape")
        assert at.screen is at.desk


async def test_the_receiver_is_rung_and_led_to_it_and_accepts(place: Place) -> None:
    lead(place, "bo")
    async with place.desk(me="cy") as at:
        rung = []
        at.app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy", brief="The pool is exhausted")
        await at.caught_up()
        await at.until(lambda: rung)
        assert "Tech Lead offered to you by bo" in at.text
        assert "offered to you" in at.rows("roster")[1]
        await at.press("!", "h")
        assert at.dialog == "Tech Lead on INC-1, offered by bo 0s ago"
        assert "From bo: The pool is exhausted" in at.body
        await at.press("a")
        await at.until(lambda: place.holders("tech-lead") == ["cy"])
        assert at.pane("roster").chosen == "tech-lead"
        await at.press("u")
        assert place.holders("tech-lead") == ["bo"]
        assert offers(place) == [("tech-lead", "bo", "cy")]


async def test_declining_with_a_word(place: Place) -> None:
    lead(place, "bo")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy")
    async with place.desk(me="cy") as at:
        await at.press("h", "d", *"asleep soon", "enter")
        await at.until(lambda: not at.shown.offers)
    assert place.holders("tech-lead") == ["bo"]
    assert (place.last().kind, place.last().text) == ("declined", "asleep soon")


async def test_accepting_with_a_word(place: Place) -> None:
    lead(place, "bo")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy")
    async with place.desk(me="cy") as at:
        await at.press("h", "w", *"on it", "enter")
        await at.until(lambda: not at.shown.offers)
    assert (place.last().kind, place.last().text) == ("accepted", "on it")


async def test_a_long_brief_is_read_in_full_and_then_answered(place: Place) -> None:
    lead(place, "bo")
    brief = "\n".join(f"line {n}" for n in range(30))
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy", brief=brief)
    async with place.desk(me="cy") as at:
        await at.press("h", "r")
        assert "line 29" in at.text
        await at.press("q", "a")
        await at.until(lambda: not at.shown.offers)
    assert place.holders("tech-lead") == ["cy"]


async def test_accepting_what_was_withdrawn_meanwhile_says_so(place: Place) -> None:
    lead(place, "bo")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy")
    async with place.desk(me="cy") as at:
        await at.press("h")
        assert at.dialog.startswith("Tech Lead on INC-1, offered by bo")
        place.act("withdraw", "bo", ref="INC-1", role="tech-lead")
        await at.press("a")
        (told,) = at.told
        assert told.startswith(
            "Action failed: Tech Lead has not been offered to you. Last change: bo withdrew the offer of Tech Lead"
        )
    assert place.holders("tech-lead") == ["bo"]


async def test_withdrawing_the_focused_offer(place: Place) -> None:
    lead(place)
    place.act("offer", "ana", ref="INC-1", role="tech-lead", person="cy")
    async with place.desk() as at:
        await at.press("2", "g", "j", "h")
        assert at.dialog == "Withdraw offer of Tech Lead to cy"
        await at.press("y")
        await at.until(lambda: not at.shown.offers)
    assert place.last().kind == "withdrawn"


async def test_the_manager_offers_what_another_holds(place: Place) -> None:
    lead(place, "bo")
    async with place.desk() as at:
        await at.press("2", "g", "j", "h")
        assert at.dialog == "Hand over · INC-1"
        assert "Tech Lead" not in at.drawn("#options")
        await at.press(*"someone", "enter", "enter", *"cy", "enter", "enter")
        await at.press("n")
        await at.until(lambda: at.shown.offers)
    assert offers(place) == [("tech-lead", "bo", "cy")]


async def test_an_offer_that_waits_too_long_says_so_to_both(place: Place) -> None:
    lead(place)
    place.act("offer", "ana", ref="INC-1", role="tech-lead", person="cy")
    async with place.desk() as at:
        assert "▲" not in at.rows("roster")[1]
        place.clock.forward(minutes=10)
        at.desk.draw()
        assert "cy has not answered the Tech Lead offer" in " ".join(
            need.words for need in needs(read_board(place.store), "ana", place.clock())
        )
        assert "▲10m" in at.rows("roster")[1]


async def test_everything_on_every_open_incident_goes_to_one_person(place: Place) -> None:
    lead(place)
    place.declare("Search is slow", severity="P2")
    place.act("take", "ana", ref="INC-2", role="scribe")
    place.declare("Another's", by="bo")
    place.act("offer", "ana", ref="INC-1", role="tech-lead", person="dee")
    async with place.desk() as at:
        await at.press("h", *"all my", "enter")
        assert at.dialog == "Hand over all roles to"
        await at.press(*"cy", "enter", *"Good night", "enter")
        assert at.body == "cy is new here."
        await at.press("n")
        await at.until(lambda: at.told)
        assert at.told == ["Hand over: Offered 3 of 3 roles to cy."]
    assert offers(place) == [("tech-lead", "ana", "dee"), ("incident-manager", "ana", "cy")]
    assert offers(place, "INC-2") == [("incident-manager", "ana", "cy"), ("scribe", "ana", "cy")]
    assert [offer.brief for offer in place.incident("INC-2").offers] == ["Good night", "Good night"]
    assert offers(place, "INC-3") == []


async def test_what_cannot_be_offered_with_everything_is_told(place: Place) -> None:
    lead(place)
    for person in ("ana", "cy"):
        place.act("take", person, ref="INC-1", role="subject-matter-expert")
    async with place.desk() as at:
        await at.press("h", *"all my", "enter", *"cy", "enter", "enter")
        await at.until(lambda: len(at.told) == 2)
        assert at.told[0] == "Hand over: Offered 2 of 3 roles to cy."
        assert "Subject Matter Expert is already assigned to cy" in at.told[1]
    assert len(offers(place)) == 2


async def test_who_holds_nothing_is_told_so(place: Place) -> None:
    lead(place)
    async with place.desk(me="dee") as at:
        await at.press("h")
        assert at.told == ["Hand over: You have no roles to hand over."]
        await at.press(":", *"accept", "enter")
        assert at.told[1] == "Accept: No role is offered to you on INC-1."


async def test_the_palette_answers_too(place: Place) -> None:
    lead(place, "bo")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy")
    async with place.desk(me="cy") as at:
        await at.press(":", *"accept", "enter", "a")
        await at.until(lambda: not at.shown.offers)
    assert place.holders("tech-lead") == ["cy"]


async def test_the_next_need_goes_from_one_offer_to_the_other_and_round(place: Place) -> None:
    lead(place, "bo")
    place.act("take", "bo", ref="INC-1", role="scribe")
    for role in ("tech-lead", "scribe"):
        place.act("offer", "bo", ref="INC-1", role=role, person="cy")
        place.clock.forward(seconds=30)
    async with place.desk(me="cy") as at:
        seen = []
        for _ in range(4):
            await at.press("!")
            seen.append(at.pane("roster").chosen)
    assert seen == ["tech-lead", "scribe", "tech-lead", "scribe"]


async def test_the_card_of_an_offered_role_has_the_brief(place: Place) -> None:
    lead(place, "bo")
    place.act("offer", "bo", ref="INC-1", role="tech-lead", person="cy", brief="The pool is exhausted")
    async with place.desk(me="dee") as at:
        await at.press("2", "g", "j", "enter")
        assert "by bo to cy at 14:32Z. The pool is exhausted" in at.body
