"""Who holds which role, key by key."""

from tests.screens.desks import Place


async def test_giving_a_role_to_somebody_on_the_board(place: Place) -> None:
    place.declare()
    place.act("take", "bo", ref="INC-1", role="scribe")
    async with place.desk() as at:
        await at.press("a", *"tech", "enter")
        assert at.dialog == "Assign Tech Lead to"
        await at.press(*"bo", "enter")
        await at.until(lambda: "bo" in [h.person for r in at.shown.roles if r.key == "tech-lead" for h in r.holders])
    assert place.holders("tech-lead") == ["bo"]
    assert place.role("tech-lead").holders[0].given_by == "ana"


async def test_giving_a_role_found_by_its_french_alias_to_somebody_new(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("a", *"secrétaire", "enter")
        assert at.dialog == "Assign Scribe to"
        await at.press(*"Zoë")
        assert "“Zoë”" in at.text
        await at.press("enter")
        assert at.dialog == "Who is meant?"
        assert at.body == "Zoë is new here."
        await at.press("n")
    assert place.holders("scribe") == ["Zoë"]


async def test_a_role_without_search_goes_to_the_first_that_is_empty(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("t", "enter")
    assert place.holders("tech-lead") == ["ana"]


async def test_taking_the_role_under_the_cursor(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("2", "j", "j", "j", "t", "enter")
    assert place.holders(place.incident().roles[3].key) == ["ana"]


async def test_releasing_the_role_under_the_cursor(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("2", "g", "x")
        await at.until(lambda: at.shown.manager is None)
    assert place.holders("incident-manager") == []


async def test_releasing_one_of_several_asks_whose(place: Place) -> None:
    place.declare()
    for person in ("bo", "cy"):
        place.act("take", person, ref="INC-1", role="subject-matter-expert")
    async with place.desk() as at:
        roles = [role.key for role in at.shown.roles]
        await at.press("2", "g", *["j"] * roles.index("subject-matter-expert"), "x")
        assert at.dialog == "Assignee of Subject Matter Expert"
        await at.press("down", "enter")
    assert place.holders("subject-matter-expert") == ["bo"]


async def test_releasing_what_nobody_holds_says_so(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("2", "g", "j", "x")
        assert at.told == ["Release: Tech Lead is unassigned."]
        assert at.screen is at.desk
    assert len(place.entries()) == 1


async def test_adding_a_role_of_ones_own_and_a_copy_of_one_of_the_book(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("A", *"Dark magic", "tab", "tab", "2", "enter")
        await at.press("A", *"Tech Lead", "tab", *"database", "enter")
        assert at.dialog == "Split Tech Lead"
        await at.press("enter")
        await at.until(lambda: "Tech Lead · database" in [role.name for role in at.shown.roles])
    assert not place.role("dark-magic").single
    assert place.role("tech-lead/database").single


async def test_a_role_that_exists_is_refused_in_its_dialog(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("A", *"Scribe", "enter")
        assert "already has a role Scribe" in at.text
        await at.press("escape")
    assert len(place.entries()) == 1


async def test_taking_a_role_that_a_colleague_took_meanwhile_asks(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("t", *"scribe")
        place.act("take", "bo", ref="INC-1", role="scribe")
        await at.press("enter")
        assert at.dialog == "Changed by someone else"
        assert "bo took over Scribe (previously unassigned)" in at.body
        await at.press("enter")
        assert at.screen is at.desk
        assert place.holders("scribe") == ["bo"]
        await at.caught_up()
        await at.press("t", *"scribe", "enter", "enter")
    assert place.holders("scribe") == ["ana"]


async def test_taking_a_role_from_somebody_asks_why(place: Place) -> None:
    place.declare()
    place.act("take", "bo", ref="INC-1", role="scribe")
    async with place.desk() as at:
        await at.press("t", *"scribe", "enter")
        assert at.dialog == "Take over Scribe · INC-1"
        assert "bo has not handed over this role. Reason (optional)" in at.text
        await at.press("escape")
        assert place.holders("scribe") == ["bo"]
        await at.press("t", *"scribe", "enter", *"bo is asleep [/]", "enter")
        assert place.holders("scribe") == ["ana"]
        await at.until(lambda: "bo is asleep [/]" in at.text)
    assert (place.last().kind, place.last().text) == ("assigned", "bo is asleep [/]")


async def test_giving_away_what_somebody_else_holds_asks_why(place: Place) -> None:
    place.declare()
    place.act("take", "bo", ref="INC-1", role="scribe")
    async with place.desk() as at:
        await at.press("a", *"scribe", "enter", *"cy", "enter")
        assert at.dialog == "Assign Scribe to cy · INC-1"
        await at.press(*"bo left", "enter")
        assert at.dialog == "Who is meant?"
        await at.press("n")
        assert (place.holders("scribe"), place.last().text) == (["cy"], "bo left")
        await at.press("a", *"scribe", "enter", *"cy", "enter")
        assert "Scribe is already assigned to cy" in at.told[-1]
        assert at.screen is at.desk


async def test_ones_own_role_and_one_for_many_move_without_a_question(place: Place) -> None:
    place.declare()
    place.act("take", "bo", ref="INC-1", role="subject-matter-expert")
    async with place.desk() as at:
        await at.press("a", *"incident manager", "enter", *"bo", "enter")
        assert place.holders("incident-manager") == ["bo"]
        await at.press("t", *"subject", "enter")
    assert place.holders("subject-matter-expert") == ["bo", "ana"]


async def test_giving_over_a_colleague_who_was_faster_replaces_them(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("a", *"scribe", "enter", *"dee")
        place.act("take", "bo", ref="INC-1", role="scribe")
        for key in ("enter", "n", "o"):
            await at.press(key)
    assert place.holders("scribe") == ["dee"]
    assert place.last().data["was"] == ["bo"]


async def test_the_roster_says_who_holds_what_meanwhile_and_for_how_long(place: Place) -> None:
    place.declare()
    place.act("take", "bo", ref="INC-1", role="tech-lead")
    place.clock.forward(minutes=42)
    async with place.desk() as at:
        rows = {row.split("  ")[0]: row for row in at.rows("roster")}
        assert rows["Incident Manager"].endswith("40m")  # in fives, so that it rests
        assert " bo " in rows["Tech Lead"]
        assert "▲ unassigned (ana covers)" in rows["Scribe"]
        assert "2 Roster · 2 of 8" in at.text


async def test_an_empty_role_of_an_incident_without_manager_is_uncovered(place: Place) -> None:
    place.declare(manager="nobody")
    async with place.desk() as at:
        assert all("✗ unassigned" in row for row in at.rows("roster"))


async def test_four_roles_over_two_incidents_in_one_breath(place: Place) -> None:
    place.declare("First", severity="P1")
    place.declare("Second", severity="P2")
    for person in ("bo", "cy", "dee"):
        place.act("take", person, ref="INC-2", role="subject-matter-expert")
    async with place.desk() as at:
        await at.press("a", *"tech", "enter", *"bo", "enter", "a", *"scribe", "enter", *"cy", "enter")
        await at.press("1", "j", "a", *"tech", "enter", *"dee", "enter", "a", *"scribe", "enter", *"bo", "enter")
    assert (place.holders("tech-lead"), place.holders("scribe")) == (["bo"], ["cy"])
    assert (place.holders("tech-lead", "INC-2"), place.holders("scribe", "INC-2")) == (["dee"], ["bo"])


async def test_roles_are_named_in_the_readers_language(place: Place) -> None:
    place.declare()
    async with place.desk(language="fr") as at:
        await at.press("a", *"scribe", "enter")
        assert at.dialog == f"Assign {place_name(at.shown.roles, 'scribe')} to"
        await at.press(*"bo", "enter")
        await at.press("n")
    assert place.holders("scribe") == ["bo"]


def place_name(roles: tuple[object, ...], key: str) -> str:
    return next(str(getattr(role, "name", "")) for role in roles if getattr(role, "key", "") == key)
