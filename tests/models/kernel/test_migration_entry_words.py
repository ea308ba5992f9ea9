"""Entries of a database from before they had words to be found by."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from models.board.reader import Reader
from models.kernel.location import Location
from models.kernel.store import Store
from tests.models.kernel.older_schemas import earlier_shape
from tests.rows import write_rows

BEFORE = """
INSERT INTO people (id, name, key, added_at) VALUES (1, 'Łukasz', 'łukasz', '2026-03-01 14:00:00.000000');
INSERT INTO books (key, version, text, digest, added_at)
    VALUES ('high-velocity', 1, '', '0000000000000000000000000000000000000000000000000000000000000000',
            '2026-03-01 14:00:00.000000');
INSERT INTO incidents (id, title, severity, phase, book, book_version, version, changed, declared_by, declared_at)
    VALUES (1, 'Checkout returns 502', 'P1', 'triage', 'high-velocity', 1, 3, 1, 1, '2026-03-01 14:00:00.000000');
INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at, seal)
    VALUES
    (1, 1, '00000000000000000000000000000001', 'severity', '{"was": "P1", "now": "P2"}', '', 1,
     '2026-03-01 14:00:00.000000', '2026-03-01 14:00:00.000000', '{SEAL}'),
    (1, 2, '00000000000000000000000000000002', 'note', '[]', 'zażółć', 1,
     '2026-03-01 14:05:00.000000', '2026-03-01 14:05:00.000000', '{SEAL}'),
    (1, 3, '00000000000000000000000000000003', 'severity', '{}', 'odd', 1,
     '2026-03-01 14:06:00.000000', '2026-03-01 14:06:00.000000', '{SEAL}')"""


def test_they_are_found_from_then_on_and_stay_as_they_are(empty: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.kernel.migrations.versions.v0017_entry_words.MANY", 2, raising=False)
    earlier = earlier_shape(empty, monkeypatch, 12)
    with write_rows(earlier) as connection:
        for statement in BEFORE.replace("{SEAL}", "0" * 64).split(";"):
            connection.exec_driver_sql(statement)
    earlier.close()
    store = Store(empty)
    store.open(upgrade=True)
    touched = empty.path is not None  # a server lets nobody touch an entry whose data it would refuse
    with store.reading(Reader) as read:
        for query, found in (
            ("lukasz changed severity p2", [1]),
            ("zazolc 14:05", [2] * touched),
            ("odd", [3]),
            ("łukasz", [3, *[2] * touched, 1]),
        ):
            assert [entry.n for entry in read.search(1, query)] == found
    with pytest.raises(DatabaseError), write_rows(store) as connection:
        connection.execute(text("UPDATE entries SET words = ''"))
    store.close()
