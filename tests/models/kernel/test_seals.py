"""Seals: the same on both databases for the same words, and another one for any other."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import DataError, IntegrityError

from models.kernel import seals
from models.kernel.location import Location
from models.kernel.store import Store
from models.kernel.tables import entries, incidents, people
from models.roles.commands import Take
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting
from tests.models.kernel.older_schemas import earlier_shape
from tests.postgres import Cluster
from tests.rows import read_rows, write_rows

SAID: dict[str, Any] = {
    "incident": 4,
    "n": 17,
    "command": UUID(int=1),
    "kind": "note",
    "data": {"b": [1, None, True], "a": "ä"},
    "text": "The pool is exhausted",
    "author": "bo",
    "occurred_at": datetime(2026, 3, 1, 14, tzinfo=UTC),
    "recorded_at": datetime(2026, 3, 1, 14, 5, tzinfo=UTC),
    "revises": None,
    "undoes": None,
}


def test_the_form_never_changes() -> None:
    """Worked out by hand, with printf and sha256sum, as the docstring says."""
    assert seals.seal(seals.NONE, **SAID) == "b01465ac089968a51395c735dc6c288e2c4e62737b414c0cf433f30333116f0b"


@pytest.mark.parametrize(
    "change",
    [
        {"incident": 5},
        {"n": 18},
        {"command": UUID(int=2)},
        {"kind": "theory"},
        {"data": {"b": [1, None, False], "a": "ä"}},
        {"data": {"b": [1, None, True], "a": "a\u0308"}},
        {"data": {"b": [1, None, "True"], "a": "ä"}},
        {"text": "The pool is exhausted "},
        {"author": "Bo"},
        {"occurred_at": datetime(2026, 3, 1, 14, 0, 0, 1, tzinfo=UTC)},
        {"recorded_at": datetime(2026, 3, 1, 14, 5, 1, tzinfo=UTC)},
        {"revises": 1},
        {"undoes": 1},
    ],
    ids=str,
)
def test_everything_counts(change: dict[str, Any]) -> None:
    assert seals.seal(seals.NONE, **SAID) != seals.seal(seals.NONE, **{**SAID, **change})


def test_what_came_before_counts() -> None:
    assert seals.seal(seals.NONE, **SAID) != seals.seal("1" * 64, **SAID)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"1": "x", "10": "y", "2": "z"}, {1: "x", 10: "y", 2: "z"}),
        ([1.0, 1e22, -0.0], [1, 10**22, 0]),
        ([(1, 2)], [[1, 2]]),
    ],
)
def test_the_same_in_other_words(one: Any, other: Any) -> None:
    assert seals.seal(seals.NONE, **{**SAID, "data": one}) == seals.seal(seals.NONE, **{**SAID, "data": other})


def test_the_same_moment_elsewhere() -> None:
    elsewhere = SAID["occurred_at"].astimezone(timezone(timedelta(hours=-7)))
    assert seals.seal(seals.NONE, **SAID) == seals.seal(seals.NONE, **{**SAID, "occurred_at": elsewhere})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abäB\U0001f692", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def jsonb(postgres: Cluster) -> Iterator[Callable[[str], str]]:
    """JSON as Postgres gives it back."""
    engine = create_engine(postgres.new_database())
    with engine.connect() as connection:
        yield lambda written: connection.execute(
            text("SELECT CAST(CAST(:written AS jsonb) AS text)"), {"written": written}
        ).scalar_one()
    engine.dispose()


@given(data=JSON)
def test_as_either_database_writes_it(jsonb: Callable[[str], str], data: Any) -> None:
    row = [4, 17, str(UUID(int=1)), "note", "", "", "bo", "2026-03-01 14:00:00", "2026-03-01 14:05:00+00", None, None]
    said = {**SAID, "data": data, "text": ""}
    for written in (json.dumps(data), jsonb(json.dumps(data))):
        row[4] = written
        assert seals.of_row(seals.NONE, row) == seals.seal(seals.NONE, **said)


def test_rows_that_are_copied_keep_their_seals(
    store: Store, sqlite_location: Location, postgres_location: Location
) -> None:
    """From each database to the other, where people have other ids."""
    Acting(store)
    incident = Acting(store)
    incident(Take, "Ćy 🚒", role="scribe")
    note = incident(Note, "bo", text="naïve → \u0301 \\ \" ' \n    done", as_kind="theory").n
    incident(EditNote, "bo", n=note, text="café")
    incident(RetractNote, "bo", n=note, reason="no\u0308")
    incident(Undo, "bo")
    incident(EditDraft, "cy", title="Slow", text="We know", components={"Été": "degraded"})
    incident(Publish, "cy")
    with read_rows(store) as source:
        of_it = text(f"{seals.ROWS} WHERE e.incident_id = {incident.id} ORDER BY e.n")
        recorded = source.execute(of_it).all()
        rows = [dict(row) for row in source.execute(entries.select().where(entries.c.n > 0)).mappings()]
        names = {row.id: row.name for row in source.execute(select(people.c.id, people.c.name))}
        kept = dict(source.execute(incidents.select().where(incidents.c.id == incident.id)).mappings().one())
    target = Store(postgres_location if store.location.path else sqlite_location)
    target.open(create=False)
    Acting(target, by="dee")
    with write_rows(target) as connection:
        add = insert(people).returning(people.c.id)
        ids = {
            number: connection.execute(add, {"name": name, "key": name, "added_at": kept["declared_at"]}).scalar_one()
            for number, name in names.items()
        }
        assert ids != {number: number for number in ids}
        connection.execute(insert(incidents), {**kept, "declared_by": ids[kept["declared_by"]]})
        copied = [{**row, "author_id": ids[row["author_id"]]} for row in rows if row["incident_id"] == incident.id]
        connection.execute(insert(entries), copied)
        found = connection.execute(of_it).all()
    target.close()
    assert len(found) == len(recorded) == 8
    for there in (recorded, found):
        befores = [seals.NONE, *(row.seal for row in there)]
        assert [seals.of_row(before, row) for before, row in zip(befores, there, strict=False)] == befores[1:]
    assert [row.seal for row in found] == [row.seal for row in recorded]


@pytest.mark.parametrize("seal", ["NULL", "''", "'abc'", "upper(seal) || '0'"])
def test_no_entry_goes_without(store: Store, seal: str) -> None:
    Acting(store)
    columns = "kind, data, text, author_id, occurred_at, recorded_at"
    with (
        write_rows(store) as connection,
        pytest.raises((IntegrityError, DataError), match=r"(?i)null|entries_seal|too long"),
    ):
        connection.execute(
            text(
                f"INSERT INTO entries (incident_id, n, command_id, {columns}, seal)"
                f" SELECT incident_id, 2, '{UUID(int=1).hex}', {columns}, {seal} FROM entries"
            )
        )


def test_what_was_there_before_is_sealed_by_the_upgrade(empty: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more entries than are sealed at once, and an incident that has none."""
    store = earlier_shape(empty, monkeypatch, 9)
    books = "INSERT INTO books (key, version, text, digest, added_at) VALUES ('ours', 1, '', :digest, :at)"
    incident = (
        "INSERT INTO incidents (id, title, severity, phase, book, book_version, version, changed, declared_by,"
        " declared_at) VALUES (:id, 'Slow', 'P3', 'triage', 'ours', 1, :version, 1, 1, :at)"
    )
    entry = (
        "INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at)"
        " VALUES (:id, :n, :command, 'note', '{\"a\": 1.50}', 'words', 1, :at, :at)"
    )
    at = {"at": "2026-03-01 14:00:00.000000"}
    with write_rows(store) as connection:
        connection.execute(text("INSERT INTO people (id, name, key, added_at) VALUES (1, 'ana', 'ana', :at)"), at)
        connection.execute(text(books), {"digest": "0" * 64, **at})
        for number, version in ((1, 2_345), (2, 0), (3, 1)):
            connection.execute(text(incident), {"id": number, "version": version, **at})
            rows = [
                {"id": number, "n": n, "command": UUID(int=number * 10_000 + n).hex, **at}
                for n in range(1, version + 1)
            ]
            if rows:
                connection.execute(text(entry), rows)
    store.close()
    store.open(upgrade=True)
    with read_rows(store) as connection:
        lasts = []
        for number in (1, 2, 3):
            before = seals.NONE
            for row in connection.execute(text(f"{seals.ROWS} WHERE e.incident_id = {number} ORDER BY e.n")).all():
                before = seals.of_row(before, row)
                assert row.seal == before
            lasts.append(before)
        assert list(connection.scalars(text("SELECT seal FROM incidents ORDER BY id"))) == lasts
        assert lasts[1] == seals.NONE
        assert len({*lasts}) == 3
    with pytest.raises(IntegrityError, match="never changed or removed"), write_rows(store) as connection:
        connection.execute(text("UPDATE entries SET seal = seal"))
    store.close()
