"""Statements that read incidents, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import ColumnElement, and_, bindparam, func, select, text, tuple_, union_all

from models.kernel.ahead import Question
from models.kernel.tables import TOLD_OPEN, incidents, name_of, people
from models.policy.phase import OPEN, Phase
from models.roles.read import HOLDINGS, OPEN_OFFERS
from models.roles.tables import assignments, books, offers
from models.tasks.read import UNDONE_TASKS
from models.tasks.tables import tasks
from models.updates.outbox import UNSENT, deliveries, places
from models.updates.queries import PROMISES, REVIEWS
from models.updates.tables import drafts, maintenances, promises

_declarer = people.alias()
ROW = (
    select(
        incidents,
        name_of(_declarer).label("declarer"),
        maintenances.c.starts_at,
        maintenances.c.ends_at,
        maintenances.c.components.label("maintained"),
        maintenances.c.canceled_at,
    )
    .outerjoin(_declarer, _declarer.c.id == incidents.c.declared_by)
    .outerjoin(maintenances, maintenances.c.incident_id == incidents.c.id)
)
_open_phases = ", ".join(f"'{phase}'" for phase in OPEN)
_IDS = select(incidents.c.id)
_ON_THE_BOARD = union_all(
    _IDS.where(text(f"incidents.phase IN ({_open_phases})")),  # to the letter, as the partial index has it
    _IDS.where(incidents.c.resolved_at > bindparam("since")),
    _IDS.where(
        incidents.c.phase == Phase.RESOLVED,
        incidents.c.id.in_(select(promises.c.incident_id).where(promises.c.due_at.is_not(None))),
    ),
    _IDS.where(incidents.c.phase == Phase.RESOLVED, text(f"incidents.{TOLD_OPEN}")),
    select(drafts.c.incident_id).where(text("drafts.unapproved IS NOT NULL")),
    select(deliveries.c.incident_id).where(
        UNSENT, deliveries.c.place_id.in_(select(places.c.id).where(places.c.active))
    ),
)
ALL_ROWS = ROW.order_by(incidents.c.id.desc())
LAST_INCIDENT = select(func.max(incidents.c.id))


class Which:
    """Some incidents: the statements that read them, and what belongs to them, by what is so of their number."""

    def __init__(self, some: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> None:
        self.rows = ROW.where(some(incidents.c.id))
        self.beside = (
            HOLDINGS.where(some(assignments.c.incident_id)),
            OPEN_OFFERS.where(some(offers.c.incident_id)),
            UNDONE_TASKS.where(some(tasks.c.incident_id)),
            PROMISES.where(some(promises.c.incident_id)),
            REVIEWS.where(some(drafts.c.incident_id)),
        )
        """Of each incident: who is assigned, what is offered, tasks, due times and reviews."""

    def ahead(self, **known: object) -> Iterator[Question]:
        """All that reading them asks."""
        for statement in (self.rows, *self.beside):
            yield statement, known


ON_THE_BOARD = Which(lambda number: number.in_(_ON_THE_BOARD))
CHANGED = Which(lambda number: number.in_(_IDS.where(incidents.c.changed > bindparam("ticket"))))
ONE = Which(lambda number: number == bindparam("incident"))
TEXTS = select(books.c.key, books.c.version, books.c.text).where(
    tuple_(books.c.key, books.c.version).in_(
        select(incidents.c.book, incidents.c.book_version).where(incidents.c.id.in_(_ON_THE_BOARD))
    )
)
TEXT_OF_ONE = (
    select(books.c.key, books.c.version, books.c.text)
    .join(incidents, and_(incidents.c.book == books.c.key, incidents.c.book_version == books.c.version))
    .where(incidents.c.id == bindparam("incident"))
)
SOME = Which(lambda number: number.in_(bindparam("ids", expanding=True)))
