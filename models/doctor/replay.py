"""An incident as its entries alone tell it: what the tables hold has to be the same.

Pure: it reads no database. Whoever checks one gives it the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

_FIELDS = ("title", "severity", "category", "impact", "phase")
_KIND_OF = {"title": "renamed"}
_FIELD = {**{_KIND_OF.get(field, field): field for field in _FIELDS}, "merged": "phase"}

_MOVING = ("completed", "canceled")
"""Where an entry that is not about a task keeps the tasks that it moved."""

UNTOUCHED = {"state": "open", "owner": None, "reason": ""}
"""A task that nobody has done anything about yet."""

Offered = tuple[str, str, str]
"""The role's key, who holds it, and to whom it is offered."""


class AnyEntry(Protocol):
    """What is needed of an entry."""

    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def text(self) -> str: ...


class EditableEntry(AnyEntry, Protocol):
    """What is needed of an entry that others may revise."""

    @property
    def root(self) -> int: ...


class Replay:
    """What is so after these entries, in the order of their numbers; entries of other kinds change nothing here.

    `many` has the keys of the roles that any number of people may hold; of added ones the entries tell it.
    """

    def __init__(self, entries: Iterable[AnyEntry], many: Collection[str]) -> None:
        self.fields: dict[str, Any] = {}
        """Title, severity, category, impact and phase."""
        self.holders: dict[str, list[str]] = {}
        """Who holds each role, by its key; it may be nobody."""
        self.offers: set[Offered] = set()
        """Those that wait for an answer."""
        self.tasks: dict[int, dict[str, Any]] = {}
        """State, owner and reason of each, by its number; without those whose adding was undone."""
        self.drafts: dict[str, dict[str, Any]] = {}
        """Revision, text, phase and components of each audience's."""
        self.confirmations: dict[str, bool] = {}
        """Whether who was given a role or a task has said that they have it, where the entries tell it."""
        self.splits: dict[str, dict[str, Any]] = {}
        """Of each role or copy that does not simply have all duties: whether it has all, and those that it takes."""
        self.skips: dict[str, str] = {}
        """Why each step of the response that is left out is, by its key."""
        self._many = many
        self._added: dict[str, bool] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: AnyEntry) -> None:
        """The next entry."""
        if entry.kind == "undone":
            self._take_back(entry.data["kind"], entry.data["data"])
        else:
            self._follow(entry.kind, entry.data, entry.text)

    def merge(self, gone: str, into: str) -> None:
        """From now on both names are the second one's."""
        self.holders = {
            role: list(dict.fromkeys(into if name == gone else name for name in names))
            for role, names in self.holders.items()
        }
        mine, other = f": {gone}", f": {into}"
        moved_answers = {
            given.removesuffix(mine) + other: said for given, said in self.confirmations.items() if given.endswith(mine)
        }
        others = {given: said for given, said in self.confirmations.items() if not given.endswith(mine)}
        self.confirmations = moved_answers | others
        taken = {role for role, holder, _ in self.offers if holder == into}
        moved = {
            (role, into if holder == gone else holder, into if to == gone else to)
            for role, holder, to in self.offers
            if not (holder == gone and role in taken)
        }
        # nobody is offered what they have, or what they offer
        self.offers = {
            (role, holder, to)
            for role, holder, to in moved
            if to != into or (holder != into and into not in self._held(role))
        }
        self.tasks = {
            number: {**task, "owner": into} if task["owner"] == gone else task for number, task in self.tasks.items()
        }

    def _follow(self, kind: str, data: dict[str, Any], text: str) -> None:
        self.tasks |= {task["task"]: UNTOUCHED for task in data.get("tasks", ())}
        self.tasks |= {task["task"]: task["now"] for name in _MOVING for task in data.get(name, ())}
        if kind == "declared":
            self.fields = {field: data[field] for field in _FIELDS}
            if "role" in data:
                self.holders[data["role"]] = [data["manager"]] if data["manager"] else []
                self._ask(data, data["role"], data["manager"])
        elif kind in _FIELD:
            self.fields[_FIELD[kind]] = data["now"]
        elif kind.startswith("task-"):
            self._task(data["task"], data["now"])
            self._ask(data, f"task {data['task']}", data["now"]["owner"])
        elif kind == "confirmed":
            self._confirm(data, confirmed=True)
        elif kind == "skipped":
            self.skips[data["step"]] = text
        elif kind in ("draft", "inside-draft"):
            self._draft(data, data["revision"], {**data, "text": text})
        elif kind in ("published", "emergency-published", "told") and "imported" not in data:
            self._draft(data, data["revision"] + 1, {**data, "text": "", "phase": None})
        else:
            self._move(kind, data)

    def _move(self, kind: str, data: dict[str, Any]) -> None:
        """Of roles and their offers."""
        if kind == "assigned":
            before = self._held(data["role"]) if self._for_many(data["role"]) else []
            self._hold(data["role"], [*before, data["person"]])
            self._ask(data, data["role"], data["person"])
        elif kind == "released":
            self._hold(data["role"], self._without(data["role"], data["person"]))
        elif kind == "role-added":
            self._added[data["role"]] = data["single"]
            if data.get("takes"):
                self.splits[data["role"]] = {"whole": False, "takes": sorted(data["takes"])}
        elif kind == "split":
            self._split(data["duty"], data["was"], data["now"])
        elif kind == "offered":
            self.offers.add(_offered(data))
        elif kind in ("declined", "withdrawn"):
            self.offers.discard(_offered(data))
        elif kind == "accepted":
            self._hold(data["role"], [*self._without(data["role"], data["from"]), data["to"]])

    def _take_back(self, kind: str, data: dict[str, Any]) -> None:
        untouched = {task["task"] for task in data.get("tasks", ()) if self.tasks.get(task["task"]) == UNTOUCHED}
        self.tasks = {number: task for number, task in self.tasks.items() if number not in untouched}
        for task in data.get("canceled", ()):
            if self.tasks.get(task["task"]) == task["now"]:
                self.tasks[task["task"]] = task["was"]
        if kind in _FIELD:
            self.fields[_FIELD[kind]] = data["was"]
        elif kind == "task-added":
            del self.tasks[data["task"]]
            self._forget(f"task {data['task']}")
        elif kind.startswith("task-"):
            self._task(data["task"], data["was"])
            self._wait(f"task {data['task']}", [data["was"]["owner"]] if "waited" in data else [])
        elif kind == "confirmed":
            self._confirm(data, confirmed=False)
        elif kind == "skipped":
            del self.skips[data["step"]]
        elif kind in ("draft", "inside-draft"):
            self._draft(data, data["revision"] + 1, data["was"])
        else:
            self._move_back(kind, data)

    def _move_back(self, kind: str, data: dict[str, Any]) -> None:
        if kind == "assigned":
            many = self._for_many(data["role"])
            self._hold(data["role"], self._without(data["role"], data["person"]) if many else data["was"])
            if not many:
                self._wait(data["role"], [name for name in data["was"] if name in data.get("waited", ())])
        elif kind == "released":
            self._hold(data["role"], [*self._held(data["role"]), data["person"]])
            self._wait(data["role"], [name for name in (data["person"],) if name in data.get("waited", ())])
        elif kind == "offered":
            self.offers.discard(_offered(data))
        elif kind == "withdrawn":
            self.offers.add(_offered(data))
        elif kind == "accepted":
            self._hold(data["role"], [*self._without(data["role"], data["to"]), data["from"]])
            self.offers.add(_offered(data))
            self._wait(data["role"], [data["from"]] if "waited" in data else [])
        elif kind == "role-added":
            del self._added[data["role"]]
            self.splits.pop(data["role"], None)
        elif kind == "split":
            self._split(data["duty"], data["now"], data["was"])

    def _draft(self, data: dict[str, Any], revision: int, says: dict[str, Any]) -> None:
        content = {name: says[name] for name in ("text", "phase", "components")}
        self.drafts[data.get("audience", "customers")] = {"revision": revision, **content}

    def _for_many(self, role: str) -> bool:
        return not self._added[role] if role in self._added else role in self._many

    def _held(self, role: str) -> list[str]:
        return self.holders.get(role, [])

    def _without(self, role: str, person: str) -> list[str]:
        return [name for name in self._held(role) if name != person]

    def _hold(self, role: str, people: list[str]) -> None:
        """From now on these; who begins or ends with it has no more to do with an offer of it."""
        moved = {*people} ^ {*self._held(role)}
        self.offers = {offer for offer in self.offers if offer[0] != role or not moved & {*offer[1:]}}
        for person in moved:
            self.confirmations.pop(_given(role, person), None)
        self.holders[role] = people

    def _task(self, number: int, now: dict[str, Any]) -> None:
        """Who acts on a task that is theirs confirms it, which an entry does not tell."""
        self._forget(f"task {number}")
        self.tasks[number] = now

    def _ask(self, data: dict[str, Any], what: str, person: str | None) -> None:
        self._wait(what, [person] if person is not None and "asks" in data else [])

    def _wait(self, what: str, people: Iterable[str]) -> None:
        self.confirmations |= {_given(what, person): False for person in people}

    def _confirm(self, data: dict[str, Any], *, confirmed: bool) -> None:
        have = data["have"]
        what = [*(role["role"] for role in have["roles"]), *(f"task {task['task']}" for task in have["tasks"])]
        for given in (_given(one, data["person"]) for one in what):
            if confirmed or given in self.confirmations:
                self.confirmations[given] = confirmed

    def _forget(self, what: str) -> None:
        self.confirmations = {
            given: said for given, said in self.confirmations.items() if not given.startswith(f"{what}: ")
        }

    def _split(self, duty: str, was: list[str], now: list[str]) -> None:
        for role in {*was, *now}:
            known = self.splits.get(role, {"whole": True, "takes": []})
            others = [taken for taken in known["takes"] if taken != duty]
            takes = sorted([*others, duty] if role in now else others)
            self.splits[role] = {**known, "takes": takes}
            if self.splits[role] == {"whole": True, "takes": []}:
                del self.splits[role]


def _given(what: str, person: str) -> str:
    return f"{what}: {person}"


def _offered(data: dict[str, Any]) -> Offered:
    return data["role"], data["from"], data["to"]


class Theories:
    """What is believed after these entries, in the order of their numbers."""

    def __init__(self, entries: Iterable[EditableEntry] = ()) -> None:
        self._stands: dict[int, EditableEntry] = {}
        self._states: dict[int, str] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: EditableEntry) -> None:
        """The next entry."""
        if entry.kind in ("theory", "evidence") or entry.root in self._stands:
            self._stands[entry.root] = entry
        if entry.kind == "theory-moved":
            self._states[entry.data["theory"]] = entry.data["now"]
        elif entry.kind == "undone" and entry.data["kind"] == "theory-moved":
            taken_back = entry.data["data"]
            self._states[taken_back["theory"]] = taken_back["was"]["state"]

    def found(self) -> dict[int, dict[str, Any]]:
        """Text, state and evidence (number -> weight) of each theory that somebody stands by, by its number."""
        found: dict[int, dict[str, Any]] = {
            root: {"text": entry.text, "state": self._states.get(root, "open"), "evidence": {}}
            for root, entry in self._stands.items()
            if entry.kind == "theory"
        }
        for root, entry in self._stands.items():
            if entry.kind == "evidence" and entry.data["theory"] in found:
                found[entry.data["theory"]]["evidence"][root] = entry.data["weight"]
        return found
