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
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from models.kernel import toml_depth
from models.kernel.failures import Refused
from models.kernel.languages import LANGUAGES
from models.kernel.text import LIMITS, checked
from models.policy.audience import Audience
from models.policy.phase import PUBLIC, Phase

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


class FilledTemplate(BaseModel):
    """What a draft may begin with."""

    model_config = _STRICT

    title: str
    text: str
    next_update_at: datetime | None
    """The next update that the text speaks of, if it does."""
    expected_at: datetime | None
    """The same of the expected resolution."""


class TemplateFile(BaseModel):
    model_config = _STRICT

    customers: dict[Phase, Template] = {}
    team: dict[Phase, Template] = {}
    executives: dict[Phase, Template] = {}
    words: dict[str, str] = {}


def parse(source: str, file: str) -> Templates:
    """A team's own templates. Raises Refused, naming file, template and reason."""
    try:
        raw = toml_depth.loads(source)
    except ValueError as error:
        raise Refused(f"{file} is not valid TOML: {error}.", "Fix that line.") from None
    try:
        read = TemplateFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise Refused(f"{file}: {where}: {first['msg'].removeprefix('Value error, ')}", _FORM) from None
    templates = {audience: getattr(read, audience) for audience in Audience}
    for audience, phases in templates.items():
        for phase, template in phases.items():
            _check(file, audience, phase, template)
    return {audience: phases for audience, phases in templates.items() if phases}


_FORM = "See the format: `bridgewatch templates export`."


def _check(file: str, audience: Audience, phase: Phase, template: Template) -> None:
    where = f"{file}: {audience}.{phase}"
    if phase not in PUBLIC:
        raise Refused(f"{where}: unknown phase; allowed: {', '.join(PUBLIC)}.", _FORM)
    known = SHOWN if audience is Audience.CUSTOMERS else INSIDE
    for name in _NAME.findall(f"{template.title}{template.text}"):
        if name not in known:
            raise Refused(f"{where}: {{{name}}} is not available for {audience}.", f"Allowed: {', '.join(known)}.")


def shipped(language: str) -> str:
    """The file that comes with the program in that language, or in English where there is none."""
    return (_FOLDER / f"{language if language in LANGUAGES else 'en'}.toml").read_text(encoding="utf-8")


@cache
def shipped_file(language: str) -> TemplateFile:
    return TemplateFile.model_validate(tomllib.loads(shipped(language)))


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


def filled_in(template: str, facts: Mapping[str, str]) -> str:
    lines = []
    for line in template.splitlines():
        names = _NAME.findall(line)
        if not names or any(facts[name] for name in names):  # a line about what has no value goes
            lines.append(_NAME.sub(lambda name: facts[name.group(1)], line).rstrip())
    return "\n".join(lines).strip("\n")
