"""The team's rules for updates, and its templates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from models.policy.audience import Audience
from models.policy.severity import Severity
from models.updates.rules import plain, validated
from tui import printing
from tui.database import admit, incident_number, opened, reading
from tui.files import given, text
from tui.settings import Settings, Usage
from tui.updates import draft_arguments

if TYPE_CHECKING:
    from models.updates.rules import Rules


def rules_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", metavar="WHAT")
    _part(what, "show", "show the rules; the default")
    changing = _part(what, "set", "change a rule")
    changing.add_argument("key", choices=tuple(_SETTERS), metavar="KEY", help=", ".join(_SETTERS))
    changing.add_argument(
        "values", nargs="*", type=text, metavar="VALUE", help="see `bridgewatch rules`; none: remove the value"
    )
    _part(what, "reset", "restore the default rules")


def _part(what: Any, name: str, help: str) -> ArgumentParser:
    part: ArgumentParser = what.add_parser(name, help=help, description=help)
    return part


def rules(arguments: Namespace, settings: Settings) -> None:
    from models.updates.agreement import agree
    from models.updates.read import Updates

    with opened(settings, make=arguments.what == "set") as store:
        if arguments.what == "set":
            if arguments.key == "publishers":
                admit(store, settings, *arguments.values)
            agreed = agree(store, lambda before: _changed(before, arguments.key, arguments.values))
        elif arguments.what == "reset":
            agreed = agree(store, None)
        else:
            with store.reading(Updates) as read:
                agreed = read.rules
    if "json" in arguments:
        printing.document(plain(agreed))
    else:
        printing.say(_told(agreed))


def _changed(before: Rules, key: str, values: list[str]) -> Rules:
    from pydantic import ValidationError

    from models.kernel.refusal import refused

    try:
        return validated({**plain(before), **_SETTERS[key](before, values)})
    except ValidationError as error:
        raise refused(error) from None


def _approval(_before: Rules, values: list[str]) -> dict[str, Any]:
    if len(values) != 1 or values[0].upper() not in (*Severity, "NONE"):
        raise Usage(
            "approval takes one value: P1, P2, P3 or none.",
            "Updates on incidents of this severity and above need approval.",
        )
    return {"approval": None if values[0].upper() == "NONE" else values[0].upper()}


def _list_of(key: str) -> Callable[[Rules, list[str]], dict[str, Any]]:
    return lambda _before, values: {key: tuple(values)}


def _cadence(before: Rules, values: list[str]) -> dict[str, Any]:
    form = "cadence takes an audience, a severity, and three times in minutes (first, further, later) or none."
    audiences, severities = [str(each) for each in Audience], [str(each) for each in Severity]
    if len(values) < 3 or values[0] not in audiences or values[1].upper() not in severities:
        raise Usage(form, "Example: `bridgewatch rules set cadence customers P1 5 20 60`.")
    audience, severity, minutes = Audience(values[0]), Severity(values[1].upper()), values[2:]
    if minutes == ["none"]:
        pace = None
    elif len(minutes) == 3 and all(each.isdecimal() for each in minutes):
        pace = dict(zip(("first", "further", "later"), map(int, minutes), strict=True))
    else:
        raise Usage(form, "Example: `bridgewatch rules set cadence customers P1 5 20 60`.")
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
        f"approval          {f'{agreed.approval} and above' if agreed.approval else 'none'}",
        f"publishers        {', '.join(agreed.publishers) or ('' if agreed.publishing_roles else 'everyone')}",
        f"publishing-roles  {', '.join(agreed.publishing_roles)}",
    ]
    for audience in Audience:
        for severity in Severity:
            pace = agreed.pace(audience, severity)
            told = (
                f"first within {pace.first} minutes, then every {pace.further}, every {pace.later} after two hours"
                if pace
                else "no updates"
            )
            lines.append(f"cadence           {audience:<10} {severity}  {told}")
    lines += [f"internal          {pattern}" for pattern in agreed.internal]
    return "\n".join(line.rstrip() for line in lines)


def templates_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    _part(what, "export", "print the default templates in the language of --lang, to edit and import")
    for name, words in (("check", "check a template file"), ("import", "import a template file")):
        part = _part(what, name, words)
        part.add_argument("file", metavar="FILE", help="a TOML file; - for standard input")
    _part(what, "reset", "restore the default templates")
    draft_arguments(
        _part(what, "fill", "print the template for the next update of an incident, in the language of --lang")
    )


def templates(arguments: Namespace, settings: Settings) -> None:
    from models.updates.agreement import keep_templates
    from models.updates.templates import Templates, parse, shipped

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
            keep_templates(store, read)
    count = sum(map(len, read.values()))
    if "json" in arguments:
        printing.document({"templates": {audience: sorted(phases) for audience, phases in read.items()}})
    elif arguments.what == "check":
        printing.say(f"{arguments.file} has {count} template{'s' * (count != 1)}, no errors.")
    elif read:
        printing.say(f"Updates now use the {count} template{'s' * (count != 1)} from {arguments.file}.")
    else:
        printing.say("Updates now use the default templates.")


def _fill(arguments: Namespace, settings: Settings) -> None:

    with reading(settings) as read:
        incident = incident_number(arguments.ref)
        filled = read.template(incident, Audience(arguments.audience), datetime.now(UTC))
    if "json" in arguments:
        printing.document(filled.model_dump(mode="json"))
    else:
        printing.say(f"{filled.title}\n\n{filled.text}")


def _source(file: str) -> str:
    from models.updates.templates import MOST_BYTES

    try:
        return given(file, MOST_BYTES).decode()
    except UnicodeDecodeError:
        raise Usage(f"{file} is not UTF-8.", "Save it as UTF-8.") from None
