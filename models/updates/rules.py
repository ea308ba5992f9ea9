"""What a team has agreed on for telling people: who publishes, who looks first, how often, which words stay inside.

Kept in the database as `settings.policy`, so that every desk follows the same rules; what nobody set has its default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from models.kernel.failures import Refused
from models.kernel.languages import Bounds, UserText
from models.kernel.text import LIMITS, checked
from models.policy.audience import Audience
from models.policy.severity import Severity

SETTING = "policy"
"""The key of the setting that holds them."""

LONG = timedelta(hours=2)
"""After so long an incident's updates may be rarer: PagerDuty's guide asks for its pace for two hours."""

MOST_PATTERNS, LONGEST_PATTERN = 50, 200

Minutes = Annotated[int, Bounds(gt=0, le=7 * 24 * 60)]


class Pace(UserText, frozen=True, kw_only=True):
    """How soon an audience is told, in minutes."""

    first: Minutes
    """From the declaration to the first update."""
    further: Minutes
    """Between updates, for the first two hours."""
    later: Minutes
    """Between updates after that."""


Cadence = dict[Severity, Pace | None]
"""None: nothing is promised."""

CADENCE: dict[Audience, Cadence] = {
    Audience.CUSTOMERS: {
        Severity.P1: Pace(first=5, further=20, later=60),
        Severity.P2: Pace(first=15, further=60, later=120),
        Severity.P3: None,
    },
    Audience.TEAM: dict.fromkeys(Severity),
    Audience.EXECUTIVES: {Severity.P1: Pace(first=30, further=60, later=120), Severity.P2: None, Severity.P3: None},
}
"""When each audience is told, unless a team sets it otherwise.

P1 for customers is PagerDuty's incident response guide: a first post within 5 minutes of the call's start, then at
least every 20 minutes for two hours. The other figures are Bridgewatch's own: an hour once those two hours are over;
executives at half the pace of a P1's quarter hours, because a brief serves them meanwhile; nothing for the team, which
reads the timeline, and nothing for P3, so that no clock cries wolf.
"""

INTERNAL = (
    r"\b(?:10|127)(?:\.\d{1,3}){3}\b|\b192\.168(?:\.\d{1,3}){2}\b|\b172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}\b",
    r"(?i)\b[a-z0-9][a-z0-9.-]*\.(?:internal|intern|local|localdomain|lan|corp|home\.arpa)\b",
    r"(?i)\bhttps?://(?:localhost\b|[a-z0-9-]+(?=[:/\s]|$))\S*",
    r"(?i)\bhttps?://(?:[a-z0-9-]+\.)*(?:wiki|jira|confluence|grafana|kibana|jenkins|gitlab|intranet|vpn)\.\S+",
    r"(?i)\b[a-z]+(?:-[a-z]+)*-?\d{2,3}\.[a-z0-9-]+\.[a-z0-9.-]+\b",
    r"\bINC-\d+\b",
)
"""What customers should not read: private addresses and host names, links that they cannot open, incidents' numbers."""


def _pattern(source: str) -> str:
    if len(source) > LONGEST_PATTERN:
        raise ValueError(f"A pattern can have at most {LONGEST_PATTERN} characters.")
    try:
        re.compile(source)
    except re.error as error:
        raise ValueError(f"{source!r} is not a valid regular expression: {error}.") from None
    return source


def _name(name: str) -> str:
    return checked(name, what="name", limit=LIMITS["name"], lines=False)


class _Checked:
    """A text that a function looks at when somebody sets it; it returns it, or raises a ValueError."""

    def __init__(self, look: Callable[[str], str]) -> None:
        self._look = look

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self._look, handler(source))


Names = Annotated[tuple[Annotated[str, _Checked(_name)], ...], Bounds(max_length=100)]
Pattern = Annotated[str, _Checked(_pattern)]


class Rules(UserText, frozen=True, kw_only=True):
    """All that a team has agreed on."""

    approval: Severity | None = Severity.P1
    """From which severity upwards somebody else approves what customers read; None: never."""
    publishers: Names = ()
    """The people who may publish to customers."""
    publishing_roles: Names = ()
    """The keys of the roles whose holders may; the manager stands in. Nobody named in either: everybody may."""
    cadence: dict[Audience, Cadence] = msgspec.field(default_factory=lambda: CADENCE)
    internal: Annotated[tuple[Pattern, ...], Bounds(max_length=MOST_PATTERNS)] = INTERNAL
    """Regular expressions for words that stay inside."""

    def naming(self, called: Callable[[str], str]) -> Rules:
        """The same, with the publishers under the names that they have now."""
        return msgspec.structs.replace(self, publishers=tuple(dict.fromkeys(map(called, self.publishers))))

    def pace(self, audience: Audience, severity: Severity) -> Pace | None:
        """None: nothing is promised."""
        return self.cadence.get(audience, CADENCE[audience]).get(severity)

    def due(self, audience: Audience, severity: Severity, since: datetime, told_at: datetime | None) -> datetime | None:
        """When this audience is to be told next, by the cadence alone; None: nothing is promised.

        `since`: when the incident was declared, or last reopened; `told_at`: when the audience was told last.
        """
        pace = self.pace(audience, severity)
        if pace is None:
            return None
        if told_at is None or told_at < since:
            return since + timedelta(minutes=pace.first)
        return told_at + timedelta(minutes=pace.further if told_at - since < LONG else pace.later)

    def needs_approval(self, audience: Audience, severity: Severity) -> bool:
        """Whether somebody else looks before it is published."""
        return audience is Audience.CUSTOMERS and self.approval is not None and severity <= self.approval


def rules(kept: Mapping[str, Any] | None) -> Rules:
    """The rules of a database, whose setting is `kept`. Raises Refused when they are another program's."""
    document: object = {} if kept is None else kept
    try:
        if not isinstance(document, Mapping) or not document.keys() <= {*Rules.__struct_fields__}:
            raise msgspec.ValidationError
        return msgspec.convert(document, Rules)
    except msgspec.ValidationError:
        raise Refused(
            "The rules in the database cannot be read by this version of Bridgewatch.",
            "To restore the default rules, run `bridgewatch rules reset`.",
        ) from None


def validated(raw: Mapping[str, Any]) -> Rules:
    """The rules that somebody sets. Raises pydantic's ValidationError."""
    from pydantic import TypeAdapter

    return TypeAdapter(Rules).validate_python(raw)


def plain(agreed: Rules) -> dict[str, Any]:
    """The rules as a JSON document has them."""
    found: dict[str, Any] = msgspec.to_builtins(agreed)
    return found


def to_keep(agreed: Rules) -> dict[str, Any]:
    """What of the rules is not as the program has it: the rest follows its upgrades."""
    own, default = plain(agreed), plain(Rules())
    return {name: value for name, value in own.items() if value != default[name]}
