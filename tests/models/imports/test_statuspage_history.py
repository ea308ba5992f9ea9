"""What a status page tells of its history comes in whole, once, and over nobody's head."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.board.reader import Reader
from models.imports.import_incident import ImportIncident
from models.imports.statuspage import Imported, load
from models.imports.statuspage_file import read
from models.imports.statuspage_words import PHASES, STATES
from models.incident.declare import Declare
from models.incident.fields import Rename, SetSeverity
from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.audience import ComponentState
from models.policy.phase import OPEN, Phase, public
from models.timeline.commands import Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.status_page.pages import (
    BEGAN,
    REAL,
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


def came_of(imported: Imported) -> list[tuple[str, str]]:
    return [(each.ref, each.what) for each in imported.incidents]


def test_every_update_of_a_real_page_is_there(store: Store) -> None:
    imported = load(store, REAL, "ana")
    assert (imported.page, came_of(imported)) == ("GitHub", [("INC-1", "new"), ("INC-2", "new")])
    assert (imported.faults, imported.notes) == ((), ())
    told = {each["name"]: each for each in json.loads(REAL)["incidents"]}
    for ref in imported.refs:
        real = told.pop(row(store, ref).title)
        assert [
            (each.published_at, each.phase, each.text.split(), each.components, each.published_by)
            for each in updates(store, ref)
        ] == [
            (
                datetime.fromisoformat(each["display_at"]),
                PHASES[each["status"]],
                each["body"].replace("<br />", " ").split(),
                {part["name"]: STATES[part["new_status"]] for part in each["affected_components"] or ()},
                "ana",
            )
            for each in reversed(real["incident_updates"])
        ]
    assert not told


def test_a_real_incident_is_dated_as_it_was(store: Store) -> None:
    load(store, REAL, "ana")
    found = row(store, "INC-2")
    assert (found.title, found.severity, found.phase) == ("Incident with Pages and Actions", "P2", Phase.RESOLVED)
    assert found.declared_at == datetime(2024, 9, 16, 21, 31, 2, 713000, UTC)
    assert found.resolved_at == found.published_at == datetime(2024, 9, 16, 22, 8, 39, 333000, UTC)
    assert found.manager is None
    entries = recorded(store, "INC-2")
    assert [entry.n for entry in entries] == [*range(1, found.version + 1)]
    assert [entry.kind for entry in entries] == ["declared", *["published"] * 5, "phase", "published"]
    times = [entry.occurred_at for entry in entries]
    assert times == sorted(times)
    assert times[0] == found.declared_at
    assert {entry.data["imported"] for entry in entries} == {"GitHub"}
    assert {entry.recorded_at.year for entry in entries} == {2026}
    assert (entries[6].data["was"], entries[6].data["now"]) == ("investigating", "resolved")


def test_components_are_as_the_page_last_had_them(store: Store) -> None:
    load(store, REAL, "ana")
    assert states(store) == {"Actions": "operational", "Pages": "operational"}
    with store.reading(Reader) as reader:
        assert reader.components()[0].description == "Workflows, Compute and Orchestration for GitHub Actions"


def test_an_imported_incident_has_the_roles_of_the_book(store: Store) -> None:
    load(store, REAL, "ana")
    with store.reading(Reader) as reader:
        roles = reader.incident(1).roles
    assert {role.key for role in roles} >= {"incident-manager", "scribe"}
    assert not any(role.holders for role in roles)


def test_a_second_time_nothing_is_written(store: Store) -> None:
    first = load(store, REAL, "ana")
    before = contents(store)
    again = load(store, REAL, "bo")
    assert came_of(again) == [(ref, "unchanged") for ref in first.refs]
    assert contents(store) == before


def test_a_retried_transaction_is_found_done(store: Store) -> None:
    (known,) = read({"x.json": page(incident(update("u1", 1, "investigating")))}).incidents
    command = ImportIncident(by="ana", page="Acme", incident=known, components=())
    first = store.perform(command)
    before = contents(store)
    again = store.perform(command)
    assert (again.already, again.entry) == (True, first.entry)
    assert contents(store) == before


def test_a_longer_file_adds_what_is_new(store: Store) -> None:
    said = [update("u1", 1, "investigating", API=("operational", "partial_outage"))]
    load(store, page(incident(*said, components=[component("API", "partial_outage", 1)])), "ana")
    before = recorded(store)
    said += [
        update("u2", 5, "identified", "Found.", API=("partial_outage", "degraded_performance")),
        update("u3", 9, "resolved", "Done.", API=("degraded_performance", "operational")),
    ]
    now = incident(*said, status="resolved", resolved_at=at(9), components=[component("API", "operational", 9)])
    assert came_of(load(store, page(now), "bo")) == [("INC-1", "updated")]
    after = recorded(store)
    assert after[: len(before)] == before
    assert [(entry.n, entry.kind, entry.author) for entry in after[len(before) :]] == [
        (3, "phase", "bo"),
        (4, "published", "bo"),
        (5, "phase", "bo"),
        (6, "published", "bo"),
    ]
    found = row(store)
    assert (found.phase, found.resolved_at, found.published_at) == (
        "resolved",
        BEGAN.replace(minute=9),
        BEGAN.replace(minute=9),
    )
    assert states(store) == {"API": "operational"}


def test_what_people_here_have_changed_stays(store: Store) -> None:
    said = [update("u1", 1, "investigating", API=("operational", "partial_outage"))]
    load(store, page(incident(*said)), "ana")
    store.perform(Rename(by="bo", ref="INC-1", title="Our own title"))
    store.perform(SetSeverity(by="bo", ref="INC-1", severity="P1"))
    store.perform(SetPhase(by="bo", ref="INC-1", phase="monitoring"))
    store.perform(EditDraft(by="cy", ref="INC-1", title="API down", text="Worse.", components={"API": "major outage"}))
    store.perform(Publish(by="cy", ref="INC-1"))
    said.append(update("u2", 5, "resolved", "Done.", API=("partial_outage", "operational")))
    load(store, page(incident(*said, status="resolved", name="Theirs", impact="none")), "ana")
    found = row(store)
    assert (found.title, found.severity, found.phase) == ("Our own title", "P1", "monitoring")
    assert found.resolved_at is None
    assert states(store) == {"API": "major outage"}
    assert [each.text for each in updates(store)] == ["We know.", "Done.", "Worse."]


def test_an_update_put_in_between_moves_nothing(store: Store) -> None:
    first, last = update("u1", 1, "investigating"), update("u3", 9, "investigating")
    load(store, page(incident(first, last)), "ana")
    load(store, page(incident(first, update("u2", 5, "identified"), last)), "ana")
    assert row(store).phase == "investigating"
    assert row(store).published_at == BEGAN.replace(minute=9)
    assert [each.phase for each in updates(store)] == ["investigating", "identified", "investigating"]


def test_a_component_of_ones_own_is_left_alone(store: Store) -> None:
    own = store.perform(Declare(by="ana", title="Ours", severity="P3")).ref
    store.perform(
        EditDraft(by="ana", ref=own, title="API down", text="It is down.", components={"API": "major outage"})
    )
    store.perform(Publish(by="ana", ref=own))
    load(store, page(incident(update("u1", 1, "resolved", API=("major_outage", "operational")))), "ana")
    assert states(store) == {"API": "major outage"}


def test_opened_again_on_the_page_it_is_open_here(store: Store) -> None:
    said = [update("u1", 1, "investigating"), update("u2", 2, "resolved")]
    load(store, page(incident(*said, resolved_at=at(2))), "ana")
    assert row(store).resolved_at == BEGAN.replace(minute=2)
    said.append(update("u3", 3, "monitoring"))
    load(store, page(incident(*said)), "ana")
    assert (row(store).phase, row(store).resolved_at) == ("monitoring", None)


def test_maintenance_and_its_steps(store: Store) -> None:
    steps = ["scheduled", "in_progress", "verifying", "completed", "postmortem"]
    said = [update(f"u{n}", n, status) for n, status in enumerate(steps)]
    load(store, page(incident(*said, impact="maintenance", status="postmortem", resolved_at=at(3))), "ana")
    found = row(store)
    assert (found.severity, found.category, found.phase) == ("P3", "maintenance", "closed")
    assert found.resolved_at == BEGAN.replace(minute=3)
    assert [entry.data["now"] for entry in recorded(store) if entry.kind == "phase"] == [
        "monitoring",
        "resolved",
        "closed",
    ]
    assert [each.phase for each in updates(store)] == ["identified", "identified", "monitoring", "resolved", "resolved"]
    assert [entry.data["status"] for entry in recorded(store) if entry.kind == "published"] == steps


@pytest.mark.parametrize(("impact", "severity"), [("critical", "P1"), ("major", "P2"), ("minor", "P3"), ("none", "P3")])
def test_severities(store: Store, impact: str, severity: str) -> None:
    load(store, page(incident(update("u1", 1, "resolved"), impact=impact)), "ana")
    assert row(store).severity == severity


def test_what_was_published_cannot_be_undone_by_who_imported_it(store: Store) -> None:
    load(store, REAL, "ana")
    with pytest.raises(Refused, match="A published update cannot be undone"):
        store.perform(Undo(by="ana", ref="INC-1"))


def test_doubles_in_a_file_count_once(store: Store) -> None:
    twice = [update("u1", 1, "investigating"), update("u1", 1, "investigating")]
    elsewhere = incident(update("u1", 2, "resolved"), id="two", created_at=at(1))
    imported = load(store, page(incident(*twice), incident(*twice), elsewhere), "ana")
    assert [what for _, what in came_of(imported)] == ["new", "new"]
    assert (len(updates(store, "INC-1")), len(updates(store, "INC-2"))) == (1, 1)


STEP = st.tuples(st.sampled_from(sorted(PHASES)), st.sampled_from(sorted(STATES)))
numbers = count(1)


@settings(max_examples=40)
@given(steps=st.lists(STEP, min_size=1, max_size=8), pieces=st.lists(st.integers(1, 8), max_size=4))
def test_in_pieces_it_is_the_same_as_at_once(
    shared_store: Store, steps: list[tuple[str, str]], pieces: list[int]
) -> None:
    key = f"h{next(numbers)}"
    said, was = [], "operational"
    for n, (status, state) in enumerate(steps):
        said.append(update(f"{key}-{n}", n, status, f"Update {n}", **{key: (was, state)}))
        was = state
    refs: set[str] = set()
    for length in [*sorted(pieces), len(steps)]:
        part = said[:length]
        state = part[-1]["affected_components"][0]["new_status"]
        file = page(incident(*part, id=key, components=[component(key, state, length)]))
        refs |= {*load(shared_store, file, "ana").refs}
        again = load(shared_store, file, "ana")
        assert [what for _, what in came_of(again)] == ["unchanged"]
    (ref,) = refs
    found = row(shared_store, ref)
    phase = PHASES[steps[-1][0]]
    assert found.phase == phase
    assert (found.resolved_at is None) == (phase in OPEN)
    assert found.published_at == BEGAN + timedelta(minutes=len(steps) - 1)
    assert [each.phase for each in updates(shared_store, ref)] == [public(PHASES[status]) for status, _ in steps]
    assert states(shared_store)[key] == ComponentState(STATES[steps[-1][1]])
    entries = recorded(shared_store, ref)
    assert [entry.n for entry in entries] == [*range(1, found.version + 1)]
    moves = [(entry.data["was"], entry.data["now"]) for entry in entries if entry.kind == "phase"]
    told = [PHASES[status] for status, _ in steps]
    assert moves == [(a, b) for a, b in pairwise(told) if a != b]
