"""The team's rules for updates and its own templates, as the database keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, text, update

from models.kernel.columns import Json
from models.kernel.store import Store
from models.kernel.tables import incidents, settings
from models.kernel.transaction import TAKE_TICKET, TICKET, Transaction
from models.policy.audience import Audience
from models.policy.phase import OPEN
from models.policy.severity import Severity
from models.updates.rules import SETTING, Rules, rules, to_keep

if TYPE_CHECKING:
    from models.updates.templates import Templates


AGREED = select(settings.c.value).where(settings.c.key == SETTING)
_PUT = text(
    "INSERT INTO settings (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
).bindparams(bindparam("value", type_=Json))
_OPEN_CHANGED = update(incidents).where(incidents.c.phase.in_(OPEN)).values(changed=TICKET)


def keep_templates(store: Store, templates: Templates) -> None:
    """Keep a team's own templates in place of those before; none: the program's are used again."""
    from models.updates.templates import SETTING as TEMPLATES
    from models.updates.templates import keep

    with store.administering("settings", "change the templates") as connection:
        connection.execute(TAKE_TICKET)
        connection.execute(_PUT, {"key": TEMPLATES, "value": keep(templates)})


def agree(store: Store, change: Callable[[Rules], Rules] | None) -> Rules:
    """Change the rules, and let every desk read its open incidents anew: what is promised on them hangs on the rules.

    `change` None: the program's own rules. Raises Refused when the rules to change cannot be read.
    """
    with store.administering("settings", "change the rules") as connection:
        connection.execute(TAKE_TICKET)  # first: two who change the rules take turns at it
        agreed = change(rules(connection.execute(AGREED).scalar())) if change else Rules()
        connection.execute(_PUT, {"key": SETTING, "value": to_keep(agreed)})
        connection.execute(_OPEN_CHANGED)
    return agreed


def the_rules(tx: Transaction) -> Rules:
    """What the team has agreed on."""
    return rules(tx.connection.execute(AGREED).scalar()).naming(tx.names.called)


def needs_approval(tx: Transaction, to: Audience) -> bool:
    """Whether somebody else looks before it is published: a severity asks for that until customers have been told."""
    return the_rules(tx).needs_approval(to, Severity(tx.incident["approval_severity"]))
