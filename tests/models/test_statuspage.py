"""What a status page tells of its history comes in whole, once, and over nobody's head."""

import copy
import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.commands.drafts import EditDraft, Publish
from models.commands.incidents import Declare, Rename, SetPhase, SetSeverity
from models.commands.timeline import Undo
from models.exchange.statuspage import Imported, ImportIncident, load
from models.exchange.statuspage_file import MOST_BYTES, PHASES, STATES, plain, read
from models.failures import Refused
from models.policy import OPEN, ComponentState, Phase, public
from models.store import Store
from models.tables import metadata
from models.text import LIMITS, clean
from models.views import EntryView, IncidentRow, UpdateView

REAL = files("models.exchange").joinpath("githubstatus-incidents.json").read_bytes()
BEGAN = datetime(2025, 5, 1, 12, 0, tzinfo=UTC)


def at(minutes: float) -> str:
    return (BEGAN + timedelta(minutes=minutes)).isoformat()


def update(key: str, minutes: float, status: str, body: str = "We know.", **states: tuple[str, str]) -> dict[str, Any]:
    affected = [
        {"code": f"c-{name}", "name": name, "old_status": was, "new_status": now} for name, (was, now) in states.items()
    ]
    return {"id": key, "status": status, "body": body, "display_at": at(minutes), "affected_components": affected}


def component(name: str, status: str, minutes: float = 0) -> dict[str, Any]:
    return {"id": f"c-{name}", "name": name, "status": status, "updated_at": at(minutes), "position": 1}


def incident(*updates: dict[str, Any], **fields: Any) -> dict[str, Any]:
    known = {"id": "one", "name": "It is slow", "status": "investigating", "impact": "minor", "created_at": at(0)}
    return {**known, "incident_updates": [*reversed(updates)], **fields}


def page(*incidents: dict[str, Any], name: str = "Acme") -> bytes:
    return json.dumps({"page": {"name": name}, "incidents": [*incidents]}).encode()


def row(store: Store, ref: str = "INC-1") -> IncidentRow:
    with store.reading() as reader:
        return reader.incident(int(ref.removeprefix("INC-")))


def recorded(store: Store, ref: str = "INC-1") -> tuple[EntryView, ...]:
    with store.reading() as reader:
        return reader.since(int(ref.removeprefix("INC-")), 0)


def updates(store: Store, ref: str = "INC-1") -> list[UpdateView]:
    """Oldest first."""
    with store.reading() as reader:
        return [*reversed(reader.updates(int(ref.removeprefix("INC-"))))]


def states(store: Store) -> dict[str, str]:
    with store.reading() as reader:
        return {part.name: part.state for part in reader.components()}


def contents(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store._engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all())) for table in metadata.sorted_tables
        }


def test_every_update_of_a_real_page_is_there(store: Store) -> None:
    imported = load(store, REAL, "ana")
    assert imported == Imported(page="GitHub", new=2, updated=0, unchanged=0, refs=("INC-1", "INC-2"))
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
    with store.reading() as reader:
        assert reader.components()[0].description == "Workflows, Compute and Orchestration for GitHub Actions"


def test_an_imported_incident_has_the_roles_of_the_book(store: Store) -> None:
    load(store, REAL, "ana")
    with store.reading() as reader:
        roles = reader.incident(1).roles
    assert {role.key for role in roles} >= {"incident-manager", "scribe"}
    assert not any(role.holders for role in roles)


def test_a_second_time_nothing_is_written(store: Store) -> None:
    first = load(store, REAL, "ana")
    before = contents(store)
    again = load(store, REAL, "bo")
    assert again == Imported(page="GitHub", new=0, updated=0, unchanged=2, refs=first.refs)
    assert contents(store) == before


def test_a_retried_transaction_is_found_done(store: Store) -> None:
    (known,) = read(page(incident(update("u1", 1, "investigating"))))[1]
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
    assert load(store, page(now), "bo") == Imported(page="Acme", new=0, updated=1, unchanged=0, refs=("INC-1",))
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
    store.perform(EditDraft(by="cy", ref="INC-1", text="Worse.", components={"API": "major outage"}))
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
    store.perform(EditDraft(by="ana", ref=own, text="It is down.", components={"API": "major outage"}))
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
    with pytest.raises(Refused, match="cannot be unsaid"):
        store.perform(Undo(by="ana", ref="INC-1"))


def with_first(**fields: Any) -> bytes:
    changed = copy.deepcopy(json.loads(REAL))
    changed["incidents"][0].update(fields)
    return json.dumps(changed).encode()


NAMED = "“Incident with Pages and Actions”"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "no incidents.json of a Statuspage"),
        (b"\xff\xfe", "no incidents.json of a Statuspage"),
        (b"[" * 100_000, "recursion limit"),
        (b'{"page": {"name": "\\ud800"}, "incidents": []}', "no incidents.json of a Statuspage"),
        (REAL[:5_000], "Invalid JSON"),
        (b'{"page": {"name": "Acme"}, "components": []}', "incidents: Field required"),
        (b'{"page": {"name": ""}, "incidents": []}', "The name is empty"),
        (b" " * (MOST_BYTES + 1), "16 is the most"),
        (with_first(status="on fire"), f"{NAMED} in the file is damaged. status: It should be one of investigating"),
        (with_first(impact={"a": 1}), f"{NAMED} in the file is damaged. impact"),
        (with_first(id="'; DROP TABLE incidents; --"), f"{NAMED} in the file is damaged. id"),
        (with_first(created_at="yesterday"), f"{NAMED} in the file is damaged. created_at"),
        (with_first(created_at="2024-09-16T21:31:02"), "should have timezone info"),
        (with_first(created_at="0001-01-01T00:00:00+14:00"), "No status page was there at that time"),
        (with_first(name="\x1b[2J\x00"), "Incident number 1 in the file is damaged. name: The title is empty"),
        (with_first(incident_updates=[update("u1", 1, "resolved", "x" * 30_000)]), "20,000 is the most"),
        (with_first(incident_updates=[update("u1", 1, "resolved", "<a " * 1_000_000)]), f"{NAMED} in the file"),
        (with_first(incident_updates=[update("u1", 1, "resolved")] * 2_001), "at most 2000 items"),
        (with_first(resolved_at="2100-01-01T00:00:00Z"), f"{NAMED}: That is in the future"),
    ],
    ids=[
        "empty",
        "no text",
        "too deep",
        "half a character",
        "cut off",
        "other format",
        "nameless page",
        "too large",
        "status",
        "impact",
        "id",
        "no date",
        "no time zone",
        "before all calendars",
        "no title",
        "long update",
        "long markup",
        "many updates",
        "future",
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(sqlite_location: Any, document: bytes, words: str) -> None:
    store = Store(sqlite_location, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    store.open()
    with pytest.raises(Refused) as refused:
        load(store, document, "ana")
    assert words in str(refused.value)
    assert refused.value.remedy
    assert len(str(refused.value)) < 500
    store.close()


def test_a_damaged_incident_keeps_the_others_out_too(store: Store) -> None:
    before = contents(store)
    with pytest.raises(Refused):
        load(store, with_first(status="on fire"), "ana")
    assert contents(store) == before


def test_a_name_that_nobody_can_have_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="The name is empty"):
        load(store, REAL, "\x1b[2J")


def test_hostile_words_come_in_harmless(store: Store) -> None:
    bad = "\x1b]52;c;eA==\x07\x1b[2J[/]\x00\u202e\x9b31m"
    said = update("u1", 1, "resolved", f"&#27;]0;x&#7;{bad}&lt;b&gt; <script>alert(1)</script>&#{'9' * 5000};")
    said["affected_components"] = [
        {"code": "c", "name": f"API{bad}", "old_status": "operational", "new_status": "operational"}
    ]
    load(store, page(incident(said, name=f"Slow{bad}"), name=f"Acme{bad}"), "ana")
    assert row(store).title == "Slow[/]"
    (told,) = updates(store)
    assert told.text == clean(told.text, lines=True)
    assert told.text.endswith("[/]<b> alert(1)")
    assert states(store) == {"API[/]": "operational"}
    assert recorded(store)[0].data["imported"] == "Acme[/]"


def test_names_that_are_too_long_are_cut_where_one_sees_it(store: Store) -> None:
    part = {"code": "c", "name": "n" * 300, "old_status": "operational", "new_status": "operational"}
    said = {**update("u1", 1, "resolved"), "affected_components": [part]}
    load(store, page(incident(said, name="t" * 5_000), name="p" * 5_000), "ana")
    assert row(store).title == "t" * (LIMITS["title"] - 1) + "…"
    assert [*states(store)] == ["n" * (LIMITS["component"] - 1) + "…"]


def test_doubles_in_a_file_count_once(store: Store) -> None:
    twice = [update("u1", 1, "investigating"), update("u1", 1, "investigating")]
    elsewhere = incident(update("u1", 2, "resolved"), id="two", created_at=at(1))
    imported = load(store, page(incident(*twice), incident(*twice), elsewhere), "ana")
    assert (imported.new, len(imported.refs)) == (2, 2)
    assert (len(updates(store, "INC-1")), len(updates(store, "INC-2"))) == (1, 0)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("one<br />two<br>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("5 &lt; 6 &amp; <strong>bold</strong> &eacute;", "5 < 6 & bold é"),
        ("if 5 < 6 and 7 > 6", "if 5 < 6 and 7 > 6"),
        ("<!-- no -->a <a href='https://example.org/?a=1&b=2'>link</a>", "a link"),
        ("  a\r\n\r\nb  ", "a\n\nb"),
        ("", ""),
    ],
)
def test_html_becomes_words(body: str, words: str) -> None:
    assert plain(body) == words


@given(st.text() | st.text("<>&;#/!-a19 \x1b[]"))
def test_the_words_of_any_html_are_harmless(body: str) -> None:
    try:
        words = plain(body)
    except ValueError:
        return
    assert words == clean(words, lines=True)


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
        assert (again.new, again.updated, again.unchanged) == (0, 0, 1)
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
