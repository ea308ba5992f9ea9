"""Pane 5: what has to be done, and the keys that claim, give, block, finish, drop and add it."""

import pytest

from models.tasks.views import TaskView
from tests.screens.desks import Place, Sitting


@pytest.fixture
def place(place: Place) -> Place:
    place.declare(severity="P3")
    place.act("add-task", "bo", ref="INC-1", title="Call the bank", due=10)
    place.act("add-task", "bo", ref="INC-1", title="Look at the logs", role="scribe")
    return place


def task(place: Place, number: int = 1) -> TaskView:
    return next(task for task in place.incident().tasks if task.number == number)


async def showing(at: Sitting, words: str) -> None:
    await at.until(lambda: any(words in row for row in at.rows("tasks")))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (50, 24)])
async def test_the_pane_shares_the_timelines_place(place: Place, size: tuple[int, int]) -> None:
    async with place.desk(size) as at:
        tasks, timeline = at.pane("tasks"), at.pane("timeline")
        assert not tasks.region.area
        await at.press("5")
        assert tasks.has_focus
        await at.until(lambda: tasks.region.area and not timeline.region.area)
        assert ("5 Tasks · INC-1 · 2 open" if size[0] > 63 else "[5 Tasks 2]") in at.text
        assert "Call the bank" in at.text
        assert "ana for Scribe" in at.text
        await at.press("1", "5", "3")
        assert timeline.has_focus
        await at.until(lambda: timeline.region.area and not tasks.region.area)
        await at.press("5", "z", "q", "4")
        assert at.pane("status").has_focus
        assert bool(tasks.region.area) == (size[0] > 64)


async def test_open_ones_stand_first_then_blocked_ones_then_done_ones(place: Place) -> None:
    place.act("add-task", "bo", ref="INC-1", title="Sooner", due=5)
    place.act("add-task", "bo", ref="INC-1", title="Over")
    place.act("complete", "bo", ref="INC-1", number=4)
    place.act("add-task", "bo", ref="INC-1", title="Stuck", due=1)
    place.act("block", "bo", ref="INC-1", number=5, reason="no line [/]")
    async with place.desk() as at:
        await at.press("5")
        assert [row.key for row in at.pane("tasks").rows] == ["3", "1", "2", "5", "4"]
        assert [row[0] for row in at.rows("tasks")] == ["☐", "☐", "☐", "▣", "☑"]
        assert at.rows("tasks")[3].endswith("no line [/]")
        place.clock.forward(minutes=7)
        at.desk.draw()
        assert at.rows("tasks")[0].endswith("-2m")
        assert "task 3:" not in at.text  # nobody has it


async def test_claiming_and_finishing(place: Place) -> None:
    async with place.desk() as at:
        await at.press("5", "g", "c")
        assert task(place).owner == "ana"
        await showing(at, "Call the bank")
        await at.press("c")
        assert "Task 1 is already assigned to you." in at.told[-1]
        await at.press("f")
        await showing(at, "☑ 1")
        await at.press("u", "u", "y")
    assert (task(place).state, task(place).owner) == ("open", None)


async def test_claiming_what_somebody_has_names_them_and_replacing_takes_it(place: Place) -> None:
    place.act("claim", "cy", ref="INC-1", number=1)
    async with place.desk() as at:
        await at.press("5", "g", "c")
        assert at.dialog == "Changed by someone else"
        assert "Task 1 is assigned to cy: cy claimed task 1 “Call the bank” at 14:32:00Z." in at.body
        await at.press("k")
        assert task(place).owner == "cy"
        await at.press("c")
        await at.press("o")
    assert task(place).owner == "ana"


async def test_giving(place: Place) -> None:
    async with place.desk() as at:
        await at.press("5", "g", "o")
        assert at.dialog == "Assign task 1 to"
        await at.press(*"bo", "enter")
        await showing(at, "bo")
    assert task(place).owner == "bo"


@pytest.mark.parametrize(("key", "state"), [("B", "blocked"), ("x", "dropped")])
async def test_blocking_and_dropping_ask_why(place: Place, key: str, state: str) -> None:
    async with place.desk() as at:
        await at.press("5", "g", key, "enter")
        assert "The reason is empty" in at.text
        await at.press(*"no line", "enter")
        await showing(at, "no line")
        await at.press("j", "x") if state == "blocked" else await at.press("G", "c")
        assert state == "blocked" or "Task 1 is dropped." in at.told[-1]
    assert (task(place).state, task(place).reason) == (state, "no line")


@pytest.mark.parametrize(
    ("words", "echo", "role", "owner"),
    [
        ("", "", None, None),
        ("bo", "= bo", None, "bo"),
        ("zoe", "= zoe (new person)", None, "zoe"),
        ("secret", "= Scribe: unassigned (ana covers)", "scribe", None),
    ],
)
async def test_adding_says_who_is_meant(
    place: Place, words: str, echo: str, role: str | None, owner: str | None
) -> None:
    async with place.desk() as at:
        await at.press("N", *"Ring them", "tab", *words)
        assert echo in at.text
        await at.press("tab", *"15")
        assert "= 14:47Z" in at.text
        await at.press("enter")
        if owner == "zoe":
            assert at.body.startswith("zoe is new here.")
            await at.press("n")
    found = task(place, 3)
    assert (found.title, found.role, found.owner) == ("Ring them", role, owner)
    assert found.due_at is not None
    assert found.due_at > place.clock.now


async def test_a_time_that_is_none_keeps_the_words(place: Place) -> None:
    async with place.desk() as at:
        await at.press("N", *"Ring them", "tab", "tab", *"soon", "enter")
        assert at.dialog == "Add task · INC-1"
        assert "Ring them" in at.text
        assert "The due is not valid" in at.text
        await at.press("escape")
    assert len(place.incident().tasks) == 2


async def test_the_card_says_why_it_is_theirs(place: Place) -> None:
    async with place.desk() as at:
        await at.press("5", "G", "enter")
        assert at.dialog == "INC-1 · task 2"
        assert "ana, because Scribe is unassigned" in at.body


async def test_a_colleague_claims_and_the_cursor_stays(place: Place) -> None:
    async with place.desk() as at:
        await at.press("5", "G")
        assert at.pane("tasks").chosen == "2"
        place.act("complete", "bo", ref="INC-1", number=1)
        await showing(at, "☑ 1")
        assert at.pane("tasks").chosen == "2"


async def test_next_goes_to_each_overdue_task_of_mine(place: Place) -> None:
    for number in (3, 4):
        place.act("add-task", "bo", ref="INC-1", title=f"Overdue {number}", person="ana", due=number)
    async with place.desk((50, 24)) as at:
        place.clock.forward(minutes=6)
        at.desk.draw()
        chosen = []
        for _ in range(3):
            await at.press("exclamation_mark")
            chosen.append(at.pane("tasks").chosen)
        assert chosen == ["3", "4", "3"]
        assert at.desk.focused_pane == "tasks"


async def test_the_incidents_count_what_is_to_be_done(place: Place) -> None:
    async with place.desk((160, 40)) as at:
        assert " 2 " in at.rows("incidents")[0]
        place.act("complete", "bo", ref="INC-1", number=1)
        await at.until(lambda: " 1 " in at.rows("incidents")[0])
        place.act("cancel-task", "bo", ref="INC-1", number=2, reason="no use")
        await at.until(lambda: "tasks" not in at.head("incidents"))


async def test_a_phone_shows_what_there_is_to_do_whole(place: Place) -> None:
    place.act("add-task", "ana", ref="INC-1", title="Ask the bank what it sees of our calls", role="tech-lead")
    async with place.desk((50, 24)) as at:
        await at.press("5")
        assert "Ask the bank what it sees of our calls" in at.text


async def test_a_pane_that_was_hidden_has_its_rows_at_once(place: Place) -> None:
    """The next key is meant for them, and the footer says which keys work, also before the pane has its place."""
    async with place.desk() as at:
        assert at.pane("tasks").rows == ()
        at.desk.go_to("tasks")
        assert at.pane("tasks").chosen == "1"
        await at.press("c")
        assert task(place).owner == "ana"
