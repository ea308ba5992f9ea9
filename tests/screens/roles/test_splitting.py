"""Which copy of a role does what: a pick when it is added, and a settlement where there are several owners."""

from models.roles.book_versions import choose_default
from tests.screens.desks import Place

INTERNAL = "communications-manager/internal"


async def test_a_copy_says_what_it_takes_when_it_is_added(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("A", *"Communications Manager", "tab", *"internal", "enter")
        assert at.dialog == "Split Communications Manager"
        assert "☐ Writes and sends internal messages" in at.text
        await at.press("2", "5", "1", "1", "enter")
        await at.until(lambda: INTERNAL in [role.key for role in at.shown.roles])
    assert place.role(INTERNAL).takes == ("internal-messages", "executives")
    assert place.last().kind == "role-added"


async def test_the_pick_is_closed_and_nothing_typed_is_lost(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("A", *"Tech Lead", "tab", *"database", "enter", "escape")
        assert at.dialog == "Add role · INC-1"
        assert "database" in at.text
        await at.press("enter", "down", "space", "enter")
        await at.until(lambda: "tech-lead/database" in [role.key for role in at.shown.roles])
    assert place.role("tech-lead/database").takes == ("changes",)


async def test_several_owners_are_shown_and_settled_with_three_keys(place: Place) -> None:
    place.declare()
    place.act("add-role", "ana", ref="INC-1", name="Tech Lead", label="database")
    place.act("take", "bo", ref="INC-1", role="tech-lead")
    place.act("take", "cy", ref="INC-1", role="tech-lead/database")
    async with place.desk() as at:
        await at.press("w", *"theories of what")
        assert "2 owners: bo (Tech Lead), cy (Tech Lead · database)" in at.text
        await at.press("enter")
        assert at.dialog == "Several owners · INC-1"
        await at.press("2")
        await at.until(lambda: place.last().kind == "split")
    found = next(duty for duty in place.incident().duties if duty.key == "theories")
    assert (found.people, found.shares) == (("cy",), ())


async def test_a_responsibility_is_moved_between_copies_from_the_palette(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press(":", *"settle which copy", "enter")
        assert at.told == ["Split: INC-1 has no labelled copy of a role."]
        place.act("add-role", "ana", ref="INC-1", name="Tech Lead", label="database", takes=("changes",))
        await at.caught_up()
        await at.press(":", *"settle which copy", "enter", *"technical changes", "enter", "1")
        await at.until(lambda: place.last().kind == "split")
    assert place.last().data["now"] == ["tech-lead"]


async def test_a_role_that_checks_the_manager_is_not_covered(place: Place) -> None:
    choose_default(place.store, "it-service")
    place.declare()
    async with place.desk() as at:
        rows = {row.split("  ")[0]: row for row in at.rows("roster")}
        assert "✗ unassigned" in rows["Quality Assurance"]
        assert "(ana covers)" in rows["Change Management"]
        await at.press("w", *"verifies")
        assert "✗ not covered" in at.text
