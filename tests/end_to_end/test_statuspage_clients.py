"""The page's read API, asked over HTTP by a program that others wrote for Statuspage, unchanged; held against the real
page whose history was imported.

The program is statuspage-prometheus-exporter: of what PyPI has and somebody looks after, it is the one that reads
version 2 of the read API at an address of one's choice. It asks for summary.json alone, so the real history is replayed
to it as it went. What it does not read, the bodies of updates and the incidents that are over, is compared as JSON.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.end_to_end.commanding import Desk
from tests.models.status_page.pages import REAL
from tests.serving import served

HISTORY: list[dict[str, Any]] = json.loads(REAL)["incidents"]
MOMENTS = sorted(told["display_at"] for one in HISTORY for told in one["incident_updates"])
OURS = {
    "page.id",
    "page.updated_at",
    "incidents.page_id",
    "incidents.shortlink",
    "incidents.created_at",
    "incidents.updated_at",
    "incidents.components.page_id",
    "incidents.components.created_at",
    "incidents.components.updated_at",
    "incidents.components.start_date",
    "incidents.components.position",
    "incidents.components.showcase",
}
"""What is another page's here, or is kept nowhere: its own id and addresses, when rows were made and last touched
(within a tenth of a second of the updates' own times), components that the history does not name, and whether uptime
is shown, which it always is here."""


def until(moment: str) -> dict[str, Any]:
    """The real incidents.json as it was at that time."""
    found = []
    for incident in deepcopy(HISTORY):
        updates = [told for told in incident["incident_updates"] if told["display_at"] <= moment]
        if not updates:
            continue
        states = {part["code"]: part["new_status"] for part in updates[0]["affected_components"] or ()}
        parts = [{**part, "status": states.get(part["id"], part["status"])} for part in incident["components"]]
        now = {"incident_updates": updates, "status": updates[0]["status"], "components": parts}
        found.append(
            {**incident, **now, "resolved_at": incident["resolved_at"] if now["status"] == "resolved" else None}
        )
    return {**json.loads(REAL), "incidents": found}


def published(here: Desk, document: dict[str, Any], folder: Path, *arguments: str) -> Path:
    """Import what that page says, and write ours."""
    file = folder / "incidents.json"
    file.write_text(json.dumps(document))
    assert here("import", "statuspage", str(file)).code == 0
    told = here(
        "status-page", str(folder / "page"), "--name", "GitHub", "--url", "https://www.githubstatus.com", *arguments
    )
    assert told.code == 0, told.err
    return folder / "page"


def exported(folder: Path, page: Path) -> dict[str, Any]:
    """What the exporter understood of the page, as it keeps it."""
    home = folder / f"exporter-{len([*folder.iterdir()])}"
    home.mkdir()
    with served(page) as address:
        services = {"ours": {"name": "Ours", "url": f"{address}/api/v2/summary.json"}}
        (home / "services.json").write_text(json.dumps(services))
        environment = {"PATH": os.environ["PATH"], "RUN_MODE": "once", "PYTHONWARNINGS": "ignore"}
        program = Path(sys.executable).with_name("statuspage-prometheus-exporter")
        subprocess.run([program], cwd=home, env=environment, check=True, capture_output=True, timeout=120)
    assert 'statuspage_probe_check{service_name="Ours"} 1.0' in (home / "metrics" / "statuspage.prom").read_text()
    document = json.loads((home / "cache" / "ours.json").read_text())
    understood: dict[str, Any] = document["response_data"]
    return understood


def test_it_sees_the_real_history_as_it_went(here: Desk, tmp_path: Path) -> None:
    severities = {"none": "Operational", "minor": "Minor Outage", "major": "Major Outage"}
    seen = []
    for moment in (MOMENTS[0], MOMENTS[len(MOMENTS) // 2], MOMENTS[-2], MOMENTS[-1]):
        real = until(moment)
        understood = exported(tmp_path, published(here, real, tmp_path))
        going_on = [one for one in real["incidents"] if one["status"] != "resolved"]
        wanted = [
            {
                **{key: one[key] for key in ("id", "name", "status", "impact", "started_at")},
                "updated_at": one["incident_updates"][0]["display_at"],
                "shortlink": f"https://www.githubstatus.com/incidents/{one['id']}/",
                "affected_components": [part["name"] for part in one["components"]],
            }
            for one in going_on
        ]
        assert understood["incident_metadata"] == wanted
        states = {part["name"]: part["status"] for one in reversed(real["incidents"]) for part in one["components"]}
        assert {part["name"]: part["status"] for part in understood["component_metadata"]} == states
        assert understood["status_text"] == severities[going_on[0]["impact"] if going_on else "none"]
        assert understood["maintenance_metadata"] == []
        seen.append(len(going_on))
    assert seen == [1, 1, 1, 0]


def test_it_sees_a_maintenance(here: Desk, tmp_path: Path) -> None:
    command = ("schedule", "New cables", "We replace cables.", "--starts", "in 2h", "--lasts", "90")
    window = here.json(*command, "--component", "Pages")["data"]["maintenance"]
    (maintenance,) = exported(tmp_path, published(here, until(MOMENTS[-1]), tmp_path))["maintenance_metadata"]
    assert (maintenance["name"], maintenance["status"]) == ("New cables", "scheduled")
    assert maintenance["affected_components"] == ["Pages"]
    assert maintenance["scheduled_start"][:19] == window["starts_at"][:19]
    assert maintenance["scheduled_end"][:19] == window["ends_at"][:19]


def differing(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """The names of the fields that are not the same."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and list(ours) == list(theirs):
        for key in ours:
            yield from differing(ours[key], theirs[key], f"{where}.{key}" if where else key)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            yield from differing(one, other, where)
    elif ours != theirs:
        yield where


def test_field_by_field_it_is_what_the_real_page_answered(here: Desk, tmp_path: Path) -> None:
    page = published(here, json.loads(REAL), tmp_path)
    ours = json.loads((page / "api" / "v2" / "incidents.json").read_text())
    assert {*differing(ours, json.loads(REAL))} == OURS
