"""What a program asks of a database that it opens, in one trip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row

from models.kernel import clocks, schema
from models.kernel.ahead import Question, ask_ahead
from models.kernel.cache import Cache
from models.kernel.failures import ReadOnly
from models.kernel.location import Location
from models.kernel.naming import EVERYBODY, everybody
from models.kernel.postgres import logins


class Met(NamedTuple):
    """How it is."""

    read_only: ReadOnly | None
    """Why this program may not write to it; None: it may."""
    person: str | None
    """Whose the login is; None: nobody has said, or the database has no logins."""
    clock_trouble: str
    """Why this machine's clock cannot be right, in words; empty: it may be."""
    everybody: Sequence[Row[Any]] | None
    """Who is known, if that was asked."""


def meet(
    connection: Connection,
    location: Location,
    now: Callable[[], datetime],
    kept: Cache,
    *,
    own: bool,
    people: bool,
    ends: bool,
) -> Met:
    """`now` tells this machine's time, by its `own` clock; `people`: ask who is known; `ends`: nothing else is asked.

    Raises Unreachable where the tables are older or newer than this program can read.
    """
    questions: list[Question] = [(schema.STANDING, {}), (logins.SESSION, {})]
    before = now() if own else None
    ask_ahead(connection, [*questions, (EVERYBODY, {})] if people else questions, whole=ends and own)
    why = schema.read_only(connection, location)
    person, there = logins.session(connection)
    if there is None or before is None:
        trouble = clocks.beside_the_entries(connection, now)
    else:
        trouble = clocks.beside_the_server(before, there, now())
    return Met(why, person, trouble, everybody(connection, kept) if people else None)


def try_transaction(engine: Engine) -> None:
    """What a pooler in statement mode refuses, saying why; a transaction that ends in one trip it lets through."""
    with engine.begin():
        pass
