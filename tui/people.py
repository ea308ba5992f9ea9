"""Keep people from the command line: list, add, rename, merge and retire them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from models.kernel import people as keeping
from models.kernel.naming import strangers
from models.kernel.people import PersonView
from models.kernel.reader import Rows
from models.kernel.store import Store
from models.kernel.text import clean
from tui import output, printing
from tui.database import me, opened
from tui.settings import Settings

_HELP = {
    "list": "List everyone, with the other names that were recorded of them.",
    "add": "Add someone, or offer someone again who was retired.",
    "rename": "Show someone by another name; what was recorded stays as it is.",
    "merge": "Make two names one person's; cannot be undone.",
    "retire": "Stop offering someone who has left.",
}


def people_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT")
    for name, text in _HELP.items():
        part = what.add_parser(name, help=text, description=text)
        if name != "list":
            part.add_argument("name", metavar="NAME", help="the person, by any of their names")
        if name == "rename":
            part.add_argument("to", metavar="NEW-NAME", help="the name to show")
        if name == "merge":
            part.add_argument("to", metavar="INTO", help="the person they are; this name stays")


def people(arguments: Namespace, settings: Settings) -> None:
    """List them, or change what is kept of one."""
    with opened(settings, make=arguments.what == "add") as store:
        if arguments.what in (None, "list"):
            with store.reading(Rows) as read:
                found = keeping.every(read)
            printing.document(found) if "json" in arguments else printing.say(_listed(found))
            return
        done, told = _change(store, arguments, settings)
    printing.document(done) if "json" in arguments else printing.say(told)


def _change(store: Store, arguments: Namespace, settings: Settings) -> tuple[dict[str, str], str]:
    name = arguments.name
    if arguments.what == "add":
        who = keeping.add(store, name, me(store, settings, *_new(store, name)))
        return {"name": who}, f"{who} can be named."
    by = me(store, settings)
    if arguments.what == "rename":
        was, now = keeping.rename(store, name, arguments.to, by)
        return {"name": now, "was": was}, f"{was} is now shown as {now}. What was recorded stays as it is."
    if arguments.what == "merge":
        was, now = keeping.merge(store, name, arguments.to, by)
        return {"name": now, "was": was}, f"{was} and {now} are one person, shown as {now}."
    who = keeping.retire(store, name, by)
    return {"name": who}, f"{who} is retired and no longer offered. To undo: `bridgewatch people add {who!r}`."


def _new(store: Store, name: str) -> tuple[str, ...]:
    """The name, where it may be a slip; whoever has left comes back."""
    with store.reading(Rows) as read:
        return tuple(stranger.name for stranger in strangers(read, [name]) if stranger.retired_at is None)


def _listed(found: tuple[PersonView, ...]) -> str:
    lines = [("NAME", "", "SINCE", "RECORDED AS")]
    lines += [
        (
            clean(one.name, lines=False),
            f"retired {one.retired_at:%Y-%m-%d}" if one.retired_at else "",
            f"{one.added_at:%Y-%m-%d}",
            clean(", ".join(one.recorded_as), lines=False),
        )
        for one in found
    ]
    return output.aligned(lines) if found else "No people yet."
