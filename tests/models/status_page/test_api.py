"""Statuspage's read API as files: held against what a real Statuspage answered."""

import json
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from models.board.reader import Reader
from models.imports import statuspage
from models.imports.statuspage_file import read
from models.kernel.store import Store
from models.status_page.api import Api
from models.status_page.page import page
from models.status_page.public_data import Published
from models.status_page.read import read_published
from models.status_page.words import words
from tests.models.status_page.publications import NOON, at, incident, maintenance, published, told

REAL_INCIDENTS = files("models.imports").joinpath("githubstatus-incidents.json").read_bytes()
REAL_COMPONENTS = (Path(__file__).parents[2] / "data" / "githubstatus-components.json").read_bytes()
FILES = {
    "summary": ["page", "components", "incidents", "scheduled_maintenances", "status"],
    "status": ["page", "status"],
    "components": ["page", "components"],
    "incidents": ["page", "incidents"],
    "incidents/unresolved": ["page", "incidents"],
    "scheduled-maintenances": ["page", "scheduled_maintenances"],
    "scheduled-maintenances/upcoming": ["page", "scheduled_maintenances"],
    "scheduled-maintenances/active": ["page", "scheduled_maintenances"],
}


def documents(facts: Published, now: datetime, name: str = "Acme") -> dict[str, Any]:
    api = Api(page(facts, now), name=name, url="https://status.example.com", words=words("en"))
    return {path.removeprefix("api/v2/").removesuffix(".json"): json.loads(content) for path, content in api.files()}


def some() -> Published:
    return published(
        incident(told(at(days=-3), API="degraded"), told(at(days=-2), "resolved", API="operational")),
        incident(told(NOON, Web="partial outage")),
        maintenance(told(NOON, "identified"), starts=at(days=1), ends=at(days=2)),
        maintenance(told(NOON, "identified"), starts=at(minutes=1), ends=at(days=2), name="Now"),
    )


def alike(ours: Any, theirs: Any, where: str = "") -> None:
    """The same keys in the same order, and the same types; what is null in one may be there in the other."""
    if ours is None or theirs is None:
        return
    assert type(ours) is type(theirs), where
    if isinstance(ours, dict):
        assert list(ours) == list(theirs), where
        for key in ours:
            alike(ours[key], theirs[key], f"{where}.{key}")
    elif isinstance(ours, list):
        for one in ours:
            alike(one, theirs[0], f"{where}[]")
    elif isinstance(ours, str) and where.endswith(("_at", "_for", "_until")):
        assert len(ours) == len(theirs), where
        assert datetime.fromisoformat(ours).tzinfo is not None


def test_there_is_a_file_for_each_question() -> None:
    found = documents(some(), at(hours=1))
    assert {path: sorted(document) for path, document in found.items()} == {
        path: sorted(keys) for path, keys in FILES.items()
    }


def test_every_field_is_as_statuspage_writes_it() -> None:
    found = documents(some(), at(hours=1))
    theirs = json.loads(REAL_INCIDENTS)
    alike(found["incidents"], theirs)
    alike(found["incidents/unresolved"], theirs)
    alike(found["components"], json.loads(REAL_COMPONENTS))
    ours = found["scheduled-maintenances"]["scheduled_maintenances"][0]
    assert list(ours) == [*theirs["incidents"][0], "scheduled_for", "scheduled_until"]
    alike({key: ours[key] for key in theirs["incidents"][0]}, theirs["incidents"][0])
    assert found["summary"]["status"] == {"indicator": "minor", "description": "Minor Service Outage"}


def test_each_list_has_what_belongs_there() -> None:
    found = documents(some(), at(hours=1))

    def statuses(path: str, key: str) -> list[str]:
        return [one["status"] for one in found[path][key]]

    assert statuses("incidents", "incidents") == ["investigating", "resolved"]
    assert statuses("incidents/unresolved", "incidents") == ["investigating"]
    assert statuses("scheduled-maintenances", "scheduled_maintenances") == ["scheduled", "in_progress"]
    assert statuses("scheduled-maintenances/upcoming", "scheduled_maintenances") == ["scheduled"]
    assert statuses("scheduled-maintenances/active", "scheduled_maintenances") == ["in_progress"]
    assert statuses("summary", "incidents") == ["investigating"]
    assert statuses("summary", "scheduled_maintenances") == ["in_progress", "scheduled"]
    assert [part["status"] for part in found["components"]["components"]] == ["under_maintenance", "partial_outage"]


def test_ids_refer_to_each_other() -> None:
    found = documents(some(), at(hours=1))
    own = found["summary"]["page"]["id"]
    parts = {part["id"]: part["name"] for part in found["components"]["components"]}
    for one in found["incidents"]["incidents"] + found["scheduled-maintenances"]["scheduled_maintenances"]:
        assert one["page_id"] == own
        assert {update["incident_id"] for update in one["incident_updates"]} == {one["id"]}
        for update in one["incident_updates"]:
            for affected in update["affected_components"] or ():
                assert parts[affected["code"]] == affected["name"]
        assert one["shortlink"] == f"https://status.example.com/incidents/{one['id']}/"


def test_a_text_is_html_as_theirs_is() -> None:
    words = "a < b & c\n\n<script>alert(1)</script>"
    (one,) = documents(published(incident(told(NOON, text=words))), at(hours=1))["incidents"]["incidents"]
    body = "a &lt; b &amp; c<br /><br />&lt;script&gt;alert(1)&lt;/script&gt;"
    assert one["incident_updates"][0]["body"] == body


def test_a_page_that_says_nothing_yet() -> None:
    found = documents(published(components=()), at(hours=1))
    assert found["summary"]["status"] == {"indicator": "none", "description": "All Systems Operational"}
    assert [found["summary"][key] for key in ("components", "incidents", "scheduled_maintenances")] == [[], [], []]


@pytest.fixture
def github(store: Store) -> Any:
    statuspage.load(store, REAL_INCIDENTS, "ana")
    with store.reading(Reader) as reading:
        return documents(read_published(reading, None), datetime.fromisoformat("2024-09-17T09:00:00Z"), "GitHub")


def test_what_was_imported_comes_out_as_it_went_in(github: Any) -> None:
    for ours, theirs in zip(github["incidents"]["incidents"], json.loads(REAL_INCIDENTS)["incidents"], strict=True):
        for key in ("id", "name", "status", "impact", "resolved_at"):
            assert (key, ours[key][:23]) == (key, theirs[key][:23])
        assert {part["id"] for part in ours["components"]} <= {part["id"] for part in theirs["components"]}
        for update, before in zip(ours["incident_updates"], theirs["incident_updates"], strict=True):
            for key in ("id", "status", "body", "display_at"):
                assert update[key] == before[key]
            by_code = [{part["code"]: part for part in one["affected_components"] or ()} for one in (update, before)]
            assert by_code[0] == by_code[1]


def test_our_own_importer_reads_it(github: Any) -> None:
    export = read({"incidents.json": json.dumps(github["incidents"]).encode()})
    assert (export.page, export.faults, export.notes) == ("GitHub", [], [])
    assert [one.id for one in export.incidents] == ["r3x7x31k7nn1", "69sb0f8lydp4"]
