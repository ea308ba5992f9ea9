"""The sentence that an entry is, made when it is drawn; the author's name stands before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from models.kernel.notes import EVIDENCE, NOTES, NoteKind
from models.policy.audience import Audience
from models.policy.severity import MEANING

Data = Mapping[str, Any]


def named(value: str | None) -> str:
    """A severity or an impact with what it means."""
    if value is None:
        return "none"
    return f"{value} ({MEANING[value]})" if value in MEANING else value


def _held(names: list[str]) -> str:
    return f"{' and '.join(names)} held it" if names else "nobody held it"


def _assigned(data: Data) -> str:
    before = f"beside {' and '.join(data['was'])}" if data.get("beside") else _held(data["was"])
    if data.get("taken"):
        return f"took {data['name']} ({before})"
    return f"gave {data['name']} to {data['person']} ({before})"


def _released(data: Data) -> str:
    if data.get("own"):
        return f"released {data['name']}"
    return f"took {data['name']} from {data['person']}"


def _accepted(data: Data) -> str:
    return f"accepted {data['name']} from {data['from']}"


def _offered(data: Data) -> str:
    return f"offered {data['name']} to {data['to']}; {data['from']} holds it until then"


def _window(data: Data) -> str:
    starts, ends = (datetime.fromisoformat(data[name]) for name in ("starts_at", "ends_at"))
    end = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{starts:%Y-%m-%d %H:%M}Z – {end}Z"


def _declared(data: Data) -> str:
    if "maintenance" in data:
        return f"scheduled maintenance {_window(data['maintenance'])}: {data['title']}"
    if "imported" in data:
        return f"imported {data['severity']} from {data['imported']}: {data['title']}"
    manager = data.get("manager")
    held = f"; {manager} is {data['manager_role']}" if manager else "; nobody manages it yet"
    return f"declared {data['severity']}: {data['title']}{held}"


def _changed(what: str) -> Callable[[Data], str]:
    def sentence(data: Data) -> str:
        return f"set {what} {data['was'] or 'none'} → {data['now'] or 'none'}"

    return sentence


def _phase(data: Data) -> str:
    without = f" without {', '.join(data['missing'])}" if data.get("missing") else ""
    return f"{_changed('phase')(data)}{without}{_owed(data)}"


def _owed(data: Data) -> str:
    owed = ", ".join(f"{the(to)} were promised word by {_at(at)}" for to, at in data.get("owed", {}).items())
    return f", although {owed}" if owed else ""


def _other(data: Data) -> str:
    return f"{data['ref']} “{data['title']}”"


def _severity(data: Data) -> str:
    words = _changed("severity")(data)
    added = [str(task["task"]) for task in data.get("tasks", ())]
    return f"{words}, which adds task{'s' * (len(added) > 1)} {', '.join(added)}" if added else words


def _task(data: Data) -> str:
    return f"task {data['task']} “{data['title']}”"


def _had(data: Data) -> str:
    return f"{data['was']['owner'] or 'nobody'} had it"


def _task_added(data: Data) -> str:
    owners = " and ".join(filter(None, (data["now"]["owner"], data["name"])))
    return f"added {_task(data)}" + (f" for {owners}" if owners else "")


def _task_claimed(data: Data) -> str:
    before = data["was"]["owner"]
    if before == data["now"]["owner"]:
        return f"went on with {_task(data)}"
    return f"took {_task(data)} from {before}" if before else f"claimed {_task(data)}"


def _theory_moved(data: Data) -> str:
    return f"set the theory “{data['called']}” {data['was']['state']} → {data['now']}"


def bearing(data: Data) -> str:
    """What evidence is about: for “pool exhausted”, against it, or about it."""
    weight = data.get("weight", "neutral")
    return f"{'about' if weight == 'neutral' else weight} “{data.get('called', '')}”"


def decided(data: Data) -> str:
    """Who decided and why, where that says more than who wrote it; empty otherwise."""
    by = data.get("decided_by")
    who = f"decided by {by}" if by and by != data.get("author") else ""
    return ", ".join(filter(None, (who, f"because {data['why']}" if data.get("why") else "")))


def _note(kind: str, data: Data) -> str:
    if kind == EVIDENCE:
        return f"gave evidence {bearing(data)}"
    more = decided(data) if kind == NoteKind.DECISION else ""
    return f"wrote a {kind}, {more}" if more else f"wrote a {kind}"


def the(audience: str) -> str:
    """An audience, as it stands in a sentence."""
    return "the team" if audience == Audience.TEAM else audience


def _at(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%H:%M}Z"


def _drafted(data: Data) -> str:
    inside = data.get("audience", Audience.CUSTOMERS) != Audience.CUSTOMERS
    voids = f", which voids {data['voids']}'s approval" if "voids" in data else ""
    to = f" for {the(data['audience'])}" if inside else ""
    return f"drafted update r{data['revision']}{to}{voids}"


def _how(data: Data) -> str:
    """Who had approved what was published, and when it had been promised if that was earlier."""
    approved = f", approved by {data['approved_by']}" if "approved_by" in data else ""
    return approved + (f", promised for {_at(data['due_at'])}" if "due_at" in data else "")


def _undone(data: Data) -> str:
    return f"undid: {sentence(data['kind'], data['data'], '')}"


_SENTENCES: dict[str, Callable[[Data], str]] = {
    "declared": _declared,
    "renamed": lambda data: f"renamed it from “{data['was']}” to “{data['now']}”",
    "severity": _severity,
    "category": _changed("category"),
    "impact": _changed("impact"),
    "phase": _phase,
    "merged": lambda data: f"merged it into {_other(data)}{_owed(data)}",
    "took-in": lambda data: f"merged {_other(data)} into this one",
    "let-go": lambda data: f"let {_other(data)} go on by itself again",
    "skipped": lambda data: f"left out the step {data['name']}",
    "assigned": _assigned,
    "released": _released,
    "offered": _offered,
    "accepted": _accepted,
    "declined": lambda data: f"declined {data['name']}; {data['from']} keeps it",
    "withdrawn": lambda data: f"withdrew the offer of {data['name']} to {data['to']}; {data['from']} keeps it",
    "role-added": lambda data: f"added the role {data['name']}",
    "retracted": lambda data: f"retracted {data['author']}'s {data['kind']}",
    "draft": _drafted,
    "inside-draft": _drafted,
    "published": lambda data: f"published [{data['phase']}]{_how(data)}",
    "told": lambda data: f"told {the(data['audience'])} [{data['phase']}]{_how(data)}",
    "approval-asked": lambda data: f"asked for an approval of update r{data['revision']}",
    "approved": lambda data: f"approved {data['author']}'s update r{data['revision']}",
    "sent-back": lambda data: f"sent {data['author']}'s update r{data['revision']} back",
    "snoozed": lambda data: f"put off the update for {the(data['audience'])}: {_at(data['was'])} → {_at(data['now'])}",
    "retried": lambda data: f"had what was not sent tried again: {', '.join(data['places'])}",
    "left-out": lambda data: f"left out update #{data['update']} [{data['phase']}] at {data['place']}",
    "task-added": _task_added,
    "task-claimed": _task_claimed,
    "task-given": lambda data: f"gave {_task(data)} to {data['now']['owner']} ({_had(data)})",
    "task-blocked": lambda data: f"blocked {_task(data)}",
    "task-finished": lambda data: f"finished {_task(data)}" + (f", which {data['of']} had" if "of" in data else ""),
    "task-dropped": lambda data: f"dropped {_task(data)}",
    "theory-moved": _theory_moved,
    **{kind: partial(_note, kind) for kind in NOTES},
    "maintenance-moved": lambda data: f"moved the maintenance from {_window(data['was'])} to {_window(data['now'])}",
    "maintenance-ended": lambda data: f"{'ended' if data['started'] else 'called off'} the maintenance {_window(data)}",
    "undone": _undone,
}


def sentence(kind: str, data: Data, text: str) -> str:
    """What happened, in words that follow the author's name; an unknown kind is named plainly."""
    make = _SENTENCES.get(kind)
    try:
        words = make(data) if make else kind.replace("-", " ")
    except (KeyError, TypeError, AttributeError):  # written by another version, or by hand
        words = kind.replace("-", " ")
    return f"{words}: {text}" if text else words
