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
    parser.add_argument("--prefix", metavar="PREFIX", help="prefix of the role names; default: bridgewatch_")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--apply", action="store_true", help="run the SQL, as a superuser or an admin")
    how.add_argument("--check", action="store_true", help="check the permissions; changes nothing")


def grants(arguments: Namespace, settings: Settings) -> None:
    """The SQL for the three roles, printed or run; or what of it is outdated."""
    from models.kernel.access import check, give, planned

    with opened(settings, make=False) as store:
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
        printing.say("\n".join(found) or "Permissions are correct.")
    if found:
        raise Refused("The database permissions are wrong.", "To fix them, run `bridgewatch grants --apply`.")


def _given(granted: Granted) -> str:
    lines = [
        f"{granted.observer} can read, {granted.responder} works on incidents, and {granted.keeper} is the admin.",
        f"A login for a person, in psql: CREATE ROLE ana LOGIN IN ROLE {granted.responder}; then: \\password ana",
    ]
    if granted.keepers:
        lines.append(f"Current admins: {', '.join(granted.keepers)}.")
    return "\n".join(lines)


def login_arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    part = what.add_parser("map", help=_HELP["map"], description=_HELP["map"])
    part.add_argument("login", metavar="LOGIN", help="the Postgres login")
    part.add_argument("person", metavar="PERSON", help="name of the person; a new name is added")
    part = what.add_parser("unmap", help=_HELP["unmap"], description=_HELP["unmap"])
    part.add_argument("login", metavar="LOGIN", help="the Postgres login")
    what.add_parser("list", help=_HELP["list"], description=_HELP["list"])


_HELP = {
    "map": "Map a login to a person; it can then act only as this person.",
    "unmap": "Unmap a login; it can then act as anyone.",
    "list": "List the mapped logins.",
}


def login(arguments: Namespace, settings: Settings) -> None:
    """Say whose a login is, or show it."""
    from models.kernel.access import every, map_login, unmap_login

    as_json = "json" in arguments
    with opened(settings, make=False) as store:
        if arguments.what == "map":
            mapped = map_login(store, _name(arguments.login), arguments.person, me(store, settings, arguments.person))
            told = f"{mapped.login} now acts only as {mapped.person}."
            printing.document(mapped) if as_json else printing.say(told)
        elif arguments.what == "unmap":
            unmap_login(store, _name(arguments.login), me(store, settings))
            told = f"{arguments.login} is no longer mapped; it can act as anyone."
            printing.document({"login": arguments.login, "person": None}) if as_json else printing.say(told)
        else:
            found = every(store)
            lines = [f"{one.login}  {one.person}  since {one.mapped_at:%Y-%m-%d}, by {one.mapped_by}" for one in found]
            nobody = "No logins are mapped: every login can act as anyone."
            printing.document(found) if as_json else printing.say("\n".join(lines) or nobody)


def _name(login: str) -> str:
    if not login or "\0" in login or len(login.encode()) > 63:
        raise Usage("This is not a valid login name.", "Enter it as `\\du` in psql shows it.")
    return login
