"""What the desk tells takes the footer's row, and can be read again."""

from tests.screens.desks import Place, Sitting


def footer(at: Sitting) -> str:
    return at.lines[-1]


async def test_a_message_takes_the_footer_s_row_and_moves_no_pane(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        before = at.lines
        at.desk.notify("The database is full.", title="Action failed", severity="warning")
        await at.quiet()
        assert footer(at).strip() == "Action failed: The database is full."
        assert at.lines[:-1] == before[:-1]
        at.desk.message_line._end()
        await at.quiet()
        assert at.lines == before


async def test_a_long_message_says_where_all_of_it_is(place: Place) -> None:
    place.declare()
    words = "Somebody else was faster. " * 6
    async with place.desk((80, 24)) as at:
        at.desk.notify(words, title="Action failed")
        await at.quiet()
        assert footer(at).rstrip().endswith("… m whole message")
        await at.press("m")
        assert at.dialog == "Messages"
        assert " ".join(at.body.split()).count("Somebody else was faster.") == 6


async def test_the_history_has_every_message_with_its_time_the_newest_first(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("m")
        assert at.body == "No messages yet."
        await at.press("q")
        at.desk.notify("First")
        place.clock.forward(minutes=1)
        at.desk.notify("[b]Second[/b]", title="INC-1")
        await at.press("m")
        second, first = at.body.index("INC-1: [b]Second[/b]"), at.body.index("First")
        assert second < first
        assert at.body[:5] != at.body[first - 7 : first - 2]
