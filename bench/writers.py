"""Processes that write as fast as they can, and one that looks on; each remembers what it was told."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event
from random import Random
from typing import NamedTuple, Protocol
from uuid import UUID

from models.commands.base import Command
from models.commands.drafts import EditDraft
from models.commands.incidents import Declare, Rename, SetCategory, SetImpact, SetPhase, SetSeverity
from models.commands.offers import Accept, Decline, Offer, Withdraw
from models.commands.publishing import Publish
from models.commands.roles import AddRole, Assign, Release, Take
from models.commands.tasks import AddTask, BlockTask, ClaimTask, DropTask, FinishTask, GiveTask
from models.commands.timeline import Note, Retract, Revise, Undo
from models.failures import Conflict, Refused
from models.location import Location
from models.policy import Category, Impact, NoteKind, Phase, Severity
from models.store import Store
from models.views import Done

ROLES = ("incident-manager", "tech-lead", "scribe", "customer-support", "subject-matter-expert")
PHASES = (Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING, Phase.RESOLVED)
DEADLINE = 120.0
"""Seconds after which whoever waits for the others gives up."""
LOOK = 0.05
"""Seconds between two looks of whoever looks on."""


class Outcome(NamedTuple):
    """What somebody was told about one command, and when they asked and heard, in seconds of `time.monotonic`."""

    command: UUID
    how: str
    """`done`, `refused`, `conflict`; anything else is the name of a failure that nobody expects."""
    began: float
    ended: float
    incident: int = 0
    n: int = 0
    """The number of its entry."""
    words: str = ""
    """Of a failure."""


class Seen(NamedTuple):
    """An entry as whoever looks on met it."""

    incident: int
    n: int
    kind: str
    text: str
    author: str


class Performing(Protocol):
    """What performs commands, as a Store does."""

    def perform(self, command: Command, /) -> Done: ...


def asked(store: Performing, command: Command) -> Outcome:
    """Perform it, and remember what came of it."""
    began = time.monotonic()
    try:
        done = store.perform(command)
    except Conflict as failure:
        return Outcome(command.id, "conflict", began, time.monotonic(), words=str(failure))
    except Refused as failure:
        return Outcome(command.id, "refused", began, time.monotonic(), words=str(failure))
    except Exception as error:
        return Outcome(command.id, type(error).__name__, began, time.monotonic(), words=str(error))
    incident = int(done.ref.removeprefix("INC-"))
    return Outcome(command.id, "done", began, time.monotonic(), incident, done.entry.n)


@dataclass(slots=True)
class Writer:
    """Draws commands; most are on the first incident of `refs`."""

    name: str
    refs: tuple[str, ...]
    people: tuple[str, ...]
    random: Random
    last_note: int = 1
    """The number of its last note on the first incident."""

    def draw(self) -> Command:
        (make,) = self.random.choices([make for _, make in _MIX], [often for often, _ in _MIX])
        return make(self)

    @property
    def on(self) -> dict[str, str]:
        """By whom, and on which incident."""
        ref = self.refs[0] if self.random.random() < 0.9 else self.random.choice(self.refs)
        return {"by": self.name, "ref": ref}

    @property
    def role(self) -> str:
        return self.random.choice(ROLES)

    @property
    def person(self) -> str:
        return self.random.choice(self.people)

    @property
    def task(self) -> int:
        return self.random.randint(1, 40)

    @property
    def words(self) -> str:
        return f"{self.name} says {self.random.random()}"


_MIX: tuple[tuple[int, Callable[[Writer], Command]], ...] = (
    (60, lambda w: Note(**w.on, text=w.words, as_kind=w.random.choice(list(NoteKind)))),
    (6, lambda w: Revise(by=w.name, ref=w.refs[0], n=w.last_note, text=w.words)),
    (3, lambda w: Retract(by=w.name, ref=w.refs[0], n=w.last_note, reason="It was another service")),
    (12, lambda w: Undo(**w.on)),
    (12, lambda w: Take(**w.on, role=w.role)),
    (8, lambda w: Take(**w.on, role=w.role, saw=())),
    (12, lambda w: Assign(**w.on, role=w.role, person=w.person)),
    (8, lambda w: Release(**w.on, role=w.role)),
    (12, lambda w: Offer(**w.on, role=w.role, person=w.person, brief=w.words)),
    (8, lambda w: Accept(**w.on, role=w.role)),
    (4, lambda w: Decline(**w.on, role=w.role, word="At lunch")),
    (4, lambda w: Withdraw(**w.on, role=w.role)),
    (1, lambda w: AddRole(**w.on, name="Tech Lead", label=f"part {w.random.randint(1, 9)}")),
    (8, lambda w: AddTask(**w.on, title=w.words, role=w.random.choice((None, *ROLES)))),
    (16, lambda w: ClaimTask(**w.on, number=w.task)),
    (6, lambda w: GiveTask(**w.on, number=w.task, person=w.person)),
    (6, lambda w: BlockTask(**w.on, number=w.task, reason=w.words)),
    (6, lambda w: FinishTask(**w.on, number=w.task)),
    (3, lambda w: DropTask(**w.on, number=w.task, reason=w.words)),
    (12, lambda w: EditDraft(**w.on, title="Payments fail", text=w.words)),
    (4, lambda w: EditDraft(**w.on, title="Payments fail", text=w.words, saw=w.random.randint(0, 40))),
    (4, lambda w: Publish(**w.on)),
    (4, lambda w: SetPhase(**w.on, phase=w.random.choice(PHASES))),
    (6, lambda w: SetSeverity(**w.on, severity=w.random.choice(list(Severity)))),
    (2, lambda w: SetCategory(**w.on, category=w.random.choice(list(Category)))),
    (2, lambda w: SetImpact(**w.on, impact=w.random.choice(list(Impact)))),
    (2, lambda w: Rename(**w.on, title=w.words)),
    (1, lambda w: Declare(by=w.name, title=w.words, severity=Severity.P3)),
)  # fmt: skip
"""How often, and what."""


def write(address: str, writer: Writer, seconds: float, start: Barrier, answer: Connection) -> None:
    """Write for so long, and answer with every outcome. One command in twenty is sent a second time, as a retry is."""
    outcomes: list[Outcome] = []
    with closing(Store(Location.parse(address))) as store:
        store.open(create=False)
        start.wait(DEADLINE)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            command = writer.draw()
            outcomes.append(asked(store, command))
            told = outcomes[-1]
            if told.how == "done":
                if isinstance(command, Note) and command.ref == writer.refs[0]:
                    writer.last_note = told.n
                if writer.random.random() < 0.05:
                    outcomes.append(asked(store, command))
    answer.send(outcomes)


def claim(address: str, name: str, ref: str, tasks: range, start: Barrier, answer: Connection) -> None:
    """Claim one task after the other at the same moment as everybody else, and answer with every outcome."""
    outcomes = []
    with closing(Store(Location.parse(address))) as store:
        store.open(create=False)
        for number in tasks:
            command = ClaimTask(by=name, ref=ref, number=number)
            start.wait(DEADLINE)
            outcomes.append(asked(store, command))
    answer.send(outcomes)


def look_on(address: str, over: Event, start: Barrier, answer: Connection) -> None:
    """Read what is new again and again, as a desk does, and answer with every entry in the order it was met."""
    seen: list[Seen] = []
    known: dict[int, int] = {}
    ticket = -1
    with closing(Store(Location.parse(address))) as store:
        store.open(create=False)
        start.wait(DEADLINE)
        last = False
        while not last:
            last = over.wait(LOOK)
            with store.reading() as read:
                changed = read.changed_since(ticket)
                ticket = read.ticket()
                for row in changed:
                    new = read.since(row.id, known.get(row.id, 0))
                    seen += [Seen(row.id, entry.n, entry.kind, entry.text, entry.author) for entry in new]
                    known[row.id] = row.version
    answer.send(seen)
