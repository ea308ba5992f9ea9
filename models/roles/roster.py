"""The roles of an incident with their assignees, as commands see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import RowMapping, bindparam, select

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.failures import Refused
from models.kernel.names import called
from models.kernel.tables import people
from models.kernel.transaction import Transaction
from models.roles.book import Responsibility, RoleBook
from models.roles.book_cache import OF_INCIDENT, Books
from models.roles.coverage import Holding, stand_in
from models.roles.names import called_so, duties_called
from models.roles.row import RoleRow
from models.roles.tables import assignments, incident_roles

_ROLES = select(incident_roles).where(incident_roles.c.incident_id == bindparam("incident"), ~incident_roles.c.removed)
_HOLDERS = (
    select(assignments, called(people).label("person"))
    .join(people, people.c.id == assignments.c.person_id)
    .where(assignments.c.incident_id == bindparam("incident"), assignments.c.until.is_(None))
    .order_by(assignments.c.since, assignments.c.id)
)


def book_of(tx: Transaction) -> RoleBook:
    """The version of the role book that the incident was declared under."""
    # what this transaction added may yet be rolled back, so it is not kept
    row = tx.incident
    return tx.kept.of(Books).read(tx.connection, row["book"], row["book_version"], of=row["id"], keep=False)


def ahead_of_roles(incident: int, kept: Cache) -> Iterator[Question]:
    """What the roles of an incident and its playbook ask."""
    yield _ROLES, {"incident": incident}
    yield _HOLDERS, {"incident": incident}
    if not kept.of(Books).known:
        yield OF_INCIDENT, {"incident": incident}


def roles_of(tx: Transaction) -> list[RoleRow]:
    """The incident's roles with their assignees, in the roster's order."""
    known = {"incident": tx.incident_id}
    rows = tx.connection.execute(_ROLES, known).mappings().all()
    held: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for holding in tx.connection.execute(_HOLDERS, known).mappings():
        held[holding["role_id"]].append(holding)
    columns = [name for name in RoleRow.__slots__ if name != "holders"]
    return [
        RoleRow(**{name: row[name] for name in columns}, holders=tuple(held[row["id"]]))
        for row in sorted(rows, key=lambda row: row["position"])
    ]


def role_of(tx: Transaction, called: str) -> RoleRow:
    """The role of that key, name or alias in any language. Raises Refused when none or several fit."""
    roles = roles_of(tx)
    found = called_so(called, roles, book_of(tx))
    if len(found) == 1:
        return found[0]
    if found:
        fitting = " or ".join(f"{role.called} ({role.key})" for role in found)
        raise Refused(f"{called!r} matches {fitting}.", "Use the key of one of them.")
    raise Refused(f"{tx.ref} has no role {called!r}.", f"Its roles: {', '.join(role.key for role in roles)}.")


def duty_of(tx: Transaction, called: str, role: RoleRow) -> Responsibility:
    """The one duty of that key, text or part of a text that the book role has. Raises Refused unless it is one."""
    book = book_of(tx)
    known = book.role(role.book_role) if role.book_role else None
    if known is None:
        raise Refused(f"{role.called} is not in the playbook.", "Only responsibilities of playbook roles can be split.")
    duties = [book.duty(duty) for duty in (*known.primary, *known.secondary)]
    found = duties_called(called, duties)
    if len(found) == 1:
        return found[0]
    listed = "; ".join(f"{duty.key} ({duty.text.en})" for duty in found or duties)
    if found:
        raise Refused(f"{called!r} matches several responsibilities: {listed}.", "Use the key of one of them.")
    raise Refused(f"{role.name} has no responsibility {called!r}.", f"Its responsibilities: {listed}.")


def holdings(tx: Transaction) -> tuple[list[Holding], str | None]:
    """Who is assigned to what on the incident, and who manages it."""
    held = [
        Holding(role=role.book_role or role.key, label=role.label, person=person, whole=role.whole, takes=role.takes)
        for role in roles_of(tx)
        for person in role.people
    ]
    return held, stand_in(book_of(tx), held)
