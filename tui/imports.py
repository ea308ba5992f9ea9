"""Import incidents of another tool."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tui import printing
from tui.database import me, opened, there
from tui.files import given
from tui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.imports.statuspage import Imported, Taken
    from models.imports.statuspage_file import Export

_TOLD = 20
"""How many of one kind are told; --json has them all."""


def import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("format", choices=("statuspage",), help="source of the files")
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="a file of its public API, or of its management API; - for standard input",
    )
    parser.add_argument("--page", default="", help="name of the page, where the files do not contain it")
    parser.add_argument("--check", action="store_true", help="show what would be imported; writes nothing")


def read_in(arguments: Namespace, settings: Settings) -> int:
    """Answers with 1 when something was left out."""
    from models.imports import statuspage
    from models.imports.statuspage_file import MOST_BYTES, read

    files = {_called(file): given(file, MOST_BYTES) for file in dict.fromkeys(arguments.files)}
    export = read(files, arguments.page)
    if arguments.check:
        imported = _foreseen(export, settings)
    else:
        with opened(settings) as store:
            imported = statuspage.take_in(store, export, me(store, settings))
    if "json" in arguments:
        _document(imported, checked=arguments.check)
    else:
        printing.say("\n".join(_told(imported, ", ".join(files), checked=arguments.check)))
    return 1 if imported.faults else 0


def _called(file: str) -> str:
    return "standard input" if file == "-" else file


def _foreseen(export: Export, settings: Settings) -> Imported:
    from models.imports.statuspage import foreseen

    now = datetime.now(UTC)
    if not there(settings):
        return foreseen(None, export, now)
    with opened(settings, make=False, upgrade=False) as store:
        return foreseen(store, export, now)


def _document(imported: Imported, *, checked: bool) -> None:
    printing.document(
        {
            "checked": checked,
            "page": imported.page,
            **_counts(imported),
            "refs": imported.refs,
            "incidents": imported.incidents,
            "components": imported.components,
            "faults": imported.faults,
            "notes": imported.notes,
        }
    )


def _counts(imported: Imported) -> dict[str, int]:
    return {what: sum(each.what == what for each in imported.incidents) for what in ("new", "updated", "unchanged")}


def _told(imported: Imported, files: str, *, checked: bool) -> Iterator[str]:
    counts = ", ".join(f"{count:,} {what}" for what, count in _counts(imported).items())
    parts = len(imported.components)
    parts_told = f"; {parts:,} new component{'s' * (parts != 1)}" if parts else ""
    if checked:
        yield f"Nothing was written. {files} would import {counts}{parts_told}."
        yield from _first(map(_incident, (each for each in imported.incidents if each.what != "unchanged")))
        yield from _first(f"  component  {name}" for name in imported.components)
    else:
        yield f"Imported incidents from {files}: {counts}{parts_told}."
    yield from _first(f"Note: {note}" for note in imported.notes)
    if imported.faults:
        yield f"{'Would not be' if checked else 'Not'} imported:"
        yield from _first(f"  {fault}" for fault in imported.faults)


def _incident(each: Taken) -> str:
    return f"  {each.what:<9}  {each.ref or '—':<8}  {each.title} ({_updates(each.updates)})"


def _updates(count: int) -> str:
    return f"{count:,} new update{'s' * (count != 1)}"


def _first(lines: Iterable[str]) -> Iterator[str]:
    """The first lines, and how many more there are."""
    every = [*lines]
    yield from every[:_TOLD]
    if len(every) > _TOLD:
        yield f"  … and {len(every) - _TOLD:,} more; --json has all."
