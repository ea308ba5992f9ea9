"""What becomes of the theories that programs wrote before theories had a state."""

from uuid import UUID

import pytest
from sqlalchemy import text

from models.kernel.location import Location
from models.kernel.store import Store
from models.theories.commands import SetTheory
from tests import reads
from tests.models.kernel.older_schemas import first_shape
from tests.models.kernel.test_migrations import FIRST_SHAPE
from tests.rows import write_rows

NOTES = (
    (3, "theory", "retracted later", None),
    (4, "theory", "first words", None),
    (5, "note", "became one", None),
    (6, "theory", "second words", 4),
    (7, "retracted", "no", 3),
    (8, "theory", "became one", 5),
    (9, "theory", "a note by now", None),
    (10, "note", "a note by now", 9),
)
"""Number, kind, words, and the first version that each revises."""

WRITE = text(
    "INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at, revises) "
    "VALUES (1, :n, :id, :kind, '{}', :words, 1, '2026-03-01 14:00:00.000000', '2026-03-01 14:00:00.000000', :revises)"
)


def test_they_are_made_of_the_notes_that_stand(empty: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    store = first_shape(empty, monkeypatch)
    with write_rows(store) as connection:
        for statement in FIRST_SHAPE.split(";"):
            connection.execute(text(statement))
        for n, kind, words, revises in NOTES:
            row = {"n": n, "id": UUID(int=n).hex, "kind": kind, "words": words, "revises": revises}
            connection.execute(WRITE, row)
        connection.execute(text("UPDATE incidents SET version = 10"))
    store.close()
    store = Store(empty)
    store.open(upgrade=True)
    found = [(theory.n, theory.text, theory.state) for theory in reads.incident(store, 1).theories]
    assert found == [(4, "second words", "open"), (5, "became one", "open")]
    store.perform(SetTheory(by="cy", ref="1", n=6, state="confirmed"))
    assert [theory.state for theory in reads.incident(store, 1).theories] == ["confirmed", "open"]
    store.close()
