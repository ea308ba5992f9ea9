"""Read incidents from the command line: the list, one in full, and its executive summary."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import UTC, datetime

from msgspec.structs import asdict

from models.board.listing import Wanted, listed
from models.board.reader import Reader
from models.board.summary import one_page
from models.kernel.entry import latest
from models.kernel.times import parse
from models.policy.phase import Phase
from models.policy.severity import Severity
from tui import printing
from tui.database import incident_number, me, opened, reading
from tui.settings import Settings


def list_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument
    severities, phases = tuple(map(str, Severity)), tuple(map(str, Phase))
    add("--all", action="store_true", help="include incidents that are over")
    add("--mine", action="store_true", help="only those on which you have a role or a task, or are offered one")
    severity = "only this severity; may be given several times"
    add(
        "--severity", action="append", default=[], type=str.upper, choices=severities, metavar="SEVERITY", help=severity
    )
    phase = "only this phase; may be given several times; closed, canceled or merged looks among all"
    add("--phase", action="append", default=[], type=str.lower, choices=phases, metavar="PHASE", help=phase)
    add(
        "--since",
        type=_since,
        metavar="TIME",
        help="only those declared at this time or later; such as 2d, yesterday 14:05",
    )


def _since(text: str) -> datetime:
    try:
        return parse(text, datetime.now(UTC))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def list_incidents(arguments: Namespace, settings: Settings) -> None:
    now = datetime.now(UTC)
    with opened(settings, make=False) as store:
        wanted = Wanted(
            person=me(store, settings) if arguments.mine else "",
            severities=tuple(map(Severity, arguments.severity)),
            phases=tuple(map(Phase, arguments.phase)),
            since=arguments.since,
        )
        everything = arguments.all or wanted.over
        with store.reading(Reader) as read:
            rows = read.all_incidents() if everything else listed(read.on_the_board(now), now)
    rows = [row for row in rows if wanted.has(row)]
    if "json" in arguments:
        printing.document(rows)
    elif rows:
        printing.say("\n\n".join(filter(None, (printing.table(rows, now), printing.damaged(rows)))))
    elif wanted != Wanted():
        hint = "" if everything else " To look among those that are over, too, use `--all`."
        printing.say(f"No incidents match.{hint}")
    else:
        printing.say(f"No {'' if arguments.all else 'open '}incidents. To declare one, use `bridgewatch declare`.")


def show(arguments: Namespace, settings: Settings) -> None:
    number = incident_number(arguments.ref)
    with reading(settings) as read:
        view, versions, updates = read.whole(number)
    if "json" in arguments:
        printing.document({**asdict(view), "entries": latest(versions), "updates": updates})
    else:
        printing.say(printing.incident(view, versions, updates, datetime.now(UTC)))


def summary(arguments: Namespace, settings: Settings) -> None:
    """The incident on one page, as Markdown."""
    with reading(settings) as read:
        view, entries = read.page(incident_number(arguments.ref))
    page = one_page(view, entries, datetime.now(UTC))
    if "json" in arguments:
        printing.document({"ref": view.ref, "markdown": page})
    else:
        printing.say(page.rstrip("\n"))
