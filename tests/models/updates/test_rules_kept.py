"""What of a team's rules is kept, up to where they reach, and that a change of them is seen."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from models.board.board import read_board
from models.board.reader import Reader
from models.kernel.store import Store
from models.kernel.tables import settings
from models.policy.audience import Audience
from models.policy.severity import Severity
from models.updates.agreement import agree, keep_templates
from models.updates.rules import LONG, LONGEST_PATTERN, MOST_PATTERNS, SETTING, Rules, to_keep, validated

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class TestWhatIsKept:
    """What nobody has set follows the upgrades of the program."""

    def test_only_what_differs(self) -> None:
        assert to_keep(Rules()) == {}
        assert to_keep(Rules(approval=None)) == {"approval": None}
        assert to_keep(validated({"approval": "P1", "publishers": ["bo"]})) == {"publishers": ("bo",)}

    def test_what_is_set_back_is_kept_no_longer(self, store: Store) -> None:
        assert agree(store, None) == Rules()
        assert kept(store) == {}
        agreed = agree(store, lambda _: Rules(approval=Severity.P2, publishers=("bo",)))
        assert kept(store) == {"approval": "P2", "publishers": ["bo"]}
        with store.reading(Reader) as read:
            assert read.rules == agreed
        agree(store, lambda _: Rules(publishers=("bo",)))
        assert kept(store) == {"publishers": ["bo"]}


def kept(store: Store) -> object:
    """The setting, as the database has it."""
    with store.reading(Reader) as read:
        return read.connection.execute(select(settings.c.value).where(settings.c.key == SETTING)).scalar_one()


def test_a_change_of_the_templates_is_told_to_every_desk(store: Store) -> None:
    before = read_board(store).ticket
    keep_templates(store, {})
    assert read_board(store).ticket > before


@pytest.mark.parametrize(
    ("told_after", "minutes"),
    [
        (timedelta(), 20),
        (LONG - timedelta(seconds=1), 20),
        (LONG, 60),
        (LONG + timedelta(seconds=1), 60),
    ],
)
def test_updates_are_rarer_once_two_hours_are_over(told_after: timedelta, minutes: int) -> None:
    told_at = NOON + told_after
    assert Rules().due(Audience.CUSTOMERS, Severity.P1, NOON, told_at) == told_at + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "given",
    [
        {"internal": ["x" * LONGEST_PATTERN]},
        {"internal": ["x"] * MOST_PATTERNS},
        {"cadence": {"customers": {"P3": {"first": 1, "further": 1, "later": 7 * 24 * 60}}}},
    ],
)
def test_as_much_as_can_be_set(given: dict[str, object]) -> None:
    assert to_keep(validated(given)).keys() == given.keys()


@pytest.mark.parametrize(
    "given",
    [
        {"internal": ["x" * (LONGEST_PATTERN + 1)]},
        {"internal": ["x"] * (MOST_PATTERNS + 1)},
        {"cadence": {"customers": {"P3": {"first": 0, "further": 1, "later": 1}}}},
        {"cadence": {"customers": {"P3": {"first": 1, "further": 1, "later": 7 * 24 * 60 + 1}}}},
        {"publishers": [""]},
    ],
)
def test_more_than_can_be_set(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        validated(given)
