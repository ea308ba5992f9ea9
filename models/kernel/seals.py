"""What shows that an entry is as it was recorded: a seal over all that it says, and over the seal before it.

A seal is the SHA-256, in hexadecimal, of this list as JSON: the seal of the incident's entry before it (NONE for the
first), the incident's number, n, command_id, kind, data, text, the author's name, occurred_at, recorded_at, revises,
undoes. Keys are sorted, nothing stands between the signs, what is not ASCII is escaped, a number that is whole has no
point, and a time is ISO 8601 in UTC with six digits after the second. So it is the same on SQLite and on Postgres,
which write numbers, keys and times in ways of their own.

The author's name is sealed, not their id: it is what people read, an id means something in one database only, and
whoever renames a person in the table would put others' words into their mouth.

The form never changes: what was sealed in it could not be checked any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from models.kernel.damage import Damaged, refused

NONE = "0" * 64
"""In place of the seal of an entry that there is not."""

ROWS = (
    "SELECT e.incident_id, e.n, CAST(e.command_id AS TEXT) AS command_id, e.kind, CAST(e.data AS TEXT) AS data,"
    " e.text, p.name, CAST(e.occurred_at AS TEXT) AS occurred_at, CAST(e.recorded_at AS TEXT) AS recorded_at,"
    " e.revises, e.undoes, e.seal"
    " FROM entries e LEFT JOIN people p ON p.id = e.author_id"
)
"""Reads entries for `of_row`, whatever is in them, each with the seal that it has."""


def seal(
    before: str,
    *,
    incident: int,
    n: int,
    command: UUID,
    kind: str,
    data: Any,
    text: str,
    author: str,
    occurred_at: datetime,
    recorded_at: datetime,
    revises: int | None,
    undoes: int | None,
) -> str:
    """The seal of an entry; `before` is the one of the entry before it. `data` is what JSON can hold."""
    said = [before, incident, n, str(command), kind, as_read(data), text, author]
    said += [_moment(occurred_at), _moment(recorded_at), revises, undoes]
    return hashlib.sha256(_write(said).encode()).hexdigest()


def as_read(data: Any) -> Any:
    """What JSON makes of it."""
    return _read(_write(data))


def of_row(before: str, row: Sequence[Any]) -> str:
    """The seal of one of ROWS. Raises ValueError for one that holds what no entry can."""
    incident, n, command, kind, data, text, author, occurred_at, recorded_at, revises, undoes, *_ = row
    try:
        return seal(
            before,
            incident=incident,
            n=n,
            command=UUID(command),
            kind=kind,
            data=_read(data),
            text=text,
            author=author,
            occurred_at=read_moment(occurred_at),
            recorded_at=read_moment(recorded_at),
            revises=revises,
            undoes=undoes,
        )
    except (ArithmeticError, AttributeError, RecursionError, TypeError) as error:
        raise ValueError(str(error)) from None


def _number(written: str) -> int | float | str:
    """Of one with a point or an exponent: 1.0, 1e0 and 1 are one number, which each database writes as it likes."""
    number = Decimal(written)
    if number.adjusted() > 400:  # more than a float holds, and too long to write out
        return written
    return int(number) if number == number.to_integral_value() else float(number)


def _no_json(value: object) -> NoReturn:
    raise refused() if value.__class__ is Damaged else TypeError(f"{type(value).__name__} is not JSON")


_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=_no_json).encode
_read = json.JSONDecoder(parse_float=_number).decode


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def read_moment(written: str) -> datetime:
    """Of a time in ROWS. Raises ValueError for what is none."""
    at = datetime.fromisoformat(written)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
