"""Actions that move around the desk or open its help, palette and cards."""

from __future__ import annotations

from asyncio import wrap_future
from typing import TYPE_CHECKING

from models.kernel.failures import Failure
from screens.desk.disabled import why_not
from screens.desk.help import key_help
from screens.desk.things import Thing, go_to_thing, things
from screens.kernel.actions import Action, on_desk, open_card
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.going import go_to_row
from screens.kernel.key_queue import turns
from screens.kernel.message_line import history_lines
from screens.kernel.options import Option
from screens.kernel.show import safe
from screens.kernel.verbs import ACTIONS, sign

if TYPE_CHECKING:
    from models.board.due_times import Need
    from models.kernel.verbs import Verb
    from screens.kernel.desk import DeskScreen


@on_desk("card")
async def card(desk: DeskScreen) -> None:
    """Show the focused row in full."""
    await open_card(desk)


@on_desk("next")
async def next_need(desk: DeskScreen) -> None:
    """Go to the next item that waits for the user."""
    waiting = desk.needs()
    here = (desk.looking_at, desk.focused_pane)
    rows = ("", desk.pane(desk.focused_pane).chosen)
    at = (i for i, need in enumerate(waiting) if (need.incident, need.pane) == here and need.row in rows)
    place = next(at, -1)
    if waiting:
        await _go_to_need(desk, waiting[(place + 1) % len(waiting)])


async def _go_to_need(desk: DeskScreen, need: Need) -> None:
    """Go where it is dealt with; of what is only news, say what it was, as it no longer waits."""
    if desk.saw(need):
        desk.notify(need.words, title=need.ref)
    desk.look_at(need.incident)
    await go_to_row(desk, need.pane, need.row)
    desk.draw()


@on_desk("needs")
async def list_needs(desk: DeskScreen) -> None:
    """List everything that waits for the user; choosing one goes to it."""
    waiting = desk.needs()
    options = [Option(value=need, title=f"{need.ref} {safe(need.words)}") for need in waiting]
    chosen = await desk.acting.ask(Pick(f"Needs you · {len(waiting)}", options, search=True))
    if chosen is not None:
        await _go_to_need(desk, chosen)


@on_desk("help")
async def help_sheet(desk: DeskScreen) -> None:
    """Show the help sheet."""
    pane = desk.focused_pane
    await desk.acting.ask(TextDialog("Keys", lambda width: key_help(desk.keys, pane, width)))


@on_desk("reconnect")
async def reconnect(desk: DeskScreen) -> None:
    """Try to reach the database now, and say what came of it."""
    try:
        await wrap_future(desk.link.try_again())
    except Failure as failure:
        desk.notify(str(failure), title="Reconnect", severity="warning")


@on_desk("messages")
async def messages(desk: DeskScreen) -> None:
    """Show every message of this desk."""
    history = desk.message_line.history
    await desk.acting.ask(TextDialog("Messages", lambda width: history_lines(history, desk.clock(), width)))


@on_desk("filter")
async def filter_rows(desk: DeskScreen) -> None:
    await desk.filtering.begin()


@on_desk("zoom")
async def zoom(desk: DeskScreen) -> None:
    desk.toggle_class("-zoomed")
    desk.draw()


@on_desk("palette")
async def palette(desk: DeskScreen) -> None:
    """Find anything by name: people, roles, incidents, tasks, responsibilities; then actions."""
    options = [_offered(desk, verb) for verb in ACTIONS if verb.name != "palette"]
    chosen = await desk.acting.ask(Pick("Find", [*options, *things(desk)], search=True))
    if isinstance(chosen, str):
        desk.action_do(chosen)
    elif chosen is not None:
        await go_to_thing(desk, chosen)


def _offered(desk: DeskScreen, verb: Verb) -> Option[str | Thing]:
    """The verb with its help, or with the reason why it is disabled."""
    reason = why_not(desk, verb)
    off = reason is not None
    key = (f"{sign(desk.keys[verb.name]):<2}", "dim" if off else "key")  # one width, whatever a search leaves
    hint, also = reason or verb.help, (verb.name, *verb.aliases)
    return Option(
        value=verb.name, title=verb.title, mark=key, hint=hint, also=also, described=(verb.help,), group=1, dimmed=off
    )


@on_desk("theme")
async def theme(desk: DeskScreen) -> None:
    """Choose the theme, which is shown while the user looks at its name, and keep it for the next start."""
    before = desk.app.theme
    themes = sorted(desk.app.available_themes, key=lambda name: (not name.startswith("bridgewatch"), name))
    options = [Option(value=name, title=name) for name in themes]
    pick = Pick("Theme", options, at=before, search=True, preview=lambda name: setattr(desk.app, "theme", name))
    chosen = await desk.acting.ask(pick)
    desk.app.theme = chosen or before
    if chosen is not None:
        desk.notify(desk.keep_theme(chosen), title="Theme")


@on_desk("quit")
async def quit_desk(desk: DeskScreen) -> None:
    """Close the editor, the zoom or the filter; otherwise quit."""
    if desk.drafting.active:
        await desk.drafting.close()
    elif desk.has_class("-zoomed"):
        desk.remove_class("-zoomed")
        desk.draw()
    elif desk.pane(desk.focused_pane).filter:
        desk.pane(desk.focused_pane).set_filter("")
    elif await _leaves_unsent(desk):
        desk.app.exit(0)


async def _leaves_unsent(desk: DeskScreen) -> bool:
    """Whether nothing that was typed waits to be sent, or the user goes all the same."""
    unsent = turns(desk).forms.unsent()
    if not unsent:
        return True
    told = "\n".join(f"{form}: {words}" for form, words in unsent.items())
    options = (
        Option(value="back", title="Go back", hint="the same key opens it again, with your text", key="b"),
        Option(value="quit", title="Quit", hint="kept for a day, for your next desk", key="q"),
    )
    return await desk.acting.ask(Pick("Text that is not sent", options, body=told)) == "quit"


def _go_to(pane: str) -> Action:
    async def go(desk: DeskScreen) -> None:
        desk.go_to(pane)

    return go


for _pane in ("incidents", "roster", "timeline", "tasks", "status"):
    on_desk(_pane)(_go_to(_pane))
