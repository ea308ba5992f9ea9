"""What the command line says of drafts, of the rules of telling people, and of their templates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from models.board.due_times import maintenance_stage
from models.kernel.failures import Refused
from models.policy.audience import Audience
from models.updates.publishers import left_broken
from tui import printing
from tui.database import incident_number, reading
from tui.settings import Settings

if TYPE_CHECKING:
    from models.kernel.command import Command
    from models.kernel.store import Store
    from models.updates.internal import Finding


def draft_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help="the incident, such as INC-31 or 31")
    choices = [str(audience) for audience in Audience]
    parser.add_argument(
        "--audience", choices=choices, default=str(Audience.CUSTOMERS), help="audience of the draft; default: customers"
    )


def preview(arguments: Namespace, settings: Settings) -> None:
    """The draft as it will be read, with what should stay inside."""
    with reading(settings) as read:
        draft = read.incident(incident_number(arguments.ref)).drafts[Audience(arguments.audience)]
        found = read.findings(draft)
        still = read.still_said(incident_number(arguments.ref), draft, datetime.now(UTC))
    if "json" in arguments:
        known = {"draft": draft, "internal": found, "left_broken": left_broken(draft), "still_said": still}
        printing.document(known)
        return
    warned = "".join(f"▲ {finding.word}: {finding.why}, in the {finding.field}\n" for finding in found)
    for name, state in left_broken(draft).items():
        warned += f"▲ {name} will still show “{state}” on the status page after this update\n"
    for name, other in still.items():
        warned += f"▲ {other.ref} still says “{other.state}” for {name}\n"
    printing.say(f"{warned}{printing.draft(draft)}")


def looked_over(store: Store, wanted: Command, *, anyway: bool) -> Command:
    """The command, on what was looked at. Raises Refused for words that should stay inside, unless it is meant."""
    from models.board.reader import Reader

    audience = getattr(wanted, "audience", None)
    if audience is None:  # a maintenance, whose words are the command's own
        known = (getattr(wanted, "title", ""), wanted.text, getattr(wanted, "affects", ()))  # type: ignore[attr-defined]
        found = _internal(store, *known)
    elif audience is not Audience.CUSTOMERS:
        return wanted
    else:
        with store.reading(Reader) as read:
            draft = read.incident(incident_number(wanted.ref)).drafts[audience]  # type: ignore[attr-defined]
            found = read.findings(draft)
        if wanted.saw is None:  # type: ignore[attr-defined]
            wanted = wanted.model_copy(update={"saw": draft.revision})
    if found and not anyway:
        named = "; ".join(f"{each.word} ({each.why}, in the {each.field})" for each in found)
        raise Refused(f"The update contains internal information: {named}.", "Edit the text, or add --anyway.")
    return wanted


def diff(arguments: Namespace, settings: Settings) -> None:
    """What the draft says that has not been told yet."""
    from models.updates.differences import differences

    with reading(settings) as read:
        view = read.incident(incident_number(arguments.ref))
    audience = Audience(arguments.audience)
    lines = differences(view.drafts[audience], view.last_updates.get(audience))
    if "json" in arguments:
        printing.document(lines)
        return
    signs = {"same": " ", "added": "+", "removed": "-"}
    printing.say("\n".join(f"{signs[piece.kind]} {piece.text}" for line in lines for piece in line))


def maintenances(arguments: Namespace, settings: Settings) -> None:
    now = datetime.now(UTC)
    with reading(settings) as read:
        rows = [row for row in read.on_the_board(now) if maintenance_stage(row, now) in ("scheduled", "in progress")]
    rows.sort(key=lambda row: row.maintenance.starts_at if row.maintenance else now)
    if "json" in arguments:
        printing.document(rows)
    elif rows:
        printing.say(printing.maintenances(rows, now))
    else:
        printing.say("No scheduled maintenance. To schedule one, use `bridgewatch schedule`.")


def _internal(store: Store, title: str, text: str, components: Iterable[str]) -> tuple[Finding, ...]:
    from models.board.reader import Reader

    with store.reading(Reader) as read:
        return read.internal(title, text, components)
