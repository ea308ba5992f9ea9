"""What becomes of roles and offers when two names turn out to be one person's."""

from __future__ import annotations

from sqlalchemy import BindParameter, and_, bindparam, case, or_, select, update

from models.kernel.columns import Moment
from models.kernel.transaction import Transaction
from models.roles.tables import assignments, offers
from models.roles.views import Answer

_GONE: BindParameter[int] = bindparam("gone")
_INTO: BindParameter[int] = bindparam("into")
_AT = bindparam("at", type_=Moment)
_theirs, _other = assignments.alias(), offers.alias()
_holds = select(_theirs.c.role_id).where(_theirs.c.person_id == _INTO, _theirs.c.until.is_(None))
_END_TWICE = (
    update(assignments)
    .where(assignments.c.person_id == _GONE, assignments.c.until.is_(None), assignments.c.role_id.in_(_holds))
    .values(until=case((assignments.c.since > _AT, assignments.c.since), else_=_AT), ended_by=bindparam("by"))
)
"""A role that both have ends once."""

_MOVE_ROLES = (
    update(assignments)
    .where(assignments.c.person_id == _GONE)
    .values(person_id=_INTO, confirmed_by=case((assignments.c.confirmed_by.is_not(None), _INTO)))
)
_offered = select(_other.c.role_id).where(_other.c.from_id == _INTO, _other.c.answer.is_(None))
_held = select(_theirs.c.role_id).where(_theirs.c.person_id == _INTO, _theirs.c.until.is_(None))
_OVERTAKE = (
    update(offers)
    .where(
        offers.c.answer.is_(None),
        or_(
            and_(offers.c.from_id == _GONE, offers.c.to_id == _INTO),
            and_(offers.c.from_id == _INTO, offers.c.to_id == _GONE),
            and_(offers.c.from_id == _GONE, offers.c.role_id.in_(_offered)),
            and_(offers.c.to_id.in_((_GONE, _INTO)), offers.c.role_id.in_(_held)),
        ),
    )
    .values(answer=Answer.OVERTAKEN, answered_at=_AT, answered_by=bindparam("by"))
)
"""An offer from one to oneself, or of what one has, or a second one of the same role stands no longer."""

_MOVE_FROM = update(offers).where(offers.c.from_id == _GONE, offers.c.to_id != _INTO).values(from_id=_INTO)
_MOVE_TO = update(offers).where(offers.c.to_id == _GONE, offers.c.from_id != _INTO).values(to_id=_INTO)


def move_roles(tx: Transaction, gone: int, into: int) -> None:
    """Give what the one has, had or is offered to the other."""
    known = {"gone": gone, "into": into, "at": tx.now, "by": tx.author_id}
    for statement in (_END_TWICE, _MOVE_ROLES, _OVERTAKE, _MOVE_FROM, _MOVE_TO):
        named = {bind: known[bind] for bind in statement.compile().params if bind in known}
        tx.connection.execute(statement, named)
