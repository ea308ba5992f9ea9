"""Whether the entries are all there, are as they were recorded, and tell what the tables hold.

Incidents are read some at a time and entries one after the other, so that neither years of incidents nor one that never
ends has to fit into memory.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Row, select, text

from models.doctor.checkpoint import Checkpoints
from models.doctor.replay import Replay, Theories
from models.doctor.report import Finding
from models.doctor.tables import State, states
from models.kernel import seals
from models.kernel.names import with_names
from models.kernel.tables import people

_AT_ONCE = 500
_TOLD = 20
"""How many findings of a kind are told."""
_NEXT = text(f"SELECT id, version, seal FROM incidents WHERE id > :after ORDER BY id LIMIT {_AT_ONCE}")  # noqa: S608
_ENTRIES = text(f"{seals.ROWS} WHERE e.incident_id BETWEEN :low AND :high ORDER BY e.incident_id, e.n")
_gone, _into = people.alias(), people.alias()
_MERGED = (
    select(_gone.c.merged_at, _gone.c.name, _into.c.name.label("into"))
    .join(_into, _into.c.id == _gone.c.merged_into)
    .order_by(_gone.c.merged_at, _gone.c.id)
)
_RESTORE = "Keep a copy of this database, and compare it with a backup."


@dataclass
class History:
    """Reads every incident; what it found stands in it afterwards."""

    covers: Checkpoints
    incidents: int = 0
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)
    _merged: list[tuple[datetime, str, str]] = field(default_factory=list)
    """When which name became another one's, in that order."""

    def read(self, connection: Connection) -> None:
        """From one snapshot. Raises the driver's error where the tables cannot be read."""
        counts_on = connection.dialect.name == "sqlite"  # Postgres leaves a number out when a command is refused
        self._merged = [(row.merged_at, row.name, row.into) for row in connection.execute(_MERGED)]
        after = 0
        while batch := connection.execute(_NEXT, {"after": after}).all():
            for incident in batch:
                if counts_on and incident.id != after + 1:
                    self._missing_incidents(after + 1, incident.id - 1)
                after = incident.id
            self._read(connection, batch)
        if counts_on:
            given = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = 'incidents'")).scalar()
            if given is not None and given > after:
                self._missing_incidents(after + 1, given)
        self._untold()

    def _missing_incidents(self, first: int, last: int) -> None:
        which = f"INC-{first} is" if first == last else f"INC-{first} to INC-{last} are"
        self._found("numbers", f"{which} missing.", "Incidents were deleted outside Bridgewatch.", _RESTORE)

    def _read(self, connection: Connection, batch: Sequence[Row[Any]]) -> None:
        known = {"low": batch[0].id, "high": batch[-1].id}
        held = states(connection, **known)
        rows = connection.execute(_ENTRIES, known, execution_options={"yield_per": 1_000})
        every = groupby(rows, attrgetter("incident_id"))
        number, entries = next(every, (None, iter(())))
        for incident in batch:
            story = _Story(self, incident, held.get(incident.id, State()))
            if number == incident.id:
                for row in entries:
                    story.add(row)
                number, entries = next(every, (None, iter(())))
            story.end()
            self.incidents += 1
            self.entries += story.n

    def _found(self, about: str, *words: str) -> None:
        self._counts[about] += 1
        if self._counts[about] <= _TOLD:
            self.findings.append(Finding(about, *words))

    def _untold(self) -> None:
        for about, count in self._counts.items():
            if count > _TOLD:
                words = f"There are {count - _TOLD:,} more findings of this kind ({about})."
                self.findings.append(Finding(about, words, "Only the first ones are listed above.", _RESTORE))


class _Story:
    """One incident's entries, as they come."""

    def __init__(self, history: History, incident: Row[Any], state: State) -> None:
        self._history = history
        self._incident = incident
        self._state = state
        self._replay = Replay((), state.many)
        self._theories = Theories()
        self._merges = deque(history._merged)
        self._merged: dict[str, str] = {}
        self._cannot: str | None = None
        self._bad = False
        self._seal = seals.NONE
        """Worked out from the entries alone."""
        self._last = seals.NONE
        """As the last entry has it."""
        self.n = 0

    def add(self, row: Row[Any]) -> None:
        data, recorded_at = _parsed(json.loads, row.data), _parsed(seals.read_moment, row.recorded_at)
        if isinstance(recorded_at, datetime):
            self._history.covers.entry(self._incident.id, row.n, recorded_at, self._seal)
        if row.n != self.n + 1:
            self._gap(row.n)
        self.n, self._last = row.n, row.seal
        try:
            self._seal = seals.of_row(self._seal, row)
        except ValueError:
            self._seal = seals.NONE
        if self._seal != row.seal:
            self._changed(row)
        if self._cannot is None:
            try:
                if isinstance(recorded_at, datetime):
                    self._merge(recorded_at)
                entry = _Entry(row.n, row.kind, with_names(self._in_truth, data), row.text, row.revises)
                self._replay.add(entry)
                self._theories.add(entry)
            except (AttributeError, LookupError, TypeError, ValueError):
                self._cannot = f"entry {row.n} of {self._ref} does not match the entries before it"

    def _merge(self, until: datetime | None = None) -> None:
        """Replay what became of names until then; None: until now."""
        while self._merges and (until is None or self._merges[0][0] <= until):
            _, gone, into = self._merges.popleft()
            self._merged[gone] = into
            self._replay.merge(gone, into)

    def _in_truth(self, name: str) -> str:
        while name in self._merged:
            name = self._merged[name]
        return name

    def end(self) -> None:
        self._merge()
        history, incident = self._history, self._incident
        history.covers.end(incident.id, self.n, self._seal)
        if self.n != incident.version:
            self._other_end()
        elif incident.seal != self._last:
            self._first_bad(
                f"{self._ref} does not have the hash of its last entry, {self.n}.",
                "The entry or the incident was changed outside Bridgewatch.",
            )
        if self._cannot is not None:
            what = f"{self._cannot[:1].upper()}{self._cannot[1:]}, so its data cannot be compared with its entries."
            history._found("replay", what, "An entry was changed, deleted or added outside Bridgewatch.", _RESTORE)
            return
        for part, told, held in self._state.differences(self._replay, self._theories):
            history._found(
                "replay",
                f"The {part} of {self._ref} do not match its entries: {told}, and {held}.",
                "The data was changed outside Bridgewatch, with no entry that says who did it."
                " The desk shows the changed data.",
                f"List the entries with `bridgewatch show {self._ref}`, and correct the values on the desk.",
            )

    @property
    def _ref(self) -> str:
        return f"INC-{self._incident.id}"

    def _gap(self, n: int) -> None:
        first = self.n + 1
        which = (
            f"Entry {first} of {self._ref} is" if n == first + 1 else f"Entries {first} to {n - 1} of {self._ref} are"
        )
        self._first_bad(f"{which} missing.", "Recorded entries were deleted outside Bridgewatch.", "numbers")

    def _changed(self, row: Row[Any]) -> None:
        self._first_bad(
            f"Entry {row.n} of {self._ref} was altered: its hash does not match"
            f" ({row.kind}, by {row.name}, {row.recorded_at}).",
            "It was changed or added outside Bridgewatch. Later entries may be affected too.",
        )

    def _other_end(self) -> None:
        known, n = self._incident.version, self.n
        if known > n:
            which = f"entry {known} is" if known == n + 1 else f"entries {n + 1} to {known} are"
            means = "The latest entries were deleted outside Bridgewatch."
            self._first_bad(f"{self._ref} had {known} entries and has {n}: {which} missing.", means, "numbers")
        else:
            which = f"Entry {n}" if n == known + 1 else f"Entries {known + 1} to {n}"
            means = "Entries were added to the timeline outside Bridgewatch."
            self._first_bad(f"{which} of {self._ref} came after its last one, {known}.", means, "numbers")

    def _first_bad(self, found: str, means: str, about: str = "seals") -> None:
        """Only the first one of an incident is told: what comes after it is sealed over it."""
        if not self._bad:
            self._bad = True
            self._history._found(about, found, means, _RESTORE)


@dataclass(frozen=True, slots=True)
class _Entry:
    n: int
    kind: str
    data: Any
    text: str
    revises: int | None

    @property
    def root(self) -> int:
        return self.revises or self.n


def _parsed(read: Any, written: Any) -> Any:
    """None for what cannot be read, which the seal tells."""
    try:
        return read(written)
    except (ArithmeticError, RecursionError, TypeError, ValueError):
        return None
