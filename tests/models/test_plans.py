"""Whatever a desk reads or writes, it finds through an index: the thousandth incident costs what the first one did."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bench.years import repeat_entries, repeat_incident
from models.board.board import read_at, read_board, read_newer, read_older
from models.board.reader import Reader
from models.delivery.destinations import NewDestination
from models.delivery.messages import turns_due
from models.delivery.read import Outbox
from models.delivery.setup import add
from models.incident.declare import Declare
from models.incident.fields import SetSeverity
from models.incident.phase import SetPhase
from models.kernel.columns import metadata
from models.kernel.command import Command
from models.kernel.engine import connect
from models.kernel.location import Location
from models.kernel.names import RENAMED
from models.kernel.online import desks
from models.kernel.reader import HOW_MANY_PEOPLE, PEOPLE
from models.kernel.store import Store
from models.kernel.tables import people
from models.policy.audience import Audience
from models.process.commands import SkipStep
from models.roles.commands import AddRole, Assign, Release, Take
from models.roles.handover import Accept, Offer, Withdraw
from models.tasks.commands import AddTask, ClaimTask, CompleteTask
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from models.updates.editing import EditDraft, HoldDraft
from models.updates.maintenance import Schedule
from models.updates.outbox import deliveries
from models.updates.publishing import Approve, Publish, RequestApproval, RequestChanges
from models.updates.snoozing import Snooze
from tests import reads
from tests.postgres import Cluster
from tests.rows import heard, write_rows

SMALL = {"head", "meta", "settings", "components", "places", "books"}
"""Tables that have few rows however long a team works; of `books`, one for each version of a playbook."""

PARTIAL = {index.name for table in metadata.tables.values() for index in table.indexes if "where" in index.info}
"""Indexes that hold only what is still open."""

WHOLE = {" ".join(str(statement).split()) for statement in (PEOPLE, HOW_MANY_PEOPLE, RENAMED)}
"""They want everybody: asked for when a desk begins, and when somebody new has come, or has another name."""


def history(ref: str) -> list[Command]:
    """A little of everything, and the end of it."""
    ana, bo = {"by": "ana", "ref": ref}, {"by": "bo", "ref": ref}
    return [
        Take(**bo, role="tech-lead"),
        Offer(**bo, role="tech-lead", person="cy", brief="The pool is full"),
        Accept(by="cy", ref=ref, role="tech-lead"),
        Offer(by="cy", ref=ref, role="tech-lead", person="bo"),
        Withdraw(by="cy", ref=ref, role="tech-lead"),
        Assign(**ana, role="scribe", person="bo"),
        Release(**ana, role="scribe", person="bo"),
        AddRole(**ana, name="Tech Lead", label="database"),
        AddTask(**ana, title="Call the bank"),
        ClaimTask(**bo, number=1),
        CompleteTask(**bo, number=1),
        Note(**bo, text="The pool is at 200 of 200"),
        Note(**bo, text="The pool is full", as_kind="theory"),
        AddEvidence(**bo, n=14, weight="for", text="200 of 200"),
        SetTheory(**bo, n=14, state="confirmed"),
        EditNote(**bo, n=13, text="The pool is at 199 of 200"),
        RetractNote(**bo, n=13, reason="It was another one"),
        EditDraft(**bo, title="Checkout", text="It is slow", audience="customers"),
        RequestApproval(**bo),
        RequestChanges(**ana, word="Which checkout?"),
        EditDraft(**bo, text="The checkout is slow"),
        RequestApproval(**bo),
        Approve(**ana),
        Publish(**bo),
        Snooze(**ana, minutes=300),
        EditDraft(**bo, text="All hands", audience="team"),
        HoldDraft(**bo, open=True),
        SkipStep(**ana, step="categorise", reason="It was small"),
        SetSeverity(**ana, severity="P2", reason="less"),
        Undo(**ana),
    ]


def all_clear(ref: str) -> list[Command]:
    """What customers read at the end."""
    bo = {"by": "bo", "ref": ref}
    draft = EditDraft(**bo, text="It works again")
    return [SetPhase(**bo, phase="resolved"), draft, RequestApproval(**bo), Approve(by="ana", ref=ref), Publish(**bo)]


def fill(location: Location) -> None:
    """Many closed incidents, some open ones, and a long timeline."""
    past = datetime.now(UTC) - timedelta(days=30)

    def clock() -> datetime:
        nonlocal past
        past += timedelta(seconds=1)
        return past

    store = Store(location, clock=clock)
    store.open()
    with store.acting("ana") as tx:
        add(tx, NewDestination(key="hook", kind="webhook", address="https://hooks.example/status"))
    ref = store.perform(Declare(by="ana", title="Checkout 1 was slow", severity="P1")).ref
    for command in (*history(ref), *all_clear(ref)):
        store.perform(command)
    with store.writing() as (connection, now):
        connection.execute(deliveries.update().values(state="sent", sent_at=now))
    store.perform(SetPhase(by="ana", ref=ref, phase="closed", force_reason="It was small"))
    store.close()
    repeat_incident(location, 6_000, "Checkout was slow")
    past += timedelta(days=1)
    store.open()
    window = {"starts_at": datetime.now(UTC) + timedelta(days=1), "lasts": 60}
    for number in range(10):
        ref = store.perform(Declare(by="ana", title=f"Search {number} is slow", severity="P1")).ref
        store.perform(Offer(by="ana", ref=ref, role="incident-manager", person="bo"))
        store.perform(Schedule(by="ana", title=f"Upgrade {number}", text="We upgrade it", affects=("API",), **window))
    ref = store.perform(Declare(by="ana", title="The longest", severity="P1")).ref
    for command in history(ref):
        store.perform(command)
    with write_rows(store) as connection:
        connection.execute(people.insert(), [{"name": f"p{n}", "key": f"p{n}", "added_at": past} for n in range(500)])
    for number in range(10):
        store.perform(Note(by=f"p{number}", ref=ref, text=f"The pool is at {number} of 200"))
    store.close()
    repeat_entries(location, int(ref.removeprefix("INC-")), last=10, times=300)


def work(store: Store) -> None:
    """All that a desk reads, and what its keys write."""
    board = read_board(store, "first")
    assert board.shown is not None
    first, other = board.shown.id, board.incidents[-1].id
    assert read_board(store, first, board).ticket == board.ticket
    ref = store.perform(Declare(by="di", title="Another one", severity="P1")).ref
    board = read_board(store, first, board)
    assert board.shown is not None
    older = read_older(store, board)
    assert len(older.timeline.entries) > len(board.timeline.entries)
    for place in ("oldest", "newest", older.timeline.entries[-1].occurred_at):
        assert read_at(store, older, place).timeline.entries
    oldest = read_at(store, older, "oldest")
    assert len(read_newer(store, oldest).timeline.entries) > len(oldest.timeline.entries)
    with store.glancing(Reader) as read:
        found = read.search(first, "pool 200", 50)
        assert len(read.search(first, "pool 200", 50, found[-1])) == 50
        assert read.count(first, "pool 200") > 1_000
    assert read_board(store, other, board).shown
    assert read_board(store, 1, board).shown
    assert len(reads.found(store, "checkout was slow 9", 1_000)[0]) == 50
    assert reads.found(store, "INC-17")[0]
    assert reads.incident(store, 17).roles
    assert reads.template(store, first, Audience.CUSTOMERS, board.read_at).text
    assert reads.history(store, 17, "tech-lead")
    assert reads.newest(store, 17)
    assert reads.versions(store, 17, 13)
    assert reads.moves(store, 17, 14)
    reads.findings(store, first, Audience.CUSTOMERS)
    desks(store)
    assert reads.places(store)
    with store.reading(Outbox) as read:
        assert turns_due(read.connection)
    for command in history(ref):
        store.perform(command)
    window = {"starts_at": datetime.now(UTC) + timedelta(days=1), "lasts": 60}
    store.perform(Schedule(by="ana", title="Upgrade", text="We upgrade the checkout", affects=("Checkout",), **window))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Location:
    if request.param == "sqlite":
        location = Location.file(tmp_path_factory.mktemp("plans") / "bridgewatch.db")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        location = Location.parse(cluster.new_database())
    fill(location)
    return location


@pytest.fixture(scope="module")
def said(filled: Location) -> dict[str, Any]:
    """Each statement that the work takes, with what it was given the first time."""
    statements: dict[str, Any] = {}

    def hear(_connection: object, _cursor: object, statement: str, given: Any, _context: object, many: bool) -> None:
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE", "DELETE", "WITH"):
            statements.setdefault(statement, given[0] if many else given)

    store = Store(filled)
    store.open()
    with heard(hear), pytest.MonkeyPatch.context() as patch:
        patch.setattr("models.board.incidents.SEARCHED", 300)
        work(store)
    store.close()
    assert len(statements) > 60
    return statements


@pytest.fixture
def connection(filled: Location) -> Iterator[Connection]:
    """What is done to it is taken back."""
    engine = connect(filled)
    with engine.execution_options(writes=True).connect() as connection:
        yield connection
    engine.dispose()


def read_whole(connection: Connection, statement: str, given: Any = ()) -> set[str]:
    """The tables of which every row is looked at, in the table or in an index of all its rows."""
    if connection.dialect.name == "sqlite":
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).scalars("detail")
        loops = [_SQLITE_LOOP.match(line) for line in plan]
        found = {(loop["table"], loop["index"]) for loop in loops if loop}
    else:
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalar_one()
        found = {
            (node.get("Relation Name", node.get("Index Name")), node.get("Index Name"))
            for node in nodes(plan[0]["Plan"])
            if node["Node Type"].endswith("Scan") and not {"Index Cond", "Recheck Cond"} & {*node}
        }
    return {table for table, index in found if table in metadata.tables and index not in PARTIAL}


_SQLITE_LOOP = re.compile(r"SCAN (?P<table>\w+?)(_\d+)?( USING (COVERING )?INDEX (?P<index>\w+))?( LEFT-JOIN)?$")


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All parts of a plan but those that take the first row of an index."""
    if plan["Node Type"] == "Limit" and "Index Name" in plan["Plans"][0] and "Filter" not in plan["Plans"][0]:
        return
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def faults(connection: Connection, said: dict[str, Any], allowed: set[str]) -> dict[str, set[str]]:
    found = {statement: read_whole(connection, statement, given) - allowed for statement, given in said.items()}
    return {statement: tables for statement, tables in found.items() if tables and plain(statement) not in WHOLE}


def plain(statement: str) -> str:
    return " ".join(statement.replace('"', "").split())


def test_each_statement_has_an_index_to_use(connection: Connection, said: dict[str, Any]) -> None:
    if connection.dialect.name == "postgresql":  # which rather reads a table of one page, or joins it, as a whole
        for way in ("seqscan", "hashjoin", "mergejoin", "material"):
            connection.exec_driver_sql(f"SET enable_{way} = off")
    assert faults(connection, said, SMALL) == {}


def test_where_there_is_much_to_read_the_index_is_used(connection: Connection, said: dict[str, Any]) -> None:
    connection.exec_driver_sql("ANALYZE")
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET random_page_cost = 1.1")  # no disk of today turns
    few = {"people", "maintenances"}
    assert faults(connection, said, SMALL | few) == {}


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("SELECT * FROM incidents WHERE title = 'x'", "incidents"),
        ("SELECT count(*) FROM entries", "entries"),
        ("SELECT * FROM incidents WHERE title = 'x' ORDER BY id DESC LIMIT 1", "incidents"),
        ("UPDATE tasks SET title = 'x' WHERE reason = 'y'", "tasks"),
    ],
)
def test_a_statement_without_an_index_is_found(connection: Connection, statement: str, table: str) -> None:
    for choice in ("on", "off"):
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET enable_seqscan = {choice}")
        assert faults(connection, {statement: ()}, SMALL) == {statement: {table}}
