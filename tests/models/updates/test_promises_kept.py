"""A promise is kept through whatever happens meanwhile: a raised severity, a snooze and its undoing, the end."""

from datetime import datetime, timedelta

import pytest

from models.board.due_times import next_update
from models.incident.fields import SetSeverity
from models.incident.phase import SetPhase
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.policy.audience import Audience
from models.timeline.commands import Undo
from models.updates.agreement import agree
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from models.updates.rules import plain, validated
from models.updates.snoozing import Snooze
from models.updates.views import PromiseView
from tests.conftest import Clock
from tests.models.acting import Acting


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


def tell(incident: Acting, to: Audience = Audience.CUSTOMERS, **more: object) -> datetime:
    """Returns when they were told."""
    incident(EditDraft, "cy", audience=to, title="Payments fail", text="We know", **more)
    return incident(Publish, "cy", audience=to).recorded_at


def promise(incident: Acting, to: Audience = Audience.CUSTOMERS) -> PromiseView:
    return next(each for each in incident.now.promises if each.audience is to)


def after(**span: float) -> timedelta:
    return timedelta(**span)


def at_the_next_look(clock: Clock, moment: datetime) -> None:
    clock.now = moment - after(seconds=1)


class TestRaisingTheSeverity:
    def test_from_one_that_promises_nothing_the_pace_begins_with_what_was_told_last(self, store: Store) -> None:
        incident = Acting(store, severity="P3")
        told_at = tell(incident)
        assert incident.now.promises == ()
        incident(SetSeverity, "ana", severity="P1")
        assert next_update(incident.now) == told_at + after(minutes=20)
        incident(SetPhase, "ana", phase="resolved")
        assert incident.now.promises == ()  # the pace alone promised it, no update did

    def test_it_never_delays_what_was_promised_sooner(self, store: Store) -> None:
        incident = Acting(store, severity="P2")
        tell(incident, next_in=10)
        before = incident.now.promises
        incident(SetSeverity, "ana", severity="P1")
        assert promise(incident) == before[0]

    def test_it_never_delays_what_was_put_off_to_less_than_its_pace(self, store: Store) -> None:
        incident = Acting(store, severity="P2")
        tell(incident, next_in=5)
        incident(Snooze, "cy", minutes=8)
        before = promise(incident)
        incident(SetSeverity, "ana", severity="P1")
        assert promise(incident) == before
        assert before.snoozed

    def test_what_was_put_off_too_far_for_it_is_so_no_longer(self, store: Store) -> None:
        incident = Acting(store, severity="P2")
        told_at = tell(incident)
        incident(Snooze, "cy", minutes=90)
        assert promise(incident).snoozed
        incident(SetSeverity, "ana", severity="P1")
        assert promise(incident) == PromiseView(
            audience=Audience.CUSTOMERS, due_at=told_at + after(minutes=20), snoozed=False
        )

    def test_what_is_hastened_inside_stays_owed_once_it_is_resolved(self, store: Store) -> None:
        incident = Acting(store, severity="P2")
        told_at = tell(incident, Audience.EXECUTIVES, next_in=90)
        incident(SetSeverity, "ana", severity="P1")
        assert next_update(incident.now, Audience.EXECUTIVES) == told_at + after(minutes=60)
        incident(SetPhase, "ana", phase="resolved")
        assert [each.audience for each in incident.now.promises] == [Audience.EXECUTIVES]

    def test_lowering_it_hastens_nothing(self, incident: Acting) -> None:
        told_at = tell(incident, next_in=120)
        incident(SetSeverity, "ana", severity="P2", reason="less")
        due = next_update(incident.now)
        assert due
        assert due - told_at > after(minutes=119)


class TestUndoingASnooze:
    def test_of_two_only_the_later_one_is_taken_back(self, incident: Acting) -> None:
        by_the_pace = promise(incident)
        incident(Snooze, "cy", minutes=30)
        first = promise(incident)
        incident(Snooze, "bo", minutes=60)
        incident(Undo, "bo")
        assert promise(incident) == first
        assert (first.snoozed, first.due_at > by_the_pace.due_at) == (True, True)
        incident(Undo, "cy")
        assert promise(incident) == by_the_pace
        assert not by_the_pace.snoozed

    def test_the_earlier_of_two_is_not(self, incident: Acting) -> None:
        incident(Snooze, "cy", minutes=30)
        incident(Snooze, "bo", minutes=60)
        second = promise(incident)
        with pytest.raises(Refused, match="The due time has changed"):
            incident(Undo, "cy")
        assert promise(incident) == second

    def test_what_the_pace_promised_is_the_paces_again(self, incident: Acting) -> None:
        told_at = tell(incident, next_in=0)
        incident(Snooze, "cy", minutes=45)
        incident(Undo, "cy")
        assert promise(incident).due_at == told_at + after(minutes=20)

    def test_what_the_pace_promised_follows_the_severity_again(self, incident: Acting) -> None:
        incident(Snooze, "cy", minutes=45)
        incident(Undo, "cy")
        incident(SetSeverity, "ana", severity="P2", reason="less")
        assert promise(incident).due_at == incident.now.declared_at + after(minutes=15)

    def test_not_what_was_promised_in_words_since_though_for_the_same_moment(
        self, incident: Acting, clock: Clock
    ) -> None:
        snoozed_at = incident(Snooze, "bo", minutes=30).recorded_at
        put_off = promise(incident)
        at_the_next_look(clock, snoozed_at + after(minutes=10) - timedelta(seconds=1))  # the draft takes one look
        tell(incident, next_in=20)
        promised = promise(incident)
        assert (promised.due_at, promised.snoozed) == (put_off.due_at, False)
        with pytest.raises(Refused, match="The due time has changed"):
            incident(Undo, "bo")
        assert promise(incident) == promised

    def test_what_was_promised_in_words_holds_again(self, incident: Acting) -> None:
        tell(incident, next_in=25)
        promised = promise(incident)
        incident(Snooze, "cy", minutes=45)
        incident(Undo, "cy")
        assert promise(incident) == promised

    def test_what_those_inside_were_told_still_counts(self, incident: Acting) -> None:
        told_at = tell(incident, Audience.EXECUTIVES)
        incident(Snooze, "cy", audience=Audience.EXECUTIVES, minutes=90)
        incident(Undo, "cy")
        assert promise(incident, Audience.EXECUTIVES).due_at == told_at + after(minutes=60)
        incident(SetPhase, "ana", phase="resolved")
        assert [each.audience for each in incident.now.promises] == [Audience.EXECUTIVES]

    def test_not_one_that_was_hastened_since(self, store: Store) -> None:
        incident = Acting(store, severity="P2")
        tell(incident)
        incident(Snooze, "cy", minutes=90)
        incident(SetSeverity, "ana", severity="P1")
        before = promise(incident)
        with pytest.raises(Refused, match="The due time has changed"):
            incident(Undo, "cy")
        assert promise(incident) == before


class TestOnceItIsResolved:
    def test_a_snooze_is_no_word_to_anybody(self, incident: Acting) -> None:
        for audience in (Audience.CUSTOMERS, Audience.EXECUTIVES):
            incident(Snooze, "cy", audience=audience, minutes=45)
        incident(SetPhase, "ana", phase="resolved")
        assert incident.now.promises == ()
        for audience in (Audience.CUSTOMERS, Audience.EXECUTIVES):
            with pytest.raises(Refused, match="No update to"):
                incident(Snooze, "cy", audience=audience, minutes=60)

    def test_what_those_inside_were_told_outlives_a_snooze(self, incident: Acting) -> None:
        tell(incident, Audience.EXECUTIVES, next_in=30)
        incident(Snooze, "cy", audience=Audience.EXECUTIVES, minutes=90)
        put_off = promise(incident, Audience.EXECUTIVES)
        incident(SetPhase, "ana", phase="resolved")
        assert incident.now.promises == (put_off,)
        incident(Snooze, "cy", audience=Audience.EXECUTIVES, minutes=120)
        assert promise(incident, Audience.EXECUTIVES).due_at > put_off.due_at

    def test_the_pace_alone_promises_nothing_more(self, store: Store) -> None:
        incident = Acting(store, severity="P3")
        tell(incident)
        incident(SetSeverity, "ana", severity="P2", reason="less")
        assert next_update(incident.now)
        incident(SetPhase, "ana", phase="resolved")
        assert incident.now.promises == ()

    def test_told_to_customers_is_not_told_inside(self, incident: Acting) -> None:
        incident(Snooze, "cy", audience=Audience.EXECUTIVES, minutes=45)
        tell(incident, phase="resolved")
        incident(SetPhase, "ana", phase="resolved")
        assert incident.now.promises == ()

    def test_nothing_is_owed_any_more_once_it_is_closed(self, incident: Acting) -> None:
        tell(incident, Audience.EXECUTIVES, next_in=90)
        incident(SetPhase, "ana", phase="resolved")
        assert incident.now.promises
        incident(SetPhase, "ana", phase="closed", force_reason="A drill")
        assert incident.now.promises == ()
        with pytest.raises(Refused, match="No update to executives"):
            incident(Snooze, "cy", audience=Audience.EXECUTIVES, minutes=120)


class TestPuttingItOff:
    def test_to_the_moment_on_which_it_is_due_is_no_putting_off(self, incident: Acting, clock: Clock) -> None:
        due = promise(incident)
        at_the_next_look(clock, due.due_at - after(minutes=3))
        with pytest.raises(Refused, match="The update is already due later, at 14:05Z"):
            incident(Snooze, "cy", minutes=3)
        assert promise(incident) == due


class TestTheOrderOfPromises:
    def test_the_one_due_first_comes_first(self, incident: Acting) -> None:
        assert [each.audience for each in incident.now.promises] == [Audience.CUSTOMERS, Audience.EXECUTIVES]
        incident(Snooze, "cy", minutes=45)
        assert [each.audience for each in incident.now.promises] == [Audience.EXECUTIVES, Audience.CUSTOMERS]

    def test_a_promise_put_off_for_one_audience_leaves_the_others(self, incident: Acting) -> None:
        executives = promise(incident, Audience.EXECUTIVES)
        incident(Snooze, "cy", minutes=45)
        assert promise(incident, Audience.EXECUTIVES) == executives
        assert not executives.snoozed

    def test_telling_one_audience_leaves_what_the_others_were_promised(self, incident: Acting) -> None:
        customers = promise(incident)
        tell(incident, Audience.EXECUTIVES)
        assert promise(incident) == customers


class TestThePace:
    def test_it_slows_down_two_hours_after_the_declaration(self, incident: Acting, clock: Clock) -> None:
        late = incident.now.declared_at + after(hours=2)
        for before, further in ((after(seconds=1), after(minutes=20)), (timedelta(0), after(minutes=60))):
            incident(EditDraft, "cy", title="Payments fail", text="We know")
            at_the_next_look(clock, late - before)
            told_at = incident(Publish, "cy").recorded_at
            assert told_at == late - before
            assert promise(incident).due_at == told_at + further

    def test_an_agreement_of_the_team_reaches_what_the_pace_promises(self, incident: Acting) -> None:
        pace = {"first": 10, "further": 20, "later": 30}
        agree(incident.store, lambda before: validated({**plain(before), "cadence": {"customers": {"P1": pace}}}))
        assert next_update(incident.now) == incident.now.declared_at + after(minutes=10)
