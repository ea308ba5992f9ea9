"""What an update begins with: a template for each audience and phase, filled in from the incident.

The templates of `templates/` come in three languages; a team's own, read from a TOML file of the same form, are kept
in the database as `settings.templates` and go before them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from models.failures import Refused
from models.phrase import LANGUAGES
from models.policy import OPEN, PUBLIC, Audience, ComponentState, Phase
from models.text import LIMITS, checked

if TYPE_CHECKING:
    from models.rules import Rules
    from models.views import IncidentView

SETTING = "templates"
"""The key of the setting that holds a team's own."""

MOST_BYTES = 1_000_000

SHOWN = ("services", "components", "began", "next_update", "expected")
"""The names that a template for customers may have."""

INSIDE = (*SHOWN, "ref", "title", "severity", "impact", "phase", "manager")
"""The names that the others may have."""

_NAME = re.compile(r"\{([a-z_]*)\}")
_FOLDER = Path(__file__).with_name("templates")
_STRICT = ConfigDict(frozen=True, extra="forbid")

Line = Annotated[str, AfterValidator(lambda text: checked(text, what="title", limit=LIMITS["title"], lines=False))]
Lines = Annotated[str, AfterValidator(lambda text: checked(text, what="draft", limit=LIMITS["draft"], lines=True))]


class Template(BaseModel):
    """What an update begins with."""

    model_config = _STRICT

    title: Line
    text: Lines


Templates = dict[Audience, dict[Phase, Template]]


class Filled(BaseModel):
    """What a draft may begin with."""

    model_config = _STRICT

    title: str
    text: str
    next_update_at: datetime | None
    """The next update that the text speaks of, if it does."""


class _File(BaseModel):
    model_config = _STRICT

    customers: dict[Phase, Template] = {}
    team: dict[Phase, Template] = {}
    executives: dict[Phase, Template] = {}
    words: dict[str, str] = {}


def parse(source: str, file: str) -> Templates:
    """A team's own templates. Raises Refused, naming file, template and reason."""
    try:
        raw = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"{file} is no TOML: {error}.", "Mend that line.") from None
    try:
        read = _File.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Refused(f"{file}: {where}: {first['msg'].removeprefix('Value error, ')}", _FORM) from None
    templates = {audience: getattr(read, audience) for audience in Audience}
    for audience, phases in templates.items():
        for phase, template in phases.items():
            _check(file, audience, phase, template)
    return {audience: phases for audience, phases in templates.items() if phases}


_FORM = "`bridgewatch templates export` prints the form."


def _check(file: str, audience: Audience, phase: Phase, template: Template) -> None:
    where = f"{file}: {audience}.{phase}"
    if phase not in PUBLIC:
        raise Refused(f"{where}: an update has one of the phases {', '.join(PUBLIC)}.", _FORM)
    known = SHOWN if audience is Audience.CUSTOMERS else INSIDE
    for name in _NAME.findall(f"{template.title}{template.text}"):
        if name not in known:
            raise Refused(f"{where}: {{{name}}} is no name for {audience}.", f"These are: {', '.join(known)}.")


def shipped(language: str) -> str:
    """The file that comes with the program in that language, or in English where there is none."""
    return (_FOLDER / f"{language if language in LANGUAGES else 'en'}.toml").read_text(encoding="utf-8")


@cache
def _shipped(language: str) -> _File:
    return _File.model_validate(tomllib.loads(shipped(language)))


def own(kept: Mapping[str, Any] | None) -> Templates:
    """A team's own, as the database keeps them."""
    return {
        Audience(audience): {Phase(phase): Template.model_validate(template) for phase, template in phases.items()}
        for audience, phases in (kept or {}).items()
    }


def keep(templates: Templates) -> dict[str, Any]:
    """The other way round."""
    return {
        audience: {phase: template.model_dump() for phase, template in phases.items()}
        for audience, phases in templates.items()
    }


def filled(
    incident: IncidentView, to: Audience, of_team: Templates, agreed: Rules, language: str, now: datetime
) -> Filled:
    """What the draft for this audience may begin with, in the phase that it tells of."""
    spoken = _shipped(language)
    draft = incident.drafts[to]
    template: Template = of_team.get(to, {}).get(draft.phase) or getattr(spoken, to)[draft.phase]
    due = draft.next_update_at or agreed.due(to, incident.severity, incident.declared_at, now)
    due = due if draft.phase in OPEN else None
    facts = _facts(incident, to, due, spoken.words, now)
    limit = LIMITS["title"]
    title = _fill(template.title, facts)
    title = title if len(title) <= limit else f"{title[: limit - 1]}…"
    return Filled(title=title, text=_fill(template.text, facts), next_update_at=due)


def _fill(template: str, facts: Mapping[str, str]) -> str:
    lines = []
    for line in template.splitlines():
        names = _NAME.findall(line)
        if not names or any(facts[name] for name in names):  # a line about what has no value goes
            lines.append(_NAME.sub(lambda name: facts[name.group(1)], line).rstrip())
    return "\n".join(lines).strip("\n")


def _facts(
    incident: IncidentView, to: Audience, due: datetime | None, words: Mapping[str, str], now: datetime
) -> dict[str, str]:
    draft = incident.drafts[to]
    states = {**(incident.drafts[Audience.CUSTOMERS].components), **draft.components}
    hurt = [name for name, state in states.items() if state is not ComponentState.OPERATIONAL] or list(states)
    unknown = words["unknown"]
    return {
        "services": ", ".join(hurt) or words["our services"],
        "components": ("\n" if to is Audience.CUSTOMERS else "; ").join(
            words["component"].format(name, words[state]) for name, state in states.items()
        ),
        "began": _stamp(incident.declared_at, now),
        "next_update": _stamp(due, now) if due else "",
        "expected": _stamp(draft.expected_at, now) if draft.expected_at else unknown,
        "ref": incident.ref,
        "title": incident.title,
        "severity": str(incident.severity),
        "impact": words[incident.impact] if incident.impact else unknown,
        "phase": words[draft.phase],
        "manager": incident.manager or words["nobody"],
    }


def _stamp(at: datetime, now: datetime) -> str:
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M} UTC"
