"""Files as people really have them: of the management API, of old years, of pages with groups, several at once."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from models.board.reader import Reader
from models.imports.statuspage import foreseen, load, take_in
from models.imports.statuspage_file import read
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.status_page.read import read_published
from tests.models.status_page.pages import (
    BEGAN,
    at,
    component,
    contents,
    incident,
    page,
    recorded,
    row,
    states,
    update,
    updates,
)

FIELD = Path(__file__).parents[2] / "data" / "statuspage"


def field(*names: str) -> dict[str, bytes]:
    return {name: (FIELD / f"{name}.json").read_bytes() for name in names}


def said(store: Store, ref: str = "INC-1") -> list[tuple[str, str]]:
    return [(each.phase, each.text) for each in updates(store, ref)]


@pytest.mark.parametrize(
    ("name", "title", "phases"),
    [
        ("rest-v1-list", "Login errors", ["investigating", "resolved"]),
        ("rest-v1-one", "Search down", ["investigating"]),
        ("summary", "Web is slow", ["investigating"]),
        ("component-without-code", "Slow pages", ["investigating", "resolved"]),
    ],
)
def test_each_form_of_the_file(store: Store, name: str, title: str, phases: list[str]) -> None:
    imported = take_in(store, read(field(name)), "ana")
    assert [(each.what, each.title) for each in imported.incidents] == [("new", title)]
    assert imported.faults == ()
    assert [each.phase for each in updates(store)] == phases
    again = take_in(store, read(field(name)), "ana")
    assert [each.what for each in again.incidents] == ["unchanged"]


def test_what_the_management_api_does_not_say_of_its_page(store: Store) -> None:
    assert read(field("rest-v1-list")).page == "Statuspage pg00000000aa"
    assert read(field("rest-v1-list"), "Acme").page == "Acme"
    assert read(field("rest-v1-list", "summary")).page == "Example"


def test_several_files_are_one_history(store: Store) -> None:
    """The pages of the API's list, of which the last is empty; one incident is in two of them, longer in the later."""
    first = incident(update("u1", 1, "investigating"), updated_at=at(1))
    longer = incident(update("u2", 2, "resolved"), name="Now called so", updated_at=at(2))
    files = {
        "1.json": json.dumps([first, incident(id="two", name="Another", created_at=at(5))]).encode(),
        "2.json": json.dumps([longer]).encode(),
        "3.json": b"[]",
    }
    imported = take_in(store, read(files), "ana")
    assert [(each.ref, each.title) for each in imported.incidents] == [("INC-1", "Now called so"), ("INC-2", "Another")]
    assert [each.phase for each in updates(store)] == ["investigating", "resolved"]


def test_lists_within_a_list_are_one_list(store: Store) -> None:
    both = [[incident(update("u1", 1, "resolved"))], [incident(update("u2", 1, "resolved"), id="two")]]
    assert len(load(store, json.dumps(both).encode(), "ana").incidents) == 2


def test_a_component_that_has_only_a_name(store: Store) -> None:
    take_in(store, read(field("component-without-code")), "ana")
    assert states(store) == {"Web": "operational"}
    assert [entry.data.get("affected") for entry in recorded(store) if entry.kind == "published"] == [["Web"], None]
    later = [{"name": "web"}, {"name": "API"}]
    told = {**update("u9", 9, "investigating"), "affected_components": later}
    load(store, page(incident(told, id="two", components=[component("API", "partial_outage")])), "ana")
    assert states(store) == {"Web": "operational", "API": "partial outage"}


def test_a_name_and_what_it_turned_into(store: Store) -> None:
    parts = [{"name": "Web", "old_status": "operational", "new_status": "major_outage"}]
    load(store, page(incident({**update("u1", 1, "investigating"), "affected_components": parts})), "ana")
    assert states(store) == {"Web": "major outage"}
    assert updates(store)[0].components == {"Web": "major outage"}
    over = {**update("u2", 2, "resolved"), "affected_components": [{**parts[0], "code": "w1"}]}
    over["affected_components"][0].update(old_status="major_outage", new_status="operational")
    load(store, page(incident(update("u1", 1, "investigating"), over)), "ana")
    assert states(store) == {"Web": "operational"}


def test_components_stand_in_their_groups(store: Store) -> None:
    imported = take_in(store, read(field("grouped-components", "grouped-incidents")), "ana")
    whole = ["Core - Git Operations", "Core - Webhooks", "Build - Actions", "Build - Pages"]
    assert [*imported.components] == whole
    with store.reading(Reader) as reader:
        assert [part.name for part in reader.components()] == whole
    told = json.loads((FIELD / "grouped-incidents.json").read_bytes())["incidents"][0]
    assert [each.text for each in updates(store, "INC-2")] == [
        each["body"] for each in reversed(told["incident_updates"])
    ]
    assert updates(store, "INC-2")[0].components == {
        "Build - Pages": "partial outage",
        "Build - Actions": "partial outage",
    }
    with store.reading(Reader) as reader:
        published = read_published(reader)
    assert {part.id for part in published.components} == {
        "8l4ygp009s5s",
        "4230lsnqdsld",
        "br0l2tvcx85d",
        "vg70hn9s2tyj",
    }
    assert all(len(each.states) == 2 for each in published.incidents[-1].updates)


def test_the_history_alone_says_which_groups_there_are(store: Store) -> None:
    take_in(store, read(field("grouped-incidents")), "ana")
    assert {*states(store)} == {"Build - Actions", "Build - Pages"}


def test_a_component_that_was_renamed_keeps_its_history(store: Store) -> None:
    told = update("u1", 1, "investigating", Old=("operational", "major_outage"))
    load(store, page(incident(told, components=[{**component("Old", "major_outage"), "name": "New"}])), "ana")
    assert states(store) == updates(store)[0].components == {"New": "major outage"}


def test_components_of_one_name_in_two_groups_whose_names_are_unknown(store: Store) -> None:
    parts = [{**component("API", "operational"), "id": key, "group_id": f"g{key}"} for key in ("a", "b")]
    told = update("u1", 1, "investigating")
    told["affected_components"] = [
        {"code": key, "name": "API", "old_status": "operational", "new_status": new}
        for key, new in (("a", "major_outage"), ("b", "partial_outage"))
    ]
    load(store, page(incident(told, components=parts)), "ana")
    assert updates(store)[0].components == {"API": "major outage", "API (2)": "partial outage"}
    assert {*states(store)} == {"API", "API (2)"}


def test_what_was_imported_before_its_groups_were_known_keeps_its_name(store: Store) -> None:
    file = json.loads((FIELD / "grouped-incidents.json").read_bytes())
    for each in file["incidents"]:
        for told in each["incident_updates"]:
            for part in told["affected_components"] or ():
                part["name"] = part["name"].removeprefix("Build - ")
    load(store, json.dumps(file).encode(), "ana")
    before = states(store)
    assert {*before} == {"Actions", "Pages"}
    later = take_in(store, read(field("grouped-components", "grouped-incidents")), "ana")
    assert [each.what for each in later.incidents] == ["unchanged", "unchanged"]
    assert {*states(store)} == {*before, "Core - Git Operations", "Core - Webhooks"}


def test_every_old_and_odd_incident_comes_in(store: Store) -> None:
    imported = take_in(store, read(field("old-and-odd")), "ana")
    assert (len(imported.incidents), imported.faults) == (8, ())
    refs = {each.title: each.ref for each in imported.incidents}
    raw = json.loads((FIELD / "old-and-odd.json").read_bytes())["incidents"]
    for each in raw:
        ref = refs[" ".join(each["name"].split())]
        assert len(updates(store, ref)) == len(each["incident_updates"])
    assert row(store, refs["Before display_at existed"]).published_at == datetime(2014, 5, 1, 10, tzinfo=UTC)
    assert row(store, refs["A post-mortem state"]).phase == "closed"
    assert said(store, refs["A post-mortem state"])[-1] == ("resolved", "## What happened\n\n* a\n* b")
    assert row(store, refs["Old impact word"]).category == "maintenance"
    assert said(store, refs["Windows line ends and HTML"]) == [("resolved", "Fixed & well.\n\nmore ツ")]
    assert [each[0] for each in said(store, refs["Two updates at one moment"])] == ["monitoring", "resolved"]
    assert row(store, refs["Two updates at one moment"]).phase == "resolved"
    assert row(store, refs["No updates"]).phase == "resolved"
    mitigated = refs["A future status word"]
    assert row(store, mitigated).phase == "monitoring"
    assert [entry.data["status"] for entry in recorded(store, mitigated) if entry.kind == "published"] == [
        "investigating",
        "mitigated",
    ]
    (note,) = imported.notes
    assert note == "“A future status word”: the state “mitigated” is unknown, and is read as monitoring."


def test_what_older_years_lack_is_worked_out(store: Store) -> None:
    bare: dict[str, Any] = {"body": "Down.", "created_at": at(3)}
    later = {
        "id": None,
        "status": "resolved",
        "body": None,
        "updated_at": at(4),
        "affected_components": [{"name": "X"}],
    }
    imported = load(
        store,
        json.dumps({"incidents": [{"id": "i", "name": "Old", "incident_updates": [later, bare]}]}).encode(),
        "ana",
    )
    assert imported.faults == ()
    found = row(store)
    assert (found.severity, found.phase, found.declared_at) == ("P3", "resolved", BEGAN + timedelta(minutes=3))
    assert said(store) == [("investigating", "Down."), ("resolved", "")]


@pytest.mark.parametrize("hours", [-12, -9.5, 0, 5.75, 14])
def test_any_offset(store: Store, hours: float) -> None:
    there = BEGAN.astimezone(timezone(timedelta(hours=hours)))
    told = {**update("u1", 0, "resolved"), "display_at": there.isoformat()}
    assert load(store, page(incident(told, created_at=there.isoformat())), "ana").faults == ()
    assert row(store).declared_at == row(store).published_at == BEGAN


@pytest.mark.parametrize("form", ["2025-05-01T12:00:00+0000", "2025-05-01 12:00:00Z", "2025-05-01T08:00:00.000-04:00"])
def test_other_forms_of_a_time(store: Store, form: str) -> None:
    assert load(store, page(incident(update("u1", 0, "resolved"), created_at=form)), "ana").faults == ()
    assert row(store).declared_at == BEGAN


def test_a_file_that_windows_wrote(store: Store) -> None:
    text = page(incident(update("u1", 1, "resolved", "one\r\ntwo"))).decode()
    for encoded in (text.encode("utf-16"), text.encode("utf-8-sig"), text.replace(", ", ",\r\n").encode()):
        load(store, encoded, "ana")
    assert updates(store)[0].text == "one\ntwo"


def test_a_dry_run_says_what_happens_and_writes_nothing(store: Store) -> None:
    take_in(store, read(field("rest-v1-list")), "ana")
    before = contents(store)
    export = read(field("rest-v1-list", "old-and-odd", "grouped-components"))
    seen = foreseen(store, export, store.now())
    assert contents(store) == before
    done = take_in(store, export, "ana")
    assert [(each.what, each.title, each.updates) for each in seen.incidents] == [
        (each.what, each.title, each.updates) for each in done.incidents
    ]
    assert (seen.components, seen.faults, seen.notes) == (done.components, done.faults, done.notes)
    assert {each.what for each in seen.incidents} == {"new", "unchanged"}


def test_a_dry_run_without_a_database() -> None:
    seen = foreseen(None, read(field("rest-v1-list")), datetime.now(UTC))
    assert [(each.what, each.ref, each.updates) for each in seen.incidents] == [("new", "", 2)]
    assert seen.components == ("Login",)


def test_an_update_whose_id_another_incident_has_is_not_lost(sqlite_location: Location) -> None:
    with closing(Store(sqlite_location)) as store:
        store.open()
        pair = page(incident(update("u1", 1, "resolved")), incident(update("u1", 2, "resolved"), id="two"))
        for _ in range(2):
            load(store, pair, "ana")
            assert [len(updates(store, ref)) for ref in ("INC-1", "INC-2")] == [1, 1]


def test_unknown_words_are_told(store: Store) -> None:
    told = update("u1", 1, "investigating", API=("operational", "on fire"))
    imported = load(store, page(incident(told, impact="huge")), "ana")
    assert imported.notes == (
        "“It is slow”: “on fire” is not a state of a component, and is ignored.",
        "“It is slow”: the impact “huge” is unknown, and is read as P3.",
    )
    assert (row(store).severity, updates(store)[0].components) == ("P3", {})
    assert [entry.data.get("page_impact") for entry in recorded(store)] == ["huge", None]


@pytest.mark.parametrize("name", ["\udcff", "\x1b[2J", "x" * 65])
def test_a_name_that_no_page_can_have(name: str) -> None:
    with pytest.raises(Refused, match=r"The (name|text) (is empty|has 65 characters|contains an incomplete character)"):
        read(field("rest-v1-one"), name)
