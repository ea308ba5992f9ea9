"""Read incidents from the command line: the list, one in full, and its executive summary."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime

from msgspec.structs import asdict

from models.board.summary import one_page
from models.policy.phase import OPEN
from tui import printing
from tui.database import incident_number, reading
from tui.settings import Settings


def list_incidents(arguments: Namespace, settings: Settings) -> None:
    from models.board.board import urgency

    now = datetime.now(UTC)
    with reading(settings) as read:
        if arguments.all:
            rows = read.all_incidents()
        else:
            rows = sorted((row for row in read.on_the_board(now) if row.phase in OPEN), key=urgency)
    if "json" in arguments:
        printing.document(rows)
    elif rows:
        printing.say("\n\n".join(filter(None, (printing.table(rows, now), printing.damaged(rows)))))
    else:
        printing.say(f"No {'' if arguments.all else 'open '}incidents. To declare one, use `bridgewatch declare`.")


def show(arguments: Namespace, settings: Settings) -> None:
    number = incident_number(arguments.ref)
    with reading(settings) as read:
        view = read.incident(number)
        entries = read.newest(number, limit=view.version)
        updates = read.updates(number)
    if "json" in arguments:
        printing.document({**asdict(view), "entries": entries, "updates": updates})
    else:
        printing.say(printing.incident(view, entries, updates, datetime.now(UTC)))


def summary(arguments: Namespace, settings: Settings) -> None:
    """The incident on one page, as Markdown."""
    with reading(settings) as read:
        view = read.incident(incident_number(arguments.ref))
        entries = read.newest(view.id)
    page = one_page(view, entries, datetime.now(UTC))
    if "json" in arguments:
        printing.document({"ref": view.ref, "markdown": page})
    else:
        printing.say(page.rstrip("\n"))
