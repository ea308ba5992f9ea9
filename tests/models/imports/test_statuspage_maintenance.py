"""A scheduled maintenance of the page is one here: it starts and ends by the clock, and is no open incident."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from models.board.due_times import maintenance_stage
from models.board.reader import Reader
from models.imports.statuspage import load
from models.kernel.location import Location
from models.kernel.store import Store
from models.policy.phase import Phase
from models.status_page.page import page as build
from models.status_page.read import read_published
from tests.models.status_page.pages import BEGAN, at, component, recorded, row, update, updates


def announced(*told: dict[str, Any], **fields: Any) -> bytes:
    known = {"id": "m", "name": "New disks", "status": "scheduled", "impact": "maintenance", "created_at": at(0)}
    window = {"scheduled_for": at(60), "scheduled_until": at(120), "started_at": at(60)}
    parts = [{**component("API", "operational"), "showcase": True}]
    incident = {**known, **window, "incident_updates": [*reversed(told)], "components": parts, **fields}
    return json.dumps({"page": {"name": "Acme"}, "scheduled_maintenances": [incident]}).encode()


def window(store: Store) -> tuple[float, float, float | None]:
    found = row(store).maintenance
    assert found is not None
    ended = None if found.canceled_at is None else (found.canceled_at - BEGAN).total_seconds() / 60
    return (found.starts_at - BEGAN).total_seconds() / 60, (found.ends_at - BEGAN).total_seconds() / 60, ended


@pytest.fixture
def then(location: Location) -> Iterator[Store]:
    """A store at the time of the pages."""
    with closing(Store(location, clock=lambda: BEGAN + timedelta(minutes=30))) as store:
        store.open(create=False)
        yield store


def test_a_maintenance_to_come_is_one_here_and_no_open_incident(then: Store) -> None:
    assert load(then, announced(update("u1", 0, "scheduled")), "ana").faults == ()
    found = row(then)
    assert (found.phase, found.category, found.declared_at) == (Phase.RESOLVED, "maintenance", BEGAN)
    assert maintenance_stage(found, BEGAN + timedelta(minutes=30)) == "scheduled"
    assert maintenance_stage(found, BEGAN + timedelta(minutes=90)) == "in progress"
    assert found.maintenance is not None
    assert found.maintenance.components == ("API",)
    with then.reading(Reader) as reader:
        shown = build(read_published(reader), BEGAN + timedelta(minutes=30))
    assert [(one.name, one.status) for one in shown.upcoming] == [("New disks", "scheduled")]
    assert shown.unresolved == ()


@pytest.mark.parametrize(
    ("completed", "ends"), [(100, (60, 100, None)), (20, (60, 120, 20)), (120, (60, 120, None)), (130, (60, 120, None))]
)
def test_a_maintenance_that_the_page_said_is_over(
    location: Location, completed: int, ends: tuple[float, float, float | None]
) -> None:
    with closing(Store(location)) as store:
        store.open(create=False)
        said = [update("u1", 0, "scheduled")]
        load(store, announced(*said), "ana")
        assert window(store) == (60, 120, None)
        said.append(update("u2", completed, "completed", "Done."))
        load(store, announced(*said, status="completed"), "ana")
        assert window(store) == ends
        assert row(store).phase == Phase.RESOLVED
        assert [each.phase for each in updates(store)] == ["identified", "resolved"]
        assert [entry.kind for entry in recorded(store)] == ["declared", "published", "published"]
