"""Moving around the desk, and reading what it has no room for."""

from __future__ import annotations

from asyncio import wrap_future
from contextlib import suppress
from typing import TYPE_CHECKING

from models.board.due_times import needs
from models.board.guidance import Hint, hints
from models.kernel.failures import Failure
from models.policy.audience import Audience
from screens import cards
from screens.deeds import theories
from screens.deeds.draft import draft_details
from screens.dialogs import Option, Pick, Sheet
from screens.moves import ACTIONS, sign
from screens.reasons import why_not

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.kernel.entry import EntryView
    from models.kernel.verbs import Verb
    from models.roles.views import HoldingView, RoleView
    from screens.desk import Desk


async def card(desk: Desk) -> None:
    """What the focused row is, in full."""
    shown = desk.shown
    if shown is None:
        return
    if desk.focused_pane == "status":
        await draft_details(desk)
    elif desk.focused_pane == "roster":
        role = desk.role()
        if role is not None:
            history = await _history(desk, shown, role)
            now = desk.clock()
            found = _hints(desk, shown)
            await desk.acting.ask(Sheet(role.name, lambda width: cards.role(shown, role, history, found, now, width)))
    elif desk.focused_pane == "tasks":
        task = desk.task_at()
        if task is not None:
            sheet = Sheet(f"{shown.ref} · task {task.number}", lambda width: cards.task(task, desk.clock(), width))
            await desk.acting.ask(sheet)
    elif desk.focused_pane == "timeline":
        await _entry(desk, shown)
    else:
        found = _hints(desk, shown)
        await desk.acting.ask(Sheet(shown.ref, lambda width: cards.incident(shown, found, desk.clock(), width)))


def _hints(desk: Desk, shown: IncidentView) -> tuple[Hint, ...]:
    return hints(desk.board, shown, desk.me, desk.clock()) if desk.board else ()


async def _history(desk: Desk, shown: IncidentView, role: RoleView) -> tuple[HoldingView, ...]:
    """Who has held it; nobody that is known while the database is away."""
    if desk.current:
        with suppress(Failure):
            return await wrap_future(desk.link.read(lambda read: read.history(shown.id, role.key)))
    return ()


async def _entry(desk: Desk, shown: IncidentView) -> None:
    entry = desk.entry()
    if entry is None:
        return
    theory = next((theory for theory in shown.theories if theory.n == entry.root), None)
    if theory is not None:
        await theories.card(desk, theory)
        return
    versions: tuple[EntryView, ...] = (entry,)
    if entry.root != entry.n and desk.current:
        versions = await wrap_future(desk.link.read(lambda read: read.versions(shown.id, entry.root)))
    await desk.acting.ask(Sheet(f"{shown.ref} · entry {entry.n}", lambda width: cards.entry(versions, width)))


async def next_need(desk: Desk) -> None:
    """Go to the next thing that waits for the reader."""
    waiting = needs(desk.board, desk.me, desk.clock()) if desk.board else ()
    here = (desk.looking_at, desk.focused_pane)
    rows = ("", desk.pane(desk.focused_pane).chosen)
    at = (i for i, need in enumerate(waiting) if (need.incident, need.pane) == here and need.row in rows)
    place = next(at, -1)
    if waiting:
        need = waiting[(place + 1) % len(waiting)]
        desk.look_at(need.incident)
        await go_to_row(desk, need.pane, need.row)


async def go_to_row(desk: Desk, pane: str, row: str) -> None:
    """Go to that row of a pane, whatever it was filtered by; empty: to the pane."""
    if pane == "status" and row:
        desk.drafting.address(Audience(row))
    desk.go_to(pane)
    if row and pane != "status":
        await desk.acting.arrive()
        desk.pane(pane).set_filter("")
        desk.pane(pane).point_at(row)
        desk.pane(pane).cursor = row  # a pane that is only now coming to be seen has no rows yet


async def help_sheet(desk: Desk) -> None:
    """What the keys do, those of the focused pane first."""
    pane = desk.focused_pane
    await desk.acting.ask(Sheet("Keys", lambda width: cards.keys(desk.keys, pane, width)))


async def filter_rows(desk: Desk) -> None:
    await desk.filtering.begin()


async def zoom(desk: Desk) -> None:
    desk.toggle_class("-zoomed")


async def palette(desk: Desk) -> None:
    """Everything that can be done, by its name; and the board's incidents."""
    options = [_offered(desk, verb) for verb in ACTIONS if verb.name != "palette"]
    rows = desk.board.incidents if desk.board else ()
    options += [Option(value=row.ref, title=row.title, hint=row.ref, also=(row.ref,)) for row in rows]
    chosen = await desk.acting.ask(Pick("Find", options, search=True))
    found = next((row for row in rows if row.ref == chosen), None)
    if found is not None:
        desk.look_at(found.id)
        desk.go_to("incidents")
    elif chosen is not None:
        desk.action_do(chosen)


def _offered(desk: Desk, verb: Verb) -> Option[str]:
    """The verb with what it does, or why it does nothing at the moment."""
    reason = why_not(desk, verb)
    hint = f"{_key(desk, verb)}  {reason or verb.help}"
    return Option(value=verb.name, title=verb.title, hint=hint, also=(verb.help,), dimmed=reason is not None)


def _key(desk: Desk, verb: Verb) -> str:
    return sign(desk.keys[verb.name]) or " "


async def theme(desk: Desk) -> None:
    themes = sorted(desk.app.available_themes, key=lambda name: (not name.startswith("bridgewatch"), name))
    options = [Option(value=name, title=name) for name in themes]
    chosen = await desk.acting.ask(Pick("Colours", options, at=desk.app.theme, search=True))
    if chosen is not None:
        desk.app.theme = chosen


async def quit_desk(desk: Desk) -> None:
    """Back from the zoom or the filter first; then out."""
    if desk.drafting.active:
        await desk.action_leave_draft()
    elif desk.has_class("-zoomed"):
        desk.remove_class("-zoomed")
    elif desk.pane(desk.focused_pane).filter:
        desk.pane(desk.focused_pane).set_filter("")
    else:
        desk.app.exit(0)
