"""The verbs of the command line that are no Commands, and their arguments. It imports nothing that is slow."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from models.kernel import verbs
from tui.files import text
from tui.settings import LANGUAGES, Settings


class CliVerb(NamedTuple):
    """A verb that is no Command."""

    help: str
    action: str
    """What does it, as `module:function` of `tui`; it may answer with an exit code."""
    add: Callable[[ArgumentParser], object]
    """Gives a parser its arguments."""
    aliases: tuple[str, ...] = ()
    """Its earlier names, which go on working; nothing shows them."""

    def load(self) -> Callable[[Namespace, Settings], int | None]:
        """The function that does it, imported now."""
        module, _, name = self.action.partition(":")
        found: Callable[[Namespace, Settings], int | None] = getattr(import_module(f"tui.{module}"), name)
        return found


def _show_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help="the incident, such as INC-31 or 31")


def _who_arguments(parser: ArgumentParser) -> None:
    _show_arguments(parser)
    parser.add_argument(
        "words",
        metavar="WORDS",
        nargs="*",
        type=text,
        help="beginnings of words of a responsibility, a role or a person",
    )


def _init_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--playbook", dest="book", metavar="KEY", help="the playbook of new incidents")
    parser.add_argument("--book", help=SUPPRESS)


def _of(module: str, verb: str) -> Callable[[ArgumentParser], None]:
    """The arguments that a module has for a verb; it is loaded once that is chosen."""

    def add(parser: ArgumentParser) -> None:
        getattr(import_module(f"tui.{module}"), f"{verb}_arguments")(parser)

    return add


def _doctor_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--checkpoint",
        dest="seal",
        metavar="CHECKPOINT",
        help="compare with a checkpoint, or with a file of checkpoints",
    )
    parser.add_argument("--seal", help=SUPPRESS)


def _upgrade_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--backed-up", action="store_true", help="there is a backup: do not ask (Postgres only)")


def _mend_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--check", action="store_true", help="only say what would be done")


def _backup_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the backup file; its folder must exist")
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")


def _status_page_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the output folder; created if missing")
    parser.add_argument("--watch", action="store_true", help="keep running and update the files on every change")
    parser.add_argument(
        "--name", default="Status", type=text, help="title of the page, such as the name of your service"
    )
    parser.add_argument("--url", default="", help="public URL, such as https://status.example.com")
    parser.add_argument(
        "--page-language", choices=LANGUAGES, default="en", help="language of the page at the top level"
    )


OWN = {
    "list": CliVerb("List the incidents that are not over.", "incident:list_incidents", _of("incident", "list")),
    "show": CliVerb("Show an incident with its roster, drafts and timeline.", "incident:show", _show_arguments),
    "who": CliVerb("Show who is responsible for what, and why.", "roles:who", _who_arguments),
    "theories": CliVerb("List the theories of an incident and their state.", "theories:theories", _show_arguments),
    "steps": CliVerb("Show the process steps and what is not done.", "process:steps", _show_arguments),
    "summary": CliVerb(
        "Print a one-page summary in Markdown for executives.", "incident:summary", _show_arguments, ("brief",)
    ),
    "preview": CliVerb(
        "Preview a draft and check it for internal information.", "updates:preview", _of("updates", "draft")
    ),
    "diff": CliVerb(
        "Show what changed since the last published update.", "updates:diff", _of("updates", "draft"), ("difference",)
    ),
    "rules": CliVerb(
        "Show or change approval, publishing and update cadence rules.", "rules:rules", _of("rules", "rules")
    ),
    "templates": CliVerb("Export, check and import update templates.", "rules:templates", _of("rules", "templates")),
    "init": CliVerb("Create the database and show where it is.", "doctor:init", _init_arguments),
    "status-page": CliVerb(
        "Generate the public status page as static files.", "status_page:status_page", _status_page_arguments, ("site",)
    ),
    "maintenances": CliVerb(
        "List scheduled maintenance that is not over.", "updates:maintenances", lambda parser: None
    ),
    "destination": CliVerb(
        "Manage destinations for updates: Statuspage, webhooks, chat and email.",
        "delivery:destination",
        _of("delivery", "destination"),
        ("place",),
    ),
    "relay": CliVerb("Run the relay: send queued updates from a server.", "delivery:relay", _of("delivery", "relay")),
    "playbook": CliVerb(
        "List, export, check and import playbooks.", "roles:playbook", _of("roles", "playbook"), ("book",)
    ),
    "grants": CliVerb(
        "Print or run the SQL for Postgres permissions: observer, responder, admin.",
        "access:grants",
        _of("access", "grants"),
    ),
    "people": CliVerb("List people; rename, merge or retire them.", "people:people", _of("people", "people")),
    "login": CliVerb("Map Postgres logins to people.", "access:login", _of("access", "login")),
    "import": CliVerb("Import incidents from another tool.", "imports:read_in", _of("imports", "import")),
    "doctor": CliVerb("Check the database: integrity, completeness, tampering.", "doctor:doctor", _doctor_arguments),
    "upgrade": CliVerb(
        "Upgrade the tables for this version; says what changes, and asks for a backup.",
        "upgrade:upgrade",
        _upgrade_arguments,
    ),
    "mend": CliVerb("Restore damaged rows from the entries, as an admin.", "doctor:mend", _mend_arguments),
    "backup": CliVerb("Back up the database to a file while desks are open.", "doctor:backup", _backup_arguments),
    "demo": CliVerb("Open a demo desk with simulated responders and a temporary database.", "", lambda parser: None),
}
"""Those verbs by name; the Commands' own are in `models.kernel.verbs`."""


def today(name: str) -> str:
    """The name that a verb of the command line has today, if this is an earlier one; any other name as it is."""
    return next((now for now, own in OWN.items() if name in own.aliases), verbs.today(name))
