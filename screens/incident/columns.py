"""Pure: the columns of the incident list, for the width that it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from models.board.due_times import age, maintenance_stage, maintenance_turn
from models.policy.audience import Audience
from models.policy.phase import OPEN, Phase
from screens.kernel.rows import Line, Part, line
from screens.kernel.show import age as age_of
from screens.kernel.show import countdown, fit, safe
from screens.kernel.show import width as cells_of

if TYPE_CHECKING:
    from models.board.views import IncidentRow


ROOMY = 90
"""From this width on, each column has its words; below it, phases and times are short, and only those are shown."""

_SHORT = {
    Phase.TRIAGE: "tri",
    Phase.INVESTIGATING: "inv",
    Phase.IDENTIFIED: "idn",
    Phase.MONITORING: "mon",
    Phase.RESOLVED: "res",
    Phase.CLOSED: "clo",
    Phase.CANCELED: "can",
    Phase.MERGED: "mrg",
}

_STAGES = {"scheduled": "sch", "in progress": "now", "completed": "end", "canceled": "can"}

_MOST_OF_A_NAME = 12

_FOR = {Audience.TEAM: "team ", Audience.EXECUTIVES: "exec "}


class Columns(NamedTuple):
    """The width of each column, in cells; 0: it is not shown."""

    ref: int
    phase: int
    manager: int
    tasks: int
    age: int
    due: int
    title: int

    def heads(self) -> str:
        """The names of the columns behind the title's, above them."""
        if not self.age:
            return ""
        return "".join(
            (
                f"{'phase':<{self.phase}}  ",
                f"{'manager':<{self.manager}}  ",
                f"{'tasks':>{self.tasks}} " if self.tasks else "",
                f"{'age':>{self.age}} {'next':>{self.due}}",
            )
        )


def columns(rows: Sequence[IncidentRow], width: int, now: datetime) -> Columns:
    """As wide as the widest value of each."""
    if width < ROOMY:
        ref = max((len(_number(row.ref)) for row in rows), default=1)
        due = max((cells_of(_next_short(row, now)[0]) for row in rows), default=0)
        return Columns(ref, 3, 0, 0, 0, due, width - 2 - 1 - ref - 1 - 1 - 3 - (due + 1 if due else 0))
    ref = max((len(row.ref) for row in rows), default=1)
    phase = max((len(_phase(row, now)) for row in rows), default=5)
    manager = min(_MOST_OF_A_NAME, max((7, *(cells_of(row.manager or _NOBODY) for row in rows))))
    tasks = 5 if any(row.tasks_open for row in rows) else 0
    due = max((8, *(cells_of(_next(row, now)[0]) for row in rows)))
    title = width - 4 - ref - 1 - 2 - phase - 2 - manager - 2 - (tasks + 1 if tasks else 0) - 4 - 1 - due
    return Columns(ref, phase, manager, tasks, 4, due, title)


_NOBODY = "nobody"


def drawn(row: IncidentRow, wide: Columns, now: datetime) -> Line:
    """One incident on one line."""
    going = row.phase in OPEN
    tone = "" if going else "dim"
    level = row.severity.lower() if going else "dim"
    title = fit(row.title, wide.title)
    if not wide.age:
        phase = _SHORT[row.phase] if (stage := maintenance_stage(row, now)) == "" else _STAGES[stage]
        text, urgent = _next_short(row, now)
        late = ((f" {text:>{wide.due}}", urgent),) if wide.due else ()
        ref = f" {_number(row.ref):>{wide.ref}} "
        return line((str(row.severity), level), (ref, tone), (title, tone), (f" {phase}", "dim"), *late)
    manager = safe(row.manager) if row.manager else _NOBODY if going else ""
    text, urgent = _next(row, now)
    tasks = ((f"{row.tasks_open or '':>{wide.tasks}} ", tone),) if wide.tasks else ()
    return line(
        (f" {row.severity} ", level),
        (f"{row.ref:<{wide.ref}} ", tone),
        (title, tone),
        (f"  {_phase(row, now):<{wide.phase}}  ", "dim"),
        (f"{fit(manager, wide.manager)}  ", "late" if going and not row.manager else tone),
        *tasks,
        (f"{age_of(age(row, now).total_seconds()):>{wide.age}} ", "dim"),
        (f"{text:>{wide.due}}", urgent),
    )


def _number(ref: str) -> str:
    return ref.rpartition("-")[2]


def _phase(row: IncidentRow, now: datetime) -> str:
    """The phase of the incident, or the stage of scheduled maintenance."""
    return maintenance_stage(row, now) or str(row.phase)


def _turn(row: IncidentRow, now: datetime, *, customers_first: bool = False) -> tuple[float, str] | None:
    """The seconds until the next update, or until a maintenance starts or ends, and for whom, where not customers."""
    order = sorted(row.promises, key=lambda each: customers_first and each.audience is not Audience.CUSTOMERS)
    first = next(iter(order), None)
    due = first.due_at if first else maintenance_turn(row, now)
    if due is None:
        return None
    return (due - now).total_seconds(), _FOR.get(first.audience, "") if first else ""


def _next(row: IncidentRow, now: datetime) -> Part:
    turn = _turn(row, now)
    if turn is None:
        return "", ""
    left, to = turn
    return (f"{to}in {age_of(left).strip()}", "") if left > 0 else (f"{to}{age_of(-left).strip()} late", "late")


def _next_short(row: IncidentRow, now: datetime) -> Part:
    """What customers wait for comes first here; what is due inside is told where nothing is due outside."""
    turn = _turn(row, now, customers_first=True)
    if turn is None:
        return "", ""
    left, to = turn
    return f"{to[:1]}{countdown(left)}", "late" if left <= 0 else "dim"
