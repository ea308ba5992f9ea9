"""The tables, with the rules that hold whoever writes to them."""

from models.tables.books import books
from models.tables.keeping import head, logins, meta, settings
from models.tables.maintenance import maintenances
from models.tables.outbox import deliveries, places
from models.tables.process import skips
from models.tables.response import assignments, entries, incident_roles, incidents, offers, people, tasks
from models.tables.telling import components, drafts, promises, status_updates
from models.tables.theories import evidence, theories

__all__ = [
    "assignments",
    "books",
    "components",
    "deliveries",
    "drafts",
    "entries",
    "evidence",
    "head",
    "incident_roles",
    "incidents",
    "logins",
    "maintenances",
    "meta",
    "offers",
    "people",
    "places",
    "promises",
    "settings",
    "skips",
    "status_updates",
    "tasks",
    "theories",
]
