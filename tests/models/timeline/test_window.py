"""Pure: a window on a timeline, against the whole timeline that it is a window on."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from models.kernel.entry import EntryView
from models.timeline import window as timeline
from models.timeline.window import TimelineView

START = datetime(2026, 3, 1, tzinfo=UTC)


class Whole:
    """Every version of every entry, read as the store reads them."""

    def __init__(self) -> None:
        self.versions: list[EntryView] = []

    def record(self, minute: int, root: int | None = None) -> None:
        n = len(self.versions) + 1
        moment = START + timedelta(minutes=minute)
        self.versions.append(
            EntryView(
                ref="INC-1",
                n=n,
                root=root or n,
                kind="note",
                data={},
                text="",
                author="ana",
                occurred_at=moment,
                recorded_at=moment,
            )
        )

    @property
    def roots(self) -> list[int]:
        return [entry.n for entry in self.versions if entry.n == entry.root]

    @property
    def current(self) -> list[EntryView]:
        latest = {entry.root: entry for entry in self.versions}
        return sorted(latest.values(), key=place, reverse=True)

    def opened(self, page: int) -> TimelineView:
        return timeline.opened(self.current[:page], len(self.versions), page)

    def joined(self, window: TimelineView) -> TimelineView:
        return timeline.joined(window, self.versions[window.version :])

    def extended(self, window: TimelineView, page: int) -> TimelineView:
        bottom = place(window.entries[-1])
        older = [entry for entry in self.current if place(entry) < bottom]
        return timeline.extended(window, older[:page], page)


def place(entry: EntryView) -> tuple[datetime, int]:
    return entry.occurred_at, entry.n


MINUTES = st.integers(0, 8)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), MINUTES),
        st.tuples(st.just("revise"), MINUTES),
        st.tuples(st.just("join"), MINUTES),
        st.tuples(st.just("extend"), MINUTES),
    ),
    max_size=40,
)


@given(st.integers(1, 5), st.lists(MINUTES, min_size=1, max_size=12), STEPS, st.randoms(use_true_random=False))
def test_a_window_is_the_newest_part_of_the_whole(
    page: int, first: list[int], steps: list[tuple[str, int]], random: Random
) -> None:
    whole = Whole()
    for minute in first:
        whole.record(minute)
    window = whole.opened(page)
    for step, minute in steps:
        if step == "record":
            whole.record(minute)
        elif step == "revise":
            whole.record(minute, random.choice(whole.roots))
        elif window.version < len(whole.versions):
            window = whole.joined(window)
        if not window.entries:
            window = whole.opened(page)
        if window.version == len(whole.versions):
            assert list(window.entries) == whole.current[: len(window.entries)]
        if step == "extend" and window.version == len(whole.versions) and not window.complete:
            window = whole.extended(window, page)
            assert list(window.entries) == whole.current[: len(window.entries)]
    window = whole.joined(window)
    if not window.entries:
        window = whole.opened(page)
    while not window.complete:
        window = whole.extended(window, page)
    assert list(window.entries) == whole.current


@given(st.lists(MINUTES, min_size=1, max_size=12), st.integers(1, 5), MINUTES, st.integers(0, 3))
def test_a_page_read_after_somebody_wrote(first: list[int], page: int, minute: int, news: int) -> None:
    """The page is of a later moment than the window; the news that both know is there once."""
    whole = Whole()
    for first_minute in first:
        whole.record(first_minute)
    window = whole.opened(page)
    for number in range(news):
        whole.record(minute, whole.roots[number % len(whole.roots)])
    if not window.complete:
        window = whole.extended(window, page)
    window = whole.joined(window)
    roots = [entry.root for entry in window.entries]
    assert len(roots) == len(set(roots))
    assert list(window.entries) == sorted(window.entries, key=place, reverse=True)


def test_news_alone_fills_no_window_beyond_bounds() -> None:
    whole = Whole()
    whole.record(0)
    window = whole.opened(5)
    assert window.complete
    for _ in range(timeline.KEPT + 20):
        whole.record(1)
        window = whole.joined(window)
    assert list(window.entries) == whole.current[: timeline.KEPT]
    back = whole.extended(window, 500)
    assert (window.complete, back.complete) == (False, True)
    window = back
    for _ in range(3):  # what somebody has looked back to stays
        whole.record(1)
        window = whole.joined(window)
    assert len(window.entries) == timeline.KEPT + 24


def test_no_news_is_the_same_window() -> None:
    whole = Whole()
    whole.record(1)
    window = whole.opened(5)
    assert timeline.joined(window, []) is window
