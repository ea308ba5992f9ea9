"""What the tests of both watches share."""

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import models.kernel.watch
from models.kernel.watch import Heard, Watch

LONG = 60.0
"""Nobody waits this long: it only bounds how a failure hangs."""

NEVER = 3600.0

ROOT = Path(models.kernel.watch.__file__).parents[2]


def in_another_process(program: str, *arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-c", program, *arguments], check=True, cwd=ROOT)


@contextlib.contextmanager
def beside_another_process(program: str, *arguments: str | Path) -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=ROOT) as process:
        yield
    assert process.returncode == 0


def closed_while_waiting(watch: Watch) -> Heard:
    heard: queue.Queue[Heard | None] = queue.Queue()

    def listen() -> None:
        heard.put(None)
        heard.put(watch.wait(NEVER))

    assert watch.wait(LONG) is Heard.CHANGED
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    heard.get(timeout=LONG)
    watch.close()
    listener.join(LONG)
    answer = heard.get(timeout=LONG)
    assert answer is not None
    return answer
