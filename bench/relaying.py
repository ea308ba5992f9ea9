"""`python -m bench relay`: two relays on one outbox, one of them killed while it sends; what arrived, and how often."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from argparse import ArgumentParser, Namespace
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from bench.outside import outside
from bench.place import ROOT, Place, environment, place
from models.delivery import setup as place_setup
from models.delivery.destinations import NewDestination
from models.incident.declare import Declare
from models.kernel.location import Location
from models.kernel.store import Store
from models.updates.editing import EditDraft
from models.updates.publishing import Publish
from tests.postgres import Cluster

DEADLINE = 180.0
"""Seconds after which a run is given up."""

WHO = "X-Relay"
"""The header in which a relay says which one it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of one run."""

    database: str
    published: int
    arrived: int
    """Requests that the place got."""
    lost: int
    """Updates that never came."""
    twice: int
    """Updates that came more than once, each time under its one key."""
    out_of_order: int
    """Incidents whose updates came in another order for the first time."""
    by_killed: int
    by_other: int
    a_second: float
    """Updates that arrived a second while both relays ran."""
    made_up_after: float
    """Seconds from the kill until what was under way arrived again."""

    @property
    def wrong(self) -> bool:
        return bool(self.lost or self.twice > 1 or self.out_of_order)


class Hook:
    """A place on loopback that remembers what came, when, and from whom; it holds one request until it is told."""

    def __init__(self, hold_at: int) -> None:
        self.arrived: list[tuple[float, str, str, str, str]] = []
        """When, the key, the incident, the text, and which relay."""
        self.held = threading.Event()
        self.killed = threading.Event()
        self.killed_at = 0.0
        self._hold_at = hold_at
        self._lock = threading.Lock()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                hook.take(body, self.headers["Idempotency-Key"], self.headers[WHO])
                try:
                    self.send_response(204)
                    self.end_headers()
                except OSError:  # who asked has been killed
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def take(self, body: dict[str, Any], key: str, who: str) -> None:
        with self._lock:
            self.arrived.append((monotonic(), key, body["incident"]["id"], body["update"]["text"], who))
            holds = who == "first" and len(self.arrived) >= self._hold_at and not self.held.is_set()
            if holds:
                self.held.set()
        if holds:
            self.killed.wait(DEADLINE)

    def kill(self, relay: subprocess.Popen[bytes]) -> None:
        """Kill the relay whose request is held, as soon as it is."""
        if self.held.wait(DEADLINE):
            relay.kill()
            relay.wait()
        self.killed_at = monotonic()
        self.killed.set()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def main(arguments: Sequence[str]) -> int:
    """Run, print what came of it, and return 1 if something was lost, doubled needlessly or out of order."""
    options = _options(arguments)
    runs = []
    with ExitStack() as stack:
        new_postgres = None
        if not options.sqlite_only:
            new_postgres = stack.enter_context(Cluster(fsync=True)).new_database
        here = stack.enter_context(place(options.disk, new_postgres))
        for kind in ("sqlite",) if options.sqlite_only else ("sqlite", "postgres"):
            runs.append(run(here, kind, options.updates, options.incidents))
            print(_told(runs[-1]))
    if options.json:
        options.json.write_text(json.dumps([asdict(each) for each in runs], indent=1) + "\n")
    return int(any(each.wrong for each in runs))


def run(here: Place, kind: str, updates: int, incidents: int) -> Run:
    """Publish so many updates on so many incidents, half of them before two relays begin; kill the first of these."""
    location = here.empty(kind)
    hook = Hook(hold_at=updates // 2)
    with closing(Store(location)) as store, closing(hook):
        store.open()
        with store.acting("ana") as tx:
            known = {"address": hook.address, "headers": {WHO: "{relay-name}"}}
            place_setup.add(tx, NewDestination(key="hook", kind="webhook", **known))
        refs = [
            store.perform(Declare(by="ana", title=f"Incident {number}", severity="P2")).ref
            for number in range(incidents)
        ]
        _publish(store, refs, 0, updates // 2)
        with _relay(here, location, "first") as first, _relay(here, location, "second"):
            killer = threading.Thread(target=hook.kill, args=(first,))
            began = monotonic()
            killer.start()
            _publish(store, refs, updates // 2, updates)
            killer.join(DEADLINE)
            end = monotonic() + DEADLINE
            while _unsent(location) and monotonic() < end:
                sleep(0.2)
    return _judged(kind, hook, updates, began)


def _publish(store: Store, refs: Sequence[str], start: int, end: int) -> None:
    for number in range(start, end):
        ref = refs[number % len(refs)]
        store.perform(EditDraft(by="ana", ref=ref, text=f"{number:06}", title="It is slow"))
        store.perform(Publish(by="ana", ref=ref))


@contextmanager
def _relay(here: Place, location: Location, name: str) -> Iterator[subprocess.Popen[bytes]]:
    known = {**environment(here.name("home")), "BRIDGEWATCH_SECRET_RELAY_NAME": name}
    arguments = [sys.executable, "-m", "tui", "--database", location.url, "--as", "ana", "relay"]
    with subprocess.Popen(arguments, env=known, cwd=ROOT, stderr=subprocess.DEVNULL) as relay:
        try:
            yield relay
        finally:
            relay.terminate()


def _unsent(location: Location) -> int:
    with outside(location) as base:
        return base.number("SELECT count(*) FROM deliveries WHERE state <> 'sent'")


def _judged(kind: str, hook: Hook, updates: int, began: float) -> Run:
    killed = hook.killed_at
    times = Counter(key for _, key, *_ in hook.arrived)
    order: defaultdict[str, list[str]] = defaultdict(list)
    for _, _, incident, text, _ in hook.arrived:
        if text not in order[incident]:
            order[incident].append(text)
    again = [at for at, key, *_ in hook.arrived if times[key] > 1 and at > killed]
    before = [at for at, *_ in hook.arrived if at < killed]
    return Run(
        database=kind,
        published=updates,
        arrived=len(hook.arrived),
        lost=updates - len({text for _, _, _, text, _ in hook.arrived}),
        twice=sum(count > 1 for count in times.values()),
        out_of_order=sum(texts != sorted(texts) for texts in order.values()),
        by_killed=sum(who == "first" for *_, who in hook.arrived),
        by_other=sum(who == "second" for *_, who in hook.arrived),
        a_second=len(before) / (killed - began),
        made_up_after=max(again) - killed if again else float("nan"),
    )


def _told(run: Run) -> str:
    return (
        f"{run.database}: {run.published} published, {run.arrived} arrived ({run.by_killed} from the relay that was"
        f" killed, {run.by_other} from the other); {run.lost} lost, {run.twice} twice under one key,"
        f" {run.out_of_order} incidents out of order; {run.a_second:.0f} a second; what was under way came again"
        f" {run.made_up_after:.0f} s after the kill"
    )


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m bench relay", description="Two relays, one killed while it sends.")
    add = parser.add_argument
    add("--updates", type=int, default=400, help="how many are published")
    add("--incidents", type=int, default=20, help="on how many incidents")
    add("--json", type=Path, metavar="FILE", help="write what came of it there, too")
    add("--disk", type=Path, metavar="FOLDER", help="where the SQLite file lies, if not in the temporary folder")
    add("--sqlite-only", action="store_true", help="leave Postgres out")
    return parser.parse_args(arguments)
