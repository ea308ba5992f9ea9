"""Which of several copies of a role does a duty."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from sqlalchemy import bindparam, update

from models.kernel.command import Argument, DutyName, IncidentCommand, RoleName
from models.kernel.conflicts import attribution
from models.kernel.failures import Conflict, Refused
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.roles.roster import duty_of, role_of, roles_of
from models.roles.row import RoleRow
from models.roles.tables import incident_roles

_TAKE = update(incident_roles).where(incident_roles.c.id == bindparam("role")).values(duties=bindparam("takes"))


class Split(IncidentCommand):
    """Say that a role, or one copy of it, does a duty alone; its other copies then do not."""

    duty: DutyName
    role: Annotated[RoleName, Argument("the role or the labelled copy that does it, such as tech-lead/database")]
    saw: tuple[str, ...] | None = None
    """The keys of the roles that the author saw take it; None: did not look."""

    kind: ClassVar[str] = "split"

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role)
        duty = duty_of(tx, self.duty, role)
        copies = _copies(tx, role)
        if len(copies) < 2:
            raise Refused(
                f"{role.called} has no labelled copy, so there is nothing to split.",
                f"Add one first: `bridgewatch add-role {tx.ref} {role.key} --label LABEL`.",
            )
        was = _taking(copies, duty.key)
        if self.saw is not None and set(self.saw) != set(was):
            last = tx.history.last(self.kind, duty=duty.key)
            raise Conflict(f"Who does “{duty.text.en}” has changed: {attribution(last)}", now=tuple(was))
        if was == [role.key]:
            raise Refused(f"“{duty.text.en}” is already done by {role.called} alone.")
        _write(tx, copies, duty.key, [role.key])
        data = {"duty": duty.key, "text": duty.text.en, "role": role.key, "name": role.called}
        return tx.record(self.kind, {**data, "was": was, "now": [role.key]})


def _copies(tx: Transaction, role: RoleRow) -> list[RoleRow]:
    """The role and its copies."""
    return [other for other in roles_of(tx) if other.book_role == role.book_role]


def _taking(copies: list[RoleRow], duty: str) -> list[str]:
    return [role.key for role in copies if duty in role.takes]


def _write(tx: Transaction, copies: list[RoleRow], duty: str, taking: list[str]) -> None:
    """From now on just these take it."""
    for role in copies:
        others = [taken for taken in role.takes if taken != duty]
        takes = [*others, duty] if role.key in taking else others
        if set(takes) != set(role.takes):
            tx.connection.execute(_TAKE, {"role": role.id, "takes": " ".join(takes)})


@undoes(Split.kind)
def _undo_split(tx: Transaction, entry: Recorded) -> UndoEntry:
    said: dict[str, Any] = entry.data
    copies = _copies(tx, role_of(tx, said["role"]))
    if _taking(copies, said["duty"]) != said["now"]:
        last = attribution(tx.history.last(Split.kind, duty=said["duty"]))
        raise Refused(f"Who does “{said['text']}” has changed since: {last}", "Split it again.")
    _write(tx, copies, said["duty"], said["was"])
    return UndoEntry()
