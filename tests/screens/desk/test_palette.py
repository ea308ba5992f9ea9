"""Finding anything by name: people, roles, incidents, tasks and responsibilities first, then actions."""

import pytest

from tests.screens.desks import Place, Sitting


@pytest.fixture
def place(place: Place) -> Place:
    place.declare("Payments fail for some")
    place.declare("Support desk is flooded", severity="P2")
    place.act("take", "Zoë", ref="INC-1", role="customer-support-lead")
    place.act("take", "maria", ref="INC-2", role="scribe")
    place.act("add-task", "ana", ref="INC-1", title="Order more support phones", person="bo")
    place.act("note", "theodor", ref="INC-1", text="Seen from afar")
    return place


def options(at: Sitting) -> list[str]:
    return ["".join(text for text, _ in row.lines[0]).strip() for row in at.options.rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("support", "Support desk is flooded"),
        ("cust", "Customer Support Lead"),
        ("tech lead", "Tech Lead"),
        ("lead tech", "Tech Lead"),
        ("zoe", "Zoë"),
        ("mar", "maria"),
        ("theo", "theodor"),
        ("inc-2", "Support desk is flooded"),
        ("phones", "Order more support phones"),
        ("tweets", "Communicates about the incident on social media"),
        ("phone calls", "Ensures good and timely answers"),
        ("theory", "Theory"),
        ("revise", "Edit"),
        ("maximize", "Zoom"),
    ],
)
async def test_what_is_found_first(place: Place, typed: str, first: str) -> None:
    async with place.desk() as at:
        await at.press(":", *typed)
        assert options(at)[0].startswith(first), options(at)


async def test_things_come_before_actions_and_letters_with_gaps_find_nothing(place: Place) -> None:
    async with place.desk() as at:
        await at.press(":", *"support")
        found = options(at)
        assert not any(option.startswith(("Next", "Leave out", "Skip")) for option in found)
        assert [each.split("  ")[0] for each in found[:3]] == [
            "Support desk is flooded",
            "Customer Support Lead",
            "Order more support phones",
        ]
        await at.press(*["backspace"] * 7, *"chktslw")
        assert "No matches." in at.text


@pytest.mark.parametrize(
    ("typed", "pane", "row"),
    [
        ("customer support", "roster", "customer-support-lead"),
        ("zoe", "roster", "customer-support-lead"),
        ("order more", "tasks", "10"),
        ("tweets", "roster", "social-media-lead"),
        ("flooded", "incidents", 2),
    ],
)
async def test_choosing_one_goes_there(place: Place, typed: str, pane: str, row: str | int) -> None:
    task = str(place.incident().tasks[-1].number)
    async with place.desk() as at:
        await at.press(":", *typed, "enter")
        assert at.desk.focused_pane == pane
        await at.until(lambda: at.pane(pane).chosen == (task if pane == "tasks" else row))


async def test_a_person_of_another_incident_leads_there(place: Place) -> None:
    async with place.desk() as at:
        assert at.shown.ref == "INC-1"
        await at.press(":", *"maria")
        assert "on INC-2" in options(at)[0]
        await at.press("enter")
        await at.until(lambda: at.shown.ref == "INC-2")
        assert at.desk.focused_pane == "roster"


async def test_a_person_without_a_role_leads_to_what_they_wrote(place: Place) -> None:
    async with place.desk() as at:
        await at.press(":", *"theodor", "enter")
        assert at.desk.focused_pane == "timeline"
        await at.until(lambda: "1 found" in at.text)
        assert "Seen from afar" in at.rows("timeline")[0]


async def test_without_a_search_actions_and_incidents_are_listed(place: Place) -> None:
    async with place.desk() as at:
        await at.press(":")
        found = options(at)
        assert found[-2].startswith("Payments fail")
        assert found[0].startswith("Declare")
        assert not any(option.startswith(("maria", "Tech Lead")) for option in found)
