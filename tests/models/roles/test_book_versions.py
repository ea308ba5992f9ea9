"""Role books in a database: every version stays, and an incident keeps the one that it was declared under."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from models.board.board import read_board
from models.board.reader import Reader
from models.incident.fields import SetSeverity
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles import book as rolebook
from models.roles.book_check import Checked, check
from models.roles.book_versions import Imported, choose_default, import_book
from models.roles.commands import AddRole, Assign
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.models.roles.test_book import SMALL
from tests.rows import read_rows, write_rows

HIGH = rolebook.shipped("high-velocity")


def book(source: str) -> Checked:
    return check(source.encode(), "own.toml")


def imported(store: Store, source: str, by: str = "ana", *, default: bool = False) -> Imported:
    return import_book(store, book(source), by, default=default)


def kept(store: Store, key: str) -> list[tuple[int | None, str | None, bool, bool]]:
    with store.reading(Reader) as read:
        rows = [row for row in read.books() if row.key == key]
    return [(row.version, row.added_by, row.counts, row.default) for row in rows]


class TestShipped:
    def test_nothing_is_kept_before_an_incident_needs_it(self, store: Store) -> None:
        with store.reading(Reader) as read:
            rows = read.books()
            assert [row.key for row in rows] == list(rolebook.keys())
            assert [row.key for row in rows if row.default] == ["high-velocity"]
            assert {row.version for row in rows} == {None}
            assert all(row.counts for row in rows)
            assert read.book("high-velocity") == (None, HIGH)

    def test_its_first_incident_keeps_it_once(self, store: Store) -> None:
        assert [Acting(store).now.book_version for _ in range(3)] == [1, 1, 1]
        assert kept(store, "high-velocity") == [(1, None, True, True)]
        with store.reading(Reader) as read:
            assert read.book("high-velocity") == read.book("high-velocity", 1) == (1, HIGH)

    def test_an_upgrade_brings_another_text(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        before = Acting(store)
        newer = HIGH.replace('name.en = "Scribe"', 'name.en = "Chronicler"')
        monkeypatch.setattr(rolebook, "shipped", lambda key: newer)
        after = Acting(store)
        assert (before.now.book_version, after.now.book_version) == (1, 2)
        assert (before.role("scribe").name, after.role("scribe").name) == ("Scribe", "Chronicler")
        monkeypatch.undo()
        assert Acting(store).now.book_version == 1  # a colleague's program is older still
        assert kept(store, "high-velocity") == [(1, None, True, True), (2, None, False, False)]

    def test_many_declare_at_once_under_a_book_that_none_has_needed(self, location: Location) -> None:
        barrier = Barrier(6)

        def declare(number: int) -> int:
            store = Store(location)
            store.open(create=False)
            barrier.wait()
            version = Acting(store, by=f"person {number}").now.book_version
            store.close()
            return version

        with ThreadPoolExecutor(6) as pool:
            assert set(pool.map(declare, range(6))) == {1}


class TestImporting:
    def test_it_counts_from_now_on_and_no_earlier(self, store: Store) -> None:
        before = Acting(store)
        changed = HIGH.replace('name.en = "Scribe"', 'name.en = "Chronicler"').replace("within = 15", "within = 20", 1)
        changed = changed.replace('P1 = ["incident-manager", ', 'P1 = ["problem-manager", "incident-manager", ')
        told = imported(store, changed, "bo")
        assert told == {"key": "high-velocity", "version": 2, "new": True, "default": True}
        after = Acting(store)
        assert (before.now.book_version, after.now.book_version) == (1, 2)
        assert (before.role("scribe").name, after.role("scribe").name) == ("Scribe", "Chronicler")
        assert "problem-manager" not in before.now.unfilled
        assert "problem-manager" in after.now.unfilled
        assert before.now.tasks != after.now.tasks
        assert kept(store, "high-velocity") == [(1, None, False, False), (2, "bo", True, True)]

    def test_the_last_text_again_adds_nothing(self, store: Store) -> None:
        assert imported(store, SMALL)["new"]
        assert imported(store, SMALL, "bo") == {"key": "small", "version": 1, "new": False, "default": False}
        assert kept(store, "small") == [(1, "ana", True, False)]

    def test_an_earlier_text_counts_again_as_a_new_version(self, store: Store) -> None:
        other = SMALL.replace("Tell them", "Tell all")
        versions = [imported(store, source)["version"] for source in (SMALL, other, SMALL)]
        assert versions == [1, 2, 3]
        with store.reading(Reader) as read:
            assert read.book("small") == (3, SMALL)
            assert read.book("small", 2) == (2, other)

    def test_a_text_of_ones_own_stays_whatever_an_upgrade_brings(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        imported(store, HIGH)
        monkeypatch.setattr(rolebook, "shipped", lambda key: HIGH.replace('"Scribe"', '"Chronicler"'))
        incident = Acting(store)
        assert (incident.now.book_version, incident.role("scribe").name) == (1, "Scribe")

    def test_another_book_is_declared_under_once_it_is_chosen(self, store: Store) -> None:
        imported(store, SMALL)
        assert Acting(store).now.book == "high-velocity"
        choose_default(store, "small")
        assert Acting(store).now.book == "small"
        other = SMALL.replace('key = "small"', 'key = "other"')
        assert imported(store, other, default=True)["default"]
        assert [role.key for role in Acting(store).now.roles] == ["lead", "writer"]
        assert kept(store, "small") == [(1, "ana", True, False)]
        with pytest.raises(Refused, match=r"no playbook 'tarot'. Playbooks: high-velocity, it-service, other, pol"):
            choose_default(store, "tarot")

    def test_who_and_when(self, store: Store, clock: Clock) -> None:
        before = clock.now
        imported(store, SMALL, "  Bo ")
        with store.reading(Reader) as read:
            (row,) = [row for row in read.books() if row.key == "small"]
        assert (row.added_by, row.name) == ("Bo", "Small")
        assert row.added_at is not None
        assert before < row.added_at <= clock.now
        with pytest.raises(Refused, match="name is empty"):
            imported(store, SMALL, " ")

    def test_no_such_version(self, store: Store) -> None:
        imported(store, SMALL)
        with store.reading(Reader) as read:
            with pytest.raises(Refused, match="Playbook 'small' has no version 2"):
                read.book("small", 2)
            with pytest.raises(Refused, match="no playbook 'tarot'"):
                read.book("tarot")

    def test_many_import_at_once(self, location: Location) -> None:
        barrier = Barrier(5)

        def bring_in(number: int) -> int:
            store = Store(location)
            store.open(create=False)
            barrier.wait()
            told = [imported(store, f"{SMALL}# {number} {n}\n", f"person {number}") for n in range(3)]
            store.close()
            return sum(one["new"] for one in told)

        with ThreadPoolExecutor(5) as pool:
            assert sum(pool.map(bring_in, range(5))) == 15
        store = Store(location)
        store.open(create=False)
        assert [version for version, *_ in kept(store, "small")] == list(range(1, 16))
        store.close()

    def test_many_import_the_same_at_once(self, location: Location) -> None:
        barrier = Barrier(5)

        def bring_in(number: int) -> bool:
            store = Store(location)
            store.open(create=False)
            barrier.wait()
            new = imported(store, SMALL, f"person {number}")["new"]
            store.close()
            return new

        with ThreadPoolExecutor(5) as pool:
            assert sorted(pool.map(bring_in, range(5))) == [False] * 4 + [True]


class TestUnderItsOwn:
    def test_what_is_done_later_goes_by_its_own_version(self, store: Store) -> None:
        incident = Acting(store, severity="P3")
        changed = HIGH.replace('name.en = "Scribe"', 'name.en = "Chronicler"').replace(
            'key = "first-update"', 'key = "x"'
        )
        imported(store, changed)
        later = Acting(store, severity="P3")
        for one, name in ((incident, "Scribe"), (later, "Chronicler")):
            one(AddRole, "ana", name=name, label="night")
            assert one.role("scribe/night").name == f"{name} · night"
            one(Assign, "ana", role=name, person="bo")
            assert one.holders("scribe") == ("bo",)
        with pytest.raises(Refused, match="no role 'Chronicler'"):
            incident(Assign, "ana", role="Chronicler", person="cy")
        for one in (incident, later):
            one(SetSeverity, "ana", severity="P1")
        with read_rows(store) as connection:
            found = connection.execute(
                text("SELECT incident_id, template FROM tasks WHERE template IN ('first-update', 'x')")
            )
            assert sorted(tuple(row) for row in found) == [(incident.id, "first-update"), (later.id, "x")]

    def test_a_version_is_read_once(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(3):
            Acting(store)
        read_board(store)
        monkeypatch.setattr(rolebook, "parse", lambda source: pytest.fail("read again"))
        assert len(read_board(store).incidents) == 3

    def test_two_databases_have_versions_of_their_own(self, store: Store, clock: Clock, tmp_path: Path) -> None:
        other = Store(Location.file(tmp_path / "other.db"), clock=clock)
        other.open()
        imported(store, SMALL, default=True)
        imported(other, SMALL.replace('"Writer"', '"Author"'), default=True)
        assert [Acting(one).role("writer").name for one in (store, other)] == ["Writer", "Author"]
        other.close()

    def test_a_text_that_no_program_can_read(self, store: Store) -> None:
        incident = Acting(store)
        with write_rows(store) as connection:
            connection.execute(
                text(
                    "INSERT INTO books (key, version, text, digest, added_at)"
                    " SELECT key, 2, 'key = 1', :digest, added_at FROM books"
                ),
                {"digest": "0" * 64},
            )
            connection.execute(text("UPDATE incidents SET book_version = 2"))
        assert incident.now.damaged == ("books.text",)
        assert incident.now.book_version == 2


class TestOlderPrograms:
    def least(self, store: Store) -> int:
        with read_rows(store) as connection:
            return int(connection.execute(text("SELECT min_reader FROM meta")).scalar_one())

    def test_they_may_read_until_a_book_is_imported(self, store: Store) -> None:
        Acting(store)
        assert self.least(store) == 1
        imported(store, SMALL)
        assert self.least(store) == 4
