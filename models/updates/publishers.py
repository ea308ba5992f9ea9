"""Pure: who may publish to customers, and which draft waits for whom, that somebody else has to approve."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from models.kernel.failures import Refused
from models.kernel.text import key
from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase

if TYPE_CHECKING:
    from models.roles.coverage import Holding
    from models.updates.rules import Rules
    from models.updates.views import DraftView


def may_publish(rules: Rules, person: str, holdings: Sequence[Holding], manager: str | None) -> bool:
    """Whether the rules let this person publish to customers; the manager stands in for a role that nobody holds."""
    if not rules.publishers and not rules.publishing_roles:
        return True
    if key(person) in map(key, rules.publishers):
        return True
    held = {holding.role for holding in holdings}
    own = {holding.role for holding in holdings if holding.person == person}
    return any(role in own or (person == manager and role not in held) for role in rules.publishing_roles)


def barred(
    rules: Rules, person: str, holdings: Sequence[Holding], manager: str | None, deed: str = "publish to customers"
) -> Refused | None:
    """Why the rules do not let this person do so, with those who may; None: they do."""
    if may_publish(rules, person, holdings, manager):
        return None
    may = ", ".join((*rules.publishers, *rules.publishing_roles))
    return Refused(
        f"{person} is not allowed to {deed}. Allowed: {may}.", "Ask one of them. See the rules: `bridgewatch rules`."
    )


def approvers(
    rules: Rules, authors: Iterable[str | None], people: Iterable[str], holdings: Sequence[Holding], manager: str | None
) -> tuple[str, ...]:
    """Whom a draft of these authors waits for; empty: anybody but them.

    `people`: those who respond to the incident. They are asked first, because whoever is at work on it knows best.
    """
    asked = dict.fromkeys((*people, *rules.publishers))
    own = set(authors)
    return tuple(name for name in asked if name not in own and may_publish(rules, name, holdings, manager))


def to_answer(drafts: Mapping[Audience, DraftView], shown: Audience) -> DraftView:
    """The draft that waits for an approval, first of all the one for the audience shown; none does: that one."""
    waiting = [draft for draft in drafts.values() if draft.asked_by is not None and draft.approved_by is None]
    return next(iter(waiting), drafts[shown]) if drafts[shown] not in waiting else drafts[shown]


def left_broken(draft: DraftView) -> dict[str, ComponentState]:
    """The components that would stay broken on the page though the draft tells customers that all is over."""
    if draft.audience is not Audience.CUSTOMERS or draft.phase is not Phase.RESOLVED:
        return {}
    return {name: state for name, state in draft.components.items() if state is not ComponentState.OPERATIONAL}
