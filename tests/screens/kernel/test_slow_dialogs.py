"""Letters that are typed into a dialog before its field is there."""

from screens.kernel.dialogs import Pick
from screens.kernel.options import Option
from tests.screens.desks import Place

OPTIONS = [Option(value=name, title=name) for name in ("ana", "bo")]


class Slow(Pick[str]):
    """Takes the focus a while after it is on the screen, as on a machine that has much to do."""

    AUTO_FOCUS = ""

    def on_mount(self) -> None:
        self.set_timer(0.1, super().on_mount)


async def test_they_wait_for_the_field(place: Place) -> None:
    async with place.desk() as at:
        at.app.push_screen(Slow("Who?", OPTIONS, search=True))
        await at.until(lambda: isinstance(at.screen, Slow))
        await at.press(*"ana")
        assert at.screen.query_one("Input").value == "ana"  # type: ignore[attr-defined]


async def test_nobody_waits_for_ever_where_none_comes(place: Place) -> None:
    class Blank(Slow):
        def on_mount(self) -> None:
            """Takes no focus."""

    async with place.desk() as at:
        at.app.push_screen(Blank("Who?", OPTIONS))
        await at.until(lambda: isinstance(at.screen, Blank))
        await at.press("escape")
        assert at.screen is at.desk
