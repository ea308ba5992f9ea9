"""Perform a declared command from the command line."""

from __future__ import annotations

from argparse import Namespace

from models.kernel.naming import named
from models.kernel.verbs import Verb
from tui import printing
from tui.database import me, number, opened
from tui.options import LOOKED_OVER, command
from tui.settings import Settings


def perform(verb: Verb, arguments: Namespace, settings: Settings) -> None:
    """Do it, and answer with the incident that was declared, or the entry that was written."""
    wanted = command(verb, arguments, settings.me)
    with opened(settings, acts=True) as store:
        if verb.name in LOOKED_OVER:
            from tui.updates import looked_over

            wanted = looked_over(store, wanted, anyway=arguments.anyway)
        wanted = wanted.model_copy(update={"by": me(store, settings, *named(wanted))})
        done = store.perform(wanted)
        if "json" not in arguments:
            printing.say(printing.done(done.entry))
        elif verb.name == "declare":
            from models.board.reader import Reader

            with store.reading(Reader) as read:
                printing.document(read.incident(number(done.ref)))
        else:
            printing.document(done.entry)
