"""Roles and tasks of a database from before whoever was given one was asked to confirm it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.kernel.location import Location
from models.kernel.store import Store
from tests.models.kernel.older_schemas import earlier_shape
from tests.rows import read_rows, write_rows

BEFORE = """
INSERT INTO books (key, version, text, digest, added_at)
    VALUES ('high-velocity', 1, '', '0000000000000000000000000000000000000000000000000000000000000000',
            '2026-03-01 14:00:00.000000');
INSERT INTO people (id, name, key, added_at) VALUES
    (1, 'ana', 'ana', '2026-03-01 14:00:00.000000'), (2, 'bo', 'bo', '2026-03-01 14:00:00.000000');
INSERT INTO incidents (id, title, severity, phase, book, book_version, version, changed, declared_by, declared_at)
    VALUES (1, 'Checkout returns 502', 'P1', 'triage', 'high-velocity', 1, 0, 1, 1, '2026-03-01 14:00:00.000000');
INSERT INTO incident_roles (id, incident_id, key, book_role, name, label, single, position) VALUES
    (1, 1, 'tech-lead', 'tech-lead', 'Tech Lead', '', true, 0),
    (2, 1, 'tech-lead/database', 'tech-lead', 'Tech Lead', 'database', true, 1);
INSERT INTO assignments (id, incident_id, role_id, single, person_id, given_by, since)
    VALUES (1, 1, 1, true, 2, 1, '2026-03-01 14:00:00.000000');
INSERT INTO tasks (id, incident_id, number, title, state, owner_id, reason, added_by, added_at)
    VALUES (1, 1, 1, 'Call the bank', 'open', 2, '', 1, '2026-03-01 14:00:00.000000')"""


def test_nobody_is_asked_about_what_they_had_and_copies_share_all(
    empty: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = earlier_shape(empty, monkeypatch, 12)
    with write_rows(earlier) as connection:
        for statement in BEFORE.split(";"):
            connection.exec_driver_sql(statement)
    earlier.close()
    store = Store(empty)
    store.open(upgrade=True)
    with read_rows(store) as connection:
        asked = "SELECT asks, confirmed_by FROM assignments"
        assert [tuple(row) for row in connection.execute(text(asked))] == [(False, None)]
        given = "SELECT given_by, given_at, confirmed_by FROM tasks"
        assert [tuple(row) for row in connection.execute(text(given))] == [(None, None, None)]
        shared = "SELECT whole, duties FROM incident_roles"
        assert [tuple(row) for row in connection.execute(text(shared))] == [(True, "")] * 2
    for forged in (
        "UPDATE assignments SET confirmed_by = 1",
        "UPDATE tasks SET confirmed_by = 1",
        "UPDATE tasks SET given_by = 1",
    ):
        with pytest.raises(IntegrityError), write_rows(store) as connection:
            connection.exec_driver_sql(forged)
    store.close()
