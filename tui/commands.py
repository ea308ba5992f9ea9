"""Perform a declared command from the command line."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, cast

from models.kernel.naming import named
from models.kernel.verbs import Verb
from tui import printing
from tui.database import me, number, opened
from tui.options import LOOKED_OVER, command
from tui.roles import with_brief
from tui.settings import Settings
from tui.updates import looked_over

if TYPE_CHECKING:
    from models.board.reader import Reader
    from models.roles.handover import Accept


def perform(verb: Verb, arguments: Namespace, settings: Settings) -> None:
    """Do it, and answer with the incident that was declared, or the entry that was written."""
    wanted = command(verb, arguments, settings.me)
    with opened(settings, make="ref" not in type(wanted).model_fields, acts=True) as store:
        if verb.name in LOOKED_OVER:
            wanted = looked_over(store, wanted, anyway=arguments.anyway)
        wanted = wanted.model_copy(update={"by": me(store, settings, *named(wanted))})
        if verb.name == "accept" and not getattr(wanted, "brief", ""):
            with store.reading(_reader()) as read:
                wanted = with_brief(read, cast("Accept", wanted))
        done = store.perform(wanted)
        if "json" not in arguments:
            printing.say(printing.done(done.entry))
        elif verb.name == "declare":
            with store.reading(_reader()) as read:
                printing.document(read.incident(number(done.ref)))
        else:
            printing.document(done.entry)


def _reader() -> type[Reader]:
    from models.board.reader import Reader

    return Reader
