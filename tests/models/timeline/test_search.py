"""The search over all entries of a timeline: by what is read there, in the database."""

from datetime import timedelta

import pytest

from models.board.reader import Reader
from models.kernel.entry import EntryView
from models.kernel.entry_words import entry_words
from models.kernel.people import rename
from models.kernel.search import has, words
from models.kernel.store import Store
from models.kernel.wording import sentence
from models.roles.commands import Assign, Release
from models.timeline.commands import EditNote, Note, RetractNote
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.rows import heard


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store, by="Zoë")


def search(incident: Acting, query: str, limit: int = 100, than: EntryView | None = None) -> tuple[EntryView, ...]:
    with incident.store.reading(Reader) as read:
        return read.search(incident.id, query, limit, than)


def count(incident: Acting, query: str) -> int:
    with incident.store.reading(Reader) as read:
        return read.count(incident.id, query)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("node drain", "note"),
        ("NODE 3", "note"),
        ("zazolc", "note"),
        ("100%", "note"),
        ("bo", "note"),
        ("assigned scribe", "assigned"),
        ("łukasz", "assigned"),
        ("lukasz", "assigned"),
        ("zoe declared", "declared"),
        ("decision fred", "decision"),
        ("customer report", "customer"),
        ("13:07", "note"),
        ("13:07Z", "note"),
        ("2026-03-01 13:07", "note"),
        ("sunday 13:0", "note"),
        ("01 march", "decision"),
    ],
)
def test_an_entry_is_found_by_what_is_read_there(incident: Acting, query: str, kind: str, clock: Clock) -> None:
    at = clock.now.replace(hour=13, minute=7, second=30)
    incident(Note, "bo", text="Node 3 does not drain: zażółć gęślą, at 100 % of it", occurred_at=at)
    incident(Assign, "Zoë", role="scribe", person="Łukasz")
    incident(Note, "cy", text="It is slow", as_kind="customer")
    incident(Note, "cy", text="Roll back", as_kind="decision", decided_by="Fred", why="It is quick")
    found = search(incident, query)
    assert found[0].kind == kind
    assert len(found) == count(incident, query)


@pytest.mark.parametrize("query", ["9", "rain 4", "19", "2026", "08", "13:08", "nod drane", "%", "_", "data"])
def test_nothing_else_is_found(incident: Acting, query: str, clock: Clock) -> None:
    incident(Note, "bo", text="Node 3 does not drain", occurred_at=clock.now.replace(hour=13, minute=7))
    expected = 0 if words(query) else 2  # signs are no words, and leave nothing out
    assert len(search(incident, query)) == count(incident, query) == expected


def test_what_each_entry_reads_finds_it(incident: Acting) -> None:
    incident(Assign, "Zoë", role="tech-lead", person="bo")
    incident(Release, "bo", role="tech-lead")
    incident(Note, "bo", text="The pool is full", as_kind="theory")
    for entry in incident.timeline:
        told = f"{entry.author} {sentence(entry.kind, entry.data, entry.text)}"
        assert entry in search(incident, told)
        assert has(entry_words(entry.kind, entry.data, entry.text, entry.author, entry.occurred_at), told)


def test_an_earlier_version_is_not_found(incident: Acting) -> None:
    note = incident(Note, "bo", text="It is DNS")
    incident(EditNote, "cy", n=note.n, text="It is not the name server")
    assert search(incident, "dns") == ()
    (edited,) = search(incident, "name server")
    assert (edited.root, edited.author) == (note.n, "cy")
    assert search(incident, "bo server") == search(incident, "cy server") == (edited,)
    incident(RetractNote, "bo", n=note.n, reason="Wrong")
    assert search(incident, "server") == ()
    assert [entry.kind for entry in search(incident, "retracted wrong")] == ["retracted"]


def test_the_newest_come_first_page_by_page(incident: Acting, clock: Clock) -> None:
    for number in range(7):
        incident(Note, "bo", text=f"Needle {number}", occurred_at=clock.now - timedelta(minutes=number * 3 % 7))
        incident(Note, "bo", text="Hay")
    wanted = tuple(entry for entry in incident.timeline if "Needle" in entry.text)
    pages, than = [], None
    while page := search(incident, "needle", 3, than):
        pages.append(page)
        than = page[-1]
    assert [len(page) for page in pages] == [3, 3, 1]
    assert tuple(entry for page in pages for entry in page) == wanted
    assert count(incident, "needle") == 7


def test_another_incident_is_not_searched(incident: Acting) -> None:
    Acting(incident.store)(Note, "bo", text="The needle")
    assert search(incident, "needle") == ()
    assert count(incident, "needle") == 0


def test_the_first_screenful_is_one_statement_that_reads_no_more_rows(incident: Acting) -> None:
    """The one round trip of a database far away."""
    for number in range(30):
        incident(Note, "bo", text=f"Needle {number}")
    statements: list[str] = []
    with heard(lambda *told: statements.append(told[2])), incident.store.glancing(Reader) as read:
        assert len(read.search(incident.id, "needle", 20)) == 20
    (statement,) = [statement for statement in statements if not statement.startswith("BEGIN")]
    assert "LIMIT" in statement
    assert "entries.words," not in statement  # they stay in the database


def test_who_was_renamed_is_found_by_the_new_name_too(incident: Acting) -> None:
    incident(Note, "bo", text="The pool is empty")
    rename(incident.store, "bo", "Beata", by="Zoë")
    incident(Note, "Beata", text="It is full again")
    assert [entry.text for entry in search(incident, "bea")] == ["It is full again", "The pool is empty"]
    assert [entry.text for entry in search(incident, "beata pool")] == ["The pool is empty"]
    assert count(incident, "beata") == 2
