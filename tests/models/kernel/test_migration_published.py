"""A database from before what was published is checked as a whole."""

import pytest
from sqlalchemy import text

from models.kernel.location import Location
from models.kernel.store import Store
from tests.models.kernel.older_schemas import earlier_shape
from tests.models.kernel.test_migration_left_out import BEFORE
from tests.rows import read_rows, write_rows

MORE = """;
INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at, seal)
    VALUES (1, 1, '00000000000000000000000000000001', 'published', '{}', 'We know.', 1,
            '2026-03-01 14:05:00.000000', '2026-03-01 14:05:00.000000',
            '0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO status_updates (incident_id, n, phase, text, components, published_by, published_at)
    VALUES (1, 1, 'identified', 'We know.', '{}', 1, '2026-03-01 14:05:00.000000');
INSERT INTO tasks (incident_id, number, title, state, reason, template, added_by, added_at)
    VALUES (1, 1, 'First public update', 'open', '', 'first-update', 1, '2026-03-01 14:00:00.000000'),
    (1, 2, 'Call them', 'open', '', NULL, 1, '2026-03-01 14:00:00.000000')"""


def test_what_was_published_and_approved_before(empty: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = earlier_shape(empty, monkeypatch, 12)
    with write_rows(earlier) as connection:
        for statement in BEFORE.replace("2, 3)", "3, 3)").split(";") + MORE.split(";"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    earlier.close()
    store = Store(empty)
    store.open(upgrade=True)
    with read_rows(store) as connection:
        drafts = connection.execute(text("SELECT audience, approved_by, approved_phase FROM drafts ORDER BY audience"))
        assert [tuple(row) for row in drafts] == [("customers", 3, "investigating"), ("executives", 3, "investigating")]
        assert connection.execute(text("SELECT told FROM incidents")).scalar_one() == "identified"
        asked = connection.execute(text("SELECT update_for FROM tasks ORDER BY number")).scalars()
        assert [*asked] == ["customers", None]
    store.close()
