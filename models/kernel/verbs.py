"""What can be done, declared once by each subject: keys, footer, palette, help, timeline and command line follow.

A subject declares its verbs in its module `verbs`, which imports nothing that is slow: the first paint needs it. The
command itself, and how its entries are undone, stand in the module that `command` names, loaded when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from models.kernel.damage import DAMAGED

if TYPE_CHECKING:
    from models.kernel.command import Command

Data = Mapping[str, Any]
"""What an entry holds besides its text."""

Reading = Callable[[Data], str]
"""How an entry reads, after its author's name."""


class Verb(NamedTuple):
    """One thing that somebody can do."""

    name: str
    """What the command line, the palette and a keymap call it."""
    title: str
    """One or two words, for the footer."""
    help: str
    """One sentence, for help, palette and command line."""
    key: str = ""
    """Its key on the desk, unless the user's keymap has another; empty: it has none, the palette does it."""
    pane: str = ""
    """The pane whose focused row it works on; empty: it works on the incident shown, whatever has the focus."""
    command: str = ""
    """Where its Command is, as `module:Class`; empty: it only moves the reader around the desk."""
    asks: tuple[str, ...] = ()
    """The command's fields that the command line takes by position; its other fields are options."""
    reads: Mapping[str, Reading] = {}
    """How the entries read that the command writes, by their kind."""
    footer: int = 0
    """Its place in the footer, the lowest first; 0: it does not stand there."""
    aliases: tuple[str, ...] = ()
    """Its earlier names, which go on working on the command line and in a keymap; nothing shows them."""

    def load(self) -> type[Command]:
        """Its Command class, imported now."""
        module, _, name = self.command.partition(":")
        command: type[Command] = getattr(import_module(module), name)
        return command


SUBJECTS = [
    f"models.{subject}.verbs"
    for subject in ("incident", "roles", "timeline", "theories", "process", "tasks", "updates", "delivery")
]
"""The modules that declare verbs, as `VERBS`, in the order of help and palette."""


@cache
def verbs() -> tuple[Verb, ...]:
    """Everything that can be done to incidents."""
    return tuple(verb for subject in SUBJECTS for verb in import_module(subject).VERBS)


@cache
def by_name() -> dict[str, Verb]:
    """The same by its name."""
    return {verb.name: verb for verb in verbs()}


def today(name: str) -> str:
    """The name that a verb has today, if this is an earlier one; any other name as it is."""
    return next((verb.name for verb in verbs() if name in verb.aliases), name)


@cache
def readings() -> dict[str, Reading]:
    """How each kind of entry reads."""
    known = {kind: reading for verb in verbs() for kind, reading in verb.reads.items()}
    return {**known, DAMAGED: _damaged}


def _damaged(data: Data) -> str:
    return f"wrote an entry that is damaged: its {' and '.join(data['damaged'])} cannot be read"


def load_all() -> None:
    """Import every Command, each of which says how its entries are undone."""
    for verb in verbs():
        if verb.command:
            verb.load()
