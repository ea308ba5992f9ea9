"""Handovers, responsibilities, and role books: out of the database, checked, and into it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models.board.handover_brief import brief
from models.kernel.failures import Refused
from models.kernel.text import key
from models.roles.responsibilities import found
from tui import output, printing
from tui.database import incident_number, me, opened, reading
from tui.files import given
from tui.settings import Settings, Usage

if TYPE_CHECKING:
    from models.board.reader import Reader
    from models.roles.book_check import Checked
    from models.roles.handover import Accept
    from models.roles.views import ResponsibilityView


def who(arguments: Namespace, settings: Settings) -> None:
    number, words = incident_number(arguments.ref), " ".join(arguments.words)
    with reading(settings) as read:
        view = read.incident(number)
    duties = found(words, view.duties, view.roles)
    if not duties:
        raise Refused(
            f"No responsibility or role of {view.ref} matches “{words}”.",
            f"See the list: `bridgewatch who {view.ref}`.",
        )
    if "json" in arguments:
        printing.document(duties)
    else:
        printing.say(
            "\n".join([printing.duties(duties), *(_settled(view.ref, duty) for duty in duties if duty.shares)])
        )


def _settled(ref: str, duty: ResponsibilityView) -> str:
    """The ways to settle who does it."""
    ways = " or ".join(f"`bridgewatch split {ref} {duty.key} {each.role}`" for each in duty.shares)
    return f"“{duty.text}” has {len(duty.shares)} owners. To settle who does it: {ways}."


def with_brief(read: Reader, wanted: Accept) -> Accept:
    """The acceptance with the handover brief as it is now, for its entry to keep."""
    known = read.known(incident_number(wanted.ref), datetime.now(UTC))
    me = read.names.called(wanted.by)
    names = {role.key: {key(name) for name in (role.key, role.name, *role.also)} for role in known.incident.roles}
    found = [
        offer
        for offer in known.incident.offers
        if offer.to == me and key(wanted.role) in names[offer.role] and wanted.holder in (None, offer.holder)
    ]
    return wanted.model_copy(update={"brief": brief(known, found[0])}) if len(found) == 1 else wanted


def playbook_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    for name, text in _HELP.items():
        part = what.add_parser(name, help=text, description=text)
        if name == "export":
            part.add_argument("key", metavar="KEY", help="key of the playbook, as in `playbook list`")
            part.add_argument("file", metavar="FILE", nargs="?", help="a new file; default or -: standard output")
            part.add_argument("--version", dest="number", metavar="N", type=int, help="an earlier version")
        elif name != "list":
            part.add_argument("file", metavar="FILE", help="a TOML file; - for standard input")
        if name == "import":
            part.add_argument("--default", action="store_true", help="use it for new incidents")


def playbook(arguments: Namespace, settings: Settings) -> None:
    _DEEDS[arguments.what](arguments, settings)


def _list(arguments: Namespace, settings: Settings) -> None:
    with reading(settings) as read:
        books = read.books()
    if "json" in arguments:
        printing.document(books)
    else:
        printing.say(printing.books(books))


def _export(arguments: Namespace, settings: Settings) -> None:
    with reading(settings) as read:
        version, text = read.book(arguments.key, arguments.number)
    known = {"key": arguments.key, "version": version}
    if arguments.file not in (None, "-"):
        _write(arguments.file, text)
        known["file"] = arguments.file
        if "json" not in arguments:
            printing.say(
                f"Wrote {arguments.key} to {arguments.file}."
                f" Edit it, then run: bridgewatch playbook import {arguments.file}"
            )
    elif "json" in arguments:
        known["text"] = text
    elif output.on_a_terminal():
        printing.say(text.removesuffix("\n"))
    else:
        output.put_bytes(text.encode())
    if "json" in arguments:
        printing.document(known)


def _write(file: str, text: str) -> None:
    try:
        with Path(file).open("x", encoding="utf-8", newline="") as new:
            new.write(text)
    except FileExistsError:
        raise Usage(f"{file} already exists, and may contain changes.", "Enter the name of a new file.") from None
    except OSError as error:
        raise Usage(f"{file} cannot be written: {error.strerror}.", "Enter the path of a new file.") from None


def _check(arguments: Namespace, settings: Settings) -> None:
    checked = _checked(arguments.file)
    book = checked.book
    counts = {"roles": len(book.roles), "duties": len(book.duties), "tasks": len(book.tasks), "steps": len(book.steps)}
    if "json" in arguments:
        printing.document({"file": arguments.file, "key": book.key, **counts, "notes": checked.notes})
    else:
        told = ", ".join(f"{number} {_COUNTED.get(what, what)}" for what, number in counts.items())
        notes = [f"{arguments.file}:{note.line}: note: {note.reason}" for note in checked.notes]
        printing.say("\n".join([f"{arguments.file} can be imported as {book.key}: {told}.", *notes]))


def _import(arguments: Namespace, settings: Settings) -> None:
    from models.roles.book_versions import import_book

    checked = _checked(arguments.file)
    with opened(settings) as store:
        done = import_book(store, checked, me(store, settings), default=arguments.default)
    if "json" in arguments:
        printing.document({**done, "notes": checked.notes})
        return
    what = f"Version {done['version']} of {done['key']}"
    told = f"{what} imported." if done["new"] else f"{what} already has this text; nothing was imported."
    if done["default"]:
        told += " New incidents use this version; existing incidents keep theirs."
    else:
        told += f" To use it for new incidents: `bridgewatch init --playbook {done['key']}`."
    printing.say(told)


def _checked(file: str) -> Checked:
    from models.roles.book_check import MOST_BYTES, check

    return check(given(file, MOST_BYTES), file)


_DEEDS: dict[str, Callable[[Namespace, Settings], None]] = {
    "list": _list,
    "export": _export,
    "check": _check,
    "import": _import,
}
_COUNTED = {"duties": "responsibilities"}
"""What is counted under another name than the file gives it."""
_HELP = {
    "list": "List the playbooks and their versions.",
    "export": "Export a playbook, to edit it.",
    "check": "Check a playbook file and list all errors; needs no database.",
    "import": "Import a playbook as a new version; existing incidents keep theirs.",
}
