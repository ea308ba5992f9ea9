"""Processes that write as fast as they can, and one that looks on; each remembers what it was told."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier, Event
from random import Random
from typing import NamedTuple, Protocol
from uuid import UUID, uuid4

from models.board.reader import Reader
from models.incident.declare import Declare
from models.incident.fields import Rename, SetCategory, SetImpact, SetSeverity
from models.incident.merge import Merge
from models.incident.phase import SetPhase
from models.kernel.command import Command
from models.kernel.entry import Done
from models.kernel.failures import Conflict, Refused
from models.kernel.location import Location
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.policy.audience import Audience
from models.policy.phase import Phase
from models.policy.severity import Category, Impact, Severity
from models.policy.theory import TheoryState, Weight
from models.process.commands import SkipStep
from models.roles import book as rolebook
from models.roles.book_check import check
from models.roles.book_versions import import_book
from models.roles.commands import AddRole, Assign, Release, Take
from models.roles.handover import Accept, Decline, Offer, Withdraw
from models.roles.splitting import Split
from models.tasks.commands import AddTask, AssignTask, BlockTask, CancelTask, ClaimTask, CompleteTask
from models.tasks.confirming import Confirm
from models.theories.commands import AddEvidence, SetTheory
from models.timeline.commands import EditNote, Note, RetractNote, Undo
from models.updates.editing import EditDraft, HoldDraft
from models.updates.maintenance import EndMaintenance, Reschedule, Schedule
from models.updates.publishing import Approve, Publish, RequestApproval, RequestChanges
from models.updates.snoozing import Snooze

ROLES = ("incident-manager", "tech-lead", "scribe", "customer-support", "subject-matter-expert")
STEPS = ("categorise", "inform", "diagnose", "resolve", "all-clear", "document")
BOOK = "policy"
PHASES = (Phase.INVESTIGATING, Phase.IDENTIFIED, Phase.MONITORING, Phase.RESOLVED)
WARM = 15
"""How many commands each has done when the time begins, as one has whose desk has been open for a while."""

DEADLINE = 120.0
"""Seconds after which whoever waits for the others gives up."""
LOOK = 0.05
"""Seconds between two looks of whoever looks on."""


class Outcome(NamedTuple):
    """What somebody was told about one command, and when they asked and heard, in seconds of `time.monotonic`."""

    command: UUID
    how: str
    """`done`, `silent` (without an entry), `kept` (a book), `refused` or `conflict`.

    Anything else is the name of a failure that nobody expects.
    """
    began: float
    ended: float
    incident: int = 0
    n: int = 0
    """The number of its entry."""
    words: str = ""
    """Of a failure."""
    timed: bool = True
    """Whether the wait counts: everybody had begun, and had done some before."""


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
    if isinstance(command, HoldDraft):
        return Outcome(command.id, "silent", began, time.monotonic())
    incident = int(done.ref.removeprefix("INC-"))
    return Outcome(command.id, "done", began, time.monotonic(), incident, done.entry.n)


def imported(store: Store, by: str, words: str) -> Outcome:
    """Import another version of a role book."""
    began = time.monotonic()
    command, text = uuid4(), f"{rolebook.shipped(BOOK)}\n# {words}\n"
    try:
        kept = import_book(store, check(text.encode(), BOOK), by)
    except Exception as error:
        return Outcome(command, type(error).__name__, began, time.monotonic(), words=str(error))
    told = f"{kept['key']} {kept['version']} {hashlib.sha256(text.encode()).hexdigest()}"
    return Outcome(command, "kept", began, time.monotonic(), words=told)


@dataclass(slots=True)
class Writer:
    """Draws commands; most are on the first incident of `refs`."""

    name: str
    refs: tuple[str, ...]
    people: tuple[str, ...]
    random: Random
    last_note: int = 1
    """The number of its last note on the first incident."""
    theory: int = 1
    """The number of its last theory there."""
    scheduled: str = "INC-1"
    """Its last maintenance."""

    def draw(self) -> Command:
        (make,) = self.random.choices([make for _, make in _MIX], [often for often, _ in _MIX])
        return make(self)

    def learn(self, command: Command, told: Outcome) -> None:
        """What it says later is about what it has said."""
        if isinstance(command, Note) and command.ref == self.refs[0]:
            self.last_note = told.n
            if command.as_kind is NoteKind.THEORY:
                self.theory = told.n
        if isinstance(command, Schedule):
            self.scheduled = f"INC-{told.incident}"

    @property
    def on(self) -> dict[str, str]:
        """By whom, and on which incident."""
        ref = self.refs[0] if self.random.random() < 0.9 else self.random.choice(self.refs)
        return {"by": self.name, "ref": ref}

    @property
    def first(self) -> dict[str, str]:
        """By whom, on the incident that most is written to."""
        return {"by": self.name, "ref": self.refs[0]}

    @property
    def role(self) -> str:
        return self.random.choice(ROLES)

    @property
    def person(self) -> str:
        return self.random.choice(self.people)

    @property
    def part(self) -> int:
        return self.random.randint(1, 9)

    @property
    def takes(self) -> tuple[str, ...] | None:
        return self.random.choice((None, ("theories",), ("theories", "changes")))

    @property
    def task(self) -> int:
        return self.random.randint(1, 40)

    @property
    def to(self) -> Audience:
        return self.random.choice(list(Audience))

    @property
    def at(self) -> datetime:
        return datetime.now(UTC) + timedelta(hours=self.random.randint(1, 99))

    @property
    def words(self) -> str:
        return f"{self.name} says {self.random.random()}"


_MIX: tuple[tuple[int, Callable[[Writer], Command]], ...] = (
    (60, lambda w: Note(**w.on, text=w.words, as_kind=w.random.choice(list(NoteKind)))),
    (6, lambda w: EditNote(**w.first, n=w.last_note, text=w.words)),
    (3, lambda w: RetractNote(**w.first, n=w.last_note, reason="It was another service")),
    (12, lambda w: Undo(**w.on)),
    (12, lambda w: Take(**w.on, role=w.role)),
    (8, lambda w: Take(**w.on, role=w.role, saw=())),
    (12, lambda w: Assign(**w.on, role=w.role, person=w.person)),
    (8, lambda w: Release(**w.on, role=w.role)),
    (12, lambda w: Offer(**w.on, role=w.role, person=w.person, brief=w.words)),
    (8, lambda w: Accept(**w.on, role=w.role)),
    (4, lambda w: Decline(**w.on, role=w.role, word="At lunch")),
    (4, lambda w: Withdraw(**w.on, role=w.role)),
    (1, lambda w: AddRole(**w.on, name="Tech Lead", label=f"part {w.part}", takes=w.takes)),
    (2, lambda w: Split(**w.on, duty="theories", role=f"tech-lead/part-{w.part}")),
    (6, lambda w: Confirm(**w.on)),
    (8, lambda w: AddTask(**w.on, title=w.words, role=w.random.choice((None, *ROLES)))),
    (16, lambda w: ClaimTask(**w.on, number=w.task)),
    (6, lambda w: AssignTask(**w.on, number=w.task, person=w.person)),
    (6, lambda w: BlockTask(**w.on, number=w.task, reason=w.words)),
    (6, lambda w: CompleteTask(**w.on, number=w.task)),
    (3, lambda w: CancelTask(**w.on, number=w.task, reason=w.words)),
    (16, lambda w: EditDraft(**w.on, title="Payments fail", text=w.words, audience=w.to)),
    (6, lambda w: EditDraft(**w.on, title="Payments", text=w.words, audience=w.to, saw=w.random.randint(0, 40))),
    (3, lambda w: HoldDraft(**w.on, audience=w.to, open=w.random.random() < 0.5)),
    (6, lambda w: Publish(**w.on, audience=w.to)),
    (4, lambda w: RequestApproval(**w.on)),
    (4, lambda w: Approve(**w.on)),
    (2, lambda w: RequestChanges(**w.on, word="Say since when")),
    (3, lambda w: Snooze(**w.on, minutes=w.random.randint(1, 600), audience=w.to)),
    (8, lambda w: SetTheory(**w.first, n=w.theory, state=w.random.choice(list(TheoryState)))),
    (8, lambda w: AddEvidence(**w.first, n=w.theory, weight=w.random.choice(list(Weight)), text=w.words)),
    (3, lambda w: SkipStep(**w.on, step=w.random.choice(STEPS), reason=w.words)),
    (1, lambda w: Schedule(by=w.name, title=w.words, text="We upgrade", starts_at=w.at, lasts=60, affects=("API",))),
    (1, lambda w: Reschedule(by=w.name, ref=w.scheduled, text="Later", starts_at=w.at, lasts=30)),
    (1, lambda w: EndMaintenance(by=w.name, ref=w.scheduled, text="It is not needed")),
    (1, lambda w: Merge(by=w.name, ref=w.random.choice(w.refs[1:]), into=w.refs[0])),
    (4, lambda w: SetPhase(**w.on, phase=w.random.choice(PHASES))),
    (6, lambda w: SetSeverity(**w.on, severity=w.random.choice(list(Severity)), reason="seen again")),
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
        for _ in range(WARM):
            outcomes.append(asked(store, writer.draw())._replace(timed=False))
        start.wait(DEADLINE)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if writer.random.random() < 0.005:
                outcomes.append(imported(store, writer.name, writer.words))
                continue
            command = writer.draw()
            told = asked(store, command)
            outcomes.append(told)
            if told.how == "done":
                writer.learn(command, told)
                if writer.random.random() < 0.05:
                    outcomes.append(asked(store, command))
    answer.send(outcomes)


def claim(address: str, name: str, ref: str, tasks: range, start: Barrier, answer: Connection) -> None:
    """Claim one task after the other at the same moment as everybody else, and answer with every outcome."""
    outcomes = []
    with closing(Store(Location.parse(address))) as store:
        store.open(create=False)
        asked(store, ClaimTask(by=name, ref=ref, number=0))  # there is none; the way is known from then on
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
            with store.reading(Reader) as read:
                changed = read.changed_since(ticket)
                ticket = read.ticket()
                for row in changed:
                    new = read.since(row.id, known.get(row.id, 0))
                    seen += [Seen(row.id, entry.n, entry.kind, entry.text, entry.author) for entry in new]
                    known[row.id] = row.version
    answer.send(seen)
