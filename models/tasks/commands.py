"""What has to be done on an incident. A task has one owner, or follows whoever holds the role that it is owed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from pydantic import Field
from sqlalchemy import bindparam, case, func, insert, select, update

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, IncidentCommand, PersonName, Reason, RoleName, Title
from models.kernel.conflicts import attribution, unchanged
from models.kernel.failures import Conflict, Refused
from models.kernel.names import called
from models.kernel.people import moves
from models.kernel.recorded import Recorded
from models.kernel.tables import people
from models.kernel.text import key
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.audience import Audience
from models.policy.task import UNDONE, TaskState
from models.roles.commands import references
from models.roles.roster import ahead_of_roles, role_of
from models.roles.row import RoleRow
from models.tasks.row import TAKEN_BACK, TaskRow, asked, asking, given_by_author, task_of, task_row, write
from models.tasks.tables import tasks

ASKING = (
    select(tasks, called(people).label("owner"))
    .outerjoin(people, people.c.id == tasks.c.owner_id)
    .where(
        tasks.c.incident_id == bindparam("incident"),
        tasks.c.update_for == bindparam("to"),
        tasks.c.state.in_(UNDONE),
    )
    .order_by(tasks.c.number)
)
_UNDONE = (
    select(tasks, called(people).label("owner"))
    .outerjoin(people, people.c.id == tasks.c.owner_id)
    .where(tasks.c.incident_id == bindparam("incident"), tasks.c.state.in_(UNDONE))
    .order_by(tasks.c.number)
)
LAST_NUMBER = select(func.max(tasks.c.number)).where(tasks.c.incident_id == bindparam("incident"))
_MOVE_OWNED = (
    update(tasks)
    .where(tasks.c.owner_id == bindparam("gone"))
    .values(owner_id=bindparam("into"), confirmed_by=case((tasks.c.confirmed_by.is_not(None), bindparam("into"))))
)
_OWED = select(func.count()).where(tasks.c.role_id == bindparam("role"), ~TAKEN_BACK)

_MOST_MINUTES = 7 * 24 * 60

Minutes = Annotated[int, Field(gt=0, le=_MOST_MINUTES)]


class AddTask(IncidentCommand):
    """Add a task, for a person, for whoever holds a role, or for whoever claims it."""

    title: Annotated[Title, Argument("what to do")]
    role: RoleName | None = None
    person: PersonName | None = None
    due: Annotated[Minutes | None, Argument("minutes until it is due")] = None
    """In so many minutes."""
    update_for: Annotated[Audience | None, Argument("publishing an update to this audience completes it")] = None

    kind: ClassVar[str] = "task-added"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return ((LAST_NUMBER, {"incident": incident}), *(ahead_of_roles(incident, kept) if self.role else ()))

    def perform(self, tx: Transaction) -> int:
        role = role_of(tx, self.role) if self.role else None
        owner_id, owner = tx.person(self.person) if self.person else (None, None)
        due_at = tx.now + timedelta(minutes=self.due) if self.due else None
        number = next_number(tx)
        values = {
            **new(tx, number, self.title),
            "owner_id": owner_id,
            "role_id": role.id if role else None,
            "due_at": due_at,
            "update_for": self.update_for,
            **given_by_author(tx, None, owner, owner_id),
        }
        tx.connection.execute(insert(tasks).inline(), values)
        data = {
            "task": number,
            "title": self.title,
            "role": role.key if role else None,
            "name": role.called if role else None,
            "due_at": due_at.isoformat() if due_at else None,
            "now": {"state": str(TaskState.OPEN), "owner": owner, "reason": ""},
            **({"asks": True} if owner not in (None, tx.author) else {}),
        }
        return tx.record(self.kind, data)


def next_number(tx: Transaction) -> int:
    """The number of the task that is added next."""
    return 1 + (tx.connection.execute(LAST_NUMBER, {"incident": tx.incident_id}).scalar() or 0)


def new(tx: Transaction, number: int, title: str) -> dict[str, Any]:
    """The columns of a task that nobody has yet."""
    return {
        "incident_id": tx.incident_id,
        "number": number,
        "title": title,
        "state": TaskState.OPEN,
        "reason": "",
        "added_by": tx.author_id,
        "added_at": tx.now,
    }


class _OnTask(IncidentCommand):
    """On a task that somebody still has to do."""

    number: Annotated[int, Argument("number of the task, as in `show`")]

    kind: ClassVar[str]

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (asked(incident, self.number),)

    def _task(self, tx: Transaction) -> TaskRow:
        task = task_of(tx, self.number)
        if task.state not in UNDONE:
            last = tx.history.last("task-finished", "task-dropped", task=task.number)
            if last is None:
                why = f"Task {task.number} is {task.state}: publishing the update completed it."
                raise Refused(why, "Add another task.")
            why = f"Task {task.number} is {task.state}: {attribution(last)}"
            raise Refused(why, "The person who did this can undo it.")
        return task

    def _move(self, tx: Transaction, task: TaskRow, more: dict[str, Any] | None = None, **changes: str) -> int:
        data = _moved(tx, task, **changes)
        now = data["now"]
        data |= more or {}
        if task.unconfirmed and task.given_at is not None and task.owner != now["owner"]:
            data["waited"] = task.given_at.isoformat()
        return tx.record(self.kind, data, text=now["reason"])


def _moved(tx: Transaction, task: TaskRow, **changes: str) -> dict[str, Any]:
    """Write the task as it is now; returns what an entry says of it."""
    now = {**task.standing, **changes}
    write(tx, task, now)
    return {"task": task.number, "title": task.title, "was": task.standing, "now": now}


def _last_owned(tx: Transaction, task: TaskRow) -> Recorded | None:
    return tx.history.last("task-added", "task-claimed", "task-given", task=task.number)


class ClaimTask(_OnTask):
    """Make a task yours; one that was blocked goes on. Somebody else's is a Conflict that names them."""

    saw: PersonName | None = None
    """The owner that the author saw, and takes it from."""

    kind: ClassVar[str] = "task-claimed"

    def perform(self, tx: Transaction) -> int:
        task = self._task(tx)
        if task.owner == tx.author and task.state is TaskState.OPEN and not task.unconfirmed:
            raise Refused(f"Task {task.number} is already assigned to you.")
        if task.owner not in (None, tx.author) and (self.saw is None or key(self.saw) != key(task.owner)):
            last = attribution(_last_owned(tx, task))
            raise Conflict(
                f"Task {task.number} is assigned to {task.owner}: {last}",
                "Overwriting assigns it to you.",
                now=task.owner,
            )
        return self._move(tx, task, owner=tx.author, state=str(TaskState.OPEN), reason="")


class AssignTask(_OnTask):
    """Give a task to somebody; one that was blocked goes on."""

    person: PersonName
    saw: str | None = None
    """The owner that the author saw, or nobody."""

    kind: ClassVar[str] = "task-given"

    def perform(self, tx: Transaction) -> int:
        task = self._task(tx)
        _, person = tx.person(self.person)
        last = _last_owned(tx, task)
        unchanged(f"The assignee of task {task.number}", self.saw, task.owner or "nobody", last)
        if person == task.owner and task.state is TaskState.OPEN:
            raise Refused(f"Task {task.number} is already assigned to {person}.")
        asks = {"asks": True} if person not in (task.owner, tx.author) else {}
        return self._move(tx, task, asks, owner=person, state=str(TaskState.OPEN), reason="")


class BlockTask(_OnTask):
    """Say why a task cannot go on; whoever claims it goes on with it."""

    reason: Reason

    kind: ClassVar[str] = "task-blocked"

    def perform(self, tx: Transaction) -> int:
        task = self._task(tx)
        if task.state is TaskState.BLOCKED and task.reason == self.reason:
            raise Refused(f"Task {task.number} is already blocked for this reason.")
        return self._move(tx, task, state=str(TaskState.BLOCKED), reason=self.reason)


class CompleteTask(_OnTask):
    """Say that a task is done, whoever had it."""

    kind: ClassVar[str] = "task-finished"

    def perform(self, tx: Transaction) -> int:
        task = self._task(tx)
        others = {"of": task.owner} if task.owner not in (None, tx.author) else {}
        return self._move(tx, task, others, state=str(TaskState.DONE), reason="")


def complete_by_update(tx: Transaction, to: Audience) -> list[dict[str, Any]]:
    """Complete the tasks that an update to this audience completes; returns what its entry says of them."""
    rows = tx.connection.execute(ASKING, {"incident": tx.incident_id, "to": to}).mappings()
    return [_moved(tx, task_row(row), state=str(TaskState.DONE), reason="") for row in rows.all()]


def cancel_open(tx: Transaction, reason: str) -> list[dict[str, Any]]:
    """Cancel every task that is not done; returns what the entry says of them."""
    rows = tx.connection.execute(_UNDONE, {"incident": tx.incident_id}).mappings()
    return [_moved(tx, task_row(row), state=str(TaskState.DROPPED), reason=reason) for row in rows.all()]


def open_again(tx: Transaction, canceled: Iterable[Mapping[str, Any]]) -> None:
    """Take back what `cancel_open` did, but for tasks that somebody has moved since."""
    for moved in canceled:
        task = task_of(tx, moved["task"])
        if task.standing == moved["now"]:
            write(tx, task, moved["was"])


class CancelTask(_OnTask):
    """Say why a task need not be done."""

    reason: Reason

    kind: ClassVar[str] = "task-dropped"

    def perform(self, tx: Transaction) -> int:
        return self._move(tx, self._task(tx), state=str(TaskState.DROPPED), reason=self.reason)


def _owed_to(tx: Transaction, role: RoleRow) -> str | None:
    owed = tx.connection.execute(_OWED, {"role": role.id}).scalar_one()
    return f"{role.called} has tasks" if owed else None


references.append(_owed_to)


def _move_tasks(tx: Transaction, gone: int, into: int) -> None:
    tx.connection.execute(_MOVE_OWNED, {"gone": gone, "into": into})


moves.append(_move_tasks)


@undoes("task-added")
def _undo_add(tx: Transaction, entry: Recorded) -> UndoEntry:
    write(tx, _unchanged(tx, entry), {**entry.data["now"], "state": str(TaskState.DROPPED), "reason": ""})
    return UndoEntry()


@undoes("task-claimed")
@undoes("task-given")
@undoes("task-blocked")
@undoes("task-finished")
@undoes("task-dropped")
def _undo_move(tx: Transaction, entry: Recorded) -> UndoEntry:
    task, was = _unchanged(tx, entry), entry.data["was"]
    waited = datetime.fromisoformat(entry.data["waited"]) if "waited" in entry.data else None
    write(tx, task, was, asking(tx, waited) if was["owner"] != task.owner else None)
    return UndoEntry()


def _unchanged(tx: Transaction, entry: Recorded) -> TaskRow:
    """The task as the entry left it. Raises Refused when it is no longer so."""
    task = task_of(tx, entry.data["task"])
    if task.standing != entry.data["now"]:
        kinds = (AddTask, ClaimTask, AssignTask, BlockTask, CompleteTask, CancelTask)
        last = attribution(tx.history.last(*(kind.kind for kind in kinds), task=task.number))
        raise Refused(f"Task {task.number} has changed, so this cannot be undone: {last}", "Change the task directly.")
    return task
