"""How many keys it takes, from the open desk, to do what is done most."""

from tests.screens.desks import Place, Sitting


async def pressed(at: Sitting, *keys: str) -> None:
    """Press them, and nothing else is asked."""
    await at.press(*keys)
    assert at.screen is at.desk


async def test_taking_a_role_is_two(place: Place) -> None:
    place.declare(by="bo")
    async with place.desk() as at:
        await pressed(at, "t", "enter")
    assert place.holders("tech-lead") == ["ana"]


async def test_giving_one_is_four_with_the_person_s_initial(place: Place) -> None:
    place.declare()
    for name in ("bo", "cy", "dee"):
        place.act("note", name, ref="INC-1", text="here")
    async with place.desk() as at:
        await pressed(at, "a", "enter", "c", "enter")
    assert place.holders("tech-lead") == ["cy"]


async def test_handing_everything_over_is_four(place: Place) -> None:
    place.declare()
    place.declare("Search is slow", severity="P2")
    place.act("take", "ana", ref="INC-2", role="scribe")
    place.act("note", "bo", ref="INC-1", text="here")
    async with place.desk() as at:
        await pressed(at, "h", "enter", "enter", "enter")
    offered = [(offer.role, offer.to) for ref in ("INC-1", "INC-2") for offer in place.incident(ref).offers]
    assert offered == [("incident-manager", "bo"), ("incident-manager", "bo"), ("scribe", "bo")]


async def test_raising_the_severity_is_two(place: Place) -> None:
    place.declare(severity="P2")
    async with place.desk() as at:
        await pressed(at, "s", "1")
    assert place.incident().severity == "P1"


async def test_publishing_is_two(place: Place) -> None:
    place.declare(severity="P2")
    place.act("draft", "ana", ref="INC-1", title="Some payments fail", text="We look into it")
    async with place.desk() as at:
        await pressed(at, "P", "y")
    assert place.last().kind == "published"


async def test_giving_the_role_under_the_cursor_is_four_and_with_digits_three(place: Place) -> None:
    place.declare()
    for name in ("bo", "cy", "dee"):
        place.act("note", name, ref="INC-1", text="here")
    async with place.desk() as at:
        await at.press("2", "g", "j", "j", "j")
        focused = at.pane("roster").chosen
        await pressed(at, "a", "enter", "c", "enter")
        assert place.holders(str(focused)) == ["cy"]
        await pressed(at, "a", "8", "1")
    assert place.holders("problem-manager") == ["dee"]


async def test_giving_begins_at_the_first_unassigned_role_that_is_needed(place: Place) -> None:
    place.declare()
    place.act("take", "bo", ref="INC-1", role="tech-lead")
    place.act("take", "bo", ref="INC-1", role="communications-manager")
    place.act("note", "cy", ref="INC-1", text="here")
    async with place.desk() as at:
        await pressed(at, "a", "enter", "c", "enter")  # past the customer support lead, whom a P1 does not need
    assert place.holders("scribe") == ["cy"]


async def test_swapping_the_roles_of_three_people_on_two_incidents_stays_under_twenty(place: Place) -> None:
    place.declare("First")
    place.declare("Second")
    held = {("INC-1", "tech-lead"): "bo", ("INC-1", "communications-manager"): "cy", ("INC-2", "tech-lead"): "dee"}
    for (ref, role), person in held.items():
        place.act("take", person, ref=ref, role=role)
    keys = [
        *("a", "2", "b", "enter", "enter"),  # the last one: the reason may stay empty
        "j",
        *("a", "2", "c", "enter", "enter"),
        *("a", "3", "d", "enter", "enter"),
    ]
    async with place.desk() as at:
        await pressed(at, *keys)
    assert len(keys) < 20
    assert {(ref, role): place.holders(role, ref) for ref, role in held} == {
        ("INC-1", "tech-lead"): ["cy"],
        ("INC-1", "communications-manager"): ["dee"],
        ("INC-2", "tech-lead"): ["bo"],
    }
