"""Who holds which role."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar, Literal

from sqlalchemy import bindparam, func, insert, or_, select, update

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, DutyName, IncidentCommand, OptionalReason, PersonName, RoleName
from models.kernel.conflicts import attribution
from models.kernel.failures import Conflict, Refused
from models.kernel.people import moves
from models.kernel.recorded import Recorded
from models.kernel.text import key
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.roles.merging import move_roles
from models.roles.roster import ahead_of_roles, duty_of, role_of, roles_of
from models.roles.row import RoleRow, standing, unconfirmed
from models.roles.tables import assignments, incident_roles, offers
from models.roles.views import Answer

_END = (
    update(assignments)
    .where(assignments.c.id == bindparam("assignment"))
    .values(until=bindparam("at"), ended_by=bindparam("by"))
)
_OVERTAKE = (
    update(offers)
    .where(
        offers.c.role_id == bindparam("role"),
        or_(offers.c.from_id == bindparam("person"), offers.c.to_id == bindparam("person")),
        offers.c.answer.is_(None),
    )
    .values(answer=Answer.OVERTAKEN, answered_at=bindparam("at"), answered_by=bindparam("by"))
)
_EVER_HELD = select(func.count()).where(assignments.c.role_id == bindparam("role"))


def begin(
    tx: Transaction, role: RoleRow, person_id: int, *, given_by: int | None = None, asks: bool | None = None
) -> None:
    """From now on this person holds it; given by the author, if nobody else is named.

    `asks`: they are to confirm that they have it; None: as they did it themselves or not.
    """
    _overtake(tx, role, person_id)
    values = {
        "incident_id": tx.incident_id,
        "role_id": role.id,
        "single": role.single,
        "person_id": person_id,
        "given_by": given_by or tx.author_id,
        "asks": person_id != tx.author_id if asks is None else asks,
        "since": tx.recorded_at,
    }
    tx.connection.execute(insert(assignments).inline(), values)


def end(tx: Transaction, role: RoleRow, person_id: int | None = None) -> None:
    """From now on this person does not hold it; None: nobody does."""
    for row in role.holders:
        if person_id in (None, row["person_id"]):
            tx.connection.execute(_END, {"assignment": row["id"], "at": tx.recorded_at, "by": tx.author_id})
            _overtake(tx, role, row["person_id"])


def _overtake(tx: Transaction, role: RoleRow, person_id: int) -> None:
    """An offer of the role from or to somebody who lets go of it, or gets it, stands no longer."""
    known = {"role": role.id, "person": person_id, "at": tx.now, "by": tx.author_id}
    tx.connection.execute(_OVERTAKE, known)


def _told(role: RoleRow) -> dict[str, Any]:
    beside = {"beside": True} if role.people and not role.single else {}
    waited = waiting(role)
    return {
        "role": role.key,
        "name": role.called,
        "was": list(role.people),
        **beside,
        **({"waited": waited} if waited else {}),
    }


def waiting(role: RoleRow) -> list[str]:
    """Its holders who have not confirmed it yet, for whoever puts them back."""
    return [row["person"] for row in role.holders if unconfirmed(row)]


def last_move(tx: Transaction, role: RoleRow) -> Recorded | None:
    """Who moved it last."""
    return tx.history.last("assigned", "accepted", "released", "declared", role=role.key)


def unmoved(tx: Transaction, role: RoleRow, saw: tuple[str, ...] | None) -> None:
    """Raise Conflict when a role for one is held by others than the author saw; None: did not look."""
    if role.single and saw is not None and set(saw) != set(role.people):
        raise Conflict(
            f"{role.called} has changed since you opened this: it was {standing(saw)}."
            f" {attribution(last_move(tx, role))}",
            f"It is now {standing(role.people)}.",
            now=role.people,
        )


def whose(tx: Transaction, role: RoleRow, named: str | None) -> tuple[int, str]:
    """Which holder is meant: the one named, else the author, else the only one. Raises Refused when that is unclear."""
    if not role.people:
        raise Refused(f"{role.called} is unassigned.")
    person_id, person = tx.author_id, tx.author
    if named is not None:
        person_id, person = tx.person(named)
    elif tx.author not in role.people:
        if len(role.holders) > 1:
            raise Refused(f"{role.called} is {standing(role.people)}.", "Name one of them.")
        person_id, person = role.holders[0]["person_id"], role.people[0]
    if person not in role.people:
        raise Refused(f"{role.called} is not assigned to {person}; it is {standing(role.people)}.")
    return person_id, person


moves.append(move_roles)

references: list[Callable[[Transaction, RoleRow], str | None]] = []
"""Say what of another subject refers to an added role, in words; None: nothing does. Then it cannot be undone."""


class _OnRoles(IncidentCommand):
    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ahead_of_roles(incident, kept)


class Assign(_OnRoles):
    """Give a role to somebody. A role for one changes hands; a role for many gains a holder."""

    role: RoleName
    person: PersonName
    saw: tuple[str, ...] | None = None
    """The holders that the author saw; None: did not look, and takes whatever is so."""
    reason: OptionalReason = ""
    """Why it changes hands without being handed over."""

    kind: ClassVar[str] = "assigned"

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role)
        person_id, person = tx.person(self.person)
        if person in role.people:
            raise Refused(f"{role.called} is already assigned to {person}.")
        unmoved(tx, role, self.saw)
        if role.single:
            end(tx, role)
        begin(tx, role, person_id)
        how = {"taken": True} if person_id == tx.author_id else {"asks": True}
        return tx.record(self.kind, {**_told(role), "person": person, **how}, text=self.reason)


class Take(_OnRoles):
    """Take a role yourself."""

    role: RoleName
    saw: tuple[str, ...] | None = None
    reason: OptionalReason = ""
    """Why it is taken from whoever holds it without being handed over."""

    kind: ClassVar[str] = "assigned"

    def perform(self, tx: Transaction) -> int:
        known = {"by": self.by, "ref": self.ref, "role": self.role, "saw": self.saw, "reason": self.reason}
        return Assign(id=self.id, person=self.by, **known).perform(tx)


class Release(_OnRoles):
    """Let go of a role; until somebody takes it, the incident manager holds it."""

    role: RoleName
    person: PersonName | None = None
    """Whose: needed where several people hold it and the author is none of them."""

    kind: ClassVar[str] = "released"

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role)
        person_id, person = whose(tx, role, self.person)
        end(tx, role, person_id)
        own = {"own": True} if person_id == tx.author_id else {}
        return tx.record(self.kind, {**_told(role), "person": person, **own})


class AddRole(_OnRoles):
    """Add a role that the book does not have, or another copy of one that it has, with a label."""

    name: Annotated[RoleName, Argument("name of the role")]
    """Its name; or, with a label, the book role that it is another copy of."""
    label: Annotated[
        Literal[""] | RoleName,
        Argument("adds a second copy of the playbook role NAME with this label, such as “database”"),
    ] = ""
    holders: Annotated[Literal["one", "many"], Argument("one person at a time, or many")] = "one"
    takes: Annotated[
        tuple[DutyName, ...] | None,
        Argument("a responsibility that the copy takes, by key or words; repeat it; without, it shares all of them"),
    ] = None
    """Of the duties of the role that it is a copy of, those that are its alone; None: it does all beside the role."""

    kind: ClassVar[str] = "role-added"

    def perform(self, tx: Transaction) -> int:
        values = self._copy(tx) if self.label else self._new(tx)
        called = f"{values['name']} · {self.label}" if self.label else values["name"]
        roles = roles_of(tx)
        taken = {name for role in roles for name in (role.key, key(role.called))}
        if taken & {values["key"], key(called)}:
            raise Refused(f"{tx.ref} already has a role {called}.", "Use another label.")
        position = 1 + max(role.position for role in roles)
        tx.connection.execute(
            insert(incident_roles).inline(), {"incident_id": tx.incident_id, "position": position, **values}
        )
        takes = values.get("duties", "").split()
        data = {"role": values["key"], "name": called, "label": self.label, "single": values["single"]}
        return tx.record(self.kind, {**data, **({"takes": takes} if takes else {})})

    def _copy(self, tx: Transaction) -> dict[str, Any]:
        role = role_of(tx, self.name)
        if role.book_role is None:
            raise Refused(f"{role.called} is not in the playbook.", "Labels work only for playbook roles.")
        takes = dict.fromkeys(duty_of(tx, duty, role).key for duty in self.takes or ())
        return {
            "key": f"{role.book_role}/{_slug(self.label)}",
            "book_role": role.book_role,
            "name": role.name,
            "label": self.label,
            "single": role.single,
            "whole": not takes,
            "duties": " ".join(takes),
        }

    def _new(self, tx: Transaction) -> dict[str, Any]:
        if self.takes:
            raise Refused(f"{self.name} is a new role: it takes no responsibility of another.", "Give it a label.")
        return {
            "key": _slug(self.name),
            "book_role": None,
            "name": self.name,
            "label": "",
            "single": self.holders == "one",
        }


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", key(name))
    words = re.sub(r"[^\w]+", "-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-_")
    return words or key(name)  # nothing but signs, as 🔥


@undoes("assigned")
def _undo_assign(tx: Transaction, entry: Recorded) -> UndoEntry:
    role = role_of(tx, entry.data["role"])
    person_id, person = tx.person(entry.data["person"])
    if person not in role.people:
        raise Refused(f"{role.called} has been reassigned: it is now {standing(role.people)}.", "Assign it directly.")
    end(tx, role, person_id)
    if role.single:
        for name in entry.data["was"]:
            begin(tx, role, tx.person(name)[0], asks=name in entry.data.get("waited", ()))
    return UndoEntry()


@undoes("released")
def _undo_release(tx: Transaction, entry: Recorded) -> UndoEntry:
    role = role_of(tx, entry.data["role"])
    person_id, person = tx.person(entry.data["person"])
    if person in role.people or (role.single and role.people):
        raise Refused(f"{role.called} has been reassigned: it is now {standing(role.people)}.", "Assign it directly.")
    begin(tx, role, person_id, asks=person in entry.data.get("waited", ()))
    return UndoEntry()


@undoes("role-added")
def _undo_add_role(tx: Transaction, entry: Recorded) -> UndoEntry:
    role = role_of(tx, entry.data["role"])
    if tx.connection.execute(_EVER_HELD, {"role": role.id}).scalar_one():
        raise Refused(f"{role.called} has been assigned before, so it cannot be removed.", "Release it instead.")
    for refers in references:
        if (what := refers(tx, role)) is not None:
            raise Refused(f"{what}, so it cannot be removed.")
    tx.connection.execute(
        update(incident_roles).where(incident_roles.c.id == role.id),
        {"removed": True, "key": f"{role.key} #{tx.incident['version'] + 1}"},
    )
    return UndoEntry()
