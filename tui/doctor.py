"""Make, check and back up the database from the command line."""

from __future__ import annotations

import shutil
import textwrap
import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models.doctor import checkpoint
from models.doctor.checkpoint import covered
from models.kernel import bounded
from models.kernel.engine import find
from models.kernel.failures import Refused
from models.kernel.sqlite.backup import back_up
from tui import output, printing
from tui.database import dump, opened
from tui.settings import Settings, Usage

if TYPE_CHECKING:
    from models.doctor.mend import Mend
    from models.doctor.report import Finding, Report

_MOST_CHECKPOINTS = 10_000_000
"""The longest file of checkpoints, in bytes: one a minute for a month takes a third of it."""

_LARGE = 100_000_000
"""Bytes; copying more takes long enough to say how far it is."""


def init(arguments: Namespace, settings: Settings) -> None:
    with opened(settings, anew=True) as store:
        if arguments.book:
            from models.roles.book_versions import choose_default

            choose_default(store, arguments.book)
        where = store.location.shown
    if "json" in arguments:
        printing.document({"database": where, "book": arguments.book} if arguments.book else {"database": where})
        return
    book = f" New incidents use the playbook {arguments.book}." if arguments.book else ""
    printing.say(f"Database: {where}.{book}")


def doctor(arguments: Namespace, settings: Settings) -> int:
    """Answers with 1 when something was found."""
    from models.doctor.examine import examine

    seals = _kept(arguments.seal) if arguments.seal else []
    report = examine(settings.database, datetime.now(UTC), seals)
    if "json" in arguments:
        printing.document({"well": report.well, **asdict(report)})
    else:
        printing.say("\n".join(_told(report)))
    return 0 if report.well else 1


def mend(arguments: Namespace, settings: Settings) -> int:
    """Answers with 1 when something stays damaged."""
    from models.doctor.mend import mend as make_anew

    with opened(settings, make=False) as store:
        found = make_anew(store, look=arguments.check)
    left = [each for each in found if not each.values]
    if "json" in arguments:
        printing.document(
            [
                {"row": each.damage.named, "found": each.damage.found, "mended": bool(each.values), "told": each.told}
                for each in found
            ]
        )
    else:
        printing.say("\n".join(_mended(found, look=arguments.check)))
    return 1 if left else 0


def _mended(found: Sequence[Mend], *, look: bool) -> Iterator[str]:
    done = "Would be restored" if look else "Restored"
    for each in found:
        yield _wrapped(each.damage.found)
        if not each.values:
            yield _wrapped("  Not changed: the database has no other record of this value. Compare it with a backup.")
        elif each.told:
            yield f"  {done} from the entries."
        else:
            yield f"  {done} to its default: no entry has this value."
    if not found:
        yield "No damaged rows found."


def _kept(given: str) -> list[str]:
    seals = checkpoint.read(given)
    if seals:
        return seals
    try:
        seals = checkpoint.read(bounded.read(given, _MOST_CHECKPOINTS).decode(errors="replace"))
    except OSError as error:
        remedy = "Enter a checkpoint as `bridgewatch doctor` printed it, or a file with checkpoints."
        raise Usage(f"{given} is not a checkpoint, and not a readable file ({error.strerror}).", remedy) from None
    if not seals:
        raise Usage(
            f"{given} contains no checkpoint.", "Put checkpoints from `bridgewatch doctor` in it, one per line."
        )
    return seals


def _told(report: Report) -> Iterator[str]:
    entries = f"{_counted(report.incidents, 'incident')} with {_counted(report.entries, 'entry', 'entries')}"
    where = f"{report.database}: schema {report.schema or 'unknown'}"
    yield _wrapped(f"{where}, {entries}, checked in {report.seconds:.1f} s.")
    for finding in report.findings:
        yield from ("", *_finding("✗", finding))
    for finding in report.advice:
        yield from ("", *_finding("·", finding))
    if report.unchecked:
        yield "\nNot checked:"
        yield from (_wrapped(f"  {what}") for what in report.unchecked)
    for seal in report.unchanged:
        yield f"\n✓ No changes to history before checkpoint {seal}."
    yield "\nNo problems found." if report.well else f"\n{_counted(len(report.findings), 'finding')}."
    if report.seal is not None:
        yield f"Checkpoint: {report.seal}"
        yield _wrapped(
            f"It covers the {covered(report.seal)}. Store it where database users cannot change it,"
            " and compare later with `bridgewatch doctor --checkpoint`."
        )


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _finding(sign: str, finding: Finding) -> Iterator[str]:
    yield _wrapped(f"{sign} {finding.found}")
    yield _wrapped(f"  {finding.means}")
    # a command stays in one piece, so that it can be copied
    yield f"  → {finding.do}" if finding.about == "modes" else _wrapped(f"  → {finding.do}", indent="    ")


def _wrapped(line: str, indent: str = "  ") -> str:
    """As wide as the terminal; elsewhere as it is, for programs that look for words."""
    if not output.on_a_terminal():
        return line
    width = shutil.get_terminal_size().columns
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def backup(arguments: Namespace, settings: Settings) -> None:
    location, target = settings.database, Path(arguments.file).absolute()
    if location.path is None:
        raise Refused("Postgres has its own backup tool.", f"Run: {dump(location, target)}")
    find(location, create=False)
    quiet = "json" in arguments
    back_up(location.path, target, replace=arguments.force, tell=None if quiet else _Progress())
    size = target.stat().st_size
    if quiet:
        printing.document({"database": location.shown, "backup": str(target), "bytes": size})
    else:
        printing.say(f"Backup written to {target} ({_megabytes(size)}) and verified.")


class _Progress:
    """Says of a large copy how far it is, once a second."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def __call__(self, copied: int, size: int) -> None:
        now = time.monotonic()
        if size > _LARGE and now - self._told >= 1:
            self._told = now
            output.tell(f"Copied {_megabytes(copied)} of {_megabytes(size)}.")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
