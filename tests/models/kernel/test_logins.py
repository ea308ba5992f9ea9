"""Whose a login is: nobody writes in somebody else's name, whatever they write with."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.board.board import read_board
from models.imports import statuspage
from models.incident.declare import Declare
from models.kernel.access import every, map_login, unmap_login
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.handover import Accept, Offer
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, RequestApproval
from tests import reads
from tests.models.acting import Acting
from tests.models.status_page.pages import REAL
from tests.rows import read_rows
from tests.team import Team, team, user

__all__ = ["team"]

OTHERS_NAME = "42501"


@pytest.fixture
def ana(team: Team) -> Store:
    """A responder's store that is ana's, who manages INC-1, where bo has drafted and cy decided something."""
    agree(team.above, None)
    ana = team.responder("ana")
    incident = Acting(ana)
    for person in ("bo", "cy"):
        store = team.store(person, "responder")
        store.perform(Note(by=person, ref=incident.ref, text="I saw it", as_kind="decision"))
    store.perform(EditDraft(by="bo", ref=incident.ref, title="Slow", text="We know."))
    store.perform(RequestApproval(by="bo", ref=incident.ref))
    return ana


def sqlstate(store: Store, statement: str) -> str:
    """What the statement ends with; empty: it is done, and taken back."""
    with read_rows(store) as connection:
        try:
            connection.execute(text(statement))
        except DBAPIError as error:
            return str(getattr(error.orig, "sqlstate", None))
    return ""


def entry(author: str, data: str = "'{}'", kind: str = "note", revises: str = "NULL") -> str:
    return (
        "INSERT INTO entries (incident_id, n, command_id, kind, data, text, author_id, occurred_at, recorded_at,"
        " revises, seal)"
        f" SELECT 1, 99, gen_random_uuid(), '{kind}', {data}, 'mine', id, now(), now(), {revises}, repeat('0', 64)"
        f" FROM people WHERE name = '{author}'"
    )


BO, ANA = "(SELECT id FROM people WHERE name = 'bo')", "(SELECT id FROM people WHERE name = 'ana')"
FORGED = {
    "an entry": entry("bo"),
    "an entry that calls another its writer": entry("ana", """'{"author": "bo"}'""", "decision"),
    "an entry that calls nobody known its writer": entry("ana", """'{"author": "zoe"}'"""),
    "a revision that gives a note another writer": entry("ana", """'{"author": "cy"}'""", revises="2"),
    "an incident": (
        "INSERT INTO incidents (title, severity, phase, book, book_version, version, changed, declared_by, declared_at)"
        f" SELECT title, severity, phase, book, book_version, 0, 0, {BO}, now() FROM incidents"
    ),
    "giving a role": (
        "INSERT INTO assignments (incident_id, role_id, single, person_id, given_by, since)"
        f" SELECT incident_id, id, single, {ANA}, {BO}, now() FROM incident_roles WHERE key = 'scribe'"
    ),
    "taking a role away": f"UPDATE assignments SET until = now(), ended_by = {BO}",
    "an offer": (
        "INSERT INTO offers (incident_id, role_id, from_id, to_id, offered_by, offered_at, brief)"
        f" SELECT incident_id, id, {BO}, {ANA}, {BO}, now(), '' FROM incident_roles WHERE key = 'scribe'"
    ),
    "a task": (
        "INSERT INTO tasks (incident_id, number, title, state, reason, added_by, added_at)"
        f" SELECT 1, 99, 'x', 'open', '', {BO}, now()"
    ),
    "confirming a role": f"UPDATE assignments SET confirmed_by = {BO}",
    "giving a task": f"UPDATE tasks SET given_by = {BO}, given_at = now()",
    "confirming a task": f"UPDATE tasks SET confirmed_by = {BO}",
    "leaving a step out": (
        f"INSERT INTO skips (incident_id, step, n, reason, skipped_by, skipped_at) SELECT 1, 'x', 1, 'x', {BO}, now()"
    ),
    "a draft": (
        "INSERT INTO drafts (incident_id, audience, revision, title, text, components, edited_by, edited_at)"
        f" SELECT 1, 'team', 1, '', '', '{{}}', {BO}, now()"
    ),
    "another's words under the editor's name": "UPDATE drafts SET text = 'All is well.'",
    "having a draft open": "UPDATE drafts SET open_by = (SELECT id FROM people WHERE name = 'cy'), open_at = now()",
    "an approval": (
        "UPDATE drafts SET approved_by = (SELECT id FROM people WHERE name = 'cy'), approved_revision = revision"
    ),
    "sending back": f"UPDATE drafts SET asked_by = NULL, asked_at = NULL, returned_by = {BO}, returned = 'no'",
    "an update": (
        "INSERT INTO status_updates (incident_id, n, phase, text, components, published_by, published_at)"
        f" SELECT 1, 1, 'identified', 'x', '{{}}', {BO}, now()"
    ),
}


@pytest.mark.parametrize("what", FORGED)
def test_nobody_else_can_be_made_to_have_done(ana: Store, what: str) -> None:
    assert sqlstate(ana, FORGED[what]) == OTHERS_NAME


@pytest.mark.parametrize(
    "statement",
    [
        entry("ana"),
        entry("ana", """'{"author": "ana"}'""", "decision"),
        entry("ana", """'{"author": "bo"}'""", "decision", revises="2"),
        entry("ana", """'{"kind": "note", "author": "bo"}'""", "retracted", revises="2"),
        f"UPDATE drafts SET text = 'All is well.', edited_by = {ANA}",
        f"UPDATE drafts SET approved_by = {ANA}, approved_revision = revision, approved_phase = 'investigating'",
        "UPDATE drafts SET asked_by = NULL, asked_at = NULL",
    ],
)
def test_what_is_ones_own_can_be_written(ana: Store, statement: str) -> None:
    assert sqlstate(ana, statement) == ""


@pytest.mark.parametrize(
    "statement",
    [
        "SET search_path = pg_temp, public; CREATE TEMP TABLE logins (login text, person_id bigint)",
        "CREATE TEMP TABLE people (id bigint, name text)",
        "SET search_path = pg_temp",
    ],
)
def test_a_search_path_of_ones_own_helps_nobody(ana: Store, statement: str) -> None:
    forged = entry("bo").replace("INTO entries", "INTO public.entries").replace("FROM people", "FROM public.people")
    with read_rows(ana) as connection:
        for one in statement.split(";"):
            connection.execute(text(one))
        with pytest.raises(DBAPIError, match="cannot write as bo"):
            connection.execute(text(forged))


def test_words_are_not_changed_under_an_approval(ana: Store) -> None:
    ana.perform(Approve(by="ana", ref="1"))
    with read_rows(ana) as connection, pytest.raises(IntegrityError, match="not approved any more"):
        connection.execute(text(f"UPDATE drafts SET text = 'All is well.', edited_by = {ANA}"))


class TestInWords:
    def test_another_name_is_refused(self, ana: Store) -> None:
        for command in (
            Note(by="bo", ref="1", text="x"),
            Declare(by="bo", title="x", severity="P1"),
            Note(by="dee", ref="1", text="x"),
        ):
            with pytest.raises(Refused) as told:
                ana.perform(command)
            assert told.value.message.startswith(f"Login {user(ana.location)} belongs to ana: it cannot write as ")
            assert told.value.remedy.startswith("Start without --as")
        assert "dee" not in read_board(ana).people

    def test_one_who_decided_may_be_another(self, ana: Store) -> None:
        done = ana.perform(Note(by="ana", ref="1", text="Roll back", as_kind="decision", decided_by="bo"))
        assert done.entry.data["decided_by"] == "bo"

    def test_anothers_note_is_revised_and_stays_theirs(self, ana: Store) -> None:
        assert ana.perform(EditNote(by="ana", ref="1", n=2, text="clearer")).entry.data["author"] == "bo"
        assert ana.perform(RetractNote(by="ana", ref="1", n=2, reason="wrong")).entry.data["author"] == "bo"
        assert ana.perform(Undo(by="ana", ref="1")).entry.data["author"] == "bo"


def test_a_role_is_accepted_from_who_offered_it(team: Team, ana: Store) -> None:
    ana.perform(Offer(by="ana", ref="1", role="incident-manager", person="bo"))
    bo = team.responder("bo", login="second")
    bo.perform(Accept(by="bo", ref="1", role="incident-manager"))
    assert reads.incident(bo, 1).manager == "bo"
    bo.perform(Undo(by="bo", ref="1"))
    assert reads.incident(bo, 1).manager == "ana"


def test_only_an_admin_reads_in_a_status_pages_history(team: Team, ana: Store) -> None:
    with pytest.raises(Refused, match="is not allowed to import updates, which bring times of their own"):
        statuspage.load(ana, REAL, "ana")
    assert {each.what for each in statuspage.load(team.store("kim", "keeper"), REAL, "kim").incidents} == {"new"}


class TestMapping:
    def test_is_the_keepers(self, team: Team) -> None:
        keeper, ana = team.store("kim", "keeper"), team.login("ana", "responder")
        mapped = map_login(keeper, user(ana), "Ana", "kim")
        assert (mapped.login, mapped.person, mapped.mapped_by) == (user(ana), "Ana", "kim")
        assert every(keeper) == (mapped,)
        store = Store(ana)
        store.open()
        assert [store.person] == ["Ana"]
        map_login(keeper, user(ana), "bo", "kim")
        with pytest.raises(Refused, match="belongs to bo"):
            Acting(store, by="Ana")
        unmap_login(keeper, user(ana), "kim")
        Acting(store, by="Ana")
        store.open()
        assert store.person is None
        store.close()

    def test_binds_keepers_too(self, team: Team) -> None:
        keeper = team.store("kim", "keeper")
        map_login(keeper, user(keeper.location), "kim", "kim")
        with pytest.raises(Refused, match="belongs to kim"):
            map_login(keeper, user(keeper.location), "ana", "ana")
        map_login(keeper, user(keeper.location), "ana", "kim")

    def test_of_what_is_no_login(self, team: Team) -> None:
        with pytest.raises(Refused, match="The server has no login 'nobody here'"):
            map_login(team.above, "nobody here", "ana", "kim")
        with pytest.raises(Refused, match="is a role without login"):
            map_login(team.above, team.roles.responder, "ana", "kim")
        with pytest.raises(Refused, match="Login 'x' is not mapped to anyone"):
            unmap_login(team.above, "x", "kim")

    def test_on_sqlite(self, sqlite_location: Location) -> None:
        store = Store(sqlite_location)
        store.open()
        assert (store.person, every(store)) == (None, ())
        deeds: tuple[Callable[[], Any], ...] = (
            lambda: map_login(store, "ana", "ana", "kim"),
            lambda: unmap_login(store, "ana", "kim"),
        )
        for deed in deeds:
            with pytest.raises(Refused, match="SQLite has no logins"):
                deed()
        store.close()
