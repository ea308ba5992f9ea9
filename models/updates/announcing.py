"""What becomes true together with an update, in the transaction that publishes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import insert, text

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.transaction import Transaction
from models.policy.audience import Audience, ComponentState, worst
from models.roles.roster import ahead_of_roles
from models.tasks.commands import ASKING
from models.updates import outbox
from models.updates.drafts import asked
from models.updates.promises import ahead_of_promises, promise
from models.updates.tables import status_updates
from models.updates.views import StillSaid

_PUT_COMPONENT = text(
    "INSERT INTO components (name, state, position, description)"
    " VALUES (:name, :state, (SELECT coalesce(max(position), 0) + 1 FROM components), '')"
    " ON CONFLICT (name) DO UPDATE SET state = excluded.state"
).execution_options(changes="components")
_PUBLISH = insert(status_updates).returning(status_updates.c.id, status_updates.c.published_at)


def ahead_of_update(incident: int, to: Audience, kept: Cache) -> Iterator[Question]:
    """What a draft asks on its way to its audience: itself, who may publish, when it is due, what follows from it."""
    yield asked(incident, to)
    yield from ahead_of_roles(incident, kept)
    yield from ahead_of_promises(incident)
    yield ASKING, {"incident": incident, "to": to}
    yield outbox.IN_USE, {}


def announce(tx: Transaction, told: dict[str, Any], others: Mapping[str, StillSaid]) -> None:
    """Everything that becomes true when an update is published, in the transaction that publishes it.

    `told`: the columns of `status_updates` that are the update's own; `others`: what other incidents still say of its
    components. Whatever else is to happen with an update, such as sending it on to other places, is written here, so
    that it happens exactly when the update does.
    """
    to = Audience(told["audience"])
    row = {"incident_id": tx.incident_id, "published_by": tx.author_id, "published_at": tx.recorded_at, **told}
    written = tx.connection.execute(_PUBLISH, row).one()
    outbox.queue(tx.connection, tx.incident_id, written.id, to, tx.now)
    if to is Audience.CUSTOMERS:
        for name, state in told["components"].items():
            said = [ComponentState(state), *(other.state for name_of, other in others.items() if name_of == name)]
            tx.connection.execute(_PUT_COMPONENT, {"name": name, "state": worst(said)})
        tx.change(published_at=written.published_at, told=told["phase"])
    told_at = None if to is Audience.CUSTOMERS else written.published_at
    promise(tx, to, told["next_update_at"], told=told_at, snoozed=False)
