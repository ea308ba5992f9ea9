"""What each key does: every subject registers its actions by the verb's name, and the desk carries them out.

An action asks what it must know, and sends the command. Its modules are loaded after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.kernel.command import Command
    from screens.kernel.desk import Desk

Action = Callable[..., Coroutine[Any, Any, None]]
"""Called with the desk, and with the incident shown where it needs one."""

MODULES = [
    "screens.incident.actions",
    "screens.roles.actions",
    "screens.roles.handover",
    "screens.roles.responsibilities",
    "screens.roles.guidance",
    "screens.timeline.actions",
    "screens.theories.actions",
    "screens.process.actions",
    "screens.tasks.actions",
    "screens.updates.draft",
    "screens.updates.review",
    "screens.updates.publish",
    "screens.updates.maintenance",
    "screens.updates.own_editor",
    "screens.delivery.actions",
    "screens.kernel.people",
    "screens.desk.actions",
    "screens.desk.copying",
]
"""Those that register actions."""

before_sending: list[Callable[[Desk, Command], Coroutine[Any, Any, Command]]] = []
"""What looks at each command before it is sent, and answers with what is to be sent. Raises Refused."""

_actions: dict[str, Action] = {}
_cards: dict[str, Action] = {}


def on_desk(*verbs: str) -> Callable[[Action], Action]:
    """Register what these verbs do; it is called with the desk."""

    def register(action: Action) -> Action:
        _actions.update(dict.fromkeys(verbs, action))
        return action

    return register


def on_incident(*verbs: str) -> Callable[[Action], Action]:
    """Register what these verbs do to the incident shown; it is called with the desk and the incident."""

    def register(action: Action) -> Action:
        _actions.update(dict.fromkeys(verbs, _with_incident(action)))
        return action

    return register


def card_of(pane: str) -> Callable[[Action], Action]:
    """Register what opening the focused row of that pane shows."""

    def register(action: Action) -> Action:
        _cards[pane] = _with_incident(action)
        return action

    return register


def _with_incident(action: Action) -> Action:
    async def on_shown(desk: Desk, **more: Any) -> None:
        await desk.acting.arrive()
        if desk.shown is not None:
            await action(desk, desk.shown, **more)

    return on_shown


def load() -> None:
    """Import every action, with the dialogs that they need."""
    for module in MODULES:
        import_module(module)


def registered() -> frozenset[str]:
    """The names of the verbs that have an action."""
    load()
    return frozenset(_actions)


async def act(desk: Desk, verb: str, **more: Any) -> None:
    """Do what the verb's key does; `more` is for actions that can begin with something."""
    load()
    await _actions[verb](desk, **more)


async def open_card(desk: Desk) -> None:
    """Show the focused row in full."""
    load()
    if (card := _cards.get(desk.focused_pane)) is not None:
        await card(desk)
