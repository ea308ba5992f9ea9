"""Takes in the history that a Statuspage had, each piece once however often, or says what would come of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection

from models.imports.import_incident import AlreadyImported, Here, ImportIncident, NotYet, check_times, what_is_here
from models.imports.statuspage_components import Named
from models.imports.statuspage_file import Export, read
from models.imports.statuspage_known import add_components, names
from models.imports.statuspage_parts import Incident
from models.kernel.command import PersonName
from models.kernel.reader import Rows
from models.kernel.refusal import refused
from models.kernel.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of one incident, or would."""

    what: Literal["new", "updated", "unchanged"]
    ref: str
    """Empty: it would get one."""
    page_id: str
    """What the page calls it."""
    title: str
    updates: int
    """How many of its updates are new here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of the files, or would."""

    page: str
    incidents: tuple[Taken, ...]
    """The oldest first."""
    components: tuple[str, ...]
    """The names of components that are new here."""
    faults: tuple[str, ...]
    """What is left out, and why."""
    notes: tuple[str, ...]
    """What is read as something else than it says."""

    @property
    def refs(self) -> tuple[str, ...]:
        """Every incident of the files that is here."""
        return tuple(each.ref for each in self.incidents if each.ref)


def load(store: Store, document: bytes, by: str) -> Imported:
    """As `take_in`, of one file. Raises Refused, too, when it is none of Statuspage's."""
    return take_in(store, read({"The file": document}), by)


def take_in(store: Store, export: Export, by: str) -> Imported:
    """Take in every incident, each in a transaction of its own, on behalf of `by`.

    One that cannot be taken in is named, and costs no other. Raises Refused for a name that nobody can have.
    """
    try:
        author: str = TypeAdapter(PersonName).validate_python(by)
    except ValidationError as error:
        raise refused(error) from None
    plan = foreseen(store, export, store.now())
    known = add_components(store, export.components)
    waiting = {incident.id: incident for incident in export.incidents}
    taken, faults = [], [*plan.faults]
    for each in plan.incidents:
        if each.what == "unchanged":
            taken.append(each)
            continue
        incident = waiting[each.page_id]
        command = ImportIncident(by=author, page=export.page, incident=incident, components=_about(incident, known))
        try:
            taken.append(replace(each, ref=store.perform(command).ref))
        except AlreadyImported as nothing:  # somebody else imports the same
            taken.append(replace(each, what="unchanged", ref=nothing.ref, updates=0))
        except NotYet as early:
            faults.append(f"“{each.title}”: {early}")
    return replace(plan, incidents=tuple(taken), faults=tuple(faults))


def foreseen(store: Store | None, export: Export, now: datetime) -> Imported:
    """What `take_in` would answer; nothing is written. `store` None: there is no database yet."""
    if store is None:
        return _foreseen(None, export, now)
    with store.reading(Rows) as read_rows:
        return _foreseen(read_rows.connection, export, now)


def _foreseen(connection: Connection | None, export: Export, now: datetime) -> Imported:
    taken: list[Taken] = []
    faults = [*export.faults]
    for incident in export.incidents:
        try:
            check_times(incident, now)
        except NotYet as early:
            faults.append(f"“{incident.name}”: {early}")
            continue
        here = Here(None, frozenset(), frozenset()) if connection is None else what_is_here(connection, incident)
        news = len({told.id for told in incident.updates} - here.updates)
        taken.append(
            Taken(
                what="new" if here.id is None else "updated" if news else "unchanged",
                ref=f"INC-{here.id}" if here.id else "",
                page_id=incident.id,
                title=incident.name,
                updates=news,
            )
        )
    added, _ = names(connection, export.components)
    return Imported(
        page=export.page,
        incidents=tuple(taken),
        components=tuple(part.name for part in added),
        faults=tuple(faults),
        notes=tuple(dict.fromkeys(export.notes)),
    )


def _about(incident: Incident, known: Mapping[str, Named]) -> tuple[Named, ...]:
    """The components that it names, each as it is called here."""
    named: Sequence[str] = [part.origin for told in incident.updates for part in told.affected_components]
    return tuple(known[origin] for origin in dict.fromkeys((*named, *incident.listed)) if origin in known)
