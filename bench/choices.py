"""What was chosen beside what was not, measured: `python -m bench choices`; docs/decisions says what follows from it.

Nothing of ours needs greenlet and aiosqlite, or rapidfuzz: their rows are there once they are installed.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct
from pydantic import BaseModel, ConfigDict
from pydantic.dataclasses import dataclass
from sqlalchemy import Engine, bindparam, create_engine, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from bench.figures import Figure, table
from bench.fresh import ROOT, differences
from bench.place import LIVE, SHOWN, environment, place
from bench.terminal import Terminal

ROWS = 1_000
STATEMENTS = 24
"""About what a board asks."""


class Base(DeclarativeBase):
    pass


class Stored(Base):
    """A row about as wide as an entry of a timeline."""

    __tablename__ = "stored"
    n: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    author: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    revises: Mapped[int | None]


class AsStruct(Struct, frozen=True, kw_only=True, gc=False):
    n: int
    kind: str
    text: str
    author: str
    occurred_at: datetime
    recorded_at: datetime
    revises: int | None


@dataclass(frozen=True, kw_only=True)
class AsDataclass:
    n: int
    kind: str
    text: str
    author: str
    occurred_at: datetime
    recorded_at: datetime
    revises: int | None


class AsModel(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)

    n: int
    kind: str
    text: str
    author: str
    occurred_at: datetime
    recorded_at: datetime
    revises: int | None


_ALL = select(Stored.__table__)
_ONE = _ALL.where(Stored.__table__.c.n == bindparam("n"))

Read = Callable[[], object]


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench choices", description="Measures what was chosen beside what was not.")
    parser.add_argument("--runs", type=int, default=31, help="how often each is measured; 31")
    runs = parser.parse_args(arguments).runs
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rows.db"
        engine = create_engine(f"sqlite:///{file}")
        _fill(engine)
        figures = [*_views(engine, runs), *_loads(runs), *_asynchronous(engine, file, runs), *_ahead(runs)]
        engine.dispose()
    print(table(figures))
    return 0


def _fill(engine: Engine) -> None:
    now = datetime(2026, 3, 14, 14, 32, tzinfo=UTC).replace(tzinfo=None)
    known = {"kind": "note", "text": "The pool is at 200 of 200. " * 4, "author": "ana", "revises": None}
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"n": n, "occurred_at": now, "recorded_at": now, **known} for n in range(1, ROWS + 1)]
        connection.execute(Stored.__table__.insert(), rows)  # type: ignore[attr-defined]


def _views(engine: Engine, runs: int) -> Iterator[Figure]:
    """From the database to frozen views."""

    def core(make: Callable[..., object]) -> Read:
        def read() -> object:
            with engine.connect() as connection:
                return [make(**row) for row in connection.execute(_ALL).mappings()]

        return read

    def orm() -> object:
        with Session(engine) as session:
            return [AsModel.model_validate(each) for each in session.scalars(select(Stored))]

    ways = {
        "Core, msgspec structs": core(AsStruct),
        "Core, pydantic dataclasses": core(AsDataclass),
        "Core, pydantic models": core(AsModel),
        "ORM, pydantic models": orm,
    }
    took = _in_turns(ways, runs)
    yield from _beside(f"read {ROWS:,} rows", took, "Core, msgspec structs")


def _loads(runs: int) -> Iterator[Figure]:
    """Processor time to load, of fresh processes."""
    names = ["sqlalchemy", "sqlalchemy, sqlalchemy.orm", "msgspec", "pydantic", "models.kernel.search"]
    if find_spec("rapidfuzz"):
        names.append("rapidfuzz.fuzz")
    programs = [f"import {name}\n" for name in names]
    for name, saved in zip(names, differences("", programs, runs), strict=True):
        yield Figure(subject="load", what=name, measured=saved.median, unit="ms", runs=runs)


def _asynchronous(engine: Engine, file: Path, runs: int) -> Iterator[Figure]:
    """A board's worth of small statements in one transaction."""
    if not (find_spec("greenlet") and find_spec("aiosqlite")):
        return
    other = create_async_engine(f"sqlite+aiosqlite:///{file}")

    async def ask() -> None:
        async with other.connect() as connection:
            for n in range(1, STATEMENTS + 1):
                (await connection.execute(_ONE, {"n": n})).mappings().all()

    def here() -> None:
        with engine.connect() as connection:
            for n in range(1, STATEMENTS + 1):
                connection.execute(_ONE, {"n": n}).mappings().all()

    with asyncio.Runner() as loop:
        took = _in_turns({"in a thread, waiting": here, "asyncio": lambda: loop.run(ask())}, runs)
        loop.run(other.dispose())
    yield from _beside(f"{STATEMENTS} statements", took, "in a thread, waiting")


def _ahead(runs: int) -> Iterator[Figure]:
    """A desk whose first board a process of its own reads, beside one that reads it itself."""
    with place(None, None) as here:
        location, home = here.database(), here.name("home")
        arguments = ["--database", location.url, "--as", "ana"]
        took: dict[str, list[float]] = {"a second process": [], "the desk's own": []}
        for run in range(runs + 1):
            for name, begin in zip(took, ("", "cli.prefetch = lambda *_: None"), strict=True):
                program = f"from tui import cli\n{begin}\nraise SystemExit(cli.main())"
                command = [sys.executable, "-c", program, *arguments]
                with Terminal(command, environment=environment(home), folder=ROOT) as desk:
                    moment = max(desk.arrival(LIVE), desk.arrival(SHOWN)) - desk.started
                if run:
                    took[name].append(moment * 1000)
    yield from _beside("to the live board, 50 open", took, "a second process")


def _in_turns(ways: dict[str, Read], runs: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for run in range(runs + 1):
        for name, do in ways.items():
            start = time.perf_counter()
            do()
            if run:  # the first one warms what is kept
                took[name].append((time.perf_counter() - start) * 1000)
    return took


def _beside(subject: str, took: dict[str, list[float]], ours: str) -> Iterator[Figure]:
    floor = statistics.median(took[ours])
    for name, values in took.items():
        known: dict[str, Any] = {} if name == ours else {"floor": floor, "beside": ours}
        median = statistics.median(values)
        yield Figure(subject=subject, what=name, measured=median, unit="ms", runs=len(values), **known)
