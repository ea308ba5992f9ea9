"""The database that a verb works on, and who acts on it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from models.kernel.failures import Refused
from models.kernel.location import Location
from models.live.remembered import RememberedBoard
from tui import printing
from tui.settings import Settings

if TYPE_CHECKING:
    from models.board.reader import Reader
    from models.kernel.store import Store


@contextmanager
def opened(
    settings: Settings, *, make: bool = True, anew: bool = False, upgrade: bool | None = None, acts: bool = False
) -> Iterator[Store]:
    """The database, with its tables made where there are none and `make` says so, and upgraded as `Store.open` says.

    One that a desk has met and that is gone is made `anew` only. `acts`: somebody will act in it.
    """
    from models.kernel.store import Store

    store = Store(settings.database, language=settings.language)
    try:
        if not make and not there(settings):
            raise Refused(
                f"There is no database at {store.location.shown}.",
                "Create it with `bridgewatch init`, or declare an incident.",
            )
        store.open(create=make and (anew or not met(settings)), upgrade=upgrade, anew=anew, people=acts)
        if store.backup is not None:
            print(f"The database was upgraded. The one before is kept as {store.backup}.", file=sys.stderr)
        if store.clock_trouble:
            print(store.clock_trouble, file=sys.stderr)
        yield store
    finally:
        store.close()


def there(settings: Settings) -> bool:
    """Whether there is a file that was ever used, or a desk here has met one; a server is asked elsewhere."""
    path = settings.database.path
    try:
        return path is None or met(settings) or path.lstat().st_size > 0 or Path(f"{path}.lock").exists()
    except FileNotFoundError:
        return False
    except OSError:  # whoever opens it says why
        return True


def met(settings: Settings) -> bool:
    """Whether a desk here has met the database."""
    return RememberedBoard(settings.cache, settings.database, settings.me).known


@contextmanager
def reading(settings: Settings) -> Iterator[Reader]:
    """A consistent snapshot of the database; where there is none, none is made."""
    from models.board.reader import Reader

    with opened(settings, make=False) as store, store.reading(Reader) as read:
        yield read


def me(store: Store, settings: Settings, *named: str) -> str:
    """Who acts: whom somebody named, else whose the login is, else whose account this is.

    The answer says who of them and of those who are `named` is new here. Raises Refused where that may be a slip.
    """
    who = settings.me if settings.said or store.person is None else store.person
    admit(store, settings, who, *named)
    return who


def admit(store: Store, settings: Settings, *named: str) -> None:
    """Let the answer say who of them is new here. Raises Refused for what may be a slip, or somebody who has left."""
    for name in store.admit(named, new=settings.new_person):
        printing.first(f"{name} is new here.")


def incident_number(ref: str) -> int:
    """The incident that somebody means. Raises Refused for what no incident is called."""
    from pydantic import TypeAdapter, ValidationError

    from models.kernel.command import Ref
    from models.kernel.refusal import refused

    try:
        return number(TypeAdapter(Ref).validate_python(ref))
    except ValidationError as error:
        raise refused(error) from None


def number(ref: str) -> int:
    """The number of an incident that is called so."""
    return int(ref.removeprefix("INC-"))


def dump(location: Location, target: Path) -> str:
    """The command that backs a Postgres database up."""
    return f"pg_dump --format=custom --file={quote(str(target))} {quote(location.shown)}"
