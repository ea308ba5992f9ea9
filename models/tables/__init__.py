"""The tables, with the rules that hold whoever writes to them."""

from models.tables.keeping import head, meta, settings
from models.tables.response import assignments, entries, incident_roles, incidents, offers, people, tasks
from models.tables.telling import components, drafts, status_updates

__all__ = [
    "assignments",
    "components",
    "drafts",
    "entries",
    "head",
    "incident_roles",
    "incidents",
    "meta",
    "offers",
    "people",
    "settings",
    "status_updates",
    "tasks",
]
