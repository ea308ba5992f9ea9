"""What the command line says of a Postgres database's roles, and of whose its logins are."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from models.kernel.failures import Refused
from tui import printing
from tui.database import me, opened
from tui.settings import Settings, Usage

if TYPE_CHECKING:
    from models.kernel.access import Granted


def grants_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--prefix", metavar="PREFIX", help="what the roles' names begin with; bridgewatch_ at first")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--apply", action="store_true", help="run it, as a superuser or a keeper")
    how.add_argument("--check", action="store_true", help="say what is not as it should be, and change nothing")


def grants(arguments: Namespace, settings: Settings) -> None:
    """The SQL for the three roles, printed or run; or what of it is outdated."""
    from models.kernel.access import check, give, planned

    with opened(settings) as store:
        if arguments.check:
            _told(check(store, arguments.prefix), as_json="json" in arguments)
            return
        granted = (give if arguments.apply else planned)(store, arguments.prefix)
    if "json" in arguments:
        known = {"observer": granted.observer, "responder": granted.responder, "keeper": granted.keeper}
        printing.document({**known, "statements": granted.statements, "applied": arguments.apply})
    elif arguments.apply:
        printing.say(_given(granted))
    else:
        printing.say("\n".join(("BEGIN;", *(f"{statement};" for statement in granted.statements), "COMMIT;")))


def _told(found: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        printing.document(found)
    else:
        printing.say("\n".join(found) or "The roles may do what they should, and nothing else.")
    if found:
        raise Refused("The privileges are not as they should be.", "`bridgewatch grants --apply` mends them.")


def _given(granted: Granted) -> str:
    lines = [
        f"{granted.observer} reads, {granted.responder} works incidents, and {granted.keeper} keeps the database.",
        f"A login of somebody's own: CREATE ROLE ana LOGIN PASSWORD '…'; GRANT {granted.responder} TO ana;",
    ]
    if granted.keepers:
        lines.append(f"Keepers at the moment: {', '.join(granted.keepers)}.")
    return "\n".join(lines)


def login_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    part = what.add_parser("map", help=_HELP["map"], description=_HELP["map"])
    part.add_argument("login", metavar="LOGIN", help="what somebody logs in to Postgres as")
    part.add_argument("person", metavar="PERSON", help="whose it is, as the incidents name them; a new one is added")
    part = what.add_parser("unmap", help=_HELP["unmap"], description=_HELP["unmap"])
    part.add_argument("login", metavar="LOGIN", help="what somebody logs in to Postgres as")
    what.add_parser("list", help=_HELP["list"], description=_HELP["list"])


_HELP = {
    "map": "Say whose a login is: from then on it acts in nobody else's name.",
    "unmap": "Let a login be nobody's again: it acts in whatever name it gives.",
    "list": "List the logins that are somebody's.",
}


def login(arguments: Namespace, settings: Settings) -> None:
    """Say whose a login is, or show it."""
    from models.kernel.access import every, map_login, unmap_login

    as_json = "json" in arguments
    with opened(settings) as store:
        if arguments.what == "map":
            mapped = map_login(store, _name(arguments.login), arguments.person, me(store, settings))
            told = f"{mapped.login} is {mapped.person}'s: it acts in nobody else's name."
            printing.document(mapped) if as_json else printing.say(told)
        elif arguments.what == "unmap":
            unmap_login(store, _name(arguments.login), me(store, settings))
            told = f"{arguments.login} is nobody's: it acts in whatever name it gives."
            printing.document({"login": arguments.login, "person": None}) if as_json else printing.say(told)
        else:
            found = every(store)
            lines = [f"{one.login}  {one.person}  since {one.mapped_at:%Y-%m-%d}, by {one.mapped_by}" for one in found]
            nobody = "No login is mapped: each acts in whatever name it gives."
            printing.document(found) if as_json else printing.say("\n".join(lines) or nobody)


def _name(login: str) -> str:
    if not login or "\0" in login or len(login.encode()) > 63:
        raise Usage("No login can have that name.", "Give it as `\\du` of psql shows it.")
    return login
