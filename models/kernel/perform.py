"""Perform a command in an open transaction, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, bindparam

from models.kernel.cache import Cache
from models.kernel.command import Command
from models.kernel.entry import Done
from models.kernel.entry_words import entry_words
from models.kernel.history import ENTRY, NUMBERED
from models.kernel.names import KnownNames
from models.kernel.reader import entry_view
from models.kernel.tables import entries
from models.kernel.transaction import Transaction

_DONE_BEFORE = ENTRY.where(entries.c.command_id == bindparam("command"))


def perform(command: Command, connection: Connection, clock: Callable[[], datetime], kept: Cache) -> Done:
    """Perform it, unless an earlier attempt of the same command has done so. Raises Refused or Conflict."""
    before = connection.execute(_DONE_BEFORE, {"command": command.id}).mappings().first()
    if before is not None:
        view = entry_view(before, kept.of(KnownNames).read(connection))
        return Done(ref=view.ref, entry=view, already=True)
    ref = getattr(command, "ref", None)
    tx = Transaction(
        connection, author=command.by, command=command.id, clock=clock, ref=ref, kept=kept, words=entry_words
    )
    n = command.perform(tx)
    row = connection.execute(NUMBERED, {"incident": tx.incident_id, "number": n}).mappings().one()
    done = Done(ref=tx.ref, entry=entry_view(row, tx.names))
    tx.finish()
    return done
