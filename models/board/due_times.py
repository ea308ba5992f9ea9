"""Pure: what time makes of an incident, and what needs somebody now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from models.kernel import times
from models.kernel.wording import the
from models.policy.audience import Audience
from models.policy.delivery import DeliveryState
from models.policy.phase import OPEN

if TYPE_CHECKING:
    from models.board.views import Board, IncidentRow
    from models.delivery.views import DeliveryView
    from models.roles.views import OfferView
    from models.tasks.views import DueView
    from models.updates.views import DraftView, PromiseView, ReviewView


OPEN_FOR_EDITING = timedelta(seconds=45)
"""How long a draft counts as open after the last sign of life of the desk that opened it."""

_MINUTE = timedelta(minutes=1)

UNTRIED = timedelta(minutes=1)
"""After so long somebody should have tried to send an update: a desk or a relay does within seconds."""

PATIENCE = timedelta(minutes=10)
"""How long an offer to hand a role over, or what somebody was given, may wait for an answer before it says so.

Bridgewatch's own figure: half of P1's twenty minutes between two public updates, so that a role which nobody has
answered for comes up before the next update falls due.
"""


NO_MANAGER = "no incident manager"
"""What waits where nobody manages an incident."""


class Need(NamedTuple):
    """Something that waits for the reader."""

    incident: int
    ref: str
    words: str
    pane: str
    """Where it is dealt with."""
    row: str = ""
    """The row of that pane that it is about."""
    about: str = ""
    """What it is about that row, where several things may be."""
    names: tuple[str, ...] = ()
    """The rows that it is about, where it is about several."""


class _Rank(IntEnum):
    """What comes first of what waits for a person, the last first."""

    MISSING = 0
    OWN_WORK = 1
    WAITED_FOR = 2


def age(row: IncidentRow, now: datetime) -> timedelta:
    """How long it has been going on, or went on until it was resolved."""
    return min(row.resolved_at or now, now) - row.declared_at


def maintenance_stage(row: IncidentRow, now: datetime) -> str:
    """scheduled, in progress, completed or canceled; empty: it is no maintenance, or an incident by now."""
    window = row.maintenance
    if window is None or row.phase in OPEN:
        return ""
    if window.canceled_at is not None:
        return "canceled"
    if now < window.starts_at:
        return "scheduled"
    return "in progress" if now < window.ends_at else "completed"


def maintenance_turn(row: IncidentRow, now: datetime) -> datetime | None:
    """When a maintenance starts or ends next."""
    stage = maintenance_stage(row, now)
    if row.maintenance is None or stage not in ("scheduled", "in progress"):
        return None
    return row.maintenance.starts_at if stage == "scheduled" else row.maintenance.ends_at


def next_update(row: IncidentRow, to: Audience = Audience.CUSTOMERS) -> datetime | None:
    """When this audience has been promised the next update; None: nothing is promised."""
    return next((promise.due_at for promise in row.promises if promise.audience is to), None)


def needs(board: Board, me: str, now: datetime) -> tuple[Need, ...]:
    """What waits for this person, the most urgent first: updates that they owe and whatever else somebody waits for,
    what they were given and have not confirmed, tasks that they owe, incidents that nobody manages, and on those that
    they manage themselves, the roles that the severity needs and nobody holds."""
    found: list[tuple[_Rank, timedelta, Need]] = []
    for row in board.incidents:
        shown = board.shown  # of which more was read than of a row of the list
        damaged = shown.damaged if shown is not None and shown.id == row.id else row.damaged
        if damaged:
            words = f"damaged: {', '.join(damaged)}; `bridgewatch mend`"
            found.append((_Rank.MISSING, age(row, now), Need(row.id, row.ref, words, "incidents")))
        found += _undelivered(row, me, now)
        found += _updates(row, me, now)  # of what is over, too: its last update is still to be looked at and told
        if row.phase not in OPEN:
            continue
        if row.manager is None:
            found.append((_Rank.MISSING, age(row, now), Need(row.id, row.ref, NO_MANAGER, "roster")))
        elif row.manager == me and row.unfilled:
            words = f"{', '.join(row.unfilled.values())} unassigned"
            roles = tuple(row.unfilled)
            need = Need(row.id, row.ref, words, "roster", roles[0], names=roles)
            found.append((_Rank.MISSING, age(row, now), need))
        found += _offered(row, me, now)
        owed = [promise.audience for promise in row.promises] if row.updater in (me, None) else []
        late = [task for task in row.due if me in task.people and task.due_at <= now and task.update_for not in owed]
        found += _given(row, me, now, {str(task.number) for task in late})
        found += [(_Rank.OWN_WORK, now - task.due_at, _due(row, task, now)) for task in late]
    found.sort(key=lambda item: item[:2], reverse=True)
    return tuple(need for _, _, need in found)


def _updates(row: IncidentRow, me: str, now: datetime) -> Iterator[tuple[_Rank, timedelta, Need]]:
    """Updates that this person owes, and drafts that wait for their eyes, or have come back to them."""
    for promise in row.promises:
        late = now - promise.due_at
        if late >= timedelta(0) and row.updater in (me, None):
            to = "" if promise.audience is Audience.CUSTOMERS else f" for {the(promise.audience)}"
            words = f"update{to} {_late(late)} overdue" if late >= _MINUTE else f"update{to} due now"
            yield _Rank.WAITED_FOR, late, Need(row.id, row.ref, words, "status", promise.audience)
    for review in row.reviews:
        waits = _review(review, me)
        if waits:
            yield (
                _Rank.WAITED_FOR,
                now - review.at,
                Need(row.id, row.ref, waits, "status", review.audience, review.state),
            )


def stuck(delivery: DeliveryView, now: datetime) -> bool:
    """Whether it waits though nothing has been tried: nobody is there to send it, or nobody has its secrets."""
    late = now - delivery.next_at > UNTRIED
    return delivery.state == DeliveryState.WAITING and delivery.attempts == 0 and late


def to_be_sent(delivery: DeliveryView) -> bool:
    """Whether it has neither arrived nor been left out."""
    return delivery.state != DeliveryState.SENT and not delivery.left_out


def troubled(deliveries: Iterable[DeliveryView], now: datetime) -> list[DeliveryView]:
    """Those that somebody should look at; what waits behind another one of its place is not told of."""
    first: dict[str, DeliveryView] = {}
    for each in deliveries:
        if each.active and to_be_sent(each):
            first.setdefault(each.place, each)
    return [each for each in first.values() if each.state == DeliveryState.FAILED or stuck(each, now)]


def _undelivered(row: IncidentRow, me: str, now: datetime) -> Iterator[tuple[_Rank, timedelta, Need]]:
    """Updates that this person owes and that did not arrive elsewhere; of incidents that are over, too."""
    late = troubled(row.unsent, now) if row.updater in (me, None) else []
    for audience in dict.fromkeys(each.audience for each in late):
        places = [each.place for each in late if each.audience == audience]
        words = f"delivery to {' and '.join(places)} failed"
        yield _Rank.WAITED_FOR, timedelta(0), Need(row.id, row.ref, words, "status", audience, "unsent")


def _review(review: ReviewView, me: str) -> str:
    """Why it waits for this person; empty: it does not."""
    if review.state == "unapproved":
        asked = me in review.approvers if review.approvers else me != review.author
        return f"acknowledge {review.author}'s update, published without approval" if asked else ""
    if review.state == "asked":
        asked = me in review.approvers if review.approvers else me not in (review.author, review.editor)
        return f"review {review.author}'s update" if asked else ""
    if review.author != me:
        return ""
    if review.state == "approved":
        return f"publish your update, approved by {review.by}"
    return f"{review.by} requested changes to your update"


def overdue(board: Board, now: datetime) -> tuple[IncidentRow, PromiseView] | None:
    """The worst debt of the whole board, whoever owes it: of the most severe incidents the update that is late the
    longest, customers before those inside."""
    late = [
        (row.severity, promise.audience is not Audience.CUSTOMERS, promise.due_at, row.id, row, promise)
        for row in board.incidents
        for promise in row.promises
        if promise.due_at <= now
    ]
    return min(late, key=lambda each: each[:4])[4:] if late else None


def waits_long(offer: OfferView, now: datetime) -> bool:
    """Whether an offer has waited for its answer longer than it should."""
    return now - offer.at >= PATIENCE


def _offered(row: IncidentRow, me: str, now: datetime) -> Iterator[tuple[_Rank, timedelta, Need]]:
    for offer in row.offers:
        waited = now - offer.at
        if offer.to == me:
            words = f"{offer.name} offered to you by {offer.by}"
            yield _Rank.WAITED_FOR, waited, Need(row.id, row.ref, words, "roster", offer.role)
        elif me in (offer.by, offer.holder) and waits_long(offer, now):
            words = f"{offer.to} has not answered the {offer.name} offer"
            yield _Rank.MISSING, waited, Need(row.id, row.ref, words, "roster", offer.role)


def _given(row: IncidentRow, me: str, now: datetime, late: Collection[str]) -> Iterator[tuple[_Rank, timedelta, Need]]:
    """What this person was given and has not confirmed, but for tasks that are told as late; what they gave, once that
    has waited for too long."""
    for given in row.given:
        if given.pane == "tasks" and given.row in late:
            continue
        waited = now - given.at
        name = given.name if given.pane == "roster" else f"task {given.row}"
        about = f"given {given.at.isoformat()}"
        if given.to == me:
            words = f"confirm {name}, assigned to you by {given.by}"
            yield _Rank.WAITED_FOR, waited, Need(row.id, row.ref, words, given.pane, given.row, about)
        elif given.by == me and waited >= PATIENCE:
            words = f"{given.to} has not confirmed {name}"
            yield _Rank.MISSING, waited, Need(row.id, row.ref, words, given.pane, given.row, about)


def _due(row: IncidentRow, task: DueView, now: datetime) -> Need:
    late = now - task.due_at
    words = f"task {task.number}: {_late(late)} overdue" if late >= _MINUTE else f"task {task.number} due now"
    return Need(row.id, row.ref, words, "tasks", str(task.number))


def _late(late: timedelta) -> str:
    return times.age(late.total_seconds())


def editing(draft: DraftView, now: datetime) -> str | None:
    """Who has the draft open for editing at this moment."""
    if draft.open_by is None or draft.open_at is None or abs(now - draft.open_at) > OPEN_FOR_EDITING:
        return None
    return draft.open_by
