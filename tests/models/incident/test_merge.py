"""Merging incidents: both sides tell of it, and it can be taken back from either; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from models.board.board import read_board
from models.doctor.replay import Replay
from models.incident.merge import Merge
from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.phase import Phase
from models.timeline.commands import Note, Undo
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.models.acting import Acting, told


@pytest.fixture
def first(store: Store) -> Acting:
    return Acting(store)


@pytest.fixture
def second(first: Acting) -> Acting:
    return Acting(first.store, title="Payments fail", by="bo", severity="P2")


def phases(*incidents: Acting) -> list[Phase]:
    """As the tables have them, which is as the entries tell it."""
    for incident in incidents:
        assert Replay(incident.recorded, ()).fields["phase"] == incident.now.phase
        assert [entry.n for entry in incident.recorded] == list(range(1, incident.now.version + 1))
    return [incident.now.phase for incident in incidents]


def last(incident: Acting) -> str:
    return told(incident.recorded[-1])


def test_both_sides_tell_of_it(first: Acting, second: Acting) -> None:
    before = read_board(first.store)
    entry = second(Merge, "bo", into="inc-1", reason="the same pool")
    assert told(entry) == "bo merged this incident into INC-1 “Checkout returns 502”: the same pool"
    assert last(first) == "bo merged INC-2 “Payments fail” into this incident: the same pool"
    assert phases(first, second) == [Phase.TRIAGE, Phase.MERGED]
    assert second.now.manager == "bo"
    after = read_board(first.store, looking_at=1, before=before)
    assert [row.ref for row in after.incidents] == ["INC-1"]
    assert after.timeline.entries[0].kind == "took-in"


@pytest.mark.parametrize("side", [0, 1], ids=["from what goes on", "from what was merged"])
def test_undoing_takes_it_back_on_both_sides(first: Acting, second: Acting, side: int) -> None:
    second(SetPhase, "bo", phase=Phase.IDENTIFIED)
    second(Merge, "cy", into="INC-1")
    undone = (first, second)[side](Undo, "cy")
    assert undone.kind == "undone"
    assert last(first) == "cy reverted “merged INC-2 ‘Payments fail’ into this incident”"
    assert last(second) == "cy reverted “merged this incident into INC-1 ‘Checkout returns 502’”"
    assert phases(first, second) == [Phase.TRIAGE, Phase.IDENTIFIED]
    for incident in (first, second):
        with pytest.raises(Refused, match="You have nothing to undo on"):
            incident(Undo, "cy")


def test_it_can_be_opened_again_which_the_other_hears(first: Acting, second: Acting) -> None:
    second(Merge, "bo", into="INC-1")
    second(SetPhase, "cy", phase=Phase.INVESTIGATING)
    assert last(first) == "cy unmerged INC-2 “Payments fail”"
    assert phases(first, second) == [Phase.TRIAGE, Phase.INVESTIGATING]
    with pytest.raises(Refused, match="The phase has been changed again by cy"):
        second(Undo, "bo")
    with pytest.raises(Refused, match="Merge it again"):
        second(Undo, "cy")
    second(Merge, "cy", into="INC-1")
    assert phases(first, second) == [Phase.TRIAGE, Phase.MERGED]


def test_only_open_incidents_are_merged_and_never_into_themselves(first: Acting, second: Acting) -> None:
    with pytest.raises(Refused, match="INC-2 cannot be merged into itself"):
        second(Merge, "bo", into="INC-2")
    with pytest.raises(Refused, match="There is no incident INC-7"):
        second(Merge, "bo", into="INC-7")
    first(SetPhase, "ana", phase=Phase.RESOLVED)
    with pytest.raises(Refused, match="INC-1 is resolved: ana changed phase: triage → resolved"):
        second(Merge, "bo", into="INC-1")
    with pytest.raises(Refused, match="INC-1 is resolved"):
        first(Merge, "bo", into="INC-2")
    assert phases(first, second) == [Phase.RESOLVED, Phase.TRIAGE]
    assert second.now.version == 1


def test_customers_are_not_left_waiting(first: Acting, second: Acting) -> None:
    second(EditDraft, "bo", title="Payments", text="We look into it", phase=Phase.IDENTIFIED)
    second(Publish, "bo")
    with pytest.raises(
        Refused, match=r"The last public status of INC-2 is “identified”\. Customers expect more updates"
    ):
        second(Merge, "bo", into="INC-1")
    second(EditDraft, "bo", text="It is part of the trouble with checkout", phase=Phase.RESOLVED)
    second(Publish, "bo")
    second(Merge, "bo", into="INC-1")
    assert phases(first, second) == [Phase.TRIAGE, Phase.MERGED]


def test_who_merges_two_into_each_other_at_once_keeps_one(first: Acting, second: Acting) -> None:
    together = Barrier(2)

    def merge(incident: Acting, into: Acting) -> str:
        store = Store(first.store.location)
        try:
            store.open()
            together.wait()
            store.perform(Merge(by="cy", ref=incident.ref, into=into.ref))
        except Refused as refused:
            return str(refused)
        finally:
            store.close()
        return ""

    with ThreadPoolExecutor(2) as threads:
        said = [task.result() for task in (threads.submit(merge, first, second), threads.submit(merge, second, first))]
    assert sorted(phases(first, second)) == [Phase.MERGED, Phase.TRIAGE]
    refused = next(filter(None, said))
    assert said.count("") == 1
    assert "is merged: cy merged this incident into" in refused


def test_what_one_did_before_can_still_be_undone_after_a_merger_was(first: Acting, second: Acting) -> None:
    first(Note, "bo", text="the pool is full")
    second(Merge, "bo", into="INC-1")
    second(Undo, "bo")
    assert told(first(Undo, "bo")) == "bo reverted “added a note: the pool is full”"
