"""What the entries of one incident tell of the rows that its tables should hold. Entries that cannot be read tell
nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from models.doctor.replay import Replay, Theories
from models.kernel.readable import Mended, fetch
from models.kernel.seals import NONE
from models.kernel.tables import entries, people
from models.policy.audience import Audience
from models.policy.phase import OPEN
from models.roles.tables import incident_roles
from models.tasks.tables import tasks
from models.updates.tables import status_updates

_ENTRIES = (
    select(entries, people.c.name.label("author"))
    .outerjoin(people, people.c.id == entries.c.author_id)
    .where(entries.c.incident_id == bindparam("incident"))
    .order_by(entries.c.n)
)
_MANY = select(incident_roles.c.key).where(
    incident_roles.c.incident_id == bindparam("incident"), ~incident_roles.c.single
)
_PEOPLE = select(people.c.id, people.c.name)
_UPDATES = (
    select(status_updates)
    .where(status_updates.c.incident_id == bindparam("incident"))
    .order_by(status_updates.c.published_at, status_updates.c.id)
)
_TASKS = select(tasks.c.number).where(tasks.c.incident_id == bindparam("incident"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One that can be read."""

    n: int
    kind: str
    data: dict[str, Any]
    text: str
    author_id: int
    recorded_at: datetime
    revises: int | None
    seal: str

    @property
    def root(self) -> int:
        return self.revises or self.n


class Story:
    """One incident's."""

    def __init__(self, connection: Connection, incident: int) -> None:
        known = {"incident": incident}

        def rows(statement: Any) -> list[Mapping[Any, Any]]:
            found = fetch(connection, statement, known, lambda damage: None)
            return [row for row in found if not isinstance(row, Mended)]

        fields = ("n", "kind", "data", "text", "author_id", "recorded_at", "revises", "seal")
        self.entries = [Entry(*(row[name] for name in fields)) for row in rows(_ENTRIES)]
        self.updates = rows(_UPDATES)
        self.people = {row["name"]: row["id"] for row in rows(_PEOPLE)}
        self._numbers = {row["number"] for row in rows(_TASKS)}
        self._replay = Replay((), {row["key"] for row in rows(_MANY)})
        self._theories = Theories()
        for entry in self.entries:
            try:
                self._replay.add(entry)
                self._theories.add(entry)
            except (AttributeError, LookupError, TypeError, ValueError):
                continue  # what rests on an entry that is missing

    def _highest(self) -> str | None:
        """The highest severity since customers were last told; None: nothing tells."""
        told = max((row["n"] for row in self.updates if row["audience"] == Audience.CUSTOMERS), default=0)
        now, highest = None, None
        for entry in self.entries:
            says = entry.data.get("data", {}) if entry.kind == "undone" else entry.data
            kind = entry.data.get("kind") if entry.kind == "undone" else entry.kind
            if kind == "severity":
                now = says.get("was" if entry.kind == "undone" else "now", now)
            elif kind == "declared":
                now = says.get("severity")
            highest = now if entry.n <= told or highest is None else min(highest, now or highest)
        return highest

    def _last(self, *kinds: str, **about: object) -> Entry | None:
        found = (e for e in reversed(self.entries) if e.kind in kinds)
        return next((e for e in found if all(e.data.get(name) == value for name, value in about.items())), None)

    def incident(self) -> dict[str, Any]:
        """The columns of `incidents` that they tell, of those that a row always has."""
        told: dict[str, Any] = dict(self._replay.fields)
        if self.entries:
            first, last = self.entries[0], self.entries[-1]
            told |= {"declared_by": first.author_id, "declared_at": first.recorded_at}
            told |= {"version": last.n, "seal": last.seal}
        else:
            told |= {"version": 0, "seal": NONE}
        over = told.get("phase") not in (None, *OPEN)
        ended = self._last("phase")
        told["resolved_at"] = ended.recorded_at if over and ended is not None else None
        outside = [row for row in self.updates if row["audience"] == Audience.CUSTOMERS]
        told["published_at"] = max((row["published_at"] for row in outside), default=None)
        told["told"] = outside[-1]["phase"] if outside else None
        reopened = self._last("phase", reopened=True)
        told["reopened_at"] = reopened.recorded_at if reopened is not None else None
        if highest := self._highest():
            told["approval_severity"] = highest
        return told

    def drafts(self, row: Mapping[str, Any]) -> dict[str, Any]:
        to = row["audience"]
        told = dict(self._replay.drafts.get(to, {}))
        for entry in reversed(self.entries):
            says = entry.data if entry.kind != "undone" else None
            if says is None or says.get("audience", Audience.CUSTOMERS) != to or entry.kind not in _DRAFTED:
                continue
            fresh = entry.kind in ("draft", "inside-draft")
            told |= {"title": says.get("title", ""), "expected_at": _moment(says.get("expected_at"))}
            told |= {"next_update_at": _moment(says.get("next_update_at")) if fresh else None}
            told |= {"edited_by": entry.author_id, "edited_at": entry.recorded_at}
            break
        return told

    def status_updates(self, row: Mapping[str, Any]) -> dict[str, Any]:
        entry = next((each for each in self.entries if each.n == row["n"]), None)
        if entry is None:
            return {}
        said = entry.data
        told = {"text": entry.text, "published_by": entry.author_id, "published_at": entry.recorded_at}
        told |= {name: said[name] for name in ("title", "phase", "components", "audience", "revision") if name in said}
        told |= {name: _moment(said.get(name)) for name in ("next_update_at", "expected_at")}
        return told

    def tasks(self, row: Mapping[str, Any]) -> dict[str, Any]:
        number = row["number"] if row["number"] in self._numbers else self._unused(row["title"])
        now = self._replay.tasks.get(number, {"state": "dropped", "owner": None, "reason": ""})
        told = {
            "number": number,
            "state": now["state"],
            "reason": now["reason"],
            "owner_id": self.people.get(now["owner"]),
        }
        for entry, task in self._added():
            if task["task"] == number:
                told |= {"title": task["title"], "due_at": _moment(task["due_at"])}
                told |= {"added_by": entry.author_id, "added_at": entry.recorded_at}
        moved = [e for e in self.entries if e.kind.startswith("task-") and e.data.get("task") == number]
        ended = now["state"] in ("done", "dropped")
        told["ended_at"] = (moved or self.entries)[-1].recorded_at if ended and self.entries else None
        return told

    def _added(self) -> Iterator[tuple[Entry, Mapping[str, Any]]]:
        """Each task with the entry that added it."""
        for entry in self.entries:
            added = [entry.data] if entry.kind == "task-added" else entry.data.get("tasks", ())
            yield from ((entry, task) for task in added if entry.kind != "undone")

    def _unused(self, title: object) -> int:
        """The number of a task that was added and that no row has; of several, the one with that title."""
        added = {task["task"]: task["title"] for _, task in self._added() if task["task"] not in self._numbers}
        called = [number for number, name in added.items() if name == title]
        return min(called or added, default=1 + max(self._numbers, default=0))

    def theories(self, row: Mapping[str, Any]) -> dict[str, Any]:
        found = self._theories.found().get(row["n"])
        moved = self._last("theory-moved", theory=row["n"])
        said = [e.n for e in self.entries if e.root == row["n"]]
        told = {"said": said[-1] if found and said else None, "state": found["state"] if found else "open"}
        return {**told, "moved": moved.n if moved else None}

    def evidence(self, row: Mapping[str, Any]) -> dict[str, Any]:
        versions = [e for e in self.entries if e.root == row["n"]]
        if not versions:
            return {}
        stands = versions[-1].kind == "evidence"
        told = {"said": versions[-1].n if stands else None}
        first = versions[0].data
        return {**told, **{name: first[name] for name in ("theory", "weight") if name in first}}

    def skips(self, row: Mapping[str, Any]) -> dict[str, Any]:
        entry = self._last("skipped", step=row["step"])
        if entry is None:
            return {}
        return {"n": entry.n, "reason": entry.text, "skipped_by": entry.author_id, "skipped_at": entry.recorded_at}

    def maintenances(self, row: Mapping[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for entry in self.entries:
            said = entry.data.get("maintenance", entry.data.get("now") if entry.kind == "maintenance-moved" else None)
            if isinstance(said, dict):
                told |= {name: said[name] for name in ("components",) if name in said}
                told |= {name: _moment(said[name]) for name in ("starts_at", "ends_at") if name in said}
        return told

    def promises(self, row: Mapping[str, Any]) -> dict[str, Any]:
        last = [each for each in self.updates if each["audience"] == row["audience"]][-1:]
        told: dict[str, Any] = {"snoozed": False, "told_at": None, "due_at": None}
        for each in last:
            told |= {"told_at": each["published_at"], "due_at": each["next_update_at"]}
        return told

    def offers(self, row: Mapping[str, Any]) -> dict[str, Any]:
        entry = self._last("offered", offer=row["id"])
        if entry is None:
            return {}
        return {"brief": entry.data.get("brief", ""), "offered_by": entry.author_id, "offered_at": entry.recorded_at}

    def incident_roles(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A labelled copy with duties of its own has those alone; every other role has all of its duties."""
        return {"whole": not (row["label"] and row["duties"])}

    def assignments(self, row: Mapping[str, Any]) -> dict[str, Any]:
        given = self._last("assigned", "accepted", "declared")
        return {"since": given.recorded_at, "given_by": given.author_id} if given else {}


_DRAFTED = ("draft", "inside-draft", "published", "told")


def _moment(written: Any) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
