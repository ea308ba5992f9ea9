"""The stress run in small, and that each of its checks fails where something is wrong."""

from collections.abc import Callable
from random import Random
from typing import cast
from uuid import uuid4

import pytest

from bench import outside
from bench.looking import Looking
from bench.outside import Outside
from bench.stress import Run, race, stress
from bench.terminal import Terminal
from bench.writers import Outcome, Seen, Writer, asked, imported
from models.incident.merge import Merge
from models.kernel.engine import connect
from models.kernel.location import Location
from models.kernel.store import Store
from models.process.commands import SkipStep
from models.roles.commands import Assign, Take
from models.roles.handover import Offer
from models.tasks.commands import AddTask
from models.theories.commands import AddEvidence
from models.timeline.commands import Note, Undo
from tests.models.acting import Acting

Check = Callable[[Outside], list[str]]


def faults(run: Run) -> list[str]:
    """How long somebody waited depends on what else the machine does."""
    return [words for words in run.wrong if "waited" not in words]


def test_two_processes_write_and_nothing_is_wrong(location: Location) -> None:
    run = stress("here", location, writers=2, seconds=0.5)
    assert faults(run) == []
    assert run.asked >= run.done + run.refused > 0
    assert run.fewest > 0


def test_three_processes_race_and_one_wins(location: Location) -> None:
    run = race("here", location, runners=3, races=2)
    assert faults(run) == []
    assert (run.done, run.refused) == (2, 4)


@pytest.fixture
def written(store: Store) -> tuple[Location, list[Outcome]]:
    """A database in which a little of everything has happened, and what its writers were told."""
    incident = Acting(store)
    commands = (
        Take(by="bo", ref=incident.ref, role="scribe"),
        Assign(by="ana", ref=incident.ref, role="scribe", person="cy"),
        Offer(by="cy", ref=incident.ref, role="scribe", person="di"),
        AddTask(by="ana", ref=incident.ref, title="Call the bank"),
        Note(by="bo", ref=incident.ref, text="The pool is full"),
        Note(by="bo", ref=incident.ref, text="The pool is too small", as_kind="theory"),
        AddEvidence(by="cy", ref=incident.ref, n=7, weight="for", text="200 of 200"),
        SkipStep(by="ana", ref=incident.ref, step="categorise", reason="We know this one"),
        Note(by="bo", ref=incident.ref, text="Restarted it"),
    )
    return store.location, [asked(store, command) for command in commands]


def seen(base: Outside) -> list[Seen]:
    return [
        Seen(*row)
        for row in base.rows(
            "SELECT e.incident_id, e.n, e.kind, e.text, p.name FROM entries e JOIN people p ON p.id = e.author_id"
            " ORDER BY e.incident_id, e.n"
        )
    ]


CHECKS: dict[str, Check] = {
    "gaps": outside.gaps,
    "tickets": outside.tickets,
    "holders": outside.holders,
    "replayed": outside.replayed,
    "sealed": outside.sealed,
    "order": lambda base: outside.order(base, []),
}


def test_nothing_is_wrong_where_nobody_tampered(written: tuple[Location, list[Outcome]]) -> None:
    location, outcomes = written
    with outside.outside(location) as base:
        assert {name: check(base) for name, check in CHECKS.items()} == {name: [] for name in CHECKS}
        assert outside.acknowledged(base, outcomes, before=1) == []
        assert outside.order(base, outcomes) == []
        assert outside.looked_on(base, seen(base)) == []
        assert outside.expected(outcomes) == []


@pytest.mark.parametrize(
    ("check", "tampering", "words"),
    [
        ("gaps", "UPDATE incidents SET version = version + 1", "version 11, and 10 entries from 1 to 10"),
        ("tickets", "UPDATE head SET ticket = ticket + 1", "11 tickets were taken for 10 commands"),
        ("tickets", "UPDATE incidents SET changed = 99", "has ticket 99, and the last one is 10"),
        ("holders", "UPDATE assignments SET until = '2027-01-01 00:00:00.000000' WHERE until > since", "held by two"),
        ("replayed", "UPDATE incidents SET severity = 'P3'", "tell the fields"),
        ("replayed", "UPDATE assignments SET person_id = given_by WHERE until IS NULL", "tell the holders"),
        ("replayed", "DELETE FROM offers", "tell the offers"),
        ("replayed", "UPDATE tasks SET owner_id = added_by", "tell the tasks"),
        ("replayed", "UPDATE theories SET state = 'being tested', moved = 8", "tell the theories"),
        ("replayed", "UPDATE evidence SET weight = 'against'", "tell the theories"),
        ("replayed", "UPDATE skips SET reason = 'No time'", "tell the skips"),
        ("tickets", "UPDATE head SET ticket = ticket - 1", "9 tickets were taken for 10 commands"),
        ("sealed", "UPDATE incidents SET seal = replace(seal, substr(seal, 1, 1), 'g')", "INC-1 has another seal"),
    ],
)
def test_what_was_tampered_with_is_found(
    written: tuple[Location, list[Outcome]], check: str, tampering: str, words: str
) -> None:
    location, _ = written
    _tamper(location, tampering)
    with outside.outside(location) as base:
        assert any(words in found for found in CHECKS[check](base))


def test_a_moved_time_is_found(written: tuple[Location, list[Outcome]]) -> None:
    location, _ = written
    _past_the_triggers(location, "UPDATE entries SET recorded_at = '2020-01-01 00:00:00.000000' WHERE n = 3")
    with outside.outside(location) as base:
        assert outside.order(base, []) == ["entry 3 of INC-1 says an earlier time than the one before it"]


def test_changed_words_are_found(written: tuple[Location, list[Outcome]]) -> None:
    location, _ = written
    _past_the_triggers(location, "UPDATE entries SET text = 'The pool is empty' WHERE n = 6")
    with outside.outside(location) as base:
        assert outside.sealed(base) == ["entry 6 of INC-1 has another seal"]


def test_two_incidents_that_were_not_changed_together_cannot_have_one_ticket(store: Store) -> None:
    first, second, third = Acting(store), Acting(store), Acting(store)
    store.perform(Merge(by="ana", ref=first.ref, into=second.ref))
    with outside.outside(store.location) as base:
        assert outside.tickets(base) == []
    store.perform(Undo(by="ana", ref=first.ref))
    with outside.outside(store.location) as base:
        assert outside.tickets(base) == []
    _tamper(store.location, f"UPDATE incidents SET changed = 4 WHERE id IN ({second.id}, {third.id})")
    with outside.outside(store.location) as base:
        assert outside.tickets(base) == ["2 incidents have ticket 4"]


def test_a_lost_version_of_a_book_is_found(store: Store) -> None:
    told = [imported(store, "ana", words) for words in ("one", "two", "three")]
    with outside.outside(store.location) as base:
        assert outside.books(base, told) == []
        other = told[0]._replace(words="policy 9 none")
        assert outside.books(base, [other]) == ["policy 9 none was acknowledged and is not there"]
    _past_the_triggers(store.location, "DELETE FROM books WHERE version = 2", "books")
    with outside.outside(store.location) as base:
        missing, versions = outside.books(base, told)
    assert missing == f"{told[1].words} was acknowledged and is not there"
    assert versions == "the book policy has versions [1, 3]"


def test_a_lost_entry_is_found(written: tuple[Location, list[Outcome]]) -> None:
    location, outcomes = written
    with outside.outside(location) as base:
        before = seen(base)
    _past_the_triggers(location, "DELETE FROM entries WHERE n = 10")
    with outside.outside(location) as base:
        assert "entry 10 of INC-1 was acknowledged and is not there" in outside.acknowledged(base, outcomes, before=1)
        assert outside.gaps(base)
        assert outside.looked_on(base, before)


def test_an_entry_that_nobody_was_told_of_is_found(written: tuple[Location, list[Outcome]]) -> None:
    location, outcomes = written
    with outside.outside(location) as base:
        assert outside.acknowledged(base, outcomes[1:], before=1) == [
            "10 commands were recorded, 8 acknowledged and 1 there before"
        ]


def test_entries_in_another_order_than_they_were_acknowledged_are_found(
    written: tuple[Location, list[Outcome]],
) -> None:
    location, outcomes = written
    first, second, *_ = outcomes
    swapped = [first._replace(n=second.n), second._replace(n=first.n)]
    with outside.outside(location) as base:
        assert outside.order(base, swapped) == [
            f"entry {second.n} of INC-1 was acknowledged before an earlier one was asked for"
        ]


def test_what_whoever_looked_on_missed_or_met_twice_is_found(written: tuple[Location, list[Outcome]]) -> None:
    location, _ = written
    with outside.outside(location) as base:
        whole = seen(base)
        assert "1 were missed" in outside.looked_on(base, whole[1:])[0]
        assert "0 were missed, and 11 were met" in outside.looked_on(base, [*whole, whole[-1]])[0]
        assert outside.looked_on(base, whole[::-1])


def test_a_failure_that_is_no_rule_is_found() -> None:
    assert outside.expected([Outcome(uuid4(), "OperationalError", 0, 0, words="gone")]) == ["OperationalError: gone"]


class Desk:
    """What a desk's terminal is asked for."""

    columns, lines = 60, 4

    def __init__(self, *lines: str) -> None:
        self.raw = "\r\n".join(lines).encode()

    def arrival(self, wanted: bytes) -> float:
        return 0.0

    def give_way(self) -> None: ...


def test_desks_that_differ_or_show_what_is_not_so_are_found(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.looking.PATIENCE", 0.0)
    Acting(store, severity="P1")
    Acting(store, severity="P3")

    def wrong(*desks: Desk) -> list[str]:
        with outside.outside(store.location) as base:
            return Looking(cast("list[Terminal]", desks)).differ(base, "Over")

    right = Desk(" P1 1  P3 1   14:02Z 15:02", "INC-1   3m  -2m", "Over")
    later = Desk(" P1 1  P3 1   14:03Z 15:03", "INC-1   4m  -1m", "Over")
    assert wrong(right, later) == []
    assert wrong(right, Desk(" P1 1  P3 1", "INC-2", "Over")) == ["desk 2 shows another screen than the first"]
    assert wrong(Desk(" P1 1  P3 1", "INC-1")) == ["desk 1 does not show Over"]
    assert wrong(Desk(" P1 2  P3 1", "Over")) == ["desk 1 does not show P11P31"]


def test_a_race_with_two_winners_or_somebody_who_is_not_told_is_found() -> None:
    def told(how: str, words: str = "") -> list[Outcome]:
        return [Outcome(uuid4(), how, 0, 0, words=words)]

    who = told("conflict", "Task 1 is assigned to racer 0: racer 0 claimed it")
    assert outside.one_each([told("done"), who, who]) == []
    assert outside.one_each([told("done"), told("done"), who]) == ["race 1: 2 got the task, and 1 of 3 were told who"]
    assert outside.one_each(
        [told("done"), who, told("conflict", "Task 1 is assigned to racer 2: racer 2 claimed it")]
    ) == ["race 1: 1 got the task, and 1 of 3 were told who"]
    assert outside.one_each([who, who]) == ["race 1: 0 got the task, and 0 of 2 were told who"]


def test_every_command_of_the_mix_can_be_drawn() -> None:
    writer = Writer("ana", ("INC-1", "INC-2"), ("ana", "bo"), Random(1))
    assert len({type(writer.draw()) for _ in range(3_000)}) == 40


def _tamper(location: Location, statement: str) -> None:
    engine = connect(location)
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _past_the_triggers(location: Location, statement: str, table: str = "entries") -> None:
    """As somebody does who is allowed to take the triggers away."""
    engine = connect(location)
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
            for name in connection.exec_driver_sql(named, (table,)).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.exec_driver_sql(statement)
    engine.dispose()
