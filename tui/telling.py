"""What the command line says of drafts, of the rules of telling people, and of their templates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from models.policy import Audience, Severity
from tui import printing
from tui.reading import given
from tui.settings import Settings, Usage

if TYPE_CHECKING:
    from models.commands.base import Command
    from models.rules import Rules
    from models.store import Store


def draft_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help="the incident, such as INC-31 or 31")
    choices = [str(audience) for audience in Audience]
    parser.add_argument("--audience", choices=choices, default=str(Audience.CUSTOMERS), help="whose draft")


def preview(arguments: Namespace, settings: Settings) -> None:
    """The draft as it will be read, with what should stay inside."""
    from models.publishing import left_broken
    from tui.actions import incident_number, opened

    with opened(settings) as store, store.reading() as read:
        draft = read.incident(incident_number(arguments.ref)).drafts[Audience(arguments.audience)]
        found = read.findings(draft)
    if "json" in arguments:
        printing.document({"draft": draft, "internal": found, "left_broken": left_broken(draft)})
        return
    warned = "".join(f"▲ {finding.word}: {finding.why}, in the {finding.field}\n" for finding in found)
    for name, state in left_broken(draft).items():
        warned += f"▲ {name} stays “{state}” on the page, though it is resolved\n"
    printing.say(f"{warned}{printing.draft(draft)}")


def looked_over(store: Store, wanted: Command, *, anyway: bool) -> Command:
    """The command, on what was looked at. Raises Refused for words that should stay inside, unless it is meant."""
    from models.failures import Refused
    from tui.actions import incident_number

    audience = getattr(wanted, "audience", None)
    if audience is None:  # a maintenance, whose words are the command's own
        known = (getattr(wanted, "title", ""), wanted.text, getattr(wanted, "affects", ()))  # type: ignore[attr-defined]
        found = store.internal(*known)
    elif audience is not Audience.CUSTOMERS:
        return wanted
    else:
        with store.reading() as read:
            draft = read.incident(incident_number(wanted.ref)).drafts[audience]  # type: ignore[attr-defined]
            found = read.findings(draft)
        if wanted.saw is None:  # type: ignore[attr-defined]
            wanted = wanted.model_copy(update={"saw": draft.revision})
    if found and not anyway:
        named = "; ".join(f"{each.word} ({each.why}, in the {each.field})" for each in found)
        raise Refused(f"Customers would read what should stay inside: {named}.", "Change it, or add --anyway.")
    return wanted


def difference(arguments: Namespace, settings: Settings) -> None:
    """What the draft says that has not been told yet."""
    from models.differences import differences
    from tui.actions import incident_number, opened

    with opened(settings) as store:
        view = store.incident(incident_number(arguments.ref))
    audience = Audience(arguments.audience)
    lines = differences(view.drafts[audience], view.last_updates.get(audience))
    if "json" in arguments:
        printing.document(lines)
        return
    signs = {"same": " ", "added": "+", "removed": "-"}
    printing.say("\n".join(f"{signs[piece.kind]} {piece.text}" for line in lines for piece in line))


def brief(arguments: Namespace, settings: Settings) -> None:
    """The incident on one page, as Markdown."""
    from models.one_page import one_page
    from tui.actions import incident_number, opened

    with opened(settings) as store:
        view = store.incident(incident_number(arguments.ref))
        entries = store.newest(view.id)
    page = one_page(view, entries, datetime.now(UTC))
    if "json" in arguments:
        printing.document({"ref": view.ref, "markdown": page})
    else:
        printing.say(page.rstrip("\n"))


def rules_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT")
    _part(what, "show", "what the team has agreed on; without WHAT, too")
    changing = _part(what, "set", "agree on something else")
    changing.add_argument("key", choices=tuple(_SETTERS), metavar="KEY", help=", ".join(_SETTERS))
    changing.add_argument("values", nargs="*", metavar="VALUE", help="see `bridgewatch rules`; none takes it away")
    _part(what, "reset", "go back to the program's own rules")


def _part(what: Any, name: str, help: str) -> ArgumentParser:
    part: ArgumentParser = what.add_parser(name, help=help, description=help)
    return part


def rules(arguments: Namespace, settings: Settings) -> None:
    from tui.actions import opened

    with opened(settings) as store:
        if arguments.what == "set":
            agreed = store.agree(lambda before: _changed(before, arguments.key, arguments.values))
        elif arguments.what == "reset":
            agreed = store.agree(None)
        else:
            with store.reading() as read:
                agreed = read.rules
    if "json" in arguments:
        from models.rules import plain

        printing.document(plain(agreed))
    else:
        printing.say(_told(agreed))


def _changed(before: Rules, key: str, values: list[str]) -> Rules:
    from pydantic import ValidationError

    from models.commands.refusal import refused
    from models.rules import plain, validated

    try:
        return validated({**plain(before), **_SETTERS[key](before, values)})
    except ValidationError as error:
        raise refused(error) from None


def _approval(_before: Rules, values: list[str]) -> dict[str, Any]:
    if len(values) != 1 or values[0].upper() not in (*Severity, "NONE"):
        raise Usage(
            "approval takes one value: P1, P2, P3 or none.", "From which severity upwards somebody looks first."
        )
    return {"approval": None if values[0].upper() == "NONE" else values[0].upper()}


def _list_of(key: str) -> Callable[[Rules, list[str]], dict[str, Any]]:
    return lambda _before, values: {key: tuple(values)}


def _cadence(before: Rules, values: list[str]) -> dict[str, Any]:
    form = "cadence takes an audience, a severity, and minutes: first, further, later; or none."
    audiences, severities = [str(each) for each in Audience], [str(each) for each in Severity]
    if len(values) < 3 or values[0] not in audiences or values[1].upper() not in severities:
        raise Usage(form, "`bridgewatch rules set cadence customers P1 5 20 60`, for one.")
    audience, severity, minutes = Audience(values[0]), Severity(values[1].upper()), values[2:]
    if minutes == ["none"]:
        pace = None
    elif len(minutes) == 3 and all(each.isdecimal() for each in minutes):
        pace = dict(zip(("first", "further", "later"), map(int, minutes), strict=True))
    else:
        raise Usage(form, "`bridgewatch rules set cadence customers P1 5 20 60`, for one.")
    from models.rules import plain

    known = plain(before)["cadence"]
    return {"cadence": {**known, audience: {**known[audience], severity: pace}}}


_SETTERS: dict[str, Callable[[Rules, list[str]], dict[str, Any]]] = {
    "approval": _approval,
    "publishers": _list_of("publishers"),
    "publishing-roles": _list_of("publishing_roles"),
    "internal": _list_of("internal"),
    "cadence": _cadence,
}


def _told(agreed: Rules) -> str:
    lines = [
        f"approval          {f'from {agreed.approval} upwards' if agreed.approval else 'none'}",
        f"publishers        {', '.join(agreed.publishers) or ('' if agreed.publishing_roles else 'everybody')}",
        f"publishing-roles  {', '.join(agreed.publishing_roles)}",
    ]
    for audience in Audience:
        for severity in Severity:
            pace = agreed.pace(audience, severity)
            told = (
                f"first within {pace.first} minutes, then every {pace.further}, every {pace.later} after two hours"
                if pace
                else "nothing promised"
            )
            lines.append(f"cadence           {audience:<10} {severity}  {told}")
    lines += [f"internal          {pattern}" for pattern in agreed.internal]
    return "\n".join(line.rstrip() for line in lines)


def templates_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    _part(what, "export", "print the program's own, in the language of --lang, to change and import")
    for name, words in (("check", "say whether a file can be imported"), ("import", "let updates begin with a file's")):
        part = _part(what, name, words)
        part.add_argument("file", metavar="FILE", help="a TOML file; - is the standard input")
    _part(what, "reset", "go back to the program's own templates")
    draft_arguments(
        _part(what, "fill", "print what the next update of an incident begins with, in the language of --lang")
    )


def templates(arguments: Namespace, settings: Settings) -> None:
    from models.message_templates import Templates, parse, shipped
    from tui.actions import opened

    if arguments.what == "fill":
        _fill(arguments, settings)
        return
    if arguments.what == "export":
        text = shipped(settings.language)
        if "json" in arguments:
            printing.document({"language": settings.language, "templates": text})
        else:
            printing.say(text.rstrip("\n"))
        return
    read: Templates = parse(_source(arguments.file), arguments.file) if arguments.what != "reset" else {}
    if arguments.what != "check":
        with opened(settings) as store:
            store.keep_templates(read)
    count = sum(map(len, read.values()))
    if "json" in arguments:
        printing.document({"templates": {audience: sorted(phases) for audience, phases in read.items()}})
    elif arguments.what == "check":
        printing.say(f"{arguments.file} has {count} template{'s' * (count != 1)}, and nothing is wrong with it.")
    elif read:
        printing.say(f"Updates begin with the {count} template{'s' * (count != 1)} of {arguments.file}.")
    else:
        printing.say("Updates begin with the program's own templates.")


def _fill(arguments: Namespace, settings: Settings) -> None:
    from tui.actions import incident_number, opened

    with opened(settings) as store:
        incident = incident_number(arguments.ref)
        filled = store.template(incident, Audience(arguments.audience), datetime.now(UTC))
    if "json" in arguments:
        printing.document(filled.model_dump(mode="json"))
    else:
        printing.say(f"{filled.title}\n\n{filled.text}")


def _source(file: str) -> str:
    from models.message_templates import MOST_BYTES

    source = given(file, MOST_BYTES)
    if len(source) > MOST_BYTES:
        raise Usage(f"{file} has more than {MOST_BYTES:,} bytes.", "Templates take a thousandth of it.")
    try:
        return source.decode()
    except UnicodeDecodeError:
        raise Usage(f"{file} is not UTF-8.", "Save it as UTF-8.") from None
