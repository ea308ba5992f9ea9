"""Moving around the desk, and reading what it has no room for."""

from __future__ import annotations

from asyncio import wrap_future
from typing import TYPE_CHECKING

from screens import cards
from screens.deeds.draft import draft_details
from screens.dialogs import Sheet

if TYPE_CHECKING:
    from models.views import EntryView, IncidentView
    from screens.desk import Desk


async def card(desk: Desk) -> None:
    """What the focused row is, in full."""
    shown = desk.shown
    if shown is None:
        return
    if desk.focused_pane == "status":
        if desk.live:
            await draft_details(desk)
    elif desk.focused_pane == "roster":
        role = desk.role()
        if role is not None:
            sheet = Sheet(role.name, lambda width: cards.role(shown, role, width))
            await desk.ask(sheet)
    elif desk.focused_pane == "timeline":
        await _entry(desk, shown)
    else:
        await desk.ask(Sheet(shown.ref, lambda width: cards.incident(shown, desk.clock(), width)))


async def _entry(desk: Desk, shown: IncidentView) -> None:
    entry = desk.entry()
    if entry is None:
        return
    versions: tuple[EntryView, ...] = (entry,)
    if entry.root != entry.n and desk.live:
        versions = await wrap_future(desk.link.read(lambda store: store.versions(shown.id, entry.root)))
    await desk.ask(Sheet(f"{shown.ref} · entry {entry.n}", lambda width: cards.entry(versions, width)))


async def next_need(desk: Desk) -> None:
    """Go to the next thing that waits for the reader."""
    desk.next_need()


async def help_sheet(desk: Desk) -> None:
    """What the keys do, those of the focused pane first."""
    pane = desk.focused_pane
    await desk.ask(Sheet("Keys", lambda width: cards.keys(desk.keys, pane, width)))


async def filter_rows(desk: Desk) -> None:
    await desk.filter()


async def zoom(desk: Desk) -> None:
    desk.toggle_class("-zoomed")


async def palette(desk: Desk) -> None:
    desk.app.action_command_palette()


async def quit_desk(desk: Desk) -> None:
    """Back from the zoom or the filter first; then out."""
    if desk.has_class("-zoomed"):
        desk.remove_class("-zoomed")
    elif desk.pane(desk.focused_pane).filter:
        desk.pane(desk.focused_pane).set_filter("")
    else:
        await desk.drafting.close()
        desk.app.exit()
