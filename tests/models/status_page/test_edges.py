"""The page at the very moment of a change, and what its API leaves empty."""

import json
from datetime import datetime
from typing import Any

from models.status_page.api import Api
from models.status_page.page import page
from models.status_page.public_data import Published
from models.status_page.words import words
from tests.models.status_page.publications import NOON, at, incident, maintenance, published, told


def summary(facts: Published, now: datetime) -> Any:
    api = Api(page(facts, now), name="Acme", url="https://status.example.com", words=words("en"))
    return json.loads(dict(api.files())["api/v2/summary.json"])


class TestAMaintenance:
    def test_at_its_start_the_next_change_is_its_end(self) -> None:
        upkeep = maintenance(told(NOON, "identified"), starts=at(hours=2), ends=at(hours=4))
        assert page(published(upkeep), at(hours=2)).next_change == at(hours=4)
        assert page(published(upkeep), at(hours=4)).next_change is None

    def test_called_off_at_its_start_it_never_starts(self) -> None:
        off = told(at(hours=2), "resolved", "Not needed.")
        upkeep = maintenance(told(NOON, "identified"), off, starts=at(hours=2), ends=at(hours=4), canceled=at(hours=2))
        (seen,) = page(published(upkeep), at(hours=3)).maintenances
        assert [update.status for update in seen.updates] == ["completed", "scheduled"]

    def test_what_is_told_at_its_start_is_of_its_course(self) -> None:
        begun = told(at(hours=2), "identified", "We begin.")
        upkeep = maintenance(told(NOON, "identified"), begun, starts=at(hours=2), ends=at(hours=4))
        (seen,) = page(published(upkeep), at(hours=3)).maintenances
        assert next(update.status for update in seen.updates if update.text == "We begin.") == "in_progress"

    def test_its_components_were_well_from_its_announcement_on(self) -> None:
        upkeep = maintenance(told(NOON, "identified"), starts=at(days=2), ends=at(days=3))
        trouble = incident(told(at(hours=3), API="degraded"))
        api = page(published(upkeep, trouble), at(hours=5)).components[0]
        assert [(since, str(state)) for since, state in api.history] == [
            (NOON, "operational"),
            (at(hours=3), "degraded"),
        ]


def test_components_stand_in_the_order_of_the_page() -> None:
    trouble = incident(told(NOON, API="degraded", Web="degraded"))
    (seen,) = page(published(trouble, components=("Web", "API")), at(hours=1)).incidents
    assert seen.components == ("Web", "API")


def test_what_is_not_so_is_null_as_statuspage_has_it() -> None:
    facts = published(incident(told(NOON), told(at(hours=1), API="degraded")), components=("API",))
    found = summary(facts, at(hours=2))
    (one,), (api,) = found["incidents"], found["components"]
    assert (one["resolved_at"], one["monitoring_at"], api["description"]) == (None, None, None)
    newest, oldest = one["incident_updates"]
    assert oldest["affected_components"] is None
    assert [change["new_status"] for change in newest["affected_components"]] == ["degraded_performance"]


def test_a_component_is_as_old_as_the_first_word_of_it() -> None:
    facts = published(incident(told(NOON, API="degraded"), told(at(hours=1), API="major outage")), components=("API",))
    (api,) = summary(facts, at(hours=2))["components"]
    assert (api["created_at"], api["updated_at"]) == ("2026-03-01T12:00:00.000Z", "2026-03-01T13:00:00.000Z")
