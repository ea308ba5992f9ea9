"""List the theories of an incident."""

from __future__ import annotations

from argparse import Namespace

from models.theories.views import by_belief
from tui import printing
from tui.database import incident_number, reading
from tui.settings import Settings


def theories(arguments: Namespace, settings: Settings) -> None:
    with reading(settings) as read:
        view = read.incident(incident_number(arguments.ref))
    ordered = by_belief(view.theories)
    if "json" in arguments:
        printing.document(ordered)
    elif ordered:
        printing.say(printing.theories(ordered))
    else:
        printing.say(f"No theories on {view.ref}. To add one, use `bridgewatch note --kind theory`.")
