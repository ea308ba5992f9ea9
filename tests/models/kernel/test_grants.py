"""What observers, responders and keepers of a Postgres database may do, with real logins and plain SQL."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql
from sqlalchemy.exc import DBAPIError

import models.kernel.schema
from models.board.board import read_board
from models.board.reader import Reader
from models.delivery.destinations import NewDestination
from models.delivery.sender import Sender
from models.delivery.setup import add
from models.doctor.examine import examine
from models.kernel.access import check, every, give, map_login, planned
from models.kernel.columns import metadata
from models.kernel.command import IncidentCommand
from models.kernel.engine import connect
from models.kernel.entry import Done
from models.kernel.failures import ReadOnly, Refused, Unusable
from models.kernel.location import Location
from models.kernel.online import desks
from models.kernel.postgres.privileges import RESPONDER, Rights, Roles
from models.kernel.presence import Desks
from models.kernel.store import Store
from models.kernel.undo import takes_back
from models.kernel.verbs import by_name, verbs
from models.roles import book as rolebook
from models.roles.book_check import check as checked
from models.roles.book_versions import choose_default, import_book
from models.status_page.read import read_published
from models.timeline.commands import Undo
from models.updates.agreement import agree, keep_templates
from models.updates.editing import EditDraft, HoldDraft
from models.updates.publishing import Publish
from models.updates.rules import Rules
from tests import reads
from tests.conftest import publish_alone
from tests.models import test_sequences as sequences
from tests.models.acting import Acting, failure
from tests.postgres import Cluster
from tests.rows import read_rows
from tests.team import Team, team, user

__all__ = ["team"]

PEOPLE = ("ana", "bo", "cy")


def test_every_table_and_column_is_thought_of() -> None:
    assert set(RESPONDER) == {*metadata.tables, "alembic_version"}
    for name, rights in RESPONDER.items():
        if name in metadata.tables:
            assert {*rights.columns, *rights.update} <= set(metadata.tables[name].columns.keys())


class Signed(Acting):
    """One incident, on which each person acts with a login of their own."""

    def __init__(self, stores: dict[str, Store]) -> None:
        self.stores = stores
        super().__init__(stores["ana"])

    def done(self, command: type[IncidentCommand], by: str, **fields: Any) -> Done:
        return self.stores[by].perform(command(by=by, ref=self.ref, **fields))


@pytest.fixture(scope="module")
def stores(postgres: Cluster) -> Iterator[dict[str, Store]]:
    """A store for each person, with a responder's login that is theirs."""
    with ExitStack() as stack:

        def open_store(location: Location) -> Store:
            store = Store(location)
            stack.callback(store.close)
            store.open()
            return store

        location = Location.parse(postgres.new_database())
        publish_alone(open_store(location))
        team = Team(postgres, location, open_store)
        yield {person: team.responder(person) for person in PEOPLE}


@pytest.mark.slow
@settings(sequences.FRESH, max_examples=8)
@given(st.lists(sequences.ACTS, max_size=25))
def test_whatever_people_do_in_whatever_order(stores: dict[str, Store], acts: list[sequences.Act]) -> None:
    incident = Signed(stores)
    for act in acts:
        if sequences.performed(incident, act):
            sequences.check(incident)


RESPONSE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("ana", "rename", {"title": "Checkout is down"}),
    ("ana", "severity", {"severity": "P2", "reason": "less"}),
    ("ana", "severity", {"severity": "P1"}),
    ("ana", "category", {"category": "functionality"}),
    ("ana", "impact", {"impact": "all"}),
    ("ana", "phase", {"phase": "identified"}),
    ("ana", "assign", {"role": "tech-lead", "person": "bo"}),
    ("bo", "confirm", {}),
    ("ana", "add-role", {"name": "Tech Lead", "label": "database"}),
    ("ana", "split", {"duty": "theories", "role": "tech-lead/database"}),
    ("bo", "take", {"role": "scribe"}),
    ("bo", "offer", {"role": "scribe", "person": "ana"}),
    ("ana", "accept", {"role": "scribe"}),
    ("ana", "offer", {"role": "scribe", "person": "bo"}),
    ("ana", "withdraw", {"role": "scribe"}),
    ("ana", "offer", {"role": "scribe", "person": "bo"}),
    ("bo", "decline", {"role": "scribe", "word": "busy"}),
    ("ana", "release", {"role": "scribe"}),
    ("ana", "add-role", {"name": "Dark magic"}),
    ("bo", "note", {"text": "rolled back"}),
    ("bo", "note", {"text": "pool", "as_kind": "theory"}),
    ("bo", "note", {"text": "wait", "as_kind": "decision"}),
    ("bo", "note", {"text": "restarted", "as_kind": "action"}),
    ("bo", "note", {"text": "it is slow", "as_kind": "customer"}),
    ("bo", "edit", {"n": "note", "text": "rolled back deploy 4512"}),
    ("ana", "theory", {"n": "theory", "state": "confirmed"}),
    ("ana", "evidence", {"n": "theory", "weight": "for", "text": "graph"}),
    ("ana", "retract", {"n": "customer", "reason": "a test"}),
    ("ana", "add-task", {"title": "Call them"}),
    ("bo", "claim", {"number": "task"}),
    ("bo", "block", {"number": "task", "reason": "nobody answers"}),
    ("bo", "assign-task", {"number": "task", "person": "ana"}),
    ("ana", "complete", {"number": "task"}),
    ("ana", "add-task", {"title": "Call them anew"}),
    ("ana", "cancel-task", {"number": "task", "reason": "they know"}),
    ("ana", "skip", {"step": "document", "reason": "a drill"}),
    ("ana", "draft", {"title": "Slow", "text": "We know.", "components": {"API": "degraded"}}),
    ("ana", "draft", {"title": "Slow", "text": "We know.", "audience": "team"}),
    ("bo", "publish", {"audience": "team"}),
    ("ana", "request-approval", {}),
    ("bo", "request-changes", {"word": "shorter"}),
    ("ana", "draft", {"text": "Known."}),
    ("ana", "request-approval", {}),
    ("bo", "approve", {}),
    ("bo", "publish", {}),
    ("ana", "draft", {"text": "Known better."}),
    ("ana", "emergency-publish", {"reason": "no one is awake"}),
    ("bo", "acknowledge-update", {"comment": "fine"}),
    ("bo", "retry", {}),
    ("bo", "skip-delivery", {"place": "nowhere", "reason": "nobody reads it"}),
    ("bo", "snooze", {"minutes": 30, "reason": "nothing new"}),
    ("bo", "snooze", {"minutes": 30, "reason": "nothing new", "audience": "executives"}),
    ("bo", "declare", {"title": "Payments fail", "severity": "P1"}),
    ("bo", "merge", {"into": "INC-1"}),
    ("ana", "schedule", {"title": "Upgrade", "text": "Soon.", "lasts": 60, "affects": ("DB",), "starts_at": 1}),
    ("ana", "reschedule", {"text": "Later.", "lasts": 60, "starts_at": 2}),
    ("ana", "end-maintenance", {"text": "Called off."}),
)
"""Each thing that people do, each of them at a login that is theirs."""


def test_everything_that_people_do_and_take_back(team: Team) -> None:
    agree(team.above, None)
    with team.above.acting_as_admin("kim", "places", "set up destinations") as tx:
        add(tx, NewDestination(key="nowhere", kind="webhook", address="http://127.0.0.1:1/in"))
    stores = {person: team.responder(person) for person in PEOPLE}
    known: dict[str, int] = {}
    ref = stores["ana"].perform(by_name()["declare"].load().make(by="ana", title="Checkout", severity="P1")).ref
    did, undone = {"declare", "undo"}, set()

    def perform(by: str, verb: str, fields: dict[str, Any]) -> Done:
        kind = by_name()[verb].load()
        at = {"starts_at": datetime.now(UTC) + timedelta(days=fields["starts_at"])} if "starts_at" in fields else {}
        given = {name: known[value] if name in ("n", "number") else value for name, value in fields.items()}
        where = {"ref": ref} if "ref" in kind.model_fields else {}
        done = stores[by].perform(kind.make(by=by, **where, **{**given, **at}))
        known[done.entry.kind] = done.entry.n
        known["task"] = done.entry.data.get("task", known.get("task", 0))
        return done

    for by, verb, fields in RESPONSE:
        done = perform(by, verb, fields)
        ref = done.ref
        did.add(verb)
        if done.entry.kind in takes_back:
            stores[by].perform(Undo(by=by, ref=ref))
            undone.add(done.entry.kind)
            perform(by, verb, fields)
    assert Sender(stores["cy"].location).once() == {"sent": 0, "not_sent": 2}
    stores["ana"].perform(HoldDraft(by="ana", ref="INC-1", open=True))
    assert {verb.name for verb in verbs() if verb.command} == did
    assert {verb.load().kind for verb in verbs() if verb.command} & set(takes_back) <= undone
    assert [entry.author for entry in reads.newest(stores["cy"], 1)].count("bo") > 10


FORBIDDEN_TO_ALL = (
    "UPDATE entries SET text = 'never said'",
    "DELETE FROM entries",
    "TRUNCATE entries CASCADE",
    "INSERT INTO entries SELECT * FROM entries ON CONFLICT (incident_id, n) DO UPDATE SET text = 'never said'",
    "UPDATE status_updates SET text = 'never said'",
    "DELETE FROM status_updates",
    "UPDATE people SET name = 'bo'",
    "DELETE FROM people",
    "UPDATE incidents SET declared_by = 2",
    "UPDATE incidents SET declared_at = now()",
    "UPDATE incidents SET book = 'policy'",
    "UPDATE incidents SET id = 7",
    "DELETE FROM incidents",
    "UPDATE assignments SET person_id = 2",
    "UPDATE assignments SET given_by = 2",
    "DELETE FROM assignments",
    "UPDATE offers SET brief = ''",
    "DELETE FROM offers",
    "UPDATE tasks SET title = 'another'",
    "DELETE FROM tasks",
    "UPDATE drafts SET audience = 'team'",
    "DELETE FROM drafts",
    "UPDATE skips SET reason = 'another'",
    "DELETE FROM theories",
    "DELETE FROM evidence",
    "UPDATE components SET name = 'another'",
    "DELETE FROM components",
    "DELETE FROM promises",
    "DELETE FROM maintenances",
    "UPDATE books SET text = ''",
    "INSERT INTO books (key, version, text, digest, added_by, added_at) SELECT 'x', 1, '', repeat('0', 64), 1, now()",
    "DELETE FROM books",
    "INSERT INTO settings (key, value) VALUES ('rules', '{}') ON CONFLICT (key) DO UPDATE SET value = '{}'",
    "UPDATE settings SET value = '{}'",
    "DELETE FROM settings",
    "UPDATE meta SET min_writer = 99",
    "DELETE FROM meta",
    "UPDATE head SET one = 1",
    "DELETE FROM head",
    "INSERT INTO places (key, kind, address, headers, audiences, added_by, added_at)"
    " VALUES ('x', 'webhook', 'https://example.com', '{}', '[]', 1, now())",
    "UPDATE places SET active = false",
    "DELETE FROM places",
    "UPDATE deliveries SET update_id = 1",
    "DELETE FROM deliveries",
    "INSERT INTO logins (login, person_id, mapped_by, mapped_at) VALUES (session_user, 2, 2, now())",
    "UPDATE logins SET person_id = 2",
    "DELETE FROM logins",
    "UPDATE alembic_version SET version_num = '0001'",
    "SELECT setval('incidents_id_seq', 4711)",
    "ALTER TABLE entries DISABLE TRIGGER ALL",
    "ALTER TABLE entries ADD COLUMN more text",
    "DROP TRIGGER entries_own_name ON entries",
    "CREATE TRIGGER mine BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION own_name()",
    "CREATE RULE mine AS ON INSERT TO entries DO INSTEAD NOTHING",
    "CREATE INDEX mine ON entries (text)",
    "CREATE TABLE mine (id integer)",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION own_name() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE SCHEMA mine",
    "DROP TABLE entries CASCADE",
    "LOCK TABLE entries IN ACCESS EXCLUSIVE MODE",
    "SET SESSION AUTHORIZATION postgres",
    "SET ROLE {keeper}",
    "GRANT {keeper} TO CURRENT_USER",
    "SET session_replication_role = replica",
    "COPY entries TO PROGRAM 'true'",
)
WORKING = (
    "UPDATE incidents SET title = title",
    "INSERT INTO people (name, key, added_at) VALUES ('dee', 'dee', now())",
    "DELETE FROM skips",
    "UPDATE head SET ticket = ticket + 1",
    "SELECT * FROM incidents FOR UPDATE",
    "SELECT nextval('incidents_id_seq')",
)
"""What a responder needs, and an observer may not do either."""


def refused(store: Store, statement: str, keeper: str) -> str:
    """The SQLSTATE with which the statement fails."""
    written = statement.format(keeper='"' + keeper.replace('"', '""') + '"') if "{keeper}" in statement else statement
    with read_rows(store) as connection:
        try:
            connection.exec_driver_sql(written, execution_options={"no_parameters": True})
        except DBAPIError as error:
            return str(getattr(error.orig, "sqlstate", None))
    return "it did not fail"


@pytest.fixture
def worked(team: Team) -> Store:
    """A responder's store on an incident that has something of most things."""
    incident = Signed({person: team.responder(person) for person in PEOPLE})
    incident(EditDraft, "ana", title="Payments fail", text="We know", components={"API": "degraded"})
    incident(Publish, "ana")
    return incident.stores["ana"]


def test_plain_sql_of_a_responder_and_an_observer(team: Team, worked: Store) -> None:
    observer = team.store("vera", "observer")
    for statement in FORBIDDEN_TO_ALL:
        assert refused(worked, statement, team.roles.keeper) == "42501", statement
        assert refused(observer, statement, team.roles.keeper) == "42501", statement
    for statement in WORKING:
        assert refused(observer, statement, team.roles.keeper) == "42501", statement
        with read_rows(worked) as connection:
            connection.exec_driver_sql(statement)
    with worked.writing() as (connection, _):
        connection.exec_driver_sql("GRANT UPDATE ON entries TO PUBLIC")  # Postgres warns, and grants nothing
    assert check(team.above) == ()


def test_what_an_entry_says_stays_whoever_asks(team: Team, worked: Store) -> None:
    """A keeper too has to switch a trigger off first, which a doctor tells."""
    keeper = team.store("kim", "keeper")
    for statement in FORBIDDEN_TO_ALL[:6]:
        assert refused(keeper, statement, team.roles.keeper) == "23000"
    with keeper.writing() as (connection, _):
        connection.exec_driver_sql("ALTER TABLE entries DISABLE TRIGGER entries_stay")
    found = [finding.found for finding in examine(keeper.location, datetime.now(UTC)).findings]
    assert "The trigger entries_stay is missing, disabled, or has no effect." in found


class TestObserver:
    def test_reads_everything_and_is_told_who_may_change_that(self, team: Team, worked: Store) -> None:
        map_login(team.above, user(team.login("kim", "keeper")), "kim", "kim")
        observer = team.store("vera", "observer")
        board = read_board(observer, "first")
        assert board.shown is not None
        assert board.shown.title == "Checkout returns 502"
        assert board.people == ("ana", "bo", "cy", "kim")
        assert desks(observer) == Desks(complete=True)
        with observer.reading(Reader) as read:
            assert read_published(read, None).incidents
        assert [login.person for login in every(observer)] == ["ana", "bo", "cy", "kim"]
        words = failure(lambda: Acting(observer), ReadOnly)
        assert words.startswith(f"Login {user(observer.location)} has read-only access.")
        assert words.endswith(" to make you a responder.")
        assert user(team.login("lee", "keeper")) not in words

    def test_becomes_a_responder(self, team: Team) -> None:
        observer = team.store("vera", "observer")
        team.run("GRANT {} TO {}", sql.Identifier(team.roles.responder), sql.Identifier(user(observer.location)))
        observer.open()
        assert Acting(observer, by="vera").now.declared_by == "vera"

    def test_a_login_without_a_role(self, team: Team) -> None:
        with pytest.raises(ReadOnly, match="Your login has no permission for this in"):
            team.store("stranger")


class TestKeeper:
    BOOK = rolebook.shipped("policy").replace('key = "policy"', 'key = "ours"', 1)

    def test_keeps_what_is_agreed_on(self, team: Team) -> None:
        keeper = team.store("kim", "keeper")
        assert agree(keeper, lambda before: Rules(approval=None)).approval is None
        keep_templates(keeper, {})
        assert import_book(keeper, checked(self.BOOK.encode(), "x"), "kim", default=True)["default"]
        choose_default(keeper, "policy")
        assert (
            team.responder("ana")
            .perform(by_name()["declare"].load().make(by="ana", title="x", severity="P1"))
            .entry.data["role"]
        )

    def test_is_named_to_who_is_none(self, team: Team) -> None:
        keeper = user(team.login("kim", "keeper"))
        responder = team.responder("ana")
        login = user(responder.location)
        deeds: dict[str, Callable[[], object]] = {
            "change the rules": lambda: agree(responder, None),
            "change the templates": lambda: keep_templates(responder, {}),
            "import playbooks": lambda: import_book(responder, checked(self.BOOK.encode(), "x"), "ana"),
            "choose the default playbook": lambda: choose_default(responder, "policy"),
            "map logins": lambda: map_login(responder, login, "bo", "ana"),
        }
        for deed, act in deeds.items():
            with pytest.raises(Refused) as told:
                act()
            assert told.value.message == f"{login} is not allowed to {deed}; only admins are."
            assert told.value.remedy == f"Ask an admin (bridgewatch or {keeper})."

    def test_upgrades_and_everybody_goes_on(self, postgres: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
        location = Location.parse(postgres.new_database())
        with ExitStack() as stack:

            def open_store(where: Location) -> Store:
                store = Store(where)
                stack.callback(store.close)
                return store

            with monkeypatch.context() as earlier:
                earlier.setattr(models.kernel.schema, "SCHEMA", 10)
                earlier.setitem(RESPONDER, "deliveries", Rights(insert=True, update=("state", "said")))
                earlier.setitem(RESPONDER, "incident_roles", Rights(insert=True, update=("key", "removed")))
                earlier.setitem(RESPONDER, "assignments", Rights(insert=True, update=("until", "ended_by")))
                earlier.setitem(RESPONDER, "tasks", Rights(insert=True, update=("state", "owner_id", "reason")))
                earlier.setitem(RESPONDER, "incidents", Rights(insert=True, update=("title", "phase", "version")))
                earlier.setitem(RESPONDER, "drafts", Rights(insert=True, update=("title", "text", "revision")))
                engine = connect(location)
                stack.callback(engine.dispose)
                models.kernel.schema.upgrade(engine, location)
                team = Team(postgres, location, open_store)
            responder, keeper = team.store("ana", "responder"), team.store("kim", "keeper")
            whom = f"an admin (bridgewatch or {user(keeper.location)})"
            assert failure(responder.open, Unusable) == (
                f"{responder.location.shown} has an older schema (10; this version needs"
                f" {models.kernel.schema.SCHEMA}). Ask {whom} to back it up and run `bridgewatch upgrade`."
            )
            with pytest.raises(Refused) as told:
                responder.open(upgrade=True)
            assert told.value.message == (
                f"{responder.location.shown} has an older schema (10), which login {user(responder.location)} is not"
                " allowed to upgrade."
            )
            assert told.value.remedy == f"Ask {whom} to back it up and run `bridgewatch upgrade`."
            keeper.open(upgrade=True)
            assert check(keeper) == ()
            responder.open()
            Acting(responder)


class TestGrants:
    def test_applied_once_more(self, team: Team) -> None:
        keeper = team.store("kim", "keeper")
        again = give(keeper)
        assert again.statements == planned(team.above).statements
        assert not any(what in one for one in again.statements for what in ("CREATE ROLE", "ALTER", "WITH ADMIN"))
        assert set(again.keepers) == {"bridgewatch", user(keeper.location)}
        assert check(keeper) == ()

    def test_what_is_otherwise_is_told(self, team: Team) -> None:
        responder = sql.Identifier(team.roles.responder)
        team.run("REVOKE UPDATE (state, due_at) ON tasks FROM {}", responder)
        team.run("REVOKE SELECT ON people FROM {}", sql.Identifier(team.roles.observer))
        team.run("GRANT DELETE ON entries TO {}", responder)
        team.run("GRANT SELECT ON people TO PUBLIC")
        guest = user(team.login("guest"))
        team.run("GRANT SELECT ON people TO {}", sql.Identifier(guest))
        team.run("GRANT UPDATE ON people TO {}", sql.Identifier(guest))
        team.run("GRANT CREATE ON SCHEMA public TO PUBLIC")
        team.run("ALTER TABLE skips OWNER TO bridgewatch")
        team.run("REVOKE USAGE ON SEQUENCE people_id_seq FROM {}", responder)
        team.run("GRANT UPDATE ON SEQUENCE incidents_id_seq TO {}", responder)
        team.run("GRANT SELECT ON SEQUENCE tasks_id_seq TO {}", sql.Identifier(guest))
        team.run("GRANT USAGE ON SEQUENCE tasks_id_seq TO PUBLIC")
        assert set(check(team.above)) == {
            f"Table skips belongs to bridgewatch, not to {team.roles.keeper}.",
            f"{team.roles.observer} does not have SELECT on people.",
            f"{team.roles.responder} does not have UPDATE on tasks (due_at, state).",
            f"{team.roles.responder} must not have DELETE on entries.",
            "PUBLIC must not have SELECT on people.",
            f"{guest} must not have UPDATE on people.",
            f"{team.roles.responder} does not have USAGE on people_id_seq.",
            f"{team.roles.responder} must not have UPDATE on incidents_id_seq.",
            "PUBLIC must not have USAGE on tasks_id_seq.",
            "PUBLIC can create tables in this schema.",
        }
        told = [one.found for one in examine(team.login("x", "observer"), datetime.now(UTC)).findings]
        assert f"{team.roles.responder} must not have DELETE on entries." in told
        give(team.above)
        assert check(team.above) == (f"{guest} must not have UPDATE on people.",)

    def test_before_there_are_roles(self, postgres_location: Location) -> None:
        store = Store(postgres_location)
        assert check(store, "nobody_") == (
            "Role nobody_keeper does not exist.",
            "Role nobody_observer does not exist.",
            "Role nobody_responder does not exist.",
        )
        with pytest.raises(Refused) as told:
            give(store, "nobody_")
        assert told.value.message == (
            "Login bridgewatch is not allowed to do all of this: permission denied to create role."
        )
        assert 'CREATE ROLE "nobody_keeper" NOLOGIN' in planned(store, "nobody_").statements
        store.close()

    def test_by_an_owner_who_may_make_roles(self, postgres: Cluster) -> None:
        owner = sql.Identifier("owner of one")
        postgres.administer(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD 'hush'").format(owner))
        postgres.administer(sql.SQL("CREATE DATABASE owned OWNER {}").format(owner))
        store = Store(Location.parse(postgres.url("owned", user="owner%20of%20one", password="hush")))
        store.open()
        assert give(store, "owned_").keepers == ("owner of one",)
        assert check(store) == ()
        give(store)
        Acting(store)
        agree(store, None)
        store.close()

    def test_another_prefix(self, team: Team) -> None:
        with pytest.raises(Refused, match="are already named"):
            planned(team.above, "other_")
        with pytest.raises(Refused, match="This is not a valid role name"):
            Roles("x" * 60)

    def test_not_on_sqlite(self, sqlite_location: Location) -> None:
        store = Store(sqlite_location)
        store.open()
        for deed in (planned, give, check):
            with pytest.raises(Refused, match=r"SQLite has no logins: .*The modes of the file"):
                deed(store)
        store.close()
