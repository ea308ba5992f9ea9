"""What can be had of a Statuspage's history, read and checked: each incident for itself, so that none costs another.

It may be the page's public files (`incidents.json`, `summary.json`, `components.json`, `scheduled-maintenances.json`),
the lists that the management API gives, which reach further back, or one incident of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from models.imports.statuspage_components import Named, named
from models.imports.statuspage_parts import Component, Incident, Update
from models.imports.statuspage_words import SEVERITIES, Meaning, phase, state
from models.kernel.failures import Refused
from models.kernel.text import LIMITS, checked, clean
from models.policy.phase import Phase
from models.updates.public import ORIGIN

MOST_BYTES = 16_000_000
"""The largest file that is read: the fifty incidents of a busy page take a tenth of it."""

MOST_INCIDENTS = 20_000

_REMEDY = (
    "Give it what https://YOUR-PAGE/api/v2/incidents.json answers,"
    " or the list of GET /v1/pages/PAGE/incidents of Statuspage's API."
)


@dataclass(slots=True, kw_only=True)
class Export:
    """What the files say, together."""

    page: str
    """What the page is called."""
    incidents: list[Incident] = field(default_factory=list)
    """The oldest first, each once."""
    components: list[Named] = field(default_factory=list)
    """Every component of the files, in the page's order."""
    faults: list[str] = field(default_factory=list)
    """What could not be read, and so is left out."""
    notes: list[str] = field(default_factory=list)
    """What was read as something else than it says."""


def read(files: Mapping[str, bytes], page: str = "") -> Export:
    """All that the files say, by their names. Raises Refused, in words, for a file that is none of Statuspage's.

    `page`: what the page is called, where its files do not say it.
    """
    documents = [_document(name, content) for name, content in files.items()]
    export = Export(page=_name(page) if page else _page_name(documents))
    listed: dict[str, Component] = {}
    seen: dict[str, Component] = {}
    for raw in (raw for document in documents for raw in document.components):
        _add_component(listed, raw, export)
    found: dict[str, Incident] = {}
    raws = [raw for document in documents for raw in document.incidents]
    if not raws and not any(document.page or document.components for document in documents):
        raise Refused("There are no incidents and no components in this.", _REMEDY)
    if len(raws) > MOST_INCIDENTS:
        raise Refused(f"These are {len(raws):,} incidents; {MOST_INCIDENTS:,} is the limit.", "Give fewer at once.")
    for number, raw in enumerate(raws, 1):
        try:
            incident = _incident(raw, number, export)
        except ValidationError as error:
            export.faults.append(f"{_called(raw, number)}: {_in_words(error)}")
            continue
        if incident.impact not in SEVERITIES:
            export.notes.append(
                f"“{incident.name}”: the impact “{incident.impact}” is unknown, and is read as {incident.severity}."
            )
        for raw_component in _list(raw, "components"):
            _add_component(seen, raw_component, export)
        before = found.get(incident.id)
        found[incident.id] = incident if before is None else before.together_with(incident)
    export.components, named_parts = named(found.values(), _together(listed, seen))
    export.incidents = sorted(
        (incident.with_updates(_settled(incident, named_parts, export)) for incident in found.values()),
        key=lambda incident: (incident.began, incident.id),
    )
    return export


@dataclass(slots=True)
class _Document:
    incidents: list[Any]
    components: list[Any]
    page: str


def _document(name: str, content: bytes) -> _Document:
    if len(content) > MOST_BYTES:
        raise Refused(f"{name} is larger than {MOST_BYTES / 1e6:.0f} MB.", "Give fewer incidents at once.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # as PowerShell writes what it is given
        content = content.decode("utf-16", errors="replace").encode(errors="replace")
    try:
        raw = from_json(content.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as error:
        raise Refused(f"{name} is not valid JSON: {str(error)[:100]}.", _REMEDY) from None
    if isinstance(raw, Mapping):
        incidents = [*_list(raw, "incidents"), *_list(raw, "scheduled_maintenances")]
        components = _list(raw, "components")
        if "incident_updates" in raw or not (incidents or components or raw.keys() & {"incidents", "components"}):
            incidents, components = [raw], []  # one incident, or one component
        page = raw.get("page")
        called = page.get("name") if isinstance(page, Mapping) else None
    elif isinstance(raw, list):
        # several answers of the API put into one list are the same list
        incidents = [each for one in raw for each in (one if isinstance(one, list) else (one,))]
        components, called = [], None
    else:
        incidents, components, called = [raw], [], None
    listed = [each for each in incidents if _is_component(each)]
    incidents = [each for each in incidents if not _is_component(each)]
    if incidents and not any(isinstance(each, Mapping) and "name" in each and "id" in each for each in incidents):
        said = raw.get("error", "") if isinstance(raw, Mapping) else ""
        why = f" It says: {clean(said[:100], lines=False)}." if isinstance(said, str) and said else ""
        raise Refused(f"{name} contains no incidents and no components of Statuspage.{why}", _REMEDY)
    words = clean(called[: LIMITS["name"]], lines=False) if isinstance(called, str) else ""
    return _Document(incidents, [*components, *listed], words)


def _is_component(raw: Any) -> bool:
    return isinstance(raw, Mapping) and "incident_updates" not in raw and bool(raw.keys() & {"group", "showcase"})


def _name(page: str) -> str:
    try:
        return checked(page, what="name", limit=LIMITS["name"], lines=False)
    except ValueError as error:
        raise Refused(str(error)) from None


def _page_name(documents: Iterable[_Document]) -> str:
    """What the files call the page; the management API's lists do not, and have its id alone."""
    told = [document.page for document in documents if document.page]
    ids = [raw.get("page_id") for document in documents for raw in document.incidents if isinstance(raw, Mapping)]
    known = next((clean(each[:40], lines=False) for each in ids if isinstance(each, str)), "")
    return told[0] if told else f"Statuspage {known}".strip()


def _list(raw: Any, name: str) -> list[Any]:
    """What the file lists under that name; nothing at all where it is missing, null or something else."""
    found = raw.get(name) if isinstance(raw, Mapping) else None
    return found if isinstance(found, list) else []


def _add_component(components: dict[str, Component], raw: Any, export: Export) -> None:
    try:
        component = Component.model_validate(raw)
    except ValidationError as error:
        export.notes.append(f"A component could not be read: {_in_words(error)}")
        return
    before = components.get(component.id)
    if before is None or component.updated_at >= before.updated_at:
        components[component.id] = component


def _together(listed: Mapping[str, Component], seen: Mapping[str, Component]) -> dict[str, Component]:
    """The page's list says what a component is; how it is, whatever saw it last."""
    found = {**seen, **listed}
    for known, component in seen.items():
        if component.updated_at > found[known].updated_at:
            found[known] = found[known].model_copy(update={"status": component.status})
    return found


def _incident(raw: Any, number: int, export: Export) -> Incident:
    """Raises ValidationError for an incident of which nothing can be kept; a bad update of it is named and left out."""
    updates = []
    for place, told in enumerate(_list(raw, "incident_updates"), 1):
        for word in _unknown_states(told):
            export.notes.append(f"{_called(raw, number)}: “{word}” is not a state of a component, and is ignored.")
        try:
            updates.append(Update.model_validate(told))
        except ValidationError as error:
            export.faults.append(f"{_called(raw, number)}, {_update_called(told, place)}: {_in_words(error)}")
    if not isinstance(raw, Mapping):
        return Incident.model_validate(raw)
    ids = [each.get("id") for each in _list(raw, "components") if isinstance(each, Mapping)]
    listed = [f"{ORIGIN}{each}" for each in ids if isinstance(each, str)]
    return Incident.model_validate({**raw, "incident_updates": updates, "listed": listed})


def _unknown_states(told: Any) -> Iterator[str]:
    for part in _list(told, "affected_components"):
        word = part.get("new_status") if isinstance(part, Mapping) else None
        if isinstance(word, str) and word and state(word) is None:
            yield clean(word[:40], lines=False)


def _settled(incident: Incident, names: Mapping[str, Named], export: Export) -> Iterator[Update]:
    """Its updates with the phase that each stands for, and with the components that there are."""
    before: Phase | None = None
    for told in incident.updates:
        meaning = phase(told.status, before) if told.status else Meaning(before or incident.phase, known=True)
        if not meaning.known:
            export.notes.append(
                f"“{incident.name}”: the state “{told.status}” is unknown, and is read as {meaning.phase}."
            )
        before = meaning.phase
        parts = tuple(part.model_copy(update={"origin": names[part.key].origin}) for part in told.affected_components)
        yield told.model_copy(update={"phase": before, "affected_components": parts})


def _in_words(error: ValidationError) -> str:
    """The first of the faults, and where it is."""
    fault = error.errors(include_url=False, include_input=False)[0]
    where = clean(".".join(map(str, fault["loc"]))[:100], lines=False)
    said = fault["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{where}: {said}." if where else f"{said}."


def _called(raw: Any, number: int) -> str:
    name = raw.get("name") if isinstance(raw, Mapping) else None
    words = clean(name[: LIMITS["title"]], lines=False) if isinstance(name, str) else ""
    return f"“{words}”" if words else f"incident number {number}"


def _update_called(raw: Any, place: int) -> str:
    at = raw.get("display_at") or raw.get("created_at") if isinstance(raw, Mapping) else None
    return f"update of {clean(at[:40], lines=False)}" if isinstance(at, str) and at else f"update number {place}"
