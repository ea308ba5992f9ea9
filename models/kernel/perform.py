"""Perform a command in an open transaction, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from sqlalchemy import Connection, bindparam

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Command
from models.kernel.entry import Done
from models.kernel.entry_words import entry_words
from models.kernel.history import ENTRY
from models.kernel.names import KnownNames
from models.kernel.reader import entry_view
from models.kernel.tables import entries
from models.kernel.text import key
from models.kernel.transaction import PERSON, Transaction, locking

_DONE_BEFORE = ENTRY.where(entries.c.command_id == bindparam("command"))


def questions(command: Command, kept: Cache) -> Iterator[Question]:
    """What performing it will ask, as far as that is known before; first the lock, behind which all else is read."""
    ref = getattr(command, "ref", None)
    if ref is not None:
        yield from locking(int(ref.removeprefix("INC-")))
    yield _DONE_BEFORE, {"command": command.id}
    for name in dict.fromkeys((command.by, *(getattr(command, field) for field in command.people()))):
        if isinstance(name, str):
            yield PERSON, {"key": key(name)}
    yield from command.ahead(0 if ref is None else int(ref.removeprefix("INC-")), kept)


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
    done = Done(ref=tx.ref, entry=tx.entry(n))
    tx.finish()
    return done
