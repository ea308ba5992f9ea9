"""What the palette finds by name besides actions, and where each is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from models.board.listing import involves
from models.policy.phase import OPEN
from models.roles.responsibilities import answer, texts
from screens.kernel.dialogs import Option
from screens.kernel.going import go_to_row

if TYPE_CHECKING:
    from models.board.views import Board, IncidentView
    from screens.kernel.desk import DeskScreen


class Thing(NamedTuple):
    """A place on the desk."""

    pane: str
    row: str = ""
    """The row of that pane; empty: the incident itself."""
    incident: int | None = None
    """None: the incident shown."""
    words: str = ""
    """What the timeline is searched for; empty: nothing."""


def things(desk: DeskScreen) -> Iterator[Option[str | Thing]]:
    """People, roles, incidents, tasks and responsibilities; listed without a search are incidents alone."""
    board = desk.board
    if board is None:
        return
    shown = desk.shown
    yield from (_person(board, shown, person) for person in board.people)
    if shown is not None:
        for role in shown.roles:
            held = ", ".join(holder.person for holder in role.holders) or "unassigned"
            hint = f"role · {held}"
            yield Option(value=Thing("roster", role.key), title=role.name, hint=hint, also=role.also, named=True)
    for row in board.incidents:
        here, also = Thing("incidents", incident=row.id), (row.ref, f"{row.ref} {row.title}")
        yield Option(value=here, title=row.title, hint=row.ref, also=also)
    if shown is not None:
        for task in shown.tasks:
            there, hint = Thing("tasks", str(task.number)), f"task {task.number} · {task.state}"
            named = (f"task {task.number} {task.title}",)
            yield Option(value=there, title=task.title, hint=hint, also=named, named=True)
        for duty in shown.duties:
            there, found_by = Thing("roster", duty.role), texts(duty, shown.roles)
            people = ", ".join(duty.people) or "not covered"
            yield Option(value=there, title=duty.text, hint=answer(duty), short=people, also=found_by, named=True)


def _person(board: Board, shown: IncidentView | None, person: str) -> Option[str | Thing]:
    """A person, with what they have: a role here, else a role or a task on another incident, else what they wrote."""
    role = next(
        (role for role in shown.roles if any(holder.person == person for holder in role.holders))
        if shown
        else iter(()),
        None,
    )
    if role is not None:
        return Option(value=Thing("roster", role.key), title=person, hint=f"person · {role.name}", named=True)
    row = next((row for row in board.incidents if row.phase in OPEN and involves(row, person)), None)
    if row is not None:
        there = Thing("roster", incident=row.id)
        return Option(value=there, title=person, hint=f"person · on {row.ref}", named=True)
    wrote = Thing("timeline", words=person)
    return Option(value=wrote, title=person, hint="person · no role · search the timeline", named=True)


async def go_to_thing(desk: DeskScreen, thing: Thing) -> None:
    """Go there."""
    if thing.incident is not None:
        desk.look_at(thing.incident)
    await go_to_row(desk, thing.pane, thing.row)
    if thing.words:
        desk.pane(thing.pane).set_filter(thing.words)
        desk.filtering.heard()
