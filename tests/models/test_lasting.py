"""The long run in small: what grows or leaks misses its bar."""

from collections.abc import Callable
from typing import Any

import pytest

from bench.lasting import Sample, compared


def samples(**growing: Callable[[int], Any]) -> list[Sample]:
    flat = Sample(changes=0, pss=80.0, rss=95.0, threads=5, files=15, connections=3)
    return [flat._replace(**{name: grow(number) for name, grow in growing.items()}) for number in range(40)]


def missed(found: list[Sample]) -> set[str]:
    return {figure.what.split()[0] for figure in compared("postgres", found, 10_000) if not figure.met}


def test_what_stays_as_it_is_meets_every_bar() -> None:
    assert missed(samples()) == set()


def test_what_grows_only_at_first_meets_them_too() -> None:
    assert missed(samples(pss=lambda number: min(80, 60 + 4 * number), threads=lambda number: min(5, number))) == set()


@pytest.mark.parametrize(
    ("leaking", "grow"),
    [
        ("threads", lambda number: 5 + number // 20),
        ("files", lambda number: 15 + number // 20),
        ("connections", lambda number: 3 + number // 20),
        ("memory", lambda number: 80 + number / 2),
    ],
)
def test_a_leak_misses_its_bar(leaking: str, grow: Callable[[int], float]) -> None:
    assert missed(samples(**{"pss" if leaking == "memory" else leaking: grow})) == {leaking}
