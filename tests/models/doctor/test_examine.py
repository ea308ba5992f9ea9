"""What a check of a database finds, and that it finds nothing else."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from models.doctor import checkpoint, file
from models.doctor.examine import examine
from models.doctor.expected import METADATA
from models.doctor.report import Finding, Report
from models.doctor.shape import TRIGGERS
from models.incident.fields import SetSeverity
from models.kernel import seals
from models.kernel.failures import Refused, Unreachable
from models.kernel.location import Location
from models.kernel.schema import SCHEMA
from models.kernel.store import Store
from models.process.commands import SkipStep
from models.roles.commands import Take
from models.roles.handover import Offer
from models.tasks.commands import AddTask
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import Note, Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.postgres import Cluster
from tests.rows import read_rows

Check = Callable[..., Report]


@pytest.fixture
def incident(store: Store) -> Acting:
    """INC-2, with nine entries; INC-1 and INC-3 have one each."""
    Acting(store)
    incident = Acting(store)
    incident(Take, "bo", role="scribe")
    incident(Note, "cy", text="The pool is exhausted", as_kind="theory")
    incident(Note, "bo", text="It began at noon")
    incident(SetSeverity, "cy", severity="P2", reason="less")
    incident(SkipStep, "cy", step="document", reason="A drill")
    incident(EditDraft, "cy", title="Slow", text="We know")
    incident(Publish, "cy")
    incident(Note, "bo", text="Done")
    Acting(store)
    return incident


@pytest.fixture
def check(store: Store, incident: Acting, clock: Clock) -> Check:
    """An hour later; without what this machine's Postgres was told, not to wait for the disk."""

    def checked(*kept_seals: str, now: datetime | None = None) -> Report:
        found = examine(store.location, now or clock.now + timedelta(hours=1), kept_seals)
        rest = tuple(finding for finding in found.findings if finding.about != "durability")
        return Report(**{name: getattr(found, name) for name in found.__slots__ if name != "findings"}, findings=rest)

    return checked


@pytest.fixture
def tamper(store: Store, incident: Acting) -> Callable[..., None]:
    """With plain SQL, without triggers, and without foreign keys where they are a matter of the connection."""

    def run(*statements: str) -> None:
        with read_rows(store) as connection:
            sqlite = connection.dialect.name == "sqlite"
            for trigger in TRIGGERS["sqlite"] if sqlite else ():
                connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
            for table in () if sqlite else METADATA.tables:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            connection.commit()
            if sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
            for statement in statements:
                connection.execute(text(statement))
            connection.commit()
        store.close()

    return run


def found(report: Report, *about: str) -> list[str]:
    return [finding.found for finding in report.findings if finding.about in about]


def test_all_is_well(check: Check, incident: Acting, store: Store) -> None:
    report = check()
    assert report.findings == ()
    assert report.well
    assert (report.schema, report.incidents, report.entries) == (SCHEMA, 3, 11)
    assert report.database == store.location.shown
    assert report.seal
    assert checkpoint.covered(report.seal) == "11 entries recorded before 2026-03-01 14:59:11Z"


@pytest.mark.parametrize(
    ("statements", "first"),
    [
        (["UPDATE entries SET text = 'It began at moon' WHERE incident_id = 2 AND n = 4"], 4),
        (["UPDATE entries SET kind = 'note' WHERE incident_id = 2 AND n = 3"], 3),
        (
            [
                "UPDATE entries SET author_id = (SELECT declared_by FROM incidents WHERE id = 1)"
                " WHERE incident_id = 2 AND n = 5"
            ],
            5,
        ),
        (["UPDATE people SET name = 'dee' WHERE name = 'bo'"], 2),
        (["UPDATE entries SET occurred_at = '2026-03-01 13:00:00.000000' WHERE incident_id = 2 AND n = 9"], 9),
        (["UPDATE entries SET recorded_at = '2026-03-01 13:00:00.000000' WHERE incident_id = 2 AND n = 2"], 2),
        (["UPDATE entries SET revises = 4 WHERE incident_id = 2 AND n = 9"], 9),
        (["UPDATE entries SET undoes = 4 WHERE incident_id = 2 AND n = 9"], 9),
        (["UPDATE entries SET command_id = '00000000000000000000000000000001' WHERE incident_id = 2 AND n = 4"], 4),
        (["UPDATE entries SET seal = replace(seal, substr(seal, 1, 1), 'g') WHERE incident_id = 2 AND n = 7"], 7),
        (
            [
                "UPDATE entries SET n = 99 WHERE incident_id = 2 AND n = 4",
                "UPDATE entries SET n = 4 WHERE incident_id = 2 AND n = 5",
                "UPDATE entries SET n = 5 WHERE incident_id = 2 AND n = 99",
            ],
            4,
        ),
        (
            [
                "INSERT INTO entries"
                " (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at, seal)"
                " SELECT 2, 10, '00000000000000000000000000000001', kind, data, 'forged', author_id, occurred_at,"
                " recorded_at, seal FROM entries WHERE incident_id = 2 AND n = 9",
                "UPDATE incidents SET version = 10 WHERE id = 2",
            ],
            10,
        ),
    ],
    ids=lambda given: given[0][:60] if isinstance(given, list) else str(given),
)
def test_the_first_entry_that_was_tampered_with_is_named(
    check: Check, tamper: Callable[..., None], statements: list[str], first: int
) -> None:
    tamper(*statements)
    words = found(check(), "seals", "numbers")
    assert len(words) == 1
    assert words[0].startswith(f"Entry {first} of INC-2 was altered: its hash does not match (")


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (["DELETE FROM entries WHERE incident_id = 2 AND n = 4"], "Entry 4 of INC-2 is missing."),
        (["DELETE FROM entries WHERE incident_id = 2 AND n = 9"], "INC-2 had 9 entries and has 8: entry 9 is missing."),
        (
            ["DELETE FROM entries WHERE incident_id = 2 AND n = 9", "UPDATE incidents SET version = 8 WHERE id = 2"],
            "INC-2 does not have the hash of its last entry, 8.",
        ),
        (["UPDATE incidents SET version = 7 WHERE id = 2"], "Entries 8 to 9 of INC-2 came after its last one, 7."),
        (
            ["UPDATE incidents SET seal = (SELECT seal FROM entries WHERE incident_id = 3) WHERE id = 2"],
            "INC-2 does not have the hash of its last entry, 9.",
        ),
    ],
    ids=lambda given: given[0][:60] if isinstance(given, list) else "",
)
def test_what_was_removed_is_told(check: Check, tamper: Callable[..., None], statements: list[str], words: str) -> None:
    tamper(*statements)
    assert found(check(), "seals", "numbers") == [words]


@pytest.mark.parametrize("removed", [1, 3])
def test_an_incident_that_was_removed(
    check: Check, tamper: Callable[..., None], removed: int, store: Store, clock: Clock
) -> None:
    """Postgres leaves out numbers by itself; there a seal that was kept tells."""
    seal = check().seal
    assert seal
    tables = ("deliveries", "entries", "tasks", "assignments", "incident_roles", "promises", "drafts")
    tamper(
        *(f"DELETE FROM {table} WHERE incident_id = {removed}" for table in tables),
        f"DELETE FROM incidents WHERE id = {removed}",
    )
    report = check(seal, now=clock.now + timedelta(days=1))
    told = [f"INC-{removed} is missing."] if store.location.path else []
    assert found(report, "numbers") == told
    assert len(found(report, "kept")) == 1


@pytest.mark.parametrize(
    "written",
    ["text = CAST(x'ff41' AS TEXT)", "data = '{'", "data = '[]'", "data = '3'", "n = 'two'", "recorded_at = 'at noon'"]
    + [f"data = '{data}'" for data in ("[" * 100_000, '{"a": 1e999999999}', "9" * 5_000)],
    ids=lambda written: written[:30],
)
def test_what_no_entry_can_hold(sqlite_location: Location, clock: Clock, written: str) -> None:
    store = Store(sqlite_location, clock=clock)
    store.open(create=False)
    Acting(store)(Note, "bo", text="It began at noon")
    with read_rows(store) as connection:
        connection.execute(text("DROP TRIGGER entries_no_update"))
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        connection.exec_driver_sql(f"UPDATE entries SET {written} WHERE n = 2")
        connection.commit()
    store.close()
    words = found(examine(sqlite_location, clock.now), "seals", "file")
    assert words[0].startswith(
        "Entry 2 of INC-1 was altered: its hash does not match" if written[0] != "n" else "The check of entries, hashes"
    )


def test_a_draft_that_is_no_draft(sqlite_location: Location, clock: Clock) -> None:
    store = Store(sqlite_location, clock=clock)
    store.open(create=False)
    Acting(store)(EditDraft, "bo", title="Slow", text="We know")
    with read_rows(store) as connection:
        connection.execute(text("PRAGMA ignore_check_constraints = ON"))
        connection.execute(text("UPDATE drafts SET components = '{'"))
        connection.commit()
    store.close()
    (words,) = found(examine(sqlite_location, clock.now), "replay", "file")
    assert words.startswith("The drafts of INC-1 do not match its entries: {'customers': ")


class TestKeptSeals:
    def test_what_comes_later_changes_nothing(self, check: Check, incident: Acting, store: Store, clock: Clock) -> None:
        early = check(now=clock.now + timedelta(minutes=1, seconds=-4)).seal
        seal = check().seal
        assert seal
        assert early
        assert seal != early
        clock.now += timedelta(hours=2)
        incident(Note, "bo", text="Later")
        Acting(store)
        report = check(early, seal)
        assert report.findings == ()
        assert report.unchanged == (early, seal)
        assert report.seal != seal

    def test_whoever_seals_anew_is_found(
        self, check: Check, tamper: Callable[..., None], store: Store, clock: Clock
    ) -> None:
        """The chain alone cannot tell; what was kept elsewhere does, and up to when all was as it had been."""
        early = check(now=clock.now + timedelta(minutes=1, seconds=-8)).seal
        seal = check().seal
        assert seal
        assert early
        tamper("UPDATE entries SET text = 'It began at moon' WHERE incident_id = 2 AND n = 9")
        with read_rows(store) as connection:
            before = seals.NONE
            for row in connection.execute(text(f"{seals.ROWS} WHERE e.incident_id = 2 ORDER BY e.n")).all():
                before = seals.of_row(before, row)
                connection.execute(
                    text("UPDATE entries SET seal = :seal WHERE incident_id = 2 AND n = :n"),
                    {"seal": before, "n": row.n},
                )
            connection.execute(text("UPDATE incidents SET seal = :seal WHERE id = 2"), {"seal": before})
            connection.commit()
        store.close()
        assert found(check(), "seals", "numbers", "replay") == []
        report = check(early, seal)
        assert report.unchanged == (early,)
        (words,) = found(report, "kept")
        assert words.startswith(
            "The history before 2026-03-01 14:59:11Z does not match checkpoint 20260301T145911Z-11-"
        )
        assert words.endswith("it has 11 entries, and had 11.")

    def test_a_tail_that_was_cut_off_is_found(self, check: Check, tamper: Callable[..., None]) -> None:
        seal = check().seal
        assert seal
        tamper(
            "DELETE FROM entries WHERE incident_id = 2 AND n = 9",
            "UPDATE incidents SET version = 8, seal = (SELECT seal FROM entries WHERE incident_id = 2 AND n = 8)"
            " WHERE id = 2",
        )
        report = check(seal)
        assert found(report, "seals", "numbers") == []
        assert found(report, "kept")[0].endswith("it has 10 entries, and had 11.")

    def test_reading_them(self) -> None:
        one, other = f"20260301T150000Z-11-{'a' * 32}", f"20260228T150000Z-9-{'b' * 32}"
        assert checkpoint.read(f"Monday: {one}\n{other}, {one}") == [other, one]
        assert checkpoint.read(f"20269901T150000Z-11-{'a' * 32}, abc, {one}0") == []


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE incidents SET phase = 'closed' WHERE id = 2", "facts"),
        ("UPDATE assignments SET until = since, ended_by = person_id WHERE incident_id = 2", "role assignments"),
        ("UPDATE tasks SET owner_id = added_by WHERE incident_id = 2", "tasks"),
        ("UPDATE drafts SET text = 'never said' WHERE incident_id = 2", "drafts"),
        ("DELETE FROM skips", "skipped steps"),
        ("UPDATE theories SET state = 'ruled out', moved = n", "theories"),
        ("UPDATE status_updates SET text = 'never said'", "published updates"),
        ("UPDATE status_updates SET published_by = (SELECT id FROM people WHERE name = 'bo')", "published updates"),
        ("UPDATE status_updates SET phase = 'resolved'", "published updates"),
        ("UPDATE status_updates SET title = 'never said'", "published updates"),
        ('UPDATE status_updates SET components = \'{"API": "degraded"}\'', "published updates"),
        ("DELETE FROM status_updates", "published updates"),
    ],
)
def test_tables_that_tell_something_else_than_the_entries(
    check: Check, tamper: Callable[..., None], statement: str, part: str
) -> None:
    tamper(statement)
    (words,) = found(check(), "replay", "seals", "numbers")
    assert words.startswith(f"The {part} of INC-2 do not match its entries: {{")


ANOTHER = (
    "INSERT INTO status_updates (incident_id, n, phase, title, text, components, published_by, published_at)"
    " SELECT u.incident_id, e.n, u.phase, u.title, e.text, u.components, e.author_id, u.published_at"
    " FROM status_updates u JOIN entries e ON e.incident_id = u.incident_id AND e.n = {}"
)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        ("4", "an update without its entry, which is of another kind (note)"),
        ("1", "an update without its entry, which declares an incident"),
        ("8", "a second update with the same entry"),
    ],
)
def test_an_update_without_its_entry_is_named(check: Check, tamper: Callable[..., None], n: str, words: str) -> None:
    tamper(ANOTHER.format(n))
    assert words in found(check(), "replay")[0]


def test_an_update_whose_entry_is_gone_is_named(check: Check, tamper: Callable[..., None], store: Store) -> None:
    if store.location.path is not None:  # Postgres keeps the reference
        tamper("UPDATE status_updates SET n = 99")
        assert "{99: 'an update without its entry'" in found(check(), "replay")[0]


def test_a_thousand_findings_are_told_in_short(check: Check, store: Store, tamper: Callable[..., None]) -> None:
    for _ in range(30):
        Acting(store)
    tamper("UPDATE people SET name = 'zoe' WHERE name = 'ana'")
    words = found(check(), "seals")
    assert len(words) == 21
    assert words[0].startswith("Entry 1 of INC-1 was altered: its hash does not match")
    assert words[-1] == "There are 13 more findings of this kind (seals)."


def test_a_busy_incident_is_well(check: Check, incident: Acting) -> None:
    incident(AddTask, "bo", title="Call the supplier")
    incident(Offer, "bo", role="scribe", person="dee", brief="All quiet")
    incident(SetTheory, "bo", n=3, state="being tested")
    incident(AddEvidence, "bo", n=3, weight="for", text="graph")
    incident(Undo, "bo")
    incident(Undo, "bo")
    assert check().findings == ()


@pytest.mark.parametrize("trigger", sorted(TRIGGERS["sqlite"] | TRIGGERS["postgresql"]))
def test_a_trigger_that_is_gone(check: Check, store: Store, trigger: str) -> None:
    dialect = "postgresql" if store.location.path is None else "sqlite"
    if trigger not in TRIGGERS[dialect]:
        assert trigger in {*TRIGGERS["sqlite"], *TRIGGERS["postgresql"]}
        return
    on = ""
    with read_rows(store) as connection:
        if dialect == "postgresql":
            where = text("SELECT ' ON ' || tgrelid::regclass FROM pg_trigger WHERE tgname = :name")
            on = connection.execute(where, {"name": trigger}).scalar_one()
        connection.execute(text(f"DROP TRIGGER {trigger}{on}"))
        connection.commit()
    store.close()
    assert found(check(), "constraints") == [f"The trigger {trigger} is missing, disabled, or has no effect."]


def test_what_else_is_gone(check: Check, store: Store) -> None:
    statements = ["DROP INDEX assignments_one_holder", "DROP INDEX entries_timeline"]
    statements.append("CREATE INDEX assignments_one_holder ON assignments (role_id)")
    told = [
        "Missing in table assignments: the index assignments_one_holder (unique).",
        "Missing in table entries: the index entries_timeline.",
    ]
    if store.location.path is None:
        statements += [
            "ALTER TABLE entries DROP CONSTRAINT entries_seal",
            "ALTER TABLE entries ALTER seal DROP NOT NULL",
            "ALTER TABLE entries DROP CONSTRAINT entries_command_id_key",
            "ALTER TABLE skips DROP CONSTRAINT skips_incident_id_n_fkey",
            "ALTER TABLE promises DROP CONSTRAINT promises_pkey",
            "ALTER TABLE people DROP COLUMN added_at",
            "DROP TABLE deliveries",
        ]
        told += [
            "Missing in table deliveries: the whole table.",
            "Missing in table entries: NOT NULL on seal.",
            "Missing in table entries: UNIQUE on command_id.",
            "Missing in table entries: the check entries_seal.",
            "Missing in table people: the column added_at.",
            "Missing in table promises: the primary key.",
            "Missing in table skips: the reference from incident_id and n to entries.",
        ]
    else:
        statements += ["PRAGMA writable_schema=ON"]
        told += ["Missing in table entries: the check entries_seal.", "Missing in table entries: NOT NULL on seal."]
        statements += [
            "UPDATE sqlite_master SET sql = replace(replace(sql, 'CONSTRAINT entries_seal CHECK (length(seal) = 64), ',"
            " ''), 'seal VARCHAR(64) NOT NULL', 'seal VARCHAR(64)') WHERE name = 'entries'"
        ]
    with read_rows(store) as connection:
        for statement in statements:
            connection.execute(text(statement))
        connection.commit()
    store.close()
    assert sorted(found(check(), "constraints")) == sorted(told)


class TestFiles:
    @pytest.fixture
    def path(self, sqlite_location: Location, clock: Clock) -> Path:
        store = Store(sqlite_location, clock=clock)
        store.open(create=False)
        incident = Acting(store)
        for number in range(300):
            incident(Note, "bo", text=f"Observation {number}: the pool is at 200 of 200, and nobody knows why. " * 5)
        store.close()
        assert sqlite_location.path
        return sqlite_location.path

    def test_it_leaves_nothing_behind_and_changes_nothing(self, path: Path, clock: Clock) -> None:
        before = path.read_bytes(), path.stat(), sorted(path.parent.iterdir())
        assert examine(Location.file(path), clock.now).well
        assert before == (path.read_bytes(), path.stat(), sorted(path.parent.iterdir()))

    def test_it_reads_what_is_being_written(self, path: Path, clock: Clock) -> None:
        store = Store(Location.file(path), clock=clock)
        store.open(create=False)
        Acting(store)
        report = examine(store.location, clock.now)
        assert report.findings == ()
        assert report.incidents == 2
        store.close()

    def test_somebody_comes_while_it_reads(self, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        """It has begun as if nobody had the file open, and begins anew."""
        sound, times = file.sound, []

        def disturbed(connection: Connection) -> Iterator[Finding]:
            times.append(1)
            store = Store(Location.file(path), clock=clock)
            store.open(create=False)
            Acting(store)
            store.close()
            return sound(connection)

        monkeypatch.setattr(file, "sound", disturbed)
        report = examine(Location.file(path), clock.now)
        assert len(times) == 2
        assert report.findings == ()
        assert report.incidents in (2, 3)

    @pytest.mark.parametrize("table", ["sqlite_master", "entries", "people", "incidents"])
    def test_a_damaged_file(self, path: Path, clock: Clock, table: str) -> None:
        """One page of it, the first that belongs to the table."""
        with closing(sqlite3.connect(path)) as tool:
            root = tool.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone() or (2,)
        raw = bytearray(path.read_bytes())
        page = (root[0] - 1) * 4096
        raw[page : page + 512] = bytes(byte ^ 0x55 for byte in raw[page : page + 512])
        path.write_bytes(raw)
        report = examine(Location.file(path), clock.now)
        assert found(report, "file")[0].startswith("The file is damaged. SQLite says: ")
        assert not report.well

    def test_one_byte_of_a_text(self, path: Path, clock: Clock) -> None:
        raw = path.read_bytes()
        assert raw.count(b"Observation 17: ") > 0
        path.write_bytes(raw.replace(b"Observation 17: ", b"Observation 71: "))
        report = examine(Location.file(path), clock.now)
        assert [finding.about for finding in report.findings] == ["seals"]
        assert found(report, "seals")[0].startswith("Entry 19 of INC-1 was altered: its hash does not match")

    def test_rows_that_refer_to_nothing(self, path: Path, clock: Clock) -> None:
        with closing(sqlite3.connect(path)) as tool:
            tool.execute("DELETE FROM people WHERE name = 'bo'")
            tool.commit()
        words = found(examine(Location.file(path), clock.now), "file")
        assert words[0].startswith("There are references to missing rows: row ")
        assert " of entries refers to a missing row of people" in words[0]
        assert words[0].endswith(", and 297 more.")

    def test_no_database(self, tmp_path: Path, clock: Clock) -> None:
        (tmp_path / "text.db").write_text("not a database at all, and long enough to be taken for one" * 20)
        report = examine(Location.file(tmp_path / "text.db"), clock.now)
        assert found(report, "file") == ["The file is damaged. SQLite says: file is not a database."]
        assert report.schema is None
        (tmp_path / "empty.db").touch()
        with pytest.raises(Refused, match="is not a Bridgewatch database: its tables are missing"):
            examine(Location.file(tmp_path / "empty.db"), clock.now)
        with pytest.raises(Unreachable, match="is missing"):
            examine(Location.file(tmp_path / "none.db"), clock.now)
        assert not (tmp_path / "none.db").exists()

    def test_an_old_sqlite_is_told(self) -> None:
        (told,) = file.advice((3, 51, 2))
        assert told.found == "This Python uses SQLite 3.51.2."
        assert list(file.advice((3, 51, 3))) == []

    @pytest.mark.parametrize(("schema", "which"), [(SCHEMA - 1, "an older"), (SCHEMA + 1, "a newer")])
    def test_another_schema(self, path: Path, clock: Clock, schema: int, which: str) -> None:
        with closing(sqlite3.connect(path)) as tool:
            tool.execute("UPDATE meta SET schema = ?", (schema,))
            tool.commit()
        report = examine(Location.file(path), clock.now)
        assert found(report, "version")[0].startswith(f"The database has {which} schema ({schema})")
        assert report.unchecked[-1].startswith("Constraints, indexes, triggers, entries")
        assert report.seal is None


def test_a_server_that_does_not_wait_for_its_disk_is_told(postgres_location: Location, clock: Clock) -> None:
    report = examine(postgres_location, clock.now)
    assert found(report, "durability") == ["fsync is off."]
    assert any("pg_amcheck" in words for words in report.unchecked)


def test_a_server_that_does_is_well(clock: Clock) -> None:
    with Cluster(fsync=True) as cluster:
        store = Store(Location.parse(cluster.new_database()), clock=clock)
        store.open()
        Acting(store)
        store.close()
        assert examine(store.location, clock.now).well
