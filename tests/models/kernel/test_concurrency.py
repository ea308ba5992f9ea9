"""Many at once: no entry is lost, doubled or out of order, and a role goes to one of those who reach for it."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import text

import models
from models.board.board import read_board
from models.board.reader import Reader
from models.incident.declare import Declare
from models.kernel.entry import EntryView
from models.kernel.failures import Conflict, Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.commands import AddRole, Assign, Take
from models.roles.handover import Accept, Offer, Withdraw
from models.tasks.commands import AddTask, ClaimTask
from models.timeline.commands import Note
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting, count
from tests.rows import read_rows

T = TypeVar("T")

MANY = 8

WRITE = """
import sys
from models.timeline.commands import Note
from models.kernel.location import Location
from models.kernel.store import Store
address, ref, name, times = sys.argv[1:]
store = Store(Location.parse(address))
store.open(create=False)
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(times)):
    print(store.perform(Note(by=name, ref=ref, text=f"{name} {number}")).entry.n)
"""


def at_once(location: Location, act: Callable[[Store, int], T], many: int = MANY) -> list[T | Conflict | Refused]:
    """What each of so many gets, who have a store of their own and begin together."""
    barrier = Barrier(many)

    def one(number: int) -> T | Conflict | Refused:
        store = Store(location)
        store.open(create=False)
        barrier.wait(60)
        try:
            return act(store, number)
        except (Conflict, Refused) as failure:
            return failure
        finally:
            store.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def test_threads_write_to_one_incident(incident: Acting) -> None:
    def write(store: Store, number: int) -> list[int]:
        return [
            store.perform(Note(by=f"person {number}", ref=incident.ref, text=f"{number} {place}")).entry.n
            for place in range(10)
        ]

    given = at_once(incident.store.location, write)
    numbers = [n for mine in given if isinstance(mine, list) for n in mine]
    assert sorted(numbers) == list(range(2, 2 + 10 * MANY))
    assert all(mine == sorted(mine) for mine in given if isinstance(mine, list))
    entries = incident.recorded
    assert [entry.n for entry in entries] == list(range(1, 2 + 10 * MANY))
    assert len({entry.text for entry in entries}) == 1 + 10 * MANY
    assert incident.now.version == 1 + 10 * MANY


def test_processes_write_to_one_incident(incident: Acting) -> None:
    location = incident.store.location
    address = str(location.path) if location.path else location.url
    environment = {**os.environ, "PYTHONPATH": str(Path(models.__file__).parents[1])}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, address, incident.ref, name, "15"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        for name in ("bo", "cy", "dee")
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    numbers = []
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        out, _ = writer.communicate()
        assert writer.returncode == 0
        numbers += [int(line) for line in out.split()]
    assert sorted(numbers) == list(range(2, 47))
    assert [entry.n for entry in incident.recorded] == list(range(1, 47))


def test_tickets_are_in_commit_order(incident: Acting) -> None:
    """Whoever reads everything after the last ticket that they know misses nothing, however many write."""
    location = incident.store.location
    watching = Store(location)
    watching.open(create=False)
    refs = [incident.ref, *(Acting(incident.store).ref for _ in range(3))]
    seen: dict[int, int] = {}
    board = None
    done = 0

    def write(store: Store, number: int) -> bool:
        for place in range(10):
            store.perform(Note(by="bo", ref=refs[(number + place) % 4], text="x"))
        return True

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(at_once, location, write)
        while not done:
            done = writing.done()
            board = read_board(watching, None, board)
            assert all(row.version >= seen.get(row.id, 0) for row in board.incidents)
            seen |= {row.id: row.version for row in board.incidents}
        assert writing.result() == [True] * MANY
    assert seen == {row.id: row.version for row in read_board(watching).incidents}
    assert sum(seen.values()) == 4 + 10 * MANY
    assert count(watching, "SELECT ticket FROM head") == 4 + 10 * MANY
    watching.close()


def test_one_of_many_gets_the_role(incident: Acting) -> None:
    def take(store: Store, number: int) -> str:
        return store.perform(Take(by=f"person {number}", ref=incident.ref, role="tech-lead", saw=())).entry.author

    outcomes = at_once(incident.store.location, take)
    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, str))
    assert incident.holders("tech-lead") == (winner,)
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert len(conflicts) == MANY - 1
    assert {conflict.now for conflict in conflicts} == {(winner,)}
    assert all(f"{winner} took over Tech Lead (previously unassigned)" in conflict.message for conflict in conflicts)
    assert incident.now.version == 2


def test_an_offer_is_accepted_withdrawn_or_overtaken_and_each_of_many_is_told(incident: Acting) -> None:
    """Half of them assign the role to somebody, one accepts it, one withdraws the offer, all at the same moment."""
    incident(Take, "bo", role="tech-lead")
    incident(Offer, "bo", role="tech-lead", person="cy")

    def act(store: Store, number: int) -> str:
        known = {"ref": incident.ref, "role": "tech-lead"}
        if number == 0:
            return store.perform(Accept(by="cy", **known)).entry.kind
        if number == 1:
            return store.perform(Withdraw(by="bo", **known)).entry.kind
        return store.perform(Assign(by="ana", person=f"person {number}", saw=("bo",), **known)).entry.kind

    outcomes = at_once(incident.store.location, act)
    moves = [outcome for outcome in outcomes if outcome in ("accepted", "assigned")]
    assert len(moves) == 1
    (holder,) = incident.holders("tech-lead")
    moved = incident.recorded[-1]
    assert holder == moved.data["to" if moved.kind == "accepted" else "person"]
    assert incident.now.offers == ()
    assert count(incident.store, "SELECT count(*) FROM offers WHERE answer IS NULL") == 0
    words = [str(outcome) for outcome in outcomes if isinstance(outcome, Conflict | Refused)]
    assert all("since you opened this" in said or "Last change: " in said for said in words)


def test_one_of_many_offers_is_made(incident: Acting) -> None:
    incident(Take, "bo", role="tech-lead")
    outcomes = at_once(
        incident.store.location,
        lambda store, number: store.perform(
            Offer(by=("ana", "bo")[number % 2], ref=incident.ref, role="tech-lead", person=f"person {number}")
        ),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == MANY - 1
    assert len(incident.now.offers) == 1


def test_one_of_fifty_gets_the_task_and_the_others_read_who(incident: Acting) -> None:
    number = incident(AddTask, "ana", title="Call the bank").data["task"]

    def claim(store: Store, person: int) -> EntryView:
        return store.perform(ClaimTask(by=f"person {person}", ref=incident.ref, number=number)).entry

    outcomes = at_once(incident.store.location, claim, many=50)
    (won,) = (outcome for outcome in outcomes if isinstance(outcome, EntryView))
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert len(conflicts) == 49
    assert {conflict.message for conflict in conflicts} == {
        f"Task {number} is assigned to {won.author}: {won.author} claimed task {number} “Call the bank” "
        f"at {won.recorded_at:%H:%M:%S}Z."
    }
    assert [task.owner for task in incident.now.tasks if task.number == number] == [won.author]
    assert incident.now.version == 3


def test_all_of_many_get_a_role_for_many(incident: Acting) -> None:
    def take(store: Store, number: int) -> str:
        command = Take(by=f"person {number}", ref=incident.ref, role="subject-matter-expert", saw=())
        return store.perform(command).entry.author

    taken = at_once(incident.store.location, take)
    assert {*incident.holders("subject-matter-expert")} == {f"person {number}" for number in range(MANY)} == {*taken}


def test_who_insists_is_last(incident: Acting) -> None:
    def assign(store: Store, number: int) -> int:
        command = Assign(by="ana", ref=incident.ref, role="scribe", person=f"person {number}")
        return store.perform(command).entry.n

    at_once(incident.store.location, assign)
    last = incident.recorded[-1]
    assert incident.holders("scribe") == (last.data["person"],)
    open_ones = text("SELECT count(*) FROM assignments a JOIN incident_roles r ON r.id = a.role_id")
    with read_rows(incident.store) as connection:
        assert connection.execute(text(f"{open_ones} WHERE r.key = 'scribe'")).scalar() == MANY
        assert connection.execute(text(f"{open_ones} WHERE r.key = 'scribe' AND until IS NULL")).scalar() == 1


def test_a_new_person_is_added_once(incident: Acting) -> None:
    at_once(
        incident.store.location,
        lambda store, number: store.perform(Note(by=["newcomer", "NEWCOMER"][number % 2], ref=incident.ref, text="x")),
    )
    assert [name.casefold() for name in read_board(incident.store).people] == ["ana", "newcomer"]


def test_incidents_are_numbered_without_a_gap(incident: Acting) -> None:
    refs = at_once(
        incident.store.location,
        lambda store, number: store.perform(Declare(by=f"person {number}", title="x", severity="P2")).ref,
    )
    assert sorted(map(str, refs)) == [f"INC-{number}" for number in range(2, 2 + MANY)]


def test_the_same_command_from_many_is_done_once(incident: Acting) -> None:
    command = Note(by="bo", ref=incident.ref, text="once")
    outcomes = at_once(incident.store.location, lambda store, number: store.perform(command).already)
    assert sorted(map(bool, outcomes)) == [False] + [True] * (MANY - 1)
    assert incident.now.version == 2


def test_one_declaration_from_many_is_one_incident(store: Store) -> None:
    command = Declare(by="ana", title="once", severity="P1")
    refs = at_once(store.location, lambda mine, number: mine.perform(command).ref)
    assert len(set(refs)) == 1
    assert len(read_board(store).incidents) == 1


def test_one_update_is_published_once(incident: Acting) -> None:
    incident(EditDraft, "cy", title="Payments fail", text="We know")
    outcomes = at_once(
        incident.store.location,
        lambda store, number: store.perform(Publish(by=f"person {number}", ref=incident.ref, saw=1)),
    )
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == MANY - 1
    with incident.store.reading(Reader) as read:
        assert len(read.updates(incident.id)) == 1


def test_one_role_is_added_once(incident: Acting) -> None:
    outcomes = at_once(
        incident.store.location,
        lambda store, number: store.perform(AddRole(by=f"person {number}", ref=incident.ref, name="Dark magic")),
    )
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == MANY - 1
    assert [role.key for role in incident.now.roles].count("dark-magic") == 1
