"""Asks together what will be asked one after the other, where each question is a way there and back.

Whoever asks is told nothing of it: the same question, asked later with the same values, has its answer already. What is
not asked ahead costs a trip; what is written in between to a table makes its answers forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql import Executable

Question = tuple[Executable, Mapping[str, Any]]
"""A statement and its values, as they will be asked."""


COUNTED = {"preserve_rowcount": True}
"""The execution options of a statement of which somebody wants to know how many rows it changed."""


class Unforeseen(Exception):
    """Something was asked behind which the end of the transaction had been sent; it was not sent."""


def ask_ahead(connection: Connection, questions: Iterable[Question], *, whole: bool = False) -> None:
    """Send them on their way, in their order; SQLite, which is not far, is asked when the answer is wanted.

    `whole`: nothing else will be asked. The end of the transaction goes with them, and anything else is Unforeseen.
    """
    if connection.dialect.name != "postgresql" or _session(connection).ended:
        return
    for statement, known in questions:
        connection.execute(statement, known, execution_options={"ahead": True})
    if whole:
        connection.exec_driver_sql("COMMIT", execution_options={"ends": True})


def pooled(connection: Connection) -> bool:
    """Whether a pooler stands between, as far as the server has answered; never of a file."""
    return connection.dialect.name == "postgresql" and bool(_session(connection).pooled)


def linger(connection: Connection, lingers: bool) -> None:
    """Send the end of this transaction and wait for it with that of the next one on the same connection."""
    _session(connection).lingers = lingers


def settled(connection: Connection) -> bool:
    """Wait for the transaction that lingered, if nobody has; whether it is durable."""
    session = _session(connection)
    if session.together:
        connection.begin().commit()
    durable: bool = session.durable
    return durable


def _session(connection: Connection) -> Any:
    return connection.connection.driver_connection
