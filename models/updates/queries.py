"""Statements that read drafts, reviews, due times and updates, made once."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, or_, select

from models.kernel.names import called
from models.kernel.tables import entries, name_of, people, settings
from models.updates.rules import SETTING
from models.updates.tables import NEWEST_FIRST, TOLD_AT, components, drafts, promises, status_updates

_editor, _opener, _asker, _approver, _returner, _alone = (people.alias() for _ in range(6))
DRAFTS = (
    select(
        drafts,
        name_of(_editor).label("editor"),
        called(_opener).label("opener"),
        called(_asker).label("asker"),
        called(_approver).label("approver"),
        called(_returner).label("returner"),
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
        called(_asker).label("asker"),
        called(_approver).label("approver"),
        called(_returner).label("returner"),
        drafts.c.unapproved,
        entries.c.recorded_at.label("unapproved_at"),
        called(_alone).label("unapproved_by"),
    )
    .outerjoin(_editor, _editor.c.id == drafts.c.edited_by)
    .outerjoin(_asker, _asker.c.id == drafts.c.asked_by)
    .outerjoin(_approver, _approver.c.id == drafts.c.approved_by)
    .outerjoin(_returner, _returner.c.id == drafts.c.returned_by)
    .outerjoin(entries, and_(entries.c.incident_id == drafts.c.incident_id, entries.c.n == drafts.c.unapproved))
    .outerjoin(_alone, _alone.c.id == entries.c.author_id)
    .where(
        or_(drafts.c.asked_by.is_not(None), drafts.c.returned_by.is_not(None), drafts.c.unapproved.is_not(None)),
    )
    .order_by(drafts.c.incident_id, drafts.c.audience)
)
PROMISES = select(promises)
RULES = select(settings.c.value).where(settings.c.key == SETTING)
TEMPLATES = select(settings.c.value).where(settings.c.key == "templates")
_publisher = people.alias()
_UPDATES = (
    select(status_updates, name_of(_publisher).label("publisher"), called(_approver).label("approver"))
    .outerjoin(_publisher, _publisher.c.id == status_updates.c.published_by)
    .outerjoin(_approver, _approver.c.id == status_updates.c.approved_by)
)
UPDATES = (
    _UPDATES.add_columns(TOLD_AT.label("told_at"))
    .where(status_updates.c.incident_id == bindparam("incident"))
    .order_by(*NEWEST_FIRST)
)
_told = (
    select(status_updates.c.id, status_updates.c.n, status_updates.c.audience, TOLD_AT.label("told_at"))
    .where(status_updates.c.incident_id == bindparam("incident"))
    .subquery()
)
_place = func.row_number().over(partition_by=_told.c.audience, order_by=(_told.c.told_at.desc(), _told.c.n.desc()))
_ranked = select(_told.c.id, _told.c.told_at, _place.label("place")).subquery()
LAST_UPDATES = (
    _UPDATES.add_columns(_ranked.c.told_at)
    .join(_ranked, _ranked.c.id == status_updates.c.id)
    .where(_ranked.c.place == 1)
)
IDS_OF_LAST_UPDATES = select(_ranked.c.id).where(_ranked.c.place == 1)
COMPONENTS = select(components).order_by(components.c.position)
