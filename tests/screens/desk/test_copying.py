"""Copy the row, the reference, the brief and the draft."""

import pytest

from screens.kernel import clipboard
from tests.screens.desks import Place, Sitting


@pytest.fixture(autouse=True)
def outside_tmux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)


async def copied(at: Sitting, keys: str) -> str:
    """What these keys copy."""
    await at.press("Y", *keys)
    await at.until(lambda: at.told and at.screen is at.desk)
    return at.app.clipboard


async def test_what_can_be_copied(place: Place) -> None:
    ref = place.declare("Checkout returns 502 for card payments in the whole of Europe since this morning")
    words = "Rolled back; " + "node by node, " * 40 + "done."
    place.act("note", "bo", ref=ref, text=words)
    place.act("draft", "ana", ref=ref, text="We know.", title="Payments fail", saw=0)
    async with place.desk(size=(80, 24)) as at:
        assert await copied(at, "i") == "INC-1"
        assert at.told[-1] == "Copy: The reference is in the clipboard, if your terminal allows it (OSC 52)."
        row = await copied(at, "r")
        assert row.startswith(
            "P1 INC-1 Checkout returns 502 for card payments in the whole of Europe since this morning"
        )
        assert await copied(at, "d") == "Payments fail\n\nWe know."
        assert (await copied(at, "b")).startswith("# INC-1 Checkout")
        assert at.told[-1].startswith("Copy: The brief of INC-1 is in")
        await at.press("3", "j")
        row = await copied(at, "r")
        assert words in row or "bo" in row
        await at.press("2")
        assert (await copied(at, "enter")).startswith("Incident Manager ana")


async def test_an_entry_is_copied_whole(place: Place) -> None:
    ref = place.declare()
    words = "Rolled back; " + "node by node, " * 40 + "done."
    place.act("note", "bo", ref=ref, text=words)
    async with place.desk(size=(50, 24)) as at:
        await at.press("3", "g")
        assert await copied(at, "r") == f"14:32 bo {words}"


async def test_without_an_incident_there_is_nothing_to_copy(place: Place) -> None:
    async with place.desk() as at:
        await at.press("Y")
        assert at.told == ["Copy: No incident selected. Press d to declare one."]


async def test_without_a_draft_it_says_so(place: Place) -> None:
    place.declare()
    async with place.desk() as at:
        await at.press("Y", "d")
        assert at.told == ["Copy: There is no draft of INC-1."]


async def test_what_is_too_long_for_a_terminal_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.declare()
    monkeypatch.setattr(clipboard, "_MOST", 4)
    async with place.desk() as at:
        await at.press("Y", "i")
        assert "too long for a terminal's clipboard" in at.told[-1]
        assert not at.app.clipboard


async def test_a_tmux_that_cannot_be_asked_leaves_it_to_the_terminal(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.declare()
    monkeypatch.setenv("TMUX", "/nowhere,1,0")
    monkeypatch.setenv("PATH", "/nowhere")
    async with place.desk() as at:
        assert await copied(at, "i") == "INC-1"
