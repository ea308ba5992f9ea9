"""What the command line's verbs do, once their arguments and the settings are read."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGTERM, signal
from typing import TYPE_CHECKING

from models.clocks import maintenance_stage
from models.failures import Refused
from models.policy import OPEN
from tui import printing
from tui.reading import given
from tui.settings import Settings, Usage

if TYPE_CHECKING:
    from models.store import Store
    from models.verbs import Verb


@contextmanager
def opened(settings: Settings, *, book: str | None = None, anew: bool = False) -> Iterator[Store]:
    """The database, made and upgraded as needed; one that a desk has met and that is gone is made `anew` only."""
    from models.memory import Memory
    from models.store import Store

    met = Memory(settings.cache, settings.database, settings.me).known

    store = Store(settings.database, language=settings.language)
    try:
        store.open(book=book, create=anew or not met)
        yield store
    finally:
        store.close()


def me(store: Store, settings: Settings) -> str:
    """Who acts: whom somebody named, else whose the login is, else whose account this is."""
    return settings.me if settings.said or store.person is None else store.person


def perform(verb: Verb, arguments: Namespace, settings: Settings) -> None:
    """Do it, and answer with the incident that was declared, or the entry that was written."""
    from tui.options import LOOKED_OVER, command

    wanted = command(verb, arguments, settings.me)
    with opened(settings) as store:
        if verb.name in LOOKED_OVER:
            from tui.telling import looked_over

            wanted = looked_over(store, wanted, anyway=arguments.anyway)
        wanted = wanted.model_copy(update={"by": me(store, settings)})
        done = store.perform(wanted)
        if "json" not in arguments:
            printing.say(printing.done(done.entry))
        elif verb.name == "declare":
            with store.reading() as read:
                printing.document(read.incident(_id(done.ref)))
        else:
            printing.document(done.entry)


def init(arguments: Namespace, settings: Settings) -> None:
    with opened(settings, book=arguments.book, anew=True) as store:
        where = store.location.shown
    if "json" in arguments:
        printing.document({"database": where, "book": arguments.book} if arguments.book else {"database": where})
        return
    book = f" New incidents take their roles from the book {arguments.book}." if arguments.book else ""
    printing.say(f"The incidents are kept in {where}.{book}")


def list_incidents(arguments: Namespace, settings: Settings) -> None:
    from models.boards import urgency

    now = datetime.now(UTC)
    with opened(settings) as store, store.reading() as read:
        if arguments.all:
            rows = read.all_incidents()
        else:
            rows = sorted((row for row in read.on_the_board(now) if row.phase in OPEN), key=urgency)
    if "json" in arguments:
        printing.document(rows)
    elif rows:
        printing.say(printing.table(rows, now))
    else:
        printing.say(f"No incident {'yet' if arguments.all else 'is open'}. `bridgewatch declare` declares one.")


def show(arguments: Namespace, settings: Settings) -> None:
    from msgspec.structs import asdict

    number = incident_number(arguments.ref)
    with opened(settings) as store, store.reading() as read:
        view = read.incident(number)
        entries = read.newest(number, limit=view.version)
        updates = read.updates(number)
    if "json" in arguments:
        printing.document({**asdict(view), "entries": entries, "updates": updates})
    else:
        printing.say(printing.incident(view, entries, updates, datetime.now(UTC)))


def who(arguments: Namespace, settings: Settings) -> None:
    from models.duties import found

    number, words = incident_number(arguments.ref), " ".join(arguments.words)
    with opened(settings) as store:
        view = store.incident(number)
    duties = found(words, view)
    if "json" in arguments:
        printing.document(duties)
    elif duties:
        printing.say(printing.duties(duties))
    else:
        printing.say(f"No duty or role of {view.ref} is called “{words}”. `bridgewatch who {view.ref}` lists them all.")


def theories(arguments: Namespace, settings: Settings) -> None:
    from models.theories import by_belief

    with opened(settings) as store:
        view = store.incident(incident_number(arguments.ref))
    ordered = by_belief(view.theories)
    if "json" in arguments:
        printing.document(ordered)
    elif ordered:
        printing.say(printing.theories(ordered))
    else:
        printing.say(f"Nobody has written down a theory of {view.ref}. `bridgewatch note` does, with --kind theory.")


def steps(arguments: Namespace, settings: Settings) -> None:
    number = incident_number(arguments.ref)
    with opened(settings) as store:
        view = store.incident(number)
    if "json" in arguments:
        printing.document(view.steps)
    elif view.steps:
        printing.say(printing.steps(view.steps))
    else:
        printing.say(f"The role book of {view.ref} has no steps for {view.severity}.")


def book(arguments: Namespace, settings: Settings) -> None:
    from tui import books

    books.perform(arguments, settings)


def read_in(arguments: Namespace, settings: Settings) -> None:
    source = given(arguments.file)
    from models.exchange import statuspage

    with opened(settings) as store:
        imported = statuspage.load(store, source, me(store, settings))
    if "json" in arguments:
        printing.document(imported)
    else:
        counts = f"{imported.new} new, {imported.updated} updated, {imported.unchanged} as they were"
        printing.say(f"Read incidents from {arguments.file}: {counts}.")


def site(arguments: Namespace, settings: Settings) -> None:
    from models.exchange.site.watching import Keeper
    from models.exchange.site.writer import Site

    url = arguments.url.rstrip("/")
    if url and not url.startswith(("https://", "http://")):
        raise Usage(f"{url!r} is no address of a page.", "Give it whole, such as https://status.example.com.")
    written = Site(Path(arguments.folder), name=arguments.name, url=url, language=arguments.page_language)
    with opened(settings) as store:
        if arguments.watch:
            signal(SIGTERM, lambda number, frame: sys.exit(0))
            Keeper(written, store, lambda line: print(printing.safe(line), file=sys.stderr, flush=True)).run()
            return
        try:
            page = Keeper(written, store, lambda line: None).write()
        except OSError as error:
            raise Refused(f"{error.filename or arguments.folder} cannot be written: {error.strerror}.") from None
    indicator, description = page.indicator
    if "json" in arguments:
        counts = {"unresolved": len(page.unresolved), "upcoming": len(page.upcoming), "active": len(page.active)}
        printing.document({"folder": arguments.folder, "indicator": indicator, **counts})
    else:
        printing.say(f"{arguments.folder} has the page: {description}.")


def maintenances(arguments: Namespace, settings: Settings) -> None:
    now = datetime.now(UTC)
    with opened(settings) as store, store.reading() as read:
        rows = [row for row in read.on_the_board(now) if maintenance_stage(row, now) in ("scheduled", "in progress")]
    rows.sort(key=lambda row: row.maintenance.starts_at if row.maintenance else now)
    if "json" in arguments:
        printing.document(rows)
    elif rows:
        printing.say(printing.maintenances(rows, now))
    else:
        printing.say("No maintenance is scheduled. `bridgewatch schedule` announces one.")


def preview(arguments: Namespace, settings: Settings) -> None:
    from tui import telling

    telling.preview(arguments, settings)


def difference(arguments: Namespace, settings: Settings) -> None:
    from tui import telling

    telling.difference(arguments, settings)


def brief(arguments: Namespace, settings: Settings) -> None:
    from tui import telling

    telling.brief(arguments, settings)


def place(arguments: Namespace, settings: Settings) -> None:
    from tui import places

    places.perform(arguments, settings)


def relay(arguments: Namespace, settings: Settings) -> None:
    from tui import places

    places.relay(arguments, settings)


def grants(arguments: Namespace, settings: Settings) -> None:
    from tui import keeping

    keeping.grants(arguments, settings)


def login(arguments: Namespace, settings: Settings) -> None:
    from tui import keeping

    keeping.login(arguments, settings)


def rules(arguments: Namespace, settings: Settings) -> None:
    from tui import telling

    telling.rules(arguments, settings)


def templates(arguments: Namespace, settings: Settings) -> None:
    from tui import telling

    telling.templates(arguments, settings)


def doctor(arguments: Namespace, settings: Settings) -> int:
    from tui import upkeep

    return upkeep.doctor(arguments, settings)


def backup(arguments: Namespace, settings: Settings) -> None:
    from tui import upkeep

    upkeep.backup(arguments, settings)


def incident_number(ref: str) -> int:
    """The incident that somebody means. Raises Refused for what no incident is called."""
    from pydantic import TypeAdapter, ValidationError

    from models.commands.base import Ref
    from models.commands.refusal import refused

    try:
        return _id(TypeAdapter(Ref).validate_python(ref))
    except ValidationError as error:
        raise refused(error) from None


def _id(ref: str) -> int:
    return int(ref.removeprefix("INC-"))
