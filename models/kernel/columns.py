"""What the tables' columns are made of, alike on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.types import TypeEngine

from models.kernel.damage import Damaged, refused
from models.policy.audience import Audience, ComponentState

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


_EARLIEST, _LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Beyond these, an hour more or less may be a time that Python does not know."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Read = Callable[[Any], Any]


class Tolerant(TypeDecorator[Any]):
    """A column whose values are read one by one: what cannot be read is Damaged, and costs no other value."""

    cache_ok = True
    instead: Any = None
    """What a view shows in place of a value that cannot be read."""

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value.__class__ is Damaged:
            raise refused()
        return value

    def read(self, value: Any) -> Any:
        """A value of the driver's, not None. Raises ValueError for one that cannot be read."""
        raise NotImplementedError

    def read_by_server(self, value: Any) -> Any:
        """The same of Postgres, where the driver has read it already."""
        return self.read(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        read = self.read if dialect.name == "sqlite" else self.read_by_server

        def tolerant(value: Any) -> Any:
            if value is None or value.__class__ is Damaged:
                return value
            try:
                return read(value)
            except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError):
                return Damaged(value)

        return tolerant


class Moment(Tolerant):
    """An aware UTC time; a naive one is refused, because nobody knows which hour it means."""

    impl = DateTime(timezone=True)
    cache_ok = True
    instead = LONG_AGO

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        if super().process_bind_param(value, dialect) is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a time zone cannot be stored.")
        moment: datetime = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def read(self, value: str) -> datetime:
        at = datetime.fromisoformat(value)
        return self.read_by_server(at.replace(tzinfo=UTC) if at.tzinfo is None else at)

    def read_by_server(self, value: datetime) -> datetime:
        if not _EARLIEST < value < _LATEST:
            raise ValueError("This time is in another age.")
        return value.astimezone(UTC)


class Word(Tolerant):
    """One of some fixed words."""

    impl = String
    cache_ok = True

    def __init__(self, length: int, words: type[StrEnum], instead: StrEnum | None = None) -> None:
        super().__init__(length)
        self.length = length
        self.words = words
        self.instead = None if instead is None else str(instead)
        self._known = frozenset(map(str, words))

    def read(self, value: str) -> str:
        if value not in self._known:
            raise ValueError("This word is unknown.")
        return value


class Flag(Tolerant):
    """True or false."""

    impl = Boolean
    cache_ok = True
    instead = False

    def read(self, value: int) -> bool:
        if value.__class__ not in (bool, int) or value not in (0, 1):
            raise ValueError("This is neither true nor false.")
        return value == 1


class Identity(Tolerant):
    """A UUID."""

    impl = Uuid
    cache_ok = True
    instead = UUID(int=0)

    def read(self, value: str) -> UUID:
        return UUID(value)

    def read_by_server(self, value: UUID) -> UUID:
        return value


class Json(Tolerant):
    """JSON of one form; JSONB on Postgres, whose types no desk on a file has to load."""

    impl = JSON
    cache_ok = True

    def __init__(self, form: str = "any") -> None:
        super().__init__()
        self.form = form
        self.instead = _FORMS[form]() if form in _FORMS else None

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())

    def read(self, value: str) -> Any:
        found = json.loads(value)
        if "\\ud" in value:
            json.dumps(found, ensure_ascii=False).encode()  # half a character, which no terminal can show
        return self.read_by_server(found)

    def read_by_server(self, value: Any) -> Any:
        if not fits(self.form, value):
            raise ValueError("This is JSON of another form.")
        return value


_INSIDE = {"states": frozenset(map(str, ComponentState)), "audiences": frozenset(map(str, Audience))}
_FORMS: dict[str, Callable[[], Any]] = {
    "object": dict,
    "states": dict,
    "texts": dict,
    "names": list,
    "audiences": list,
}
"""What the JSON of a column is: an object of anything, of components' states or of texts, or a list."""


def fits(form: str, value: Any) -> bool:
    """Whether a value has that form; migration 14 says the same to the databases."""
    if form == "any":
        return True
    if value.__class__ is not _FORMS[form]:
        return False
    if form == "object":
        return True
    inside = value.values() if isinstance(value, dict) else value
    known = _INSIDE.get(form)
    return all(isinstance(each, str) and (known is None or each in known) for each in inside)


Id = BigInteger().with_variant(Integer, "sqlite")


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index on the rows of which that is so; the migrations say it to both databases."""
    # told to SQLAlchemy for Postgres, it would load Postgres's dialect at every start on a file
    return Index(name, *columns, unique=unique, info={"where": where})


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def of_form(column: str, form: str) -> CheckConstraint:
    """That a column of JSON has its form, which each database says in words of its own: migration 14."""
    return CheckConstraint(f"{column} IS NOT NULL", name=f"{column}_{form}", info={"form": form})


def person(name: str, *, nullable: bool = False, comment: str | None = None) -> Column[int]:
    return Column(name, Id, ForeignKey("people.id"), nullable=nullable, comment=comment)
