"""Who does what, and what stands on a role's card, key by key and in the reader's language."""

import pytest

from screens.kernel.options import Options
from tests.screens.desks import Place, Sitting


@pytest.fixture
def place(place: Place) -> Place:
    place.declare()
    place.act("take", "cy", ref="INC-1", role="social-media-lead")
    return place


def options(at: Sitting) -> list[str]:
    return [
        "\n".join("".join(text for text, _ in line) for line in row.lines) for row in at.screen.query_one(Options).rows
    ]


def chosen(at: Sitting) -> str:
    role = at.desk.role()
    return role.key if role else ""


async def test_who_keeps_the_status_page(place: Place) -> None:
    async with place.desk() as at:
        await at.press("w")
        assert at.dialog == "Responsibilities · INC-1"
        assert len(options(at)) == len(at.shown.duties)
        await at.press(*"status page")
        assert options(at) == ["Keeps the status page current\n  cy, as Social Media Lead, secondary"]
        await at.press("enter")
        assert (at.desk.focused_pane, chosen(at)) == ("roster", "social-media-lead")


@pytest.mark.parametrize(
    ("words", "first", "role"),
    [
        ("timeline", "Keeps the timeline\n  covered by ana (Incident Manager)", "scribe"),
        ("secrétaire", "Records the key facts of the incident and of the response\n  covered by ana", "scribe"),
        ("menedzer ds. mediow", "Keeps the status page current\n  cy, as Social Media Lead", "social-media-lead"),
        ("dark", "Dark magic\n  covered by ana (Incident Manager)", "dark-magic"),
    ],
)
async def test_a_duty_is_found_by_its_words_and_its_roles(place: Place, words: str, first: str, role: str) -> None:
    place.act("add-role", "ana", ref="INC-1", name="Dark magic")
    async with place.desk() as at:
        await at.press("w", *words)
        assert options(at)[0].startswith(first)
        await at.press("enter")
        assert chosen(at) == role


async def test_one_pane_at_a_time_goes_to_the_role_as_well(place: Place) -> None:
    async with place.desk((50, 24)) as at:
        await at.press("w", *"status page", "enter", "enter")
        assert at.dialog == "Social Media Lead"


async def test_what_nobody_does_says_so(place: Place) -> None:
    place.act("release", "ana", ref="INC-1", role="incident-manager")
    async with place.desk() as at:
        await at.press("w", *"timeline")
        assert options(at) == ["Keeps the timeline\n  ✗ not covered"]
        await at.press("escape")
        assert at.screen is at.desk


async def test_who_does_what_without_an_incident_says_why_not(place: Place) -> None:
    place.act("phase", "ana", ref="INC-1", phase="canceled")
    async with place.desk() as at:
        await at.press("w")
        assert at.told == ["Responsibilities: No incident selected. Press d to declare one."]


async def test_who_does_what_is_about_the_incident_one_went_to(place: Place) -> None:
    place.declare("Search is slow", by="bo", severity="P2")
    async with place.desk() as at:
        await at.press("j", "w", *"timeline")
        assert at.dialog == "Responsibilities · INC-2"
        assert options(at) == ["Keeps the timeline\n  covered by bo (Incident Manager)"]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
async def test_every_duty_is_readable_at_every_width(place: Place, size: tuple[int, int]) -> None:
    async with place.desk(size) as at:
        await at.press("w")
        room = at.screen.query_one(Options).size.width
        assert all(len(line) <= room for option in options(at) for line in option.split("\n"))
        assert not any("…" in option for option in options(at))


async def test_the_card_of_a_role_says_who_does_its_duties_and_who_held_it(place: Place) -> None:
    for person in ("bo", "dee", "bo"):
        place.act("take", person, ref="INC-1", role="communications-manager")
        place.clock.forward(minutes=10)
    async with place.desk() as at:
        await at.press("2", "g", "j", "j", "enter")
        assert at.dialog == "Communications Manager"
        for words in (
            "bo since 14:52Z, assigned by bo",
            "Keeps the status page current bo",
            "previously dee 14:42Z to 14:52Z, assigned by dee, ended by bo",
            "bo 14:32Z to 14:42Z, assigned by bo, ended by dee",
            "Responsable des communications",
            "kierownik ds. komunikacji",
        ):
            assert words in " ".join(at.body.split()), at.body
        await at.press("q", "2", "j", "j", "j", "enter")
        assert at.dialog == "Social Media Lead"
        assert "backup for Keeps the status page current bo, as Communications Manager" in " ".join(at.body.split())


async def test_the_card_of_an_empty_role_that_is_needed(place: Place) -> None:
    async with place.desk() as at:
        await at.press("2", "g", "j", "enter")
        assert "unassigned (ana covers) required at severity P1, not assigned" in " ".join(at.body.split())


async def test_a_hint_stands_under_the_roster_and_in_full_on_the_cards(place: Place) -> None:
    async with place.desk() as at:
        assert "hint" not in at.text
        place.act("take", "ana", ref="INC-1", role="scribe")
        await at.until(lambda: "hint: ana is Incident Manager and also Scribe" in at.text)
        place.clock.forward(hours=4)
        at.desk.draw()
        await at.until(lambda: "2 hints: ana is Incident Manager and also Scribe" in at.text)
        await at.press("1", "enter")
        assert "ana has been Incident Manager for 4 hours" in at.body
        assert "PagerDuty" in at.body
        await at.press("q", "2", "g", "enter")
        assert "ana has been Incident Manager for 4 hours" in at.body
        assert "PagerDuty" not in at.body


@pytest.mark.parametrize(
    ("language", "scribe", "duty", "needed"),
    [
        ("fr", "Secrétaire", "Tient la chronologie", "Responsable des communications, Secrétaire unassigned"),
        ("pl", "Protokolant", "Prowadzi oś czasu", "Menedżer ds. komunikacji, Protokolant unassigned"),
    ],
)
async def test_everything_about_roles_is_in_the_readers_language(
    place: Place, language: str, scribe: str, duty: str, needed: str
) -> None:
    place.act("take", "bo", ref="INC-1", role="tech-lead")
    async with place.desk((160, 40), language=language) as at:
        assert needed in at.lines[0]
        assert any(row.startswith(scribe) for row in at.rows("roster"))
        await at.press("w", *"timeline")
        assert [option.split("\n")[0] for option in options(at)] == [duty]
        await at.press("enter")
        assert chosen(at) == "scribe"
        await at.press("enter")
        assert at.dialog == scribe
        assert duty in at.body
        await at.press("q", "t", *"scribe")
        assert options(at)[0].startswith(scribe)
        await at.press("enter")
        await at.until(lambda: "scribe" not in at.shown.unfilled)
        await at.press("w", *"timeline")
        assert options(at) == [f"{duty}\n  ana, as {scribe}, secondary"]


async def test_next_goes_to_the_empty_role_that_the_severity_needs(place: Place) -> None:
    for key in ("tech-lead", "communications-manager"):
        place.act("take", "bo", ref="INC-1", role=key)
    place.declare("Search is slow", severity="P3")
    async with place.desk() as at:
        assert "▲ INC-1 Scribe unassigned · ! next" in at.lines[0]
        assert any(row.startswith("Scribe ") and "▲ unassigned (ana covers)" in row for row in at.rows("roster"))
        await at.press("j", "2", "/", *"manager", "enter", "!")
        assert (at.shown.ref, at.desk.focused_pane) == ("INC-1", "roster")
        role = at.desk.role()
        assert role is not None
        assert role.key == "scribe"
        await at.press("t", "enter")
        await at.until(lambda: not at.shown.unfilled)
        await at.press("!")
        assert at.told == ["Next: Nothing is waiting for you."]


async def test_hints_are_one_key_away_and_each_is_dismissed_for_an_hour(place: Place) -> None:
    place.act("take", "ana", ref="INC-1", role="scribe")
    place.clock.forward(hours=4)
    async with place.desk() as at:
        await at.press("*")
        assert at.dialog == "Hints · INC-1"
        read = " ".join(at.body.split())
        assert "ana is Incident Manager and also Scribe. The incident manager should delegate" in read
        assert "ana has been Incident Manager for 4 hours. Hand over before you are tired." in read
        await at.press("1")
        assert "also Scribe" not in at.body
        await at.press("escape")
        assert "hint: ana has been Incident Manager for 4 hours" in at.text
        await at.press("*", "1")
        assert "hint" not in at.drawn("#roster")
        assert at.told == ["INC-1: No hints on this incident."]
        place.clock.forward(hours=1)
        at.desk.draw()
        assert "2 hints: ana is Incident Manager and also Scribe" in at.text
