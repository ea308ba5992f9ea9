"""Statements that read drafts, reviews, due times and updates, made once."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, case, func, or_, select

from models.kernel.tables import entries, name_of, people, settings
from models.updates.rules import SETTING
from models.updates.tables import components, drafts, promises, status_updates

_editor, _opener, _asker, _approver, _returner, _alone = (people.alias() for _ in range(6))
DRAFTS = (
    select(
        drafts,
        name_of(_editor).label("editor"),
        _opener.c.name.label("opener"),
        _asker.c.name.label("asker"),
        _approver.c.name.label("approver"),
        _returner.c.name.label("returner"),
    )
    .outerjoin(_editor, _editor.c.id == drafts.c.edited_by)
    .outerjoin(_opener, _opener.c.id == drafts.c.open_by)
    .outerjoin(_asker, _asker.c.id == drafts.c.asked_by)
    .outerjoin(_approver, _approver.c.id == drafts.c.approved_by)
    .outerjoin(_returner, _returner.c.id == drafts.c.returned_by)
    .where(drafts.c.incident_id == bindparam("incident"))
)
REVIEWS = (
    select(
        drafts.c.incident_id,
        drafts.c.audience,
        drafts.c.revision,
        drafts.c.asked_at,
        drafts.c.edited_at,
        name_of(_editor).label("editor"),
        _asker.c.name.label("asker"),
        _approver.c.name.label("approver"),
        _returner.c.name.label("returner"),
        drafts.c.unapproved,
        entries.c.recorded_at.label("unapproved_at"),
        _alone.c.name.label("unapproved_by"),
    )
    .outerjoin(_editor, _editor.c.id == drafts.c.edited_by)
    .outerjoin(_asker, _asker.c.id == drafts.c.asked_by)
    .outerjoin(_approver, _approver.c.id == drafts.c.approved_by)
    .outerjoin(_returner, _returner.c.id == drafts.c.returned_by)
    .outerjoin(entries, and_(entries.c.incident_id == drafts.c.incident_id, entries.c.n == drafts.c.unapproved))
    .outerjoin(_alone, _alone.c.id == entries.c.author_id)
    .where(
        drafts.c.incident_id.in_(bindparam("ids", expanding=True)),
        or_(drafts.c.asked_by.is_not(None), drafts.c.returned_by.is_not(None), drafts.c.unapproved.is_not(None)),
    )
)
PROMISES = select(promises).where(promises.c.incident_id.in_(bindparam("ids", expanding=True)))
RULES = select(settings.c.value).where(settings.c.key == SETTING)
TEMPLATES = select(settings.c.value).where(settings.c.key == "templates")
_publisher = people.alias()
_UPDATES = (
    select(status_updates, name_of(_publisher).label("publisher"), _approver.c.name.label("approver"))
    .outerjoin(_publisher, _publisher.c.id == status_updates.c.published_by)
    .outerjoin(_approver, _approver.c.id == status_updates.c.approved_by)
)
_NEWEST_FIRST = (
    # what was published here goes by its entries, whatever clocks said; what was imported came before, with its times
    case((status_updates.c.origin.is_(None), status_updates.c.n), else_=0).desc(),
    status_updates.c.published_at.desc(),
    status_updates.c.id.desc(),
)
UPDATES = _UPDATES.where(status_updates.c.incident_id == bindparam("incident")).order_by(*_NEWEST_FIRST)
_place = func.row_number().over(partition_by=status_updates.c.audience, order_by=_NEWEST_FIRST)
_ranked = (
    select(status_updates.c.id, _place.label("place"))
    .where(status_updates.c.incident_id == bindparam("incident"))
    .subquery()
)
LAST_UPDATES = _UPDATES.join(_ranked, _ranked.c.id == status_updates.c.id).where(_ranked.c.place == 1)
COMPONENTS = select(components).order_by(components.c.position)
