"""Drafts of a database from before it bars whoever wrote the words last from approving them."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.kernel.location import Location
from models.kernel.store import Store
from tests.models.kernel.older_schemas import earlier_shape
from tests.rows import read_rows, write_rows

BEFORE = """
INSERT INTO people (id, name, key, added_at) VALUES
    (1, 'ana', 'ana', '2026-03-01 14:00:00.000000'), (2, 'bo', 'bo', '2026-03-01 14:00:00.000000'),
    (3, 'cy', 'cy', '2026-03-01 14:00:00.000000');
INSERT INTO books (key, version, text, digest, added_at)
    VALUES ('high-velocity', 1, '', '0000000000000000000000000000000000000000000000000000000000000000',
            '2026-03-01 14:00:00.000000');
INSERT INTO incidents (id, title, severity, phase, book, book_version, version, changed, declared_by, declared_at)
    VALUES (1, 'Checkout returns 502', 'P1', 'triage', 'high-velocity', 1, 0, 1, 1, '2026-03-01 14:00:00.000000');
INSERT INTO drafts (incident_id, audience, revision, title, text, components, edited_by, edited_at,
                    asked_by, asked_at, approved_by, approved_revision)
    VALUES
    (1, 'customers', 3, 'Payments fail', 'We know.', '{"API": "degraded"}', 2, '2026-03-01 14:06:00.000000',
     1, '2026-03-01 14:07:00.000000', 2, 3),
    (1, 'executives', 1, '', 'It is bad.', '{}', 2, '2026-03-01 14:06:00.000000',
     1, '2026-03-01 14:07:00.000000', 3, 1)"""


def test_only_their_own_approval_goes(empty: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = earlier_shape(empty, monkeypatch, 11)
    with write_rows(earlier) as connection:
        for statement in BEFORE.split(";"):
            connection.exec_driver_sql(statement)
    earlier.close()
    store = Store(empty)
    store.open(upgrade=True)

    def drafts() -> list[Any]:
        with read_rows(store) as connection:
            columns = "audience, revision, title, text, edited_by, asked_by, approved_by, approved_revision"
            return [*connection.execute(text(f"SELECT {columns} FROM drafts ORDER BY audience")).all()]

    assert drafts() == [
        ("customers", 3, "Payments fail", "We know.", 2, 1, None, None),
        ("executives", 1, "", "It is bad.", 2, 1, 3, 1),
    ]
    with pytest.raises(IntegrityError), write_rows(store) as connection:
        connection.execute(text("UPDATE drafts SET approved_by = 2 WHERE audience = 'executives'"))
    store.close()
