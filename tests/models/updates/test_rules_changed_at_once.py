"""Two people who change what the team has agreed on at the same moment: neither change is lost."""

from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from models.board.reader import Reader
from models.kernel.location import Location
from models.kernel.store import Store
from models.updates.agreement import agree
from models.updates.rules import Rules
from tests.models.kernel.waiting import until_somebody_waits


def named(rules: Rules, person: str) -> Rules:
    """The rules with one more person who may publish."""
    return msgspec.structs.replace(rules, publishers=(*rules.publishers, person))


def test_no_change_is_lost(location: Location) -> None:
    first, second = Store(location), Store(location)
    for each in (first, second):
        each.open(create=False)
    changed: list[Future[Rules]] = []
    with ThreadPoolExecutor(1) as pool:

        def change(rules: Rules) -> Rules:
            """The second one comes while the first one is at it."""
            changed.append(pool.submit(agree, second, lambda before: named(before, "bo")))
            if location.path is None:
                until_somebody_waits(location)
            return named(rules, "ana")

        agree(first, change)
        assert changed[0].result().publishers == ("ana", "bo")
    with first.reading(Reader) as read:
        assert read.rules.publishers == ("ana", "bo")
    first.close()
    second.close()
