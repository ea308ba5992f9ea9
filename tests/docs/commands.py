"""`bridgewatch` for blocks that run many of it: one process loads the program once, and each command is a fork of it.

A block's shell starts `client`, which hands its arguments, folder, environment and streams to that process, and ends
with the exit code of the fork. A start of its own would cost each command several times as long.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from subprocess import PIPE, Popen
from types import TracebackType
from typing import Self

from tui import cli

ROOT = Path(__file__).parents[2]

_CLIENT = """\
#!{python} -SE
import json, os, socket, sys
asked = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
with socket.socket(socket.AF_UNIX) as line:
    line.connect({address!r})
    socket.send_fds(line, [len(asked).to_bytes(4, "big")], [0, 1, 2])
    line.sendall(asked)
    answer = line.recv(1)
sys.exit(answer[0] if answer else "the command ended without an exit code")
"""


class Commands:
    """The process; as a context manager it ends with it."""

    def __init__(self, folder: Path) -> None:
        self._address = folder / "s"
        self._process = Popen(
            [sys.executable, "-m", __name__, str(self._address)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def client(self, file: Path) -> None:
        """Write the program that a block calls."""
        file.write_text(_CLIENT.format(python=sys.executable, address=str(self._address)))
        file.chmod(0o755)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()


def _serve(address: str) -> None:
    for module in ("tui", "tui.cli", "tui.commands", "models.kernel.store", "sqlalchemy", "psycopg"):
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a fork ended: it has told its client
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()
        print("ready", flush=True)
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                _answer(line)
            line.close()


def _answer(line: socket.socket) -> None:
    """Be the command that a client asks for, to its end."""
    code = 70
    try:
        size, streams, _, _ = socket.recv_fds(line, 4, 3)
        asked = b""
        while len(asked) < int.from_bytes(size, "big"):
            asked += line.recv(65_536)
        arguments, folder, environment = json.loads(asked)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        code = _run(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        line.sendall(bytes([code]))
        os._exit(code)


def _run(arguments: list[str]) -> int:
    try:
        return cli.main(arguments)
    except SystemExit as end:  # --help
        return int(end.code or 0)


if __name__ == "__main__":
    _serve(sys.argv[1])
