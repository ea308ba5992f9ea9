"""Rows as another program reads and writes them: past the store, over a connection of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

from models.kernel.engine import connect
from models.kernel.store import Store


@contextmanager
def read_rows(store: Store) -> Iterator[Connection]:
    """What it changes is not kept."""
    engine = connect(store.location)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def write_rows(store: Store) -> Iterator[Connection]:
    """What it changes is kept, in one transaction, as if somebody had done it by hand."""
    engine = connect(store.location)
    try:
        with engine.execution_options(writes=True).begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def heard(hear: Callable[..., object]) -> Iterator[None]:
    """Call it for every statement of every store, with what SQLAlchemy tells before a cursor executes."""
    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
