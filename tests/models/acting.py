"""Short ways to act on an incident and to see what came of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from models.board.reader import Reader
from models.board.views import IncidentView
from models.incident.declare import Declare
from models.kernel.command import IncidentCommand
from models.kernel.entry import Done, EntryView
from models.kernel.failures import Unreachable
from models.kernel.store import Store
from models.kernel.wording import sentence
from models.roles.views import RoleView
from tests.postgres import PASSWORD
from tests.rows import read_rows


class Acting:
    """One incident, and people who act on it through a store."""

    def __init__(self, store: Store, **declared: Any) -> None:
        self.store = store
        fields = {"by": "ana", "title": "Checkout returns 502", "severity": "P1", **declared}
        self.ref = store.perform(Declare(**fields)).ref

    def __call__(self, command: type[IncidentCommand], by: str, **fields: Any) -> EntryView:
        """Perform it; returns its entry."""
        return self.done(command, by, **fields).entry

    def done(self, command: type[IncidentCommand], by: str, **fields: Any) -> Done:
        return self.store.perform(command(by=by, ref=self.ref, **fields))

    @property
    def id(self) -> int:
        return int(self.ref.removeprefix("INC-"))

    @property
    def now(self) -> IncidentView:
        with self.store.reading(Reader) as read:
            return read.incident(self.id)

    def role(self, key: str) -> RoleView:
        return next(role for role in self.now.roles if role.key == key)

    def holders(self, key: str) -> tuple[str, ...]:
        return tuple(holder.person for holder in self.role(key).holders)

    @property
    def timeline(self) -> tuple[EntryView, ...]:
        """Every entry in its latest version, newest first."""
        with self.store.reading(Reader) as read:
            return read.newest(self.id, 1_000_000)

    @property
    def recorded(self) -> tuple[EntryView, ...]:
        """Every entry in every version, in the order of their numbers."""
        with self.store.reading(Reader) as read:
            return read.since(self.id, 0)


def told(entry: EntryView) -> str:
    return f"{entry.author} {sentence(entry.kind, entry.data, entry.text)}"


def count(store: Store, query: str, **known: Any) -> int:
    with read_rows(store) as connection:
        return int(connection.execute(text(query), known).scalar_one())


def failure(failing: Callable[[], Any], kind: type[Unreachable] = Unreachable) -> str:
    """What it says; one line, without credentials."""
    with pytest.raises(Unreachable) as failed:
        failing()
    assert type(failed.value) is kind
    assert failed.value.exit_code == (4 if kind is Unreachable else 1)
    assert failed.value.remedy
    words = str(failed.value)
    assert "\n" not in words
    assert PASSWORD not in words
    assert "Traceback" not in words
    return words
