"""Where each pane stands."""

import pytest
from textual.geometry import Region, Size

from screens.desk.layout import Rows, regions

SIZES = [Size(columns, lines) for columns in (40, 50, 63, 64, 80, 99, 100, 120, 160, 240) for lines in (8, 14, 22, 38)]

MANY = Rows(12, 8)


def all_regions(size: Size, rows: Rows = MANY, pane: str = "incidents") -> dict[str, Region]:
    return regions(size, rows, pane, "timeline", alone=False)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("rows", [Rows(1, 3), Rows(12, 8), Rows(80, 30)], ids=str)
def test_panes_cover_the_window_and_never_each_other(size: Size, rows: Rows) -> None:
    found = list(all_regions(size, rows).values())
    assert sum(region.area for region in found) == size.area
    assert all(region.height > 0 and region.width > 0 for region in found)
    assert not any(one.overlaps(other) for at, one in enumerate(found) for other in found[at + 1 :])


@pytest.mark.parametrize("size", [Size(120, 38), Size(80, 22), Size(50, 22)], ids=str)
def test_twelve_incidents_and_eight_roles_can_be_seen_at_once(size: Size) -> None:
    found = all_regions(size)
    head = size.width >= 64
    assert found["incidents"].height - head >= 12
    if size.width >= 64:
        assert found["roster"].height - head >= 8


def test_a_few_incidents_leave_their_rows_to_the_others() -> None:
    for size in (Size(120, 38), Size(80, 22), Size(50, 22)):
        few, many = all_regions(size, Rows(3, 8)), all_regions(size, Rows(12, 8))
        below = "timeline" if size.width < 64 else "roster"
        assert few["incidents"].height < many["incidents"].height
        assert few[below].y < many[below].y


def test_a_wide_window_gives_the_rest_to_the_timeline() -> None:
    narrower, wider = all_regions(Size(160, 38)), all_regions(Size(220, 38))
    assert wider["timeline"].width - narrower["timeline"].width == 60


def test_the_list_of_incidents_never_takes_more_than_a_third_of_a_wide_window() -> None:
    assert all_regions(Size(120, 38), Rows(80, 8))["incidents"].height == 38 // 3 + 1


def test_a_pane_alone_has_the_whole_window() -> None:
    assert regions(Size(80, 22), Rows(12, 8), "roster", "timeline", alone=True) == {"roster": Region(0, 0, 80, 22)}


def test_the_tasks_stand_in_the_place_of_the_timeline() -> None:
    for size in (Size(120, 38), Size(80, 22), Size(50, 22)):
        timeline = regions(size, Rows(12, 8), "tasks", "timeline", alone=False)["timeline"]
        assert regions(size, Rows(12, 8), "tasks", "tasks", alone=False)["tasks"] == timeline
