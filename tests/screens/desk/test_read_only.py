"""The desk of somebody whose login may only look, or that is somebody's: real logins of a Postgres database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql

from models.kernel.access import map_login
from models.kernel.verbs import verbs
from models.live.news import State
from screens.kernel.dialogs import Pick
from tests.screens.desks import Place, Sitting
from tests.team import Team, team, user

__all__ = ["team"]


@pytest.fixture
def place(team: Team, tmp_path: Path) -> Iterator[Place]:
    """What a responder has begun, on a database with roles."""
    place = Place(team.login("worker", "responder"), tmp_path / "cache")
    place.declare()
    place.act("assign", "ana", ref="INC-1", role="tech-lead", person="bo")
    place.act("note", "bo", ref="INC-1", text="pool", as_kind="theory")
    place.act("note", "bo", ref="INC-1", text="first words")
    place.act("edit", "bo", ref="INC-1", n=4, text="second words")
    place.act("draft", "ana", ref="INC-1", title="Checkout fails", text="We know.")
    place.act("add-task", "ana", ref="INC-1", title="Call them")
    yield place
    place.store.close()


class TestObserver:
    async def test_is_told_why_and_by_whom_it_can_change(self, place: Place, team: Team) -> None:
        vera = team.login("vera", "observer")
        async with place.desk(database=vera, me="vera") as at:
            assert "◐ read-only" in at.lines[0]
            assert " ".join(at.banner.split()) == (
                "Read-only: you can view incidents but not change them."
                f" Login {user(vera)} has read-only access. Ask an admin (bridgewatch) to make you a responder."
            )

    async def test_no_key_does_anything_and_each_says_why(self, place: Place, team: Team) -> None:
        vera = team.login("vera", "observer")
        entries = place.incident().version
        async with place.desk(database=vera, me="vera") as at:
            for pane in ("", "roster", "timeline", "tasks", "status"):
                if pane:
                    at.desk.go_to(pane)
                for verb in (verb for verb in verbs() if verb.key and verb.pane == pane):
                    at.desk.message_line.history.clear()
                    await at.press(at.desk.keys[verb.name])
                    assert at.screen is at.desk, verb.name
                    assert at.told == [f"{verb.title}: {at.desk.news.failure!s}"]
            assert not at.desk.drafting.active
        assert place.incident().version == entries

    @pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
    async def test_it_is_plain_at_every_size(self, place: Place, team: Team, size: tuple[int, int]) -> None:
        async with place.desk(size, database=team.login("vera", "observer"), me="vera") as at:
            assert "◐ read-only" in at.lines[0]
            assert "has read-only access" in " ".join(at.banner.split())
            assert "Checkout returns 502" in at.text
            keys = [(text.strip(), tone) for text, tone in at.footer if text.strip()]
            assert [tone for text, tone in keys if text in ("Declare", "Assign", "Take")] == ["dim"] * 3

    async def test_opening_the_draft_says_why_not(self, place: Place, team: Team) -> None:
        async with place.desk(database=team.login("vera", "observer"), me="vera") as at:
            await at.press("4", "enter")
            assert at.screen is at.desk
            assert "Open: Login" in at.told[-1]

    async def test_the_palette_dims_what_it_cannot_do(self, place: Place, team: Team) -> None:
        async with place.desk(database=team.login("vera", "observer"), me="vera") as at:
            await at.press("colon")
            tones = {row.lines[0][0][0].strip(): row.lines[0][0][1] for row in at.options.rows}
            tones |= {part[0].strip(): part[1] for row in at.options.rows for part in row.lines[0]}
            assert (tones["Declare"], tones["Publish"], tones["Help"]) == ("dim", "dim", "")
            await at.press(*"declare", "enter")
            assert at.screen is at.desk
            assert "Declare: Login" in at.told[-1]

    async def test_lists_that_lead_to_doing_lead_nowhere(self, place: Place, team: Team) -> None:
        async with place.desk(database=team.login("vera", "observer"), me="vera") as at:
            for keys, title in ((("i", "enter"), "Category"), (("i", "S"), "Skip step"), (("b", "y"), "Theory")):
                await at.press(*keys)
                assert f"{title}: Login" in at.told[-1]
                if isinstance(at.screen, Pick):  # the list of theories comes back
                    await at.press("escape")
                assert at.screen is at.desk

    async def test_everything_can_be_read(self, place: Place, team: Team) -> None:
        async with place.desk(database=team.login("vera", "observer"), me="vera") as at:
            await at.press("2", "g", "enter")
            await at.until(lambda: "ana" in at.body)
            await at.press("q", "3", "/", *"second", "enter", "enter")
            await at.until(lambda: "first words" in at.body)
            await at.press("q", "4", "V")
            assert "We know." in at.body
            await at.press("q", "w")
            assert at.dialog.startswith("Responsibilities")

    async def test_what_others_do_shows_at_once_and_a_privilege_given_counts_with_it(
        self, place: Place, team: Team
    ) -> None:
        vera = team.login("vera", "observer")
        async with place.desk(database=vera, me="vera") as at:
            place.act("note", "bo", ref="INC-1", text="meanwhile")
            await at.until(lambda: "meanwhile" in at.text)
            assert at.desk.news.state is State.READ_ONLY
            team.run("GRANT {} TO {}", sql.Identifier(team.roles.responder), sql.Identifier(user(vera)))
            place.act("note", "bo", ref="INC-1", text="you may")
            await at.until(lambda: at.desk.live)
            assert at.banner == ""
            await at.press("s", "2", *"less", "enter")
        assert place.incident().severity == "P2"
        assert place.last().author == "vera"


class TestWhoseLogin:
    async def test_it_decides_who_i_am_when_nobody_says(self, place: Place, team: Team) -> None:
        location = team.login("ana", "responder")
        map_login(team.above, user(location), "ana", "kim")
        async with place.desk(database=location, me="root", said=False) as at:
            await at.until(lambda: at.desk.me == "ana")
            assert " ana " in at.lines[0]
            await at.press("t", *"scribe", "enter")
            await at.until(lambda: place.holders("scribe") == ["ana"])
            assert {pane.me for pane in map(at.pane, ("incidents", "roster", "timeline", "tasks", "status"))} == {"ana"}

    async def test_in_anothers_name_it_only_looks(self, place: Place, team: Team) -> None:
        location = team.login("ana", "responder")
        map_login(team.above, user(location), "ana", "kim")
        async with place.desk(database=location, me="bo") as at:
            await at.until(lambda: at.desk.news.state is State.READ_ONLY)
            assert "belongs to ana, not to bo. Start without --as." in " ".join(at.banner.split())
            await self._dimmed(at)

    async def _dimmed(self, at: Sitting) -> None:
        await at.press("n")
        assert at.screen is at.desk
        assert "Your database login belongs to ana" in at.told[-1]

    async def test_another_spelling_is_no_other_name(self, place: Place, team: Team) -> None:
        location = team.login("ana", "responder")
        map_login(team.above, user(location), "ana", "kim")
        async with place.desk(database=location, me="Ana") as at:
            assert at.desk.live
