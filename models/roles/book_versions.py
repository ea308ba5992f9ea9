"""The role books of a database: every version stays, and an incident keeps the one that it was declared under.

A book of the program's own counts as it is shipped, until somebody imports another text under its key; from then on
the last import counts, whatever an upgrade brings.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection, bindparam, func, select, text, update

from models.kernel.ahead import COUNTED, Question
from models.kernel.failures import Refused
from models.kernel.names import called
from models.kernel.snapshot import Snapshot
from models.kernel.store import Store
from models.kernel.tables import meta, people, settings
from models.roles import book as rolebook
from models.roles.book import DEFAULT_BOOK
from models.roles.book_cache import TEXT
from models.roles.book_check import Checked
from models.roles.tables import books
from models.roles.views import BookView

_FIRST_SHAPE_WITH_BOOKS = 4
"""Programs that know only older shapes of the tables read every incident by the books that they came with."""

_LAST_IMPORT = (
    select(books.c.version, books.c.text, books.c.digest)
    .where(books.c.key == bindparam("key"), books.c.added_by.is_not(None))
    .order_by(books.c.version.desc())
    .limit(1)
)
_SHIPPED = select(books.c.version).where(
    books.c.key == bindparam("key"), books.c.digest == bindparam("digest"), books.c.added_by.is_(None)
)
_NEXT = select(func.coalesce(func.max(books.c.version), 0) + 1).where(books.c.key == bindparam("key"))
_ADD = text(
    "INSERT INTO books (key, version, text, digest, added_by, added_at)"
    " VALUES (:key, :version, :text, :digest, :by, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=books.c.added_at.type), bindparam("by", type_=books.c.added_by.type))
_ADD_SHIPPED = text(  # who is no keeper may not say who brought it
    "INSERT INTO books (key, version, text, digest, added_at)"
    " VALUES (:key, :version, :text, :digest, :at) ON CONFLICT DO NOTHING"
).bindparams(bindparam("at", type_=books.c.added_at.type))
_EVERY = (
    select(books, called(people).label("adder"))
    .outerjoin(people, people.c.id == books.c.added_by)
    .order_by(books.c.key, books.c.version)
)
_KEYS = select(books.c.key).distinct()
_CHOSEN = select(settings.c.value).where(settings.c.key == "book")
_CHOOSE = text(
    "INSERT INTO settings (key, value) VALUES ('book', :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
).bindparams(bindparam("value", type_=settings.c.value.type))
_NO_OLDER_READER = (
    update(meta)
    .where(meta.c.min_reader < _FIRST_SHAPE_WITH_BOOKS)
    .values(min_reader=_FIRST_SHAPE_WITH_BOOKS)
)  # fmt: skip


class BookVersion(Snapshot, frozen=True):
    """One version of a book."""

    key: str
    version: int
    book: rolebook.RoleBook


class Imported(TypedDict):
    """What came of an import."""

    key: str
    version: int
    new: bool
    """False: it was the last version already."""
    default: bool
    """Incidents are declared under it now."""


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def every_key(connection: Connection) -> tuple[str, ...]:
    """The books that there are, imported or shipped."""
    return tuple(sorted({*rolebook.keys(), *connection.execute(_KEYS).scalars()}))


def chosen(connection: Connection) -> str:
    """The key of the book that new incidents are declared under."""
    return str(connection.execute(_CHOSEN).scalar() or DEFAULT_BOOK)


def choose(connection: Connection, key: str) -> None:
    """Declare new incidents under that book. Raises Refused when there is none of that key."""
    if key not in (known := every_key(connection)):
        raise Refused(f"There is no playbook {key!r}.", f"Playbooks: {', '.join(known)}.")
    connection.execute(_CHOOSE, {"value": key})


def present(connection: Connection, key: str) -> tuple[int | None, str]:
    """The version of a book that counts now, and its text; None: it is shipped, and no incident has needed it yet.

    Raises Refused when there is no book of that key.
    """
    own = connection.execute(_LAST_IMPORT, {"key": key}).first()
    if own is not None:
        return own.version, own.text
    if key not in set(rolebook.keys()):
        raise Refused(f"There is no playbook {key!r}.", f"Playbooks: {', '.join(every_key(connection))}.")
    source = rolebook.shipped(key)
    return connection.execute(_SHIPPED, {"key": key, "digest": _digest(source)}).scalar(), source


def ahead_of_declaring() -> tuple[Question, ...]:
    """What `to_declare_under` asks where nobody has chosen another book."""
    shipped = {"key": DEFAULT_BOOK, "digest": _digest(rolebook.shipped(DEFAULT_BOOK))}
    return (_CHOSEN, {}), (_LAST_IMPORT, {"key": DEFAULT_BOOK}), (_SHIPPED, shipped)


def to_declare_under(connection: Connection, now: datetime) -> BookVersion:
    """The version that an incident is declared under now; a shipped text is kept from its first use on."""
    key = chosen(connection)
    while True:
        version, source = present(connection, key)
        if version is not None:
            return BookVersion(key, version, rolebook.parse(source))
        _add(connection, key, source, None, now)


def add(connection: Connection, key: str, source: str, by: int, now: datetime, *, default: bool) -> Imported:
    """Keep a text that somebody imported, if it is not the last version; `default`: declare incidents under it."""
    version, new = _last_or_new(connection, key, source, by, now)
    connection.execute(_NO_OLDER_READER)
    if default:
        choose(connection, key)
    return Imported(key=key, version=version, new=new, default=chosen(connection) == key)


def _last_or_new(connection: Connection, key: str, source: str, by: int, now: datetime) -> tuple[int, bool]:
    while True:
        last = connection.execute(_LAST_IMPORT, {"key": key}).first()
        if last is not None and last.digest == _digest(source):
            return last.version, False
        version = _add(connection, key, source, by, now)
        if version is not None:
            return version, True


def _add(connection: Connection, key: str, source: str, by: int | None, now: datetime) -> int | None:
    """None: somebody else took that version meanwhile."""
    version: int = connection.execute(_NEXT, {"key": key}).scalar_one()
    known = {"key": key, "version": version, "text": source, "digest": _digest(source), "at": now}
    statement, known = (_ADD_SHIPPED, known) if by is None else (_ADD, {**known, "by": by})
    return version if connection.execute(statement, known, execution_options=COUNTED).rowcount else None


def numbered(connection: Connection, key: str, version: int) -> str:
    """The text of one version. Raises Refused when there is none."""
    source = connection.execute(TEXT, {"key": key, "version": version}).scalar()
    if source is None:
        raise Refused(f"Playbook {key!r} has no version {version}.", "See the list: `bridgewatch playbook list`.")
    return str(source)


def listed(connection: Connection, language: str) -> tuple[BookView, ...]:
    """Every version of every book; a shipped one that no incident has needed yet has none."""
    default = chosen(connection)
    counting = {key: present(connection, key) for key in every_key(connection)}
    views = []
    for row in connection.execute(_EVERY).mappings():
        counts = counting[row["key"]][0] == row["version"]
        views.append(
            BookView(
                key=row["key"],
                version=row["version"],
                name=rolebook.parse(row["text"]).name.spoken(language),
                counts=counts,
                default=counts and row["key"] == default,
                added_by=row["adder"],
                added_at=row["added_at"],
            )
        )
    for key, (version, source) in counting.items():
        if version is None:
            name = rolebook.parse(source).name.spoken(language)
            views.append(
                BookView(
                    key=key,
                    version=None,
                    name=name,
                    counts=True,
                    default=key == default,
                    added_by=None,
                    added_at=None,
                )
            )
    return tuple(sorted(views, key=lambda view: (view.key, view.version or 1_000_000)))


def choose_default(store: Store, key: str) -> None:
    """Declare new incidents under that book. Raises Refused for an unknown book, or where the login is no admin."""
    with store.administering("settings", "choose the default playbook") as connection:
        choose(connection, key)


def import_book(store: Store, book: Checked, by: str, *, default: bool = False) -> Imported:
    """Keep a book that somebody wrote as its newest version; `default`: declare incidents under it from now on.

    Raises Refused for a name that cannot be stored, or where the login is no admin.
    """
    with store.acting_as_admin(by, "books", "import playbooks") as tx:
        tx.wait_in_line(f"book {book.book.key}")  # so that who comes second sees what the first one brought
        return add(tx.connection, book.book.key, book.text, tx.author_id, tx.now, default=default)
