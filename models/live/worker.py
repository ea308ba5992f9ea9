"""A thread that does one job after another."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

Job = Callable[[], None]


class Worker:
    """Does jobs in the order in which they are put, from any thread.

    `begin` is the first thing that it does. `rest` is called where no job has come for `rest_seconds()` seconds, and
    once at the end. `failed` is told what nobody has foreseen; the worker goes on.
    """

    def __init__(
        self,
        name: str,
        *,
        begin: Job,
        rest: Job,
        rest_seconds: Callable[[], float],
        failed: Callable[[Exception], None],
    ) -> None:
        self._begin = begin
        self._rest = rest
        self._rest_seconds = rest_seconds
        self._failed = failed
        self._jobs: queue.Queue[Job | None] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def put(self, job: Job) -> None:
        """Do it after the jobs that were put before."""
        self._jobs.put(job)

    def stop(self) -> None:
        """Finish what was put before, and end; returns at once."""
        self._jobs.put(None)

    def join(self, timeout: float) -> None:
        """Wait for the end, in seconds."""
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _work(self) -> None:
        self._begin()
        while True:
            try:
                job = self._jobs.get(timeout=self._rest_seconds())
            except queue.Empty:
                self._rest()
                continue
            if job is None:
                break
            try:
                job()
            except Exception as error:  # a desk whose thread is gone would look live for ever
                self._failed(error)
        self._rest()
