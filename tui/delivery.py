"""What the command line says of the places that updates go to, and of sending to them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from signal import SIGTERM, signal
from typing import TYPE_CHECKING, Any

from models.kernel.failures import Refused
from models.policy.audience import Audience
from models.policy.delivery import PlaceKind
from tui import printing
from tui.database import me, opened, reading
from tui.settings import Settings, Usage

if TYPE_CHECKING:
    from models.delivery.views import PlaceView
    from models.kernel.store import Store


def destination_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    adding = _part(what, "add", "set up a place, or change it; what was published before is not sent there")
    _name(adding)
    adding.add_argument("kind", choices=[str(kind) for kind in PlaceKind], help="what sort of place it is")
    adding.add_argument(
        "address", help="of a webhook or of Apprise, with {names} in place of secrets; the page's id at Statuspage"
    )
    adding.add_argument(
        "--header",
        dest="headers",
        action="append",
        type=_header,
        default=[],
        metavar="NAME=VALUE",
        help="sent with each request, such as 'Authorization=Bearer {chat-token}'; repeat it for more",
    )
    adding.add_argument(
        "--for",
        dest="audiences",
        action="append",
        choices=[str(audience) for audience in Audience],
        help="whose updates go there; customers' unless you say so; repeat it for more",
    )
    _part(what, "list", "say where updates go, and what is still to be sent")
    for name, words in (
        ("test", "find out whether a place can be sent to from here; a webhook and people get a test"),
        ("pause", "hold back what is published until the place is resumed"),
        ("resume", "send what was held back, and go on"),
        ("remove", "send nothing there any more"),
    ):
        _name(_part(what, name, words))


def relay_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="send what is due and end, for cron")


def _part(what: Any, name: str, words: str) -> ArgumentParser:
    part: ArgumentParser = what.add_parser(name, help=words, description=f"{words[:1].upper()}{words[1:]}.")
    return part


def _name(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="PLACE", help="what the place is called: small letters, digits, hyphens")


def _header(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def destination(arguments: Namespace, settings: Settings) -> None:
    _DOES[arguments.what](arguments, settings)


def _add(arguments: Namespace, settings: Settings) -> None:
    from pydantic import ValidationError

    from models.delivery.destinations import NewPlace, statuspage
    from models.delivery.setup import add
    from models.kernel.refusal import refused

    address, headers = arguments.address, dict(arguments.headers)
    if arguments.kind == PlaceKind.STATUSPAGE:
        address, headers = statuspage(arguments.name, address, headers)
    known = {"audiences": arguments.audiences} if arguments.audiences else {}
    try:
        place = NewPlace(key=arguments.name, kind=arguments.kind, address=address, headers=headers, **known)
    except ValidationError as error:
        raise refused(error) from None
    with opened(settings) as store:
        with store.acting_as_admin(me(store, settings), "places", "set up places") as tx:
            add(tx, place)
        found = _found(_places(store), place.key)
    if "json" in arguments:
        printing.document(_described(found))
        return
    paused = "" if found.active else " It is paused."
    printing.say(f"Updates for {_and(found.audiences)} go to {found.key} from now on.{paused} {_needs(found)}".rstrip())


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _needs(place: PlaceView) -> str:
    from models.delivery.secrets import variable

    if not place.secrets:
        return ""
    needed, lacking = _and(map(variable, place.secrets)), _lacking(place)
    return f"Whoever sends there needs {needed}" + (f"; {lacking} is not set here." if lacking else ", which is here.")


def _list(arguments: Namespace, settings: Settings) -> None:

    with reading(settings) as read:
        places = read.places()
    if "json" in arguments:
        printing.document([_described(place) for place in places])
    elif places:
        printing.say(printing.places(places, {place.key: _lacking(place) for place in places}))
    else:
        printing.say("Updates go to no other place. `bridgewatch destination add` sets one up.")


def _test(arguments: Namespace, settings: Settings) -> None:
    from models.delivery.secrets import hidden, missing, secrets
    from models.delivery.sending import NotSent, kind

    with reading(settings) as read:
        place = _found(read.places(), arguments.name)
    known = secrets(place.secrets)
    lacking = missing(place.secrets, known)
    if lacking:
        raise Refused(f"{lacking} is not set here.", "Export it, or put it into the keyring under “bridgewatch”.")
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
        opened(settings) as store,
        store.acting_as_admin(me(store, settings), "places", "change where updates go") as tx,
    ):
        count = remove(tx, name) if arguments.what == "remove" else switch(tx, name, active=arguments.what == "resume")
    if "json" in arguments:
        printing.document({"place": name, "unsent": count})
        return
    updates = f"{count} update{'s' * (count != 1)}"
    told = {
        "pause": f"What is published for {name} waits from now on; {updates} {'do' if count != 1 else 'does'} already.",
        "resume": f"Updates go to {name} again" + (f", {updates} at once." if count else "."),
        "remove": f"Nothing goes to {name} any more" + (f"; {updates} had not been sent." if count else "."),
    }
    printing.say(told[arguments.what])


_DOES = {"add": _add, "list": _list, "test": _test, "pause": _switch, "resume": _switch, "remove": _switch}


def _found(places: tuple[PlaceView, ...], name: str) -> PlaceView:
    found = next((place for place in places if place.key == name), None)
    if found is None:
        raise Refused(f"There is no place {name!r}.", "`bridgewatch destination list` lists them.")
    return found


def _described(place: PlaceView) -> dict[str, Any]:
    from msgspec.structs import asdict

    from models.delivery.secrets import secrets, variable

    here = secrets(place.secrets)
    return {**asdict(place), "secrets": {variable(name): name in here for name in place.secrets}}


def relay(arguments: Namespace, settings: Settings) -> None:
    from models.delivery.relay import Relay
    from models.delivery.sender import Sender

    def say(told: str) -> None:
        if "json" not in arguments:
            print(printing.safe(told), file=sys.stderr, flush=True)

    if "json" in arguments and not arguments.once:
        raise Usage("--json goes with --once.", "`bridgewatch relay --once --json`")
    with opened(settings) as store:
        if not store.writable:
            raise Refused("This database can be read here, and not written.", "A relay writes down what it has sent.")
        sender = Sender(settings.database, say=say)
        if arguments.once:
            counts = sender.once()
            if "json" in arguments:
                printing.document(counts)
            return
        signal(SIGTERM, lambda number, frame: sys.exit(0))
        say(f"Sending to {_and(map(_with_what_it_lacks, _places(store))) or 'no place yet'}.")
        try:
            Relay(store, sender, say).run()
        finally:
            sender.stop(grace=10)


def _places(store: Store) -> tuple[PlaceView, ...]:
    from models.delivery.read import Outbox

    with store.reading(Outbox) as read:
        return read.places()


def _lacking(place: PlaceView) -> str:
    """What whoever sends there needs and is not set here; empty: nothing."""
    from models.delivery.secrets import missing, secrets

    return missing(place.secrets, secrets(place.secrets))


def _with_what_it_lacks(place: PlaceView) -> str:
    lacking = _lacking(place)
    return f"{place.key} (not from here: {lacking} is not set)" if lacking else place.key
