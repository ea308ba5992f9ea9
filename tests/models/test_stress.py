"""The stress run in small, and that each of its checks fails where something is wrong."""

from collections.abc import Callable
from random import Random
from uuid import uuid4

import pytest

from bench import outside
from bench.outside import Outside
from bench.stress import Run, race, stress
from bench.writers import Outcome, Seen, Writer, asked
from models.commands.offers import Offer
from models.commands.roles import Assign, Take
from models.commands.tasks import AddTask
from models.commands.timeline import Note
from models.engine import connect
from models.location import Location
from models.store import Store
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
        ("gaps", "UPDATE incidents SET version = version + 1", "version 8, and 7 entries from 1 to 7"),
        ("tickets", "UPDATE head SET ticket = ticket + 1", "8 tickets were taken for 7 entries"),
        ("tickets", "UPDATE incidents SET changed = 99", "has ticket 99, and the last one is 7"),
        ("holders", "UPDATE assignments SET until = '2027-01-01 00:00:00.000000' WHERE until > since", "held by two"),
        ("replayed", "UPDATE incidents SET severity = 'P3'", "tell the fields"),
        ("replayed", "UPDATE assignments SET person_id = given_by WHERE until IS NULL", "tell the holders"),
        ("replayed", "DELETE FROM offers", "tell the offers"),
        ("replayed", "UPDATE tasks SET owner_id = added_by", "tell the tasks"),
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


def test_a_lost_entry_is_found(written: tuple[Location, list[Outcome]]) -> None:
    location, outcomes = written
    with outside.outside(location) as base:
        before = seen(base)
    _past_the_triggers(location, "DELETE FROM entries WHERE n = 7")
    with outside.outside(location) as base:
        assert "entry 7 of INC-1 was acknowledged and is not there" in outside.acknowledged(base, outcomes, before=1)
        assert outside.gaps(base)
        assert outside.looked_on(base, before)


def test_an_entry_that_nobody_was_told_of_is_found(written: tuple[Location, list[Outcome]]) -> None:
    location, outcomes = written
    with outside.outside(location) as base:
        assert outside.acknowledged(base, outcomes[1:], before=1) == [
            "7 commands were recorded, 5 acknowledged and 1 there before"
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
        assert "0 were missed, and 8 were met" in outside.looked_on(base, [*whole, whole[-1]])[0]
        assert outside.looked_on(base, whole[::-1])


def test_a_failure_that_is_no_rule_is_found() -> None:
    assert outside.expected([Outcome(uuid4(), "OperationalError", 0, 0, words="gone")]) == ["OperationalError: gone"]


def test_a_race_with_two_winners_or_somebody_who_is_not_told_is_found() -> None:
    def told(how: str, words: str = "") -> list[Outcome]:
        return [Outcome(uuid4(), how, 0, 0, words=words)]

    who = told("conflict", "racer 0 has task 1: racer 0 claimed it")
    assert outside.one_each([told("done"), who, who]) == []
    assert outside.one_each([told("done"), told("done"), who]) == ["race 1: 2 got the task, and 1 of 3 were told who"]
    assert outside.one_each([told("done"), who, told("conflict", "racer 2 has task 1")]) == [
        "race 1: 1 got the task, and 1 of 3 were told who"
    ]
    assert outside.one_each([who, who]) == ["race 1: 0 got the task, and 0 of 2 were told who"]


def test_every_command_of_the_mix_can_be_drawn() -> None:
    writer = Writer("ana", ("INC-1", "INC-2"), ("ana", "bo"), Random(1))
    assert len({type(writer.draw()) for _ in range(2_000)}) == 26


def _tamper(location: Location, statement: str) -> None:
    engine = connect(location)
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _past_the_triggers(location: Location, statement: str) -> None:
    """As somebody does who is allowed to take the triggers away."""
    engine = connect(location)
    with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'entries'"
            for name in connection.exec_driver_sql(named).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE entries DISABLE TRIGGER USER")
        connection.exec_driver_sql(statement)
    engine.dispose()
