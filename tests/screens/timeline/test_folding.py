"""Bookkeeping on the timeline is folded into one line."""

from tests.screens.desks import Place


def _assigned(place: Place) -> None:
    place.declare()
    place.act("note", "bo", ref="INC-1", text="Queue drained")
    for role, person in (("scribe", "dee"), ("tech-lead", "bo"), ("problem-manager", "cy")):
        place.act("assign", "ana", ref="INC-1", role=role, person=person)


async def test_three_changes_in_a_row_take_one_line_that_opens_and_closes(place: Place) -> None:
    _assigned(place)
    async with place.desk() as at:
        await at.press("3")
        fold, note, declared = at.rows("timeline")
        assert "▸ 3 changes: ana assigned Problem Manager to cy" in fold
        assert "Queue drained" in note
        assert "declared" in declared
        await at.press("g", "enter")
        opened = at.rows("timeline")
        assert len(opened) == 6
        assert "▾ 3 changes" in opened[0]
        assert "assigned Scribe to dee" in opened[3]
        await at.press("enter")
        assert at.rows("timeline") == [fold, note, declared]


async def test_an_open_fold_stays_open_while_changes_join_it(place: Place) -> None:
    _assigned(place)
    async with place.desk() as at:
        await at.press("3", "g", "enter")
        place.act("take", "eli", ref="INC-1", role="social-media-lead")
        await at.until(lambda: "▾ 4 changes" in at.rows("timeline")[0])
        assert "eli" in at.rows("timeline")[1]


async def test_two_changes_are_not_folded(place: Place) -> None:
    place.declare()
    for person in ("bo", "cy"):
        place.act("take", person, ref="INC-1", role="scribe")
    async with place.desk() as at:
        assert len(at.rows("timeline")) == 3


async def test_what_has_happened_is_never_folded(place: Place) -> None:
    _assigned(place)
    place.act("severity", "ana", ref="INC-1", severity="P3", reason="less")
    place.act("phase", "ana", ref="INC-1", phase="identified")
    async with place.desk() as at:
        phase, severity, fold, *_ = at.rows("timeline")
        assert "identified" in phase
        assert "P3" in severity
        assert "▸" in fold


async def test_a_filter_finds_what_is_folded(place: Place) -> None:
    _assigned(place)
    async with place.desk() as at:
        await at.press("3", "slash", *"dee", "enter")
        (found,) = at.rows("timeline")
        assert "assigned Scribe to dee" in found
