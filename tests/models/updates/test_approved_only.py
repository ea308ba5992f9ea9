"""Whatever people do in whatever order, and at once: customers read nothing that nobody else has approved."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.kernel.command import IncidentCommand
from models.kernel.entry import EntryView
from models.kernel.failures import Conflict, Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval, RequestChanges
from models.updates.snoozing import Snooze
from tests.conftest import Clock
from tests.models.acting import Acting
from tests.postgres import Cluster

PEOPLE = st.sampled_from(["ana", "bo", "cy"])
Act = tuple[type[IncidentCommand], str, dict[str, Any]]


def doing(command: type[IncidentCommand], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.tuples(st.just(command), PEOPLE, st.fixed_dictionaries(fields))


ACTS = st.lists(
    st.one_of(
        doing(EditDraft, title=st.just("Payments fail"), text=st.sampled_from(["one", "two", "three"])),
        doing(RequestApproval),
        doing(Approve),
        doing(Publish),
        doing(RequestChanges, word=st.just("Shorter")),
        doing(Snooze, minutes=st.sampled_from([30, 90])),
        doing(Undo),
    ),
    max_size=25,
)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def strict(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Of a team that follows the program's own rules."""
    if request.param == "sqlite":
        location = Location.file(tmp_path_factory.mktemp("strict") / "bridgewatch.db")
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        location = Location.parse(cluster.new_database())
    store = Store(location, clock=Clock())
    store.open()
    yield store
    store.close()


def check(entries: tuple[EntryView, ...]) -> None:
    """Each update was approved by somebody else, in the revision and the words that were published."""
    drafted = {entry.data["revision"]: entry for entry in entries if entry.kind == "draft"}
    approved = {entry.n: entry for entry in entries if entry.kind == "approved"}
    for entry in entries:
        if entry.kind != "published":
            continue
        fits = [
            each for each in approved.values() if each.n < entry.n and each.data["revision"] == entry.data["revision"]
        ]
        assert fits
        assert entry.data["approved_by"] == fits[-1].author
        assert fits[-1].author != fits[-1].data["author"]
        if entry.data["revision"] in drafted:  # else it was put back by undoing
            assert entry.text == drafted[entry.data["revision"]].text


@given(acts=ACTS)
@settings(max_examples=60)
def test_in_whatever_order(strict: Store, acts: list[Act]) -> None:
    incident = Acting(strict)
    for command, by, fields in acts:
        try:
            incident(command, by, **fields)
        except Refused:
            continue
        now = incident.now
        assert now.draft.approved_by is None or now.draft.asked_by is not None
        assert now.draft.approved_by not in now.draft.authors
        assert not (now.draft.returned_by and now.draft.asked_by)
    check(incident.recorded)
    assert [entry.n for entry in incident.recorded] == list(range(1, incident.now.version + 1))


def at_once(location: Location, acts: list[Act], ref: str) -> None:
    barrier = Barrier(len(acts))

    def act(one: Act) -> None:
        command, by, fields = one
        store = Store(location)
        store.open(create=False)
        barrier.wait()
        try:
            store.perform(command(by=by, ref=ref, **fields))
        except (Refused, Conflict):
            pass
        finally:
            store.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(act, acts))


def test_at_once(location: Location) -> None:
    store = Store(location)
    store.open(create=False)
    agree(store, None)
    for _ in range(3):
        incident = Acting(store)
        incident(EditDraft, "cy", title="Payments fail", text="one")
        incident(RequestApproval, "cy")
        acts: list[Act] = [
            (Approve, "bo", {"saw": 1}),
            (Approve, "di", {}),
            (EditDraft, "cy", {"text": "two"}),
            (EditDraft, "ana", {"text": "three"}),
            *((Publish, person, {}) for person in ("ana", "bo", "cy", "di")),
        ]
        at_once(location, acts, incident.ref)
        check(incident.recorded)
        assert len(incident.recorded) == incident.now.version
    store.close()


def test_of_two_who_approve_one_does(location: Location) -> None:
    store = Store(location)
    store.open(create=False)
    agree(store, None)
    incident = Acting(store)
    incident(EditDraft, "cy", title="Payments fail", text="one")
    incident(RequestApproval, "cy")
    at_once(location, [(Approve, f"person {n}", {"saw": 1}) for n in range(6)], incident.ref)
    assert [entry.kind for entry in incident.recorded].count("approved") == 1
    store.close()
