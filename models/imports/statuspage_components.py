"""What the components of a page are called here: by their group and name, so that two groups may have an “API” each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from models.imports.statuspage_parts import Affected, Component, Incident
from models.kernel.text import LIMITS, key
from models.policy.audience import ComponentState
from models.updates.public import ORIGIN

_BETWEEN = " - "
"""What Statuspage writes between a group and a component of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A component as it is called here."""

    origin: str
    name: str
    state: ComponentState
    """The last that the page said of it."""
    description: str = ""
    here: str = ""
    """Where the component came from that is here under its name; empty: it is this one."""


def named(incidents: Iterable[Incident], listed: Mapping[str, Component]) -> tuple[list[Named], dict[str, Named]]:
    """Every component, as the page orders them; and each by the key of whoever speaks of it.

    The list of components knows best what one is called and how it is; of one that it lacks, the last update does.
    """
    told = sorted(
        ((each.display_at, part) for one in incidents for each in one.updates for part in each.affected_components),
        key=lambda one: one[0],
    )
    latest = {part.key: part for _, part in told}
    states = {part.key: part.new_status for _, part in told if part.new_status is not None}
    groups = _groups(listed, latest.values())
    found: dict[str, Named] = {}
    for component in sorted(listed.values(), key=_place(listed)):
        if component.group:
            continue
        group, origin = groups.get(component.group_id or ""), f"{ORIGIN}{component.id}"
        found[origin] = Named(
            origin=origin,
            name=_called(group, component.name),
            state=component.status or states.get(origin, ComponentState.OPERATIONAL),
            description=component.description,
        )
    by_name = {key(part.name): part for part in found.values()}
    for component in listed.values():
        if not component.group:
            by_name.setdefault(key(component.name), found[f"{ORIGIN}{component.id}"])
    for origin, part in latest.items():
        if part.code is None and key(part.name) in by_name:
            found_part = by_name[key(part.name)]
        else:
            state = states.get(origin, ComponentState.OPERATIONAL)
            found_part = found.get(origin) or Named(origin=origin, name=part.name, state=state)
            by_name.setdefault(key(part.name), found_part)
        found[origin] = found_part
    return list({part.origin: part for part in found.values()}.values()), found


def _groups(listed: Mapping[str, Component], told: Iterable[Affected]) -> dict[str, str]:
    """What the groups are called, by their ids: the list says so, or else the updates, which write “Group - API”."""
    groups = {component.id: component.name for component in listed.values() if component.group}
    for part in told:
        component = listed.get(part.code or "")
        if component is not None and component.group_id and part.name.endswith(f"{_BETWEEN}{component.name}"):
            groups.setdefault(component.group_id, part.name.removesuffix(f"{_BETWEEN}{component.name}"))
    return groups


def _called(group: str | None, name: str) -> str:
    if not group or name.startswith(f"{group}{_BETWEEN}"):
        return name
    limit, whole = LIMITS["component"], f"{group}{_BETWEEN}{name}"
    return whole if len(whole) <= limit else f"{whole[: limit - 1].rstrip()}…"


def _place(listed: Mapping[str, Component]) -> Callable[[Component], tuple[int, str, int, str]]:
    """Where each stands on the page: its group's place, then its own in it."""
    first: dict[str, int] = {}
    for each in listed.values():
        if each.group_id:
            first[each.group_id] = min(each.position, first.get(each.group_id, each.position))

    def place(component: Component) -> tuple[int, str, int, str]:
        group = component.group_id
        if not group:
            return component.position, "", component.position, component.id
        if group not in listed:
            return first[group], group, component.position, component.id
        order = listed[group].components
        position = order.index(component.id) if component.id in order else component.position
        return listed[group].position, group, position, component.id

    return place
