"""Upgrade the tables of an earlier version, once what that changes was said."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.upgrading import Pending, pending
from tui import output, printing
from tui.database import dump, opened
from tui.settings import Settings


def upgrade(arguments: Namespace, settings: Settings) -> None:
    """Say what an upgrade changes, ask whether there is a backup, and make it.

    A file is backed up by the upgrade itself. Raises Refused where there is nobody to ask, and for any other answer.
    """
    found = pending(settings.database)
    if found.changes and settings.database.path is None and not arguments.backed_up:
        if "json" not in arguments:
            _tell(settings.database, found)
        _ask_for_a_backup(asked="json" not in arguments and sys.stdin is not None and sys.stdin.isatty())
    with opened(settings, make=False, upgrade=True) as store:
        backup = None if store.backup is None else str(store.backup)
        where = store.location.shown
    known = {"database": where, "from": found.schema, "changes": found.changes, "backup": backup}
    if "json" in arguments:
        printing.document(known)
    elif found.changes:
        printing.say(f"{where} was upgraded from schema {found.schema}.")
    else:
        printing.say(f"{where} is up to date (schema {found.schema}).")


def _tell(location: Location, found: Pending) -> None:
    output.tell(
        printing.safe(
            "\n".join(
                (
                    f"{location.shown} has schema {found.schema}. The upgrade changes, in one transaction:",
                    *(f"  {change}" for change in found.changes),
                    "Desks of an earlier version are read-only or offline after it. Only a backup takes it back:",
                    f"  {dump(location, Path('incidents.dump'))}",
                )
            )
        )
    )


def _ask_for_a_backup(*, asked: bool) -> None:
    """Raises Refused unless somebody who can be `asked` says that there is one."""
    try:
        if asked and input("Is there a backup of today? Type yes to upgrade: ").strip().casefold() == "yes":
            return
    except EOFError:  # Ctrl-D
        print()
    raise Refused("The upgrade was not made.", "Back up the database, then run `bridgewatch upgrade --backed-up`.")
