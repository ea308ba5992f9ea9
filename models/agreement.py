"""Where the rules of telling people and a team's own templates are kept, and how they are changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, select, text, update

from models.columns import Json
from models.policy import OPEN
from models.rules import SETTING, Rules, rules, to_keep
from models.tables import incidents, settings
from models.transaction import TAKE_TICKET

if TYPE_CHECKING:
    from models.message_templates import Templates

_KEPT = select(settings.c.value).where(settings.c.key == SETTING)
_PUT = text(
    "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
).bindparams(bindparam("value", type_=Json))
_OPEN_CHANGED = update(incidents).where(incidents.c.phase.in_(OPEN)).values(changed=bindparam("ticket"))


def keep_templates(connection: Connection, templates: Templates) -> None:
    """Keep a team's own templates in place of those before; none: the program's are used again."""
    from models.message_templates import SETTING as TEMPLATES
    from models.message_templates import keep

    connection.execute(TAKE_TICKET)
    connection.execute(_PUT, {"key": TEMPLATES, "value": keep(templates)})


def agree(connection: Connection, change: Callable[[Rules], Rules] | None) -> Rules:
    """Change the rules, and let every desk read its open incidents anew: what is promised on them hangs on the rules.

    `change` None: the program's own rules. Raises Refused when the rules to change cannot be read.
    """
    ticket = connection.execute(TAKE_TICKET).scalar_one()  # first: two who change the rules take turns at it
    agreed = change(rules(connection.execute(_KEPT).scalar())) if change else Rules()
    connection.execute(_PUT, {"key": SETTING, "value": to_keep(agreed)})
    connection.execute(_OPEN_CHANGED, {"ticket": ticket})
    return agreed
