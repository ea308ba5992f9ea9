import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policy.severity import Severity
from models.roles.book import RoleBook, keys, load
from models.roles.coverage import Holding, Owner, Why, coverage, own_duty, owners, stand_in, unfilled

BOOK = load("high-velocity")
BOOKS = st.sampled_from([load(key) for key in keys()])


def held(role: str, person: str, label: str = "") -> Holding:
    return Holding(role=role, person=person, label=label)


@st.composite
def rosters(draw: st.DrawFn) -> tuple[RoleBook, list[Holding]]:
    book = draw(BOOKS)
    holding = st.builds(
        Holding,
        role=st.sampled_from([*(role.key for role in book.roles), "drone-pilot"]),
        label=st.sampled_from(["", "database", "internal"]),
        person=st.sampled_from(["ana", "bo", "cy", "dee"]),
    )
    return book, draw(st.lists(holding, max_size=12))


MANAGER = held("incident-manager", "ana")
COMMUNICATIONS = held("communications-manager", "cy")
SOCIAL = held("social-media-lead", "dee")


@pytest.mark.parametrize(
    ("holders", "people", "why", "role"),
    [
        ([MANAGER, SOCIAL, COMMUNICATIONS], ("cy",), Why.PRIMARY, "communications-manager"),
        ([MANAGER, SOCIAL], ("dee",), Why.SECONDARY, "social-media-lead"),
        ([MANAGER], ("ana",), Why.MANAGER, "incident-manager"),
        ([SOCIAL], ("dee",), Why.SECONDARY, "social-media-lead"),
        ([held("scribe", "bo")], (), Why.UNCOVERED, None),
        ([], (), Why.UNCOVERED, None),
    ],
)
def test_who_keeps_the_status_page(holders: list[Holding], people: tuple[str, ...], why: Why, role: str | None) -> None:
    expected = Owner(duty="status-page", people=people, why=why, role=role)
    assert owners(BOOK, holders, "status-page") == expected


def test_the_manager_has_own_duties_as_primary() -> None:
    assert owners(BOOK, [MANAGER], "authority").why is Why.PRIMARY


def test_the_manager_holds_a_duty_that_is_secondary_of_an_empty_role() -> None:
    assert owners(BOOK, [MANAGER], "timeline").why is Why.MANAGER


def test_copies_of_a_role_share_its_duties_after_the_role_itself() -> None:
    holders = [held("tech-lead", "bo", "database"), held("tech-lead", "cy"), held("tech-lead", "bo", "network")]
    assert owners(BOOK, holders, "theories").people == ("cy", "bo")


def test_a_role_from_scratch_owns_no_duty_of_the_book() -> None:
    owned = coverage(BOOK, [MANAGER, held("drone-pilot", "eve")])
    assert all(owner.people == ("ana",) for owner in owned)


def test_a_role_from_scratch_is_a_duty_itself() -> None:
    def answer(*holders: Holding) -> Owner:
        return coverage(BOOK, holders, ["drone-pilot"])[-1]

    duty = own_duty("drone-pilot")
    held_by_eve = Owner(duty=duty, people=("eve",), why=Why.PRIMARY, role="drone-pilot")
    assert answer(MANAGER, held("drone-pilot", "eve")) == held_by_eve
    assert answer(MANAGER) == Owner(duty=duty, people=("ana",), why=Why.MANAGER, role="incident-manager")
    assert answer(SOCIAL) == Owner(duty=duty, people=(), why=Why.UNCOVERED, role=None)


@pytest.mark.parametrize(
    ("severity", "holders", "roles"),
    [
        (Severity.P1, [], ("incident-manager", "tech-lead", "communications-manager", "scribe")),
        (Severity.P1, [MANAGER, COMMUNICATIONS, held("scribe", "bo")], ("tech-lead",)),
        (Severity.P1, [MANAGER, COMMUNICATIONS, held("scribe", "bo"), held("tech-lead", "bo", "database")], ()),
        (Severity.P2, [MANAGER], ("tech-lead",)),
        (Severity.P3, [], ()),
    ],
)
def test_which_roles_a_severity_still_needs(severity: Severity, holders: list[Holding], roles: tuple[str, ...]) -> None:
    assert unfilled(BOOK, holders, severity) == roles


def test_the_manager_stands_in() -> None:
    assert stand_in(BOOK, [COMMUNICATIONS, MANAGER]) == "ana"
    assert stand_in(BOOK, [held("incident-manager", "bo", "night"), MANAGER]) == "ana"
    assert stand_in(BOOK, [COMMUNICATIONS]) is None
    assert stand_in(load("policy"), [held("manager", "bo")]) == "bo"


def test_an_unknown_duty_is_an_error() -> None:
    with pytest.raises(KeyError):
        owners(BOOK, [MANAGER], "flying")


def test_a_desk_can_import_it_before_its_first_paint() -> None:
    program = (
        "import sys, models.roles.coverage, models.kernel.search;"
        " print(sorted({'pydantic', 'textual'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@given(rosters())
def test_every_duty_has_exactly_one_answer(roster: tuple[RoleBook, list[Holding]]) -> None:
    book, holders = roster
    answers = coverage(book, holders, ["drone-pilot", "poet", "poet"])
    assert [owner.duty for owner in answers] == [*(d.key for d in book.duties), "role:drone-pilot", "role:poet"]
    assert answers[:-2] == coverage(book, holders)
    assert answers[:-2] == tuple(owners(book, holders, duty.key) for duty in book.duties)


@given(rosters(), st.sampled_from(Severity))
def test_holding_what_a_severity_needs_fills_it(roster: tuple[RoleBook, list[Holding]], wanted: Severity) -> None:
    book, holders = roster
    missing = unfilled(book, holders, wanted)
    assert not {holding.role for holding in holders} & set(missing)
    assert unfilled(book, [*holders, *(held(role, "eve") for role in missing)], wanted) == ()


@given(rosters())
def test_an_answer_is_true(roster: tuple[RoleBook, list[Holding]]) -> None:
    book, holders = roster
    for owner in coverage(book, holders, ["drone-pilot"]):
        assert (owner.why is Why.UNCOVERED) == (owner.people == ()) == (owner.role is None)
        assert set(owner.people) == {holding.person for holding in holders if holding.role == owner.role}
        role = book.role(owner.role) if owner.role else None
        if role is not None:
            assert (owner.duty in role.primary) == (owner.why is Why.PRIMARY)
            assert (owner.duty in role.secondary) == (owner.why is Why.SECONDARY)
            assert owner.why is not Why.MANAGER or role.key == book.manager


@given(rosters())
def test_a_held_primary_role_always_wins(roster: tuple[RoleBook, list[Holding]]) -> None:
    book, holders = roster
    filled = {holding.role for holding in holders}
    for role in book.roles:
        for duty in role.primary:
            assert (owners(book, holders, duty).why is Why.PRIMARY) == (role.key in filled)


@given(rosters())
def test_nothing_is_uncovered_while_there_is_a_manager(roster: tuple[RoleBook, list[Holding]]) -> None:
    book, holders = roster
    manager = stand_in(book, holders)
    assert (manager is not None) == any(holding.role == book.manager for holding in holders)
    if manager is not None:
        left = {owner.duty for owner in coverage(book, holders, ["drone-pilot"]) if not owner.people}
        assert left <= {duty.key for duty in book.duties if duty.remainder == "uncovered"}


@given(rosters(), st.integers(min_value=0, max_value=12))
def test_one_more_holder_never_uncovers_a_duty(roster: tuple[RoleBook, list[Holding]], cut: int) -> None:
    book, holders = roster
    before, after = coverage(book, holders[:cut], ["drone-pilot"]), coverage(book, holders, ["drone-pilot"])
    strength = list(Why)
    for fewer, more in zip(before, after, strict=True):
        assert strength.index(more.why) <= strength.index(fewer.why)


@given(rosters())
def test_the_order_of_the_roster_changes_nobody(roster: tuple[RoleBook, list[Holding]]) -> None:
    book, holders = roster
    for here, there in zip(coverage(book, holders), coverage(book, holders[::-1]), strict=True):
        assert (here.why, here.role, set(here.people)) == (there.why, there.role, set(there.people))
