"""Handing a role over: offered, then accepted, declined or withdrawn; until it is accepted its holder holds it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, ClassVar

from sqlalchemy import RowMapping, bindparam, insert, or_, select, update

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import (
    Argument,
    Brief,
    Handover,
    IncidentCommand,
    Objectives,
    OptionalWord,
    PersonName,
    Risks,
    RoleName,
    Word,
)
from models.kernel.conflicts import attribution
from models.kernel.failures import Refused
from models.kernel.names import called
from models.kernel.recorded import Recorded
from models.kernel.tables import people
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.roles.commands import begin, end, last_move, unmoved, waiting, whose
from models.roles.roster import ahead_of_roles, book_of, role_of, roles_of
from models.roles.row import RoleRow, standing
from models.roles.tables import offers
from models.roles.views import Answer

_from, _to, _by = people.alias(), people.alias(), people.alias()
_OFFER = (
    select(offers, called(_from).label("holder"), called(_to).label("to"), called(_by).label("offerer"))
    .join(_from, _from.c.id == offers.c.from_id)
    .join(_to, _to.c.id == offers.c.to_id)
    .join(_by, _by.c.id == offers.c.offered_by)
)
_ONE = _OFFER.where(offers.c.id == bindparam("offer"))
_OPEN = _OFFER.where(offers.c.role_id == bindparam("role"), offers.c.answer.is_(None)).order_by(offers.c.id)
_TO = _OPEN.where(offers.c.to_id == bindparam("person"))
_OWN = _OPEN.where(or_(offers.c.from_id == bindparam("person"), called(_by) == bindparam("name")))
_ANSWER = (
    update(offers)
    .where(offers.c.id == bindparam("offer"))
    .values(answer=bindparam("how"), answered_at=bindparam("at"), answered_by=bindparam("who"))
)


def _manages(tx: Transaction) -> bool:
    """Whether the author manages the incident."""
    return any(tx.author in role.people for role in roles_of(tx) if role.book_role == book_of(tx).manager)


def _answer(tx: Transaction, offer: RowMapping, how: Answer | None) -> None:
    """None: it is open again."""
    at, who = (tx.now, tx.author_id) if how else (None, None)
    tx.connection.execute(_ANSWER, {"offer": offer["id"], "how": how, "at": at, "who": who})


def _told(role: RoleRow, offer: RowMapping) -> dict[str, Any]:
    return {
        "role": role.key,
        "name": role.called,
        "offer": offer["id"],
        "from": offer["holder"],
        "to": offer["to"],
        "brief": offer["brief"],
    }


def written(brief: str, objectives: str, risks: str) -> str:
    """What the offerer adds to the facts, in one text."""
    parts = {"Objectives": objectives, "Risks and constraints": risks}
    return "\n".join(filter(None, (brief, *(f"{name}: {text}" for name, text in parts.items() if text))))


class Offer(IncidentCommand):
    """Offer a role to somebody, who may accept it. Its holder does, or who manages the incident."""

    role: RoleName
    person: PersonName
    objectives: Objectives = ""
    risks: Risks = ""
    brief: Brief = ""
    """What else the receiver has to know and no table holds; the facts are added when they read it."""
    holder: Annotated[PersonName | None, Argument("current assignee, if the role has several")] = None
    """Whose: needed where several people hold it and the author is none of them."""
    saw: tuple[str, ...] | None = None
    """The holders that the author saw; None: did not look."""

    kind: ClassVar[str] = "offered"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ahead_of_roles(incident, kept)

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role)
        unmoved(tx, role, self.saw)
        from_id, holder = whose(tx, role, self.holder)
        if tx.author != holder and not _manages(tx):
            raise Refused(
                f"{role.called} is assigned to {holder}. Only {holder} or the incident manager can offer it.",
                "Assign it instead, with a reason.",
            )
        to_id, person = tx.person(self.person)
        if person in role.people:
            raise Refused(f"{role.called} is already assigned to {person}.")
        for other in tx.connection.execute(_OPEN, {"role": role.id}).mappings():
            if other["from_id"] == from_id:
                raise Refused(f"{role.called} has already been offered to {other['to']}.", "Withdraw that offer first.")
        values = {
            "incident_id": tx.incident_id,
            "role_id": role.id,
            "from_id": from_id,
            "to_id": to_id,
            "offered_by": tx.author_id,
            "offered_at": tx.now,
            "brief": written(self.brief, self.objectives, self.risks),
        }
        made = tx.connection.execute(insert(offers).returning(offers.c.id), values).scalar_one()
        return tx.record(self.kind, _told(role, _one(tx, made)))


class _OnOffer(IncidentCommand):
    """On an offer that waits for an answer."""

    role: RoleName
    holder: Annotated[PersonName | None, Argument("current assignee, if the role has several")] = None
    """Whose offer: needed where several holders of the role have offered it."""

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ahead_of_roles(incident, kept)

    def _one_of(self, tx: Transaction, found: list[RowMapping]) -> RowMapping | None:
        if self.holder is not None:
            _, holder = tx.person(self.holder)
            found = [offer for offer in found if offer["holder"] == holder]
        if len(found) > 1:
            holders = " and ".join(offer["holder"] for offer in found)
            raise Refused(f"You have several offers of this role, from {holders}.", "Name one of them with --holder.")
        return found[0] if found else None

    def _to_me(self, tx: Transaction, role: RoleRow) -> RowMapping:
        known = {"role": role.id, "person": tx.author_id}
        offer = self._one_of(tx, list(tx.connection.execute(_TO, known).mappings()))
        if offer is None:
            raise Refused(f"{role.called} has not been offered to you.", _what_became(tx, role))
        return offer


def _what_became(tx: Transaction, role: RoleRow) -> str:
    """Of an offer that somebody believes in: the last that happened to the role."""
    last = [entry for entry in (last_move(tx, role), _last_word(tx, role)) if entry is not None]
    return f"Last change: {attribution(max(last, key=lambda entry: entry.n))}" if last else "There was no offer."


def _last_word(tx: Transaction, role: RoleRow) -> Recorded | None:
    return tx.history.last("offered", "declined", "withdrawn", role=role.key)


class Accept(_OnOffer):
    """Accept a role that is offered to you: from now on you hold it."""

    word: Annotated[OptionalWord, Argument("message to the person who offered it")] = ""
    brief: Handover = ""
    """The whole brief as its author has read it: the entry keeps it."""

    kind: ClassVar[str] = "accepted"

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role)
        offer = self._to_me(tx, role)
        _answer(tx, offer, Answer.ACCEPTED)
        end(tx, role, offer["from_id"])
        begin(tx, role, tx.author_id, given_by=offer["offered_by"])
        waited = {"waited": True} if offer["holder"] in waiting(role) else {}
        kept = {"brief": self.brief or offer["brief"]}
        return tx.record(self.kind, {**_told(role, offer), **kept, **waited}, text=self.word)


class Decline(_OnOffer):
    """Decline a role that is offered to you; its holder keeps it."""

    word: Annotated[Word, Argument("message to the person who offered it")]

    kind: ClassVar[str] = "declined"

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role)
        offer = self._to_me(tx, role)
        _answer(tx, offer, Answer.DECLINED)
        return tx.record(self.kind, _told(role, offer), text=self.word)


class Withdraw(_OnOffer):
    """Withdraw an offer that waits for an answer; who offered it does, or who holds the role."""

    kind: ClassVar[str] = "withdrawn"

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role)
        known = {"role": role.id, "person": tx.author_id, "name": tx.author}
        offer = self._one_of(tx, list(tx.connection.execute(_OWN, known).mappings()))
        if offer is None:
            raise Refused(f"You have no pending offer of {role.called}.", _what_became(tx, role))
        _answer(tx, offer, Answer.WITHDRAWN)
        return tx.record(self.kind, _told(role, offer))


def _one(tx: Transaction, offer: int) -> RowMapping:
    return tx.connection.execute(_ONE, {"offer": offer}).mappings().one()


@undoes("offered")
def _undo_offer(tx: Transaction, entry: Recorded) -> UndoEntry:
    offer = _one(tx, entry.data["offer"])
    if offer["answer"] in (Answer.ACCEPTED, Answer.DECLINED, Answer.WITHDRAWN):
        raise Refused(f"The offer has been {offer['answer']}, so this cannot be undone.")
    if offer["answer"] is None:
        _answer(tx, offer, Answer.WITHDRAWN)
    return UndoEntry()


@undoes("withdrawn")
def _undo_withdraw(tx: Transaction, entry: Recorded) -> UndoEntry:
    role = role_of(tx, entry.data["role"])
    offer = _one(tx, entry.data["offer"])
    waiting = [other["holder"] for other in tx.connection.execute(_OPEN, {"role": role.id}).mappings()]
    if offer["holder"] in waiting or offer["holder"] not in role.people or offer["to"] in role.people:
        raise Refused(f"{role.called} has been reassigned or offered again.", "Offer it again.")
    _answer(tx, offer, None)
    return UndoEntry()


@undoes("accepted")
def _undo_accept(tx: Transaction, entry: Recorded) -> UndoEntry:
    """The former holder has it again, and the offer waits again."""
    role = role_of(tx, entry.data["role"])
    offer = _one(tx, entry.data["offer"])
    if offer["to"] not in role.people or offer["holder"] in role.people:
        raise Refused(f"{role.called} has been reassigned: it is now {standing(role.people)}.")
    end(tx, role, offer["to_id"])
    begin(tx, role, offer["from_id"], asks="waited" in entry.data)
    _answer(tx, offer, None)
    return UndoEntry()
