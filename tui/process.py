"""Show the process steps of an incident."""

from __future__ import annotations

from argparse import Namespace

from tui import printing
from tui.database import incident_number, reading
from tui.settings import Settings


def steps(arguments: Namespace, settings: Settings) -> None:
    number = incident_number(arguments.ref)
    with reading(settings) as read:
        view = read.incident(number)
    if "json" in arguments:
        printing.document(view.steps)
    elif view.steps:
        printing.say(printing.steps(view.steps))
    else:
        printing.say(f"The playbook of {view.ref} has no steps for severity {view.severity}.")
