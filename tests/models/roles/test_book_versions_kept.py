"""The databases themselves keep every version of a role book as it was imported."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.book_check import check
from models.roles.book_versions import import_book
from tests.models.acting import Acting
from tests.models.roles.test_book import SMALL
from tests.rows import read_rows

Run = Callable[[str], object]


def import_small(store: Store) -> None:
    import_book(store, check(SMALL.encode(), "own.toml"), "ana")


class TestConstraints:
    @pytest.fixture
    def run(self, store: Store) -> Iterator[Run]:
        Acting(store)
        import_small(store)
        with read_rows(store) as connection:
            yield lambda statement: connection.execute(text(statement))

    @pytest.mark.parametrize(
        "deed",
        [
            "UPDATE books SET text = 'key = 1'",
            "DELETE FROM books WHERE key = 'small'",
            "INSERT INTO books SELECT * FROM books WHERE version > 0"
            " ON CONFLICT (key, version) DO UPDATE SET text = ''",
        ],
    )
    def test_a_version_stays(self, run: Run, deed: str) -> None:
        with pytest.raises(IntegrityError, match="never changed or removed; import another one"):
            run(deed)

    @pytest.mark.parametrize(
        "deed",
        [
            "UPDATE incidents SET book_version = 9",
            "UPDATE incidents SET book = 'policy'",
            "UPDATE incidents SET book_version = NULL",
            "INSERT INTO books (key, version, text, digest, added_at)"
            " SELECT 'policy', 0, text, digest, added_at FROM books WHERE key = 'small'",
            "INSERT INTO books (key, version, text, digest, added_at)"
            " SELECT 'policy', 1, text, 'short', added_at FROM books WHERE key = 'small'",
            "INSERT INTO books (key, version, text, digest, added_at)"
            " SELECT key, 2, text, digest, added_at FROM books WHERE key = 'high-velocity'",
        ],
    )
    def test_what_cannot_be(self, run: Run, deed: str) -> None:
        with pytest.raises(IntegrityError):
            run(deed)

    def test_replacing_is_removing(self, sqlite_location: Location) -> None:
        store = Store(sqlite_location)
        store.open(create=False)
        import_small(store)
        store.close()
        with (
            closing(sqlite3.connect(str(sqlite_location.path))) as tool,
            pytest.raises(sqlite3.IntegrityError, match="never changed or removed"),
        ):
            tool.execute("INSERT OR REPLACE INTO books SELECT * FROM books")

    def test_truncating_is_removing(self, postgres_location: Location) -> None:
        store = Store(postgres_location)
        with read_rows(store) as connection, pytest.raises(IntegrityError, match="never changed or removed"):
            connection.execute(text("TRUNCATE books CASCADE"))
        store.close()
