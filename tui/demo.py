"""A desk among made-up colleagues, on a database of its own that is gone when the desk is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, NamedTuple

from models.board.reader import Reader
from models.imports import statuspage
from models.incident.declare import Declare
from models.incident.fields import SetCategory, SetImpact, SetSeverity
from models.incident.phase import SetPhase
from models.kernel.command import IncidentCommand
from models.kernel.failures import Failure
from models.kernel.location import Location
from models.kernel.store import Store
from models.roles.commands import AddRole, Assign, Take
from models.timeline.commands import Note
from models.updates.editing import EditDraft
from models.updates.publishing import Approve, Publish, RequestApproval
from tui.app import Bridgewatch, made
from tui.settings import Settings

COLLEAGUES = ("ana", "bo", "cy", "dee")

CHECKOUT, SEARCH = "checkout", "search"
"""The two incidents of the demo."""

Wait = Callable[[float], bool]
"""Lets so many seconds pass; True when the play is over."""


class Act(NamedTuple):
    """Something that a colleague does."""

    after: float
    """Seconds since the act before."""
    on: str
    by: str
    command: type[IncidentCommand]
    fields: Mapping[str, Any]


def _note(after: float, by: str, kind: str, text: str, on: str = CHECKOUT) -> Act:
    return Act(after, on, by, Note, {"as_kind": kind, "text": text})


def _take(after: float, by: str, role: str, on: str = CHECKOUT) -> Act:
    return Act(after, on, by, Take, {"role": role, "saw": ()})


def _typed(by: str, title: str, text: str, phase: str, states: Mapping[str, str], on: str = CHECKOUT) -> Iterator[Act]:
    """A draft as somebody types it, a few words at a time."""
    words = text.split(" ")
    for end in range(4, len(words), 4):
        yield Act(1.5, on, by, EditDraft, {"text": " ".join(words[:end])})
    yield Act(1.5, on, by, EditDraft, {"title": title, "text": text, "phase": phase, "components": states})


_ASKED = (
    Act(1.5, CHECKOUT, "cy", RequestApproval, {}),
    Act(1.5, CHECKOUT, "bo", Approve, {}),
)
"""What customers read of a P1 is looked at by somebody else first; so is the first update after it is lowered."""

SEARCH_SO_FAR = (
    Act(60, SEARCH, "bo", SetCategory, {"category": "performance"}),
    Act(20, SEARCH, "bo", SetPhase, {"phase": "investigating"}),
    _take(60, "cy", "communications-manager", SEARCH),
    _note(240, "bo", "theory", "The nightly reindex has not finished and competes with queries", SEARCH),
    *_typed(
        "cy",
        "Searching is slow",
        "Searching takes longer than usual. Results are complete. We are investigating.",
        "investigating",
        {"Search": "degraded"},
        SEARCH,
    ),
    Act(30, SEARCH, "cy", Publish, {}),
    _note(300, "bo", "action", "Paused the reindex; median back from 4 s to 900 ms", SEARCH),
    Act(30, SEARCH, "bo", SetPhase, {"phase": "monitoring"}),
)
"""What has happened to the slow search before the desk opens."""

CHECKOUT_SO_FAR = (
    _note(40, "dee", "customer", "Three shops report a 502 when they pay by card"),
    Act(30, CHECKOUT, "ana", SetCategory, {"category": "functionality"}),
    Act(20, CHECKOUT, "ana", SetPhase, {"phase": "investigating"}),
    _take(60, "bo", "tech-lead"),
    _note(120, "bo", "note", "Only the card path fails; vouchers go through"),
)
"""What has happened to the checkout before the desk opens; customers have been told nothing, and should have been."""

LIVE = (
    _note(2, "dee", "customer", "Support counts 14 tickets about card payments"),
    _take(2, "dee", "scribe"),
    _note(2, "bo", "theory", "The payment pool is exhausted since deploy 4512"),
    Act(2, CHECKOUT, "ana", SetImpact, {"impact": "most"}),
    _take(2, "cy", "communications-manager"),
    *_typed(
        "cy",
        "Some card payments fail",
        "Some card payments fail at the checkout with an error. No customer is charged twice. "
        "We are investigating. Next update within 20 minutes.",
        "investigating",
        {"Checkout": "partial outage", "Card payments": "major outage"},
    ),
    _note(3, "bo", "note", "Pool at 200 of 200 connections on all four hosts"),
    *_ASKED,
    Act(3, CHECKOUT, "cy", Publish, {}),
    Act(3, CHECKOUT, "ana", AddRole, {"name": "tech-lead", "label": "database"}),
    Act(3, CHECKOUT, "bo", Assign, {"role": "tech-lead/database", "person": "ana", "saw": ()}),
    _note(3, "ana", "note", "Longest query runs for 11 minutes: the fraud check's lookup"),
    _note(3, "dee", "customer", "Tickets: 31, two of them from large shops"),
    _note(3, "bo", "theory", "Deploy 4512 dropped the index that the fraud check needs"),
    _note(3, "bo", "decision", "Roll back 4512; it has no schema change"),
    Act(3, CHECKOUT, "bo", SetPhase, {"phase": "identified", "saw": "investigating"}),
    _note(3, "bo", "action", "Rollback started on the first host"),
    *_typed(
        "cy",
        "Some card payments fail",
        "We have identified the cause of the failing card payments and are rolling back a change. "
        "Payments are recovering step by step. No data is lost.",
        "identified",
        {"Checkout": "partial outage", "Card payments": "partial outage"},
    ),
    _note(3, "bo", "action", "First host healthy: 0 errors in 500 payments. Rolling back the other three"),
    *_ASKED,
    Act(3, CHECKOUT, "cy", Publish, {}),
    _take(3, "dee", "customer-support-lead"),
    _note(3, "ana", "note", "The slow query is gone; pool at 60 of 200"),
    _note(3, "bo", "note", "No slow query in the last ten minutes", SEARCH),
    Act(3, CHECKOUT, "ana", SetImpact, {"impact": "some", "saw": "most"}),
    _note(3, "dee", "customer", "The first shop that reported it can take cards again"),
    _note(3, "bo", "action", "All four hosts are back on 4511"),
    Act(3, CHECKOUT, "bo", SetPhase, {"phase": "monitoring", "saw": "identified"}),
    Act(3, CHECKOUT, "ana", SetSeverity, {"severity": "P2", "saw": "P1", "reason": "one shop in ten is left"}),
    *_typed(
        "cy",
        "Some card payments fail",
        "Card payments work again. We are monitoring the results.",
        "monitoring",
        {"Checkout": "operational", "Card payments": "degraded"},
    ),
    *_ASKED,
    Act(3, CHECKOUT, "cy", Publish, {}),
    _note(3, "dee", "note", "New tickets: none in five minutes"),
    _note(3, "ana", "decision", "An index may only be dropped with a query plan attached; for the post-mortem"),
    _note(20, "bo", "note", "Pool at 40 of 200, error rate 0.01 %"),
    _note(30, "dee", "customer", "28 of 31 tickets answered and closed"),
    _note(30, "bo", "note", "No change: error rate 0.01 %"),
    _note(45, "ana", "note", "The reindex will run tonight at low priority", SEARCH),
    _note(60, "bo", "note", "Nothing new. Resolve it with p when you are satisfied"),
)
"""What the colleagues do while somebody looks on: much for two minutes, then little."""


def run(settings: Settings) -> Bridgewatch:
    """Open the desk among them; returns it when it is left, and leaves nothing behind."""
    with TemporaryDirectory(prefix="bridgewatch-demo-", ignore_cleanup_errors=True) as folder:
        location = Location.file(Path(folder) / "demo.db")
        app = made(replace(settings, database=location, cache=Path(folder) / "cache"))
        refs = prepare(location, settings.me, datetime.now(UTC))
        over = Event()
        colleagues = Thread(target=_live, args=(location, refs, over.wait), name="bridgewatch-demo", daemon=True)
        colleagues.start()
        try:
            app.run()
        finally:
            over.set()
            colleagues.join()
    return app


def prepare(location: Location, me: str, now: datetime) -> dict[str, str]:
    """Fill a new database: real history of a status page, and two incidents under way, one of them `me` manages.

    Returns their refs, by CHECKOUT and SEARCH.
    """
    clock = _Clock(now - timedelta(minutes=50))
    with closing(Store(location, clock=clock)) as store:
        store.open()
        statuspage.load(store, files("models.imports").joinpath("githubstatus-incidents.json").read_bytes(), "dee")
        refs = {SEARCH: store.perform(Declare(by="bo", title="Search is slow", severity="P2")).ref}
        play(store, SEARCH_SO_FAR, refs, clock.move)
        clock.now = now - timedelta(minutes=9)
        refs[CHECKOUT] = store.perform(Declare(by="ana", title="Checkout returns 502", severity="P1", manager=me)).ref
        play(store, CHECKOUT_SO_FAR, refs, clock.move)
    return refs


def play(store: Store, acts: Iterable[Act], refs: Mapping[str, str], wait: Wait) -> None:
    """Do one act after another. What somebody else was faster with is left out, and their draft is left alone."""
    for act in acts:
        if wait(act.after):
            return
        fields = dict(act.fields)
        with suppress(Failure):
            if act.command in (EditDraft, RequestApproval, Approve, Publish):
                fields["saw"] = _revision(store, refs[act.on])
            store.perform(act.command(by=act.by, ref=refs[act.on], **fields))


def _revision(store: Store, ref: str) -> int:
    """The draft's, as a colleague sees it; -1, which fits none, when it is somebody else's."""
    with store.reading(Reader) as read:
        draft = read.incident(int(ref.removeprefix("INC-"))).draft
    owners = {draft.open_by, draft.edited_by if draft.text else None}
    return draft.revision if owners <= {None, *COLLEAGUES} else -1


def _live(location: Location, refs: Mapping[str, str], wait: Wait) -> None:
    with closing(Store(location)) as store, suppress(Failure):
        store.open(create=False)
        play(store, LIVE, refs, wait)


class _Clock:
    """The clock of what has happened so far."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> bool:
        self.now += timedelta(seconds=seconds)
        return False
