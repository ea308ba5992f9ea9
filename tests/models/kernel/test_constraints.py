"""What the databases themselves refuse, whoever writes to them and by whatever door."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from models.kernel.location import Location
from models.kernel.store import Store
from models.process.commands import SkipStep
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.rows import read_rows

Run = Callable[..., Any]

KEPT = r"never changed or removed|stays published"


@pytest.fixture
def incident(store: Store) -> Acting:
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    incident(Publish, "cy")
    incident(SkipStep, "cy", step="document", reason="A drill")
    return incident


@pytest.fixture
def run(store: Store, incident: Acting) -> Iterator[Run]:
    """Plain SQL, as from another tool that sets nothing but SQLite's foreign keys."""
    with read_rows(store) as connection:
        yield lambda statement, **known: connection.execute(text(statement), {"incident": incident.id, **known})


def one(run: Run, statement: str, **known: Any) -> Any:
    return run(statement, **known).scalar_one()


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE entries SET text = 'never said'",
        "DELETE FROM entries",
        "DELETE FROM entries WHERE n = 1",
        "UPDATE status_updates SET text = 'never said'",
        "DELETE FROM status_updates",
        "INSERT INTO entries SELECT * FROM entries WHERE n > 0"
        " ON CONFLICT (incident_id, n) DO UPDATE SET text = 'never said'",
    ],
)
def test_what_was_written_stays(run: Run, deed: str) -> None:
    with pytest.raises(IntegrityError, match=KEPT):
        run(deed)


@pytest.mark.parametrize("table", ["entries", "status_updates"])
def test_replacing_is_removing(sqlite_location: Location, table: str) -> None:
    store = Store(sqlite_location)
    store.open(create=False)
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    incident(Publish, "cy")
    store.close()
    assert sqlite_location.path
    with (
        closing(sqlite3.connect(sqlite_location.path)) as tool,
        pytest.raises(sqlite3.IntegrityError, match=KEPT),
    ):
        tool.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize("table", ["entries", "status_updates"])
def test_truncating_is_removing(postgres_location: Location, table: str) -> None:
    store = Store(postgres_location)
    with read_rows(store) as connection, pytest.raises(IntegrityError, match=KEPT):
        connection.execute(text(f"TRUNCATE {table} CASCADE"))
    store.close()


INSERT_ASSIGNMENT = (
    "INSERT INTO assignments (incident_id, role_id, single, person_id, given_by, since)"
    " SELECT r.incident_id, r.id, {single}, p.id, p.id, {since} FROM incident_roles r, people p"
    " WHERE r.incident_id = :incident AND r.key = :role AND p.name = :person"
)
SINCE = "(SELECT max(since) FROM assignments)"


def assign(run: Run, role: str, person: str, *, single: str = "r.single") -> None:
    run(INSERT_ASSIGNMENT.format(single=single, since=SINCE), role=role, person=person)


def test_a_role_for_one_has_one_holder(run: Run) -> None:
    with pytest.raises(IntegrityError):
        assign(run, "incident-manager", "cy")


def test_a_role_for_many_has_each_of_them_once(run: Run) -> None:
    assign(run, "subject-matter-expert", "cy")
    assign(run, "subject-matter-expert", "ana")
    with pytest.raises(IntegrityError):
        assign(run, "subject-matter-expert", "cy")


def test_an_assignment_cannot_claim_that_its_role_is_for_many(run: Run) -> None:
    with pytest.raises(IntegrityError):
        assign(run, "incident-manager", "cy", single="NOT r.single")


def test_a_role_that_is_held_cannot_become_one_for_many(run: Run) -> None:
    with pytest.raises(IntegrityError):
        run("UPDATE incident_roles SET single = NOT single WHERE incident_id = :incident AND key = 'incident-manager'")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE incidents SET phase = 'confused'",
        "UPDATE incidents SET phase = 'Triage'",
        "UPDATE incidents SET severity = 'P0'",
        "UPDATE incidents SET category = 'magic'",
        "UPDATE incidents SET impact = 'none'",
        "UPDATE incidents SET title = ''",
        "UPDATE incidents SET title = NULL",
        "UPDATE drafts SET phase = 'confused'",
        "UPDATE assignments SET until = since",
        "UPDATE assignments SET ended_by = person_id",
        "UPDATE tasks SET state = 'forgotten'",
        "UPDATE tasks SET state = 'done'",
        "UPDATE tasks SET ended_at = added_at",
        "UPDATE tasks SET state = 'blocked'",
        "UPDATE tasks SET title = ''",
        "UPDATE tasks SET number = 1",
        "UPDATE tasks SET number = -number",
        "UPDATE tasks SET template = 'the same'",
        "UPDATE tasks SET role_id = 4711",
        "UPDATE tasks SET owner_id = 4711",
        "UPDATE skips SET reason = ''",
        "UPDATE skips SET n = 4711",
        "UPDATE skips SET skipped_by = 4711",
        "INSERT INTO skips SELECT * FROM skips",
        "UPDATE head SET one = 2",
        "INSERT INTO head (one, ticket) VALUES (2, 0)",
        "INSERT INTO meta (one, schema, min_reader, min_writer) VALUES (2, 1, 1, 1)",
        "INSERT INTO people (name, key, added_at) SELECT name, key, added_at FROM people WHERE name = 'ana'",
        "UPDATE incidents SET declared_by = 4711",
        "UPDATE incident_roles SET incident_id = 4711 WHERE key = 'scribe'",
        "UPDATE drafts SET edited_by = 4711",
        "DELETE FROM people WHERE name = 'cy'",
        "DELETE FROM incidents",
    ],
)
def test_impossible_values(run: Run, deed: str) -> None:
    with pytest.raises(IntegrityError):
        run(deed)


COPIED = "kind, data, text, author_id, occurred_at, recorded_at, seal"


def add_entry(connection: Connection, **fields: Any) -> None:
    names = ", ".join(fields)
    connection.execute(
        text(
            f"INSERT INTO entries ({names}, {COPIED})"
            f" SELECT {', '.join(f':{name}' for name in fields)}, {COPIED}"
            " FROM entries WHERE n = 1"
        ),
        fields,
    )


def test_entries_have_numbers_and_commands_of_their_own(store: Store, incident: Acting) -> None:
    with read_rows(store) as connection:
        known = connection.execute(text("SELECT command_id FROM entries WHERE n = 1")).scalar_one()
        fresh = str(uuid4()) if connection.dialect.name == "postgresql" else uuid4().hex
        for fields in (
            {"incident_id": incident.id, "n": 9, "command_id": known},
            {"incident_id": incident.id, "n": 1, "command_id": fresh},
            {"incident_id": incident.id, "n": 0, "command_id": fresh},
            {"incident_id": 4711, "n": 1, "command_id": fresh},
            {"incident_id": incident.id, "n": 9, "command_id": fresh, "revises": 77},
            {"incident_id": incident.id, "n": 9, "command_id": fresh, "undoes": 77},
        ):
            with pytest.raises(IntegrityError), connection.begin_nested():
                add_entry(connection, **fields)
        add_entry(connection, incident_id=incident.id, n=9, command_id=fresh, undoes=2)
        with pytest.raises(IntegrityError):
            add_entry(connection, incident_id=incident.id, n=10, command_id=uuid4().hex, undoes=2)


def test_one_open_offer_of_a_role_and_holder(run: Run) -> None:
    offer = (
        "INSERT INTO offers (incident_id, role_id, from_id, to_id, offered_by, offered_at, brief)"
        " SELECT :incident, min(r.id), min(p.id), max(p.id), min(p.id), min(p.added_at), ''"
        " FROM incident_roles r, people p WHERE r.incident_id = :incident"
    )
    run(offer)
    with pytest.raises(IntegrityError):
        run(offer)


def test_an_offer_to_oneself(run: Run) -> None:
    with pytest.raises(IntegrityError):
        run(
            "INSERT INTO offers (incident_id, role_id, from_id, to_id, offered_by, offered_at, brief)"
            " SELECT :incident, min(r.id), min(p.id), min(p.id), min(p.id), min(p.added_at), ''"
            " FROM incident_roles r, people p WHERE r.incident_id = :incident"
        )
