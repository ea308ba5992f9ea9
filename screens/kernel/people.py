"""Keep people from the desk: rename, merge and retire them."""

from __future__ import annotations

from asyncio import wrap_future
from typing import TYPE_CHECKING

from models.kernel import people as keeping
from models.kernel.failures import Failure, Refused
from models.kernel.naming import Stranger, named, strangers
from models.kernel.people import PersonView
from models.kernel.text import key
from screens.kernel.actions import before_sending, on_desk
from screens.kernel.dialogs import Pick
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option

if TYPE_CHECKING:
    from models.kernel.command import Command
    from screens.kernel.desk import Desk


@on_desk("people")
async def people(desk: Desk) -> None:
    """Choose somebody, then what to do."""
    found = await wrap_future(desk.link.read(keeping.every))
    options = [
        Option(value=one, title=one.name, hint=_known(one), also=one.recorded_as, dimmed=one.retired_at is not None)
        for one in found
    ]
    person = await desk.acting.ask(Pick("People", options, search=True))
    if person is None:
        return
    choices = (
        Option(value="rename", title="Rename", hint="show another name", key="r"),
        Option(value="merge", title="Merge", hint="the same person as someone else", key="m"),
        Option(value="retire", title="Retire", hint="no longer offered", key="t")
        if person.retired_at is None
        else Option(value="add", title="Offer again", hint="is back", key="b"),
    )
    chosen = await desk.acting.ask(Pick(person.name, choices))
    if chosen == "rename":
        await _rename(desk, person)
    elif chosen == "merge":
        await _merge(desk, person, found)
    elif chosen == "retire":
        await wrap_future(desk.link.manage(lambda store: keeping.retire(store, person.name, desk.me)))
    elif chosen == "add":
        await wrap_future(desk.link.manage(lambda store: keeping.add(store, person.name, desk.me)))


async def _meant(desk: Desk, command: Command) -> Command:
    """The command with the people who are meant, where a name is new or somebody's who has left."""
    board, asked = desk.board, (command.by, *named(command))
    known = {*map(key, board.people), *board.aliases} if board is not None else set(map(key, asked))
    if not {*map(key, asked)} - known:
        return command
    for stranger in await wrap_future(desk.link.glance(lambda read: strangers(read, asked))):
        fields = [name for name in ("by", *command.people()) if key(getattr(command, name) or "") == key(stranger.name)]
        if fields == ["by"] and not (stranger.near or stranger.retired_at):
            continue  # somebody's first desk
        person = desk.acting.meant.get(key(stranger.name)) or await _who(desk, stranger)
        if person is None:
            raise Refused(f"{stranger.question} Nothing was saved.", "Choose a person from the list.")
        desk.acting.meant[key(stranger.name)] = person  # asked once, whatever becomes of the command
        command = command.model_copy(update=dict.fromkeys(fields, person))
    return command


before_sending.append(_meant)


async def _who(desk: Desk, stranger: Stranger) -> str | None:
    """Whom somebody means by a name that is new or retired; None: nobody."""
    options = [Option(value=name, title=name, key=str(n)) for n, name in enumerate(stranger.near[:9], 1)]
    title = f"{stranger.name}, who has left" if stranger.retired_at else f"{stranger.name}, a new person"
    options.append(Option(value=stranger.name, title=title, key="n"))
    dialog = Pick("Who is meant?", options, body=stranger.question)
    return await desk.acting.ask(dialog, foreseen=False)


def _known(one: PersonView) -> str:
    left = f"retired {one.retired_at:%Y-%m-%d}" if one.retired_at else ""
    names = f"recorded as {', '.join(one.recorded_as)}" if one.recorded_as else ""
    return " · ".join(filter(None, (left, names)))


async def _rename(desk: Desk, person: PersonView) -> None:
    async def submit(answers: Answers) -> str | None:
        try:
            await wrap_future(
                desk.link.manage(lambda store: keeping.rename(store, person.name, answers["name"], desk.me))
            )
        except Failure as failure:
            return str(failure)
        return None

    field = Field(name="name", label="Name to show", value=person.name)
    await desk.acting.ask(Ask(f"Rename {person.name}", (field,), submit, keep=f"people rename {person.name}"))


async def _merge(desk: Desk, person: PersonView, found: tuple[PersonView, ...]) -> None:
    others = [Option(value=one.name, title=one.name, hint=_known(one)) for one in found if one.name != person.name]
    into = await desk.acting.ask(Pick(f"{person.name} is the same person as", others, search=True))
    if into is None:
        return
    sure = (
        Option(value=True, title=f"They are one person, shown as {into}", key="y"),
        Option(value=False, title="Do not merge", key="n"),
    )
    if await desk.acting.ask(Pick("Confirm", sure, body="This cannot be undone. What was recorded stays as it is.")):
        await wrap_future(desk.link.manage(lambda store: keeping.merge(store, person.name, into, desk.me)))
