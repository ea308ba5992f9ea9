"""What the command line says of the places that updates go to, and of sending to them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from signal import SIGTERM, signal
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from models.delivery.secrets import hidden, missing, secrets, variable
from models.kernel.failures import Refused
from models.policy.audience import Audience
from models.policy.delivery import DestinationKind
from tui import output, printing
from tui.database import me, opened, reading
from tui.settings import Settings, Usage

if TYPE_CHECKING:
    from models.delivery.views import DestinationView
    from models.kernel.store import Store


def destination_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    adding = _part(what, "add", "add a destination, or change it; earlier updates are not sent")
    _name(adding)
    adding.add_argument("kind", choices=[str(kind) for kind in DestinationKind], help="type of the destination")
    adding.add_argument(
        "address", help="URL of the webhook or for Apprise, with {names} for secrets; for Statuspage the page id"
    )
    adding.add_argument(
        "--header",
        dest="headers",
        action="append",
        type=_header,
        default=[],
        metavar="NAME=VALUE",
        help="header of each request, such as 'Authorization=Bearer {chat-token}' (repeatable)",
    )
    adding.add_argument(
        "--for",
        dest="audiences",
        action="append",
        choices=[str(audience) for audience in Audience],
        help="audience of the destination, if not customers (repeatable)",
    )
    _part(what, "list", "list the destinations and their unsent updates")
    for name, words in (
        ("test", "check a destination from here; webhooks and people get a test message"),
        ("pause", "pause deliveries to a destination"),
        ("resume", "resume deliveries and send what is queued"),
        ("remove", "remove a destination"),
    ):
        _name(_part(what, name, words))


def relay_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="send what is due and exit, for cron")


def _part(what: Any, name: str, words: str) -> ArgumentParser:
    part: ArgumentParser = what.add_parser(name, help=words, description=f"{words[:1].upper()}{words[1:]}.")
    return part


def _name(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="name of the destination: lowercase letters, digits, hyphens")


def _header(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def destination(arguments: Namespace, settings: Settings) -> None:
    _DOES[arguments.what](arguments, settings)


def _add(arguments: Namespace, settings: Settings) -> None:
    from pydantic import ValidationError

    from models.delivery.destinations import NewDestination, statuspage
    from models.delivery.setup import add
    from models.kernel.refusal import refused

    address, headers = arguments.address, dict(arguments.headers)
    if arguments.kind == DestinationKind.STATUSPAGE:
        address, headers = statuspage(arguments.name, address, headers)
    known = {"audiences": arguments.audiences} if arguments.audiences else {}
    try:
        place = NewDestination(key=arguments.name, kind=arguments.kind, address=address, headers=headers, **known)
    except ValidationError as error:
        raise refused(error) from None
    with opened(settings) as store:
        with store.acting_as_admin(me(store, settings), "places", "set up destinations") as tx:
            add(tx, place)
        found = _found(_places(store), place.key)
    if "json" in arguments:
        printing.document(_described(found))
        return
    paused = "" if found.active else " The destination is paused."
    printing.say(f"Updates for {_and(found.audiences)} are now sent to {found.key}.{paused} {_needs(found)}".rstrip())


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _needs(place: DestinationView) -> str:
    if not place.secrets:
        return ""
    needed, lacking = _and(map(variable, place.secrets)), _lacking(place)
    return f"Sending needs {needed}" + (f"; {lacking} is not set here." if lacking else ", which is set here.")


def _list(arguments: Namespace, settings: Settings) -> None:

    with reading(settings) as read:
        places = read.places()
    if "json" in arguments:
        printing.document([_described(place) for place in places])
    elif places:
        printing.say(printing.places(places, {place.key: _lacking(place) for place in places}))
    else:
        printing.say("No destinations. To add one, use `bridgewatch destination add`.")


def _test(arguments: Namespace, settings: Settings) -> None:
    from models.delivery.sending import NotSent, kind

    with reading(settings) as read:
        place = _found(read.places(), arguments.name)
    known = secrets(place.secrets)
    lacking = missing(place.secrets, known)
    if lacking:
        raise Refused(f"{lacking} is not set here.", "Export it, or add it to the keyring under “bridgewatch”.")
    try:
        said = hidden(kind(place.kind).test(place, known), known.values())
    except NotSent as failed:
        raise Refused(f"{place.key}: {hidden(failed.reason, known.values())}") from None
    if "json" in arguments:
        printing.document({"place": place.key, "said": said})
    else:
        printing.say(f"{place.key}: {said}")


def _switch(arguments: Namespace, settings: Settings) -> None:
    from models.delivery.setup import remove, switch

    name = arguments.name
    with (
        opened(settings, make=False) as store,
        store.acting_as_admin(me(store, settings), "places", "change destinations") as tx,
    ):
        count = remove(tx, name) if arguments.what == "remove" else switch(tx, name, active=arguments.what == "resume")
    if "json" in arguments:
        printing.document({"place": name, "unsent": count})
        return
    updates = f"{count} update{'s' * (count != 1)}"
    told = {
        "pause": f"Destination {name} is paused; {updates} queued.",
        "resume": f"Destination {name} is resumed" + (f"; {updates} queued." if count else "."),
        "remove": f"Destination {name} is removed" + (f"; {updates} not sent." if count else "."),
    }
    printing.say(told[arguments.what])


_DOES = {"add": _add, "list": _list, "test": _test, "pause": _switch, "resume": _switch, "remove": _switch}


def _found(places: tuple[DestinationView, ...], name: str) -> DestinationView:
    found = next((place for place in places if place.key == name), None)
    if found is None:
        raise Refused(f"There is no destination {name!r}.", "See the list: `bridgewatch destination list`.")
    return found


def _described(place: DestinationView) -> dict[str, Any]:
    here = secrets(place.secrets)
    return {**asdict(place), "secrets": {variable(name): name in here for name in place.secrets}}


def relay(arguments: Namespace, settings: Settings) -> None:
    from models.delivery.relay import Relay
    from models.delivery.sender import Sender

    def say(told: str) -> None:
        if "json" not in arguments:
            output.tell(printing.safe(told))

    if "json" in arguments and not arguments.once:
        raise Usage("--json needs --once.", "Example: `bridgewatch relay --once --json`.")
    with opened(settings, make=False) as store:
        if not store.writable:
            raise Refused(
                "This database is read-only here.", "The relay needs write access to record what it has sent."
            )
        sender = Sender(settings.database, say=say)
        if arguments.once:
            counts = sender.once()
            if "json" in arguments:
                printing.document(counts)
            return
        signal(SIGTERM, lambda number, frame: sys.exit(0))
        say(f"Sending to {_and(map(_with_what_it_lacks, _places(store))) or 'no destinations yet'}.")
        try:
            Relay(store, sender, say).run()
        finally:
            sender.stop(grace=10)


def _places(store: Store) -> tuple[DestinationView, ...]:
    from models.delivery.read import Outbox

    with store.reading(Outbox) as read:
        return read.places()


def _lacking(place: DestinationView) -> str:
    """What whoever sends there needs and is not set here; empty: nothing."""
    return missing(place.secrets, secrets(place.secrets))


def _with_what_it_lacks(place: DestinationView) -> str:
    lacking = _lacking(place)
    return f"{place.key} (not from here: {lacking} is not set)" if lacking else place.key
