"""Databases as earlier programs made them."""

import pytest

import models.kernel.schema
from models.kernel.engine import connect, find
from models.kernel.location import Location
from models.kernel.store import Store


def first_shape(location: Location, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Make the tables of the first shape; the store is not opened, which would upgrade them."""
    return earlier_shape(location, monkeypatch, 1)


def earlier_shape(location: Location, monkeypatch: pytest.MonkeyPatch, schema: int) -> Store:
    """Make the tables of that shape; the store is not opened."""
    store = Store(location)
    find(location, create=True)
    with monkeypatch.context() as earlier:
        earlier.setattr(models.kernel.schema, "SCHEMA", schema)
        engine = connect(location)
        models.kernel.schema.upgrade(engine, location)
        engine.dispose()
    return store
