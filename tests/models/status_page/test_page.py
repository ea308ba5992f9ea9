"""What the published page says at one moment: states, impact, maintenance that goes by the clock, uptime."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policy.audience import ComponentState
from models.status_page.page import page
from models.status_page.seen import Component, Page
from models.status_page.uptime import DAYS, uptime
from models.updates.public import public_id
from tests.models.status_page.publications import NOON, at, incident, maintenance, published, told


def component(page: Page, name: str) -> Component:
    return next(part for part in page.components if part.name == name)


def test_ids_are_twelve_small_letters_and_digits_and_keep_what_an_imported_page_gave() -> None:
    assert public_id("key", "incident", 31) == public_id("key", "incident", 31)
    made = {public_id(key, what, n) for key in ("one", "other") for what in ("incident", "update") for n in range(500)}
    assert len(made) == 2_000
    assert all(len(one) == 12 and one.isascii() and one.isalnum() and one == one.lower() for one in made)
    assert public_id("key", "incident", 31, "statuspage:69sb0f8lydp4") == "69sb0f8lydp4"


class TestIndicator:
    @pytest.mark.parametrize(
        ("states", "indicator"),
        [
            ({}, ("none", "All Systems Operational")),
            ({"API": "operational", "Web": "operational"}, ("none", "All Systems Operational")),
            ({"API": "degraded"}, ("minor", "Partially Degraded Service")),
            ({"API": "degraded", "Web": "degraded"}, ("minor", "Degraded System Service")),
            ({"API": "partial outage"}, ("minor", "Minor Service Outage")),
            ({"API": "partial outage", "Web": "partial outage"}, ("major", "Partial System Outage")),
            ({"API": "major outage"}, ("major", "Partial System Outage")),
            ({"API": "major outage", "Web": "major outage"}, ("critical", "Major System Outage")),
            ({"API": "maintenance"}, ("maintenance", "Service Under Maintenance")),
        ],
    )
    def test_it_follows_the_components(self, states: dict[str, str], indicator: tuple[str, str]) -> None:
        assert page(published(incident(told(NOON, "resolved", **states))), at(hours=1)).indicator == indicator

    def test_trouble_without_a_component_is_not_called_well(self) -> None:
        assert page(published(incident(told(NOON))), at(hours=1)).indicator == ("minor", "Minor Service Outage")

    def test_an_open_incident_whose_components_are_well_again_leaves_it(self) -> None:
        watched = incident(told(NOON, API="degraded"), told(at(minutes=9), "monitoring", API="operational"))
        seen = page(published(watched), at(hours=1))
        assert seen.indicator[0] == "none"
        assert [one.status for one in seen.unresolved] == ["monitoring"]


class TestIncidents:
    def test_impact_is_the_worst_that_was_ever_told(self) -> None:
        states = ("operational", "degraded", "partial outage", "major outage")
        impacts = [
            page(published(incident(told(NOON, API=state), told(at(hours=1), API="operational"))), at(hours=2))
            .incidents[0]
            .impact
            for state in states
        ]
        assert impacts == ["none", "minor", "major", "critical"]

    def test_an_imported_one_keeps_its_impact(self) -> None:
        seen = page(published(incident(told(NOON, API="major outage"), impact="major")), at(hours=1))
        assert seen.incidents[0].impact == "major"

    def test_each_change_says_what_was_told_before_by_whichever_incident(self) -> None:
        one = incident(told(NOON, API="degraded"), told(at(minutes=20), "resolved", API="operational"))
        other = incident(told(at(minutes=10), API="major outage"), name="Worse")
        newest, oldest = page(published(one, other), at(hours=1)).incidents
        assert (newest.name, newest.updates[0].changes[0].was) == ("Worse", ComponentState.DEGRADED)
        assert oldest.updates[0].changes[0].was is ComponentState.MAJOR_OUTAGE
        assert oldest.updates[1].changes[0].was is ComponentState.OPERATIONAL

    def test_times(self) -> None:
        updates = (told(NOON), told(at(hours=1), "monitoring"), told(at(hours=2), "resolved"))
        (seen,) = page(published(incident(*updates)), at(hours=3)).incidents
        assert (seen.began, seen.since("monitoring"), seen.updated) == (NOON, at(hours=1), at(hours=2))
        assert seen.over


class TestMaintenance:
    announced = told(NOON, "identified", "We replace cables.")

    def seen(self, now: datetime, *more: object, **fields: object) -> Page:
        window = {"starts": at(hours=2), "ends": at(hours=4), **fields}
        return page(published(maintenance(self.announced, *more, **window)), now)  # type: ignore[arg-type]

    def test_it_starts_and_ends_by_itself(self) -> None:
        before, meanwhile, after = (self.seen(at(hours=hours)) for hours in (1, 3, 5))
        assert [[one.status for one in page.maintenances] for page in (before, meanwhile, after)] == [
            ["scheduled"],
            ["in_progress"],
            ["completed"],
        ]
        assert (len(before.upcoming), len(meanwhile.active), after.upcoming + after.active) == (1, 1, ())
        assert [component(page, "API").state for page in (before, meanwhile, after)] == [
            "operational",
            "maintenance",
            "operational",
        ]
        assert [page.next_change for page in (before, meanwhile, after)] == [at(hours=2), at(hours=4), None]
        assert [update.said for update in after.maintenances[0].updates] == ["ended", "started", ""]
        assert after.incidents == ()

    def test_it_starts_at_its_very_moment(self) -> None:
        assert self.seen(at(hours=2)).active
        assert not self.seen(at(hours=4)).active

    def test_who_says_that_it_is_done_ends_it(self) -> None:
        done = told(at(hours=3), "resolved", "Faster than we thought.")
        seen = self.seen(at(hours=5), done)
        assert [update.status for update in seen.maintenances[0].updates] == ["completed", "in_progress", "scheduled"]
        assert component(seen, "API").state == "operational"
        assert component(self.seen(at(hours=3.5), done), "API").state == "operational"
        assert self.seen(at(hours=3.5), done).next_change is None

    def test_what_is_told_meanwhile(self) -> None:
        seen = self.seen(at(hours=3.5), told(at(hours=3), "monitoring"))
        assert (seen.active[0].status, component(seen, "API").state) == ("verifying", "maintenance")

    def test_called_off_before_its_start_it_never_starts(self) -> None:
        off = at(hours=1)
        seen = self.seen(at(hours=3), told(off, "resolved", "Not needed."), canceled=off)
        assert [update.status for update in seen.maintenances[0].updates] == ["completed", "scheduled"]
        assert component(seen, "API").state == "operational"

    def test_one_that_went_wrong_does_not_end_by_itself(self) -> None:
        seen = self.seen(at(hours=9), went_wrong=True)
        assert (seen.active[0].status, component(seen, "API").state) == ("in_progress", "maintenance")

    def test_it_does_not_cover_trouble(self) -> None:
        trouble = incident(told(at(hours=3), API="major outage"))
        upkeep = maintenance(self.announced, starts=at(hours=2), ends=at(hours=4))
        assert component(page(published(upkeep, trouble), at(hours=3.5)), "API").state == "major outage"


class TestUptime:
    def part(self, *updates: object, now: datetime) -> tuple[Component, datetime]:
        return component(page(published(incident(*updates)), now), "API"), now  # type: ignore[arg-type]

    def test_a_major_outage_counts_in_full_and_a_partial_one_with_three_tenths(self) -> None:
        known = told(at(days=-100), "resolved", API="operational")
        for state, weight in (("major outage", 1.0), ("partial outage", 0.3), ("degraded", 0.0), ("maintenance", 0.0)):
            down = (told(at(days=-5), API=state), told(at(days=-5, hours=6), "resolved", API="operational"))
            part, now = self.part(known, *down, now=NOON)
            seconds = (DAYS - 0.5) * 86_400
            share = uptime(part, now).share
            assert share is not None
            assert share == pytest.approx(1 - weight * 6 * 3600 / seconds, abs=1e-9)

    def test_a_day_before_it_was_told_of_has_no_data(self) -> None:
        part, now = self.part(told(at(days=-2), "resolved", API="operational"), now=NOON)
        days = uptime(part, now).days
        assert [day.worst for day in days[-4:]] == [None, *["operational"] * 3]
        assert days[-3].known == timedelta(hours=12)
        assert not uptime(part, now).known_all

    def test_nothing_is_known_of_a_component_that_was_never_told_of(self) -> None:
        part = component(page(published(incident(told(NOON, Web="degraded"))), at(hours=1)), "API")
        assert uptime(part, at(hours=1)).share is None

    def test_an_outage_over_midnight_counts_on_both_days(self) -> None:
        outage = (told(at(hours=10), API="major outage"), told(at(hours=14), "resolved", API="operational"))
        part, now = self.part(*outage, now=at(days=2))
        first, second = uptime(part, now).days[-3:-1]
        assert [(day.day, day.down, day.minutes) for day in (first, second)] == [
            (date(2026, 3, 1), timedelta(hours=2), 120),
            (date(2026, 3, 2), timedelta(hours=2), 120),
        ]

    @given(
        st.lists(
            st.tuples(st.integers(0, 200 * 24 * 60), st.sampled_from([str(state) for state in ComponentState])),
            min_size=1,
            max_size=30,
        )
    )
    def test_days_add_up(self, changes: list[tuple[int, str]]) -> None:
        updates = [
            told(at(minutes=minute), text=str(n), API=state) for n, (minute, state) in enumerate(sorted(changes))
        ]
        now = at(days=200)
        part, _ = self.part(*updates, now=now)
        found = uptime(part, now)
        assert len(found.days) == DAYS
        begins = max(part.history[0][0], NOON.replace(hour=0) + timedelta(days=200 - DAYS + 1))
        assert sum((day.known for day in found.days), timedelta()) == now - begins
        assert all(timedelta() <= day.down <= day.known <= timedelta(days=1) for day in found.days)
        assert found.share is None or 0 <= found.share <= 1
