"""Where the blocks of a page are run: a home, a folder and databases of their own, one block after another."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import tests.postgres
from bench.terminal import Terminal
from tests.docs.commands import ROOT, Commands
from tests.docs.pages import Block
from tests.postgres import PASSWORD, USER, Cluster

_ADDRESS = re.compile(r"postgresql://(\w+)@db\.example\.com/incidents")
_KEYS = {"q": b"q", "Ctrl-C": b"\x03"}
_UNTIL = re.compile(r"(q|Ctrl-C), once it shows: (.+)")
_REMEMBER = "\nexport -p >{folder}/exported\n"


class Sandbox:
    """One reader's machine; what a block exports is there for the blocks after it."""

    def __init__(self, folder: Path, commands: Commands, postgres: Cluster | None) -> None:
        self._state = folder / "state"
        self.here = folder / "here"
        self._fast, self._own = folder / "fast", self.here / ".venv" / "bin"
        for made in (self._state, folder / "home", self._fast, self._own):
            made.mkdir(parents=True)
        self._database = postgres.new_database().rpartition("/")[2] if postgres else ""
        self._postgres = postgres
        for program, module in (("bridgewatch", "tui"), ("sphinx-build", "sphinx"), ("python", "")):
            _program(self._own / program, f"-m {module}" if module else "")
        commands.client(self._fast / "bridgewatch")
        (self._state / "exported").touch()
        self._environment = {
            "HOME": str(folder / "home"),
            "LOGNAME": "ana",
            "EDITOR": "true",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PATH": f"{self._own}:{tests.postgres._installed() / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "SOURCE": str(ROOT),
            **self._postgres_variables(),
        }

    def _postgres_variables(self) -> dict[str, str]:
        if self._postgres is None:
            return {}
        host = str(self._postgres.folder)
        return {"PGHOST": host, "PGPORT": str(self._postgres.port), "PGUSER": "postgres", "PGDATABASE": self._database}

    def run(self, block: Block) -> None:
        """Do what the block says, as bash does. Raises AssertionError with what it said when it fails."""
        until = block.mark("runs until")
        if until is None:
            typed = [line.strip() for line in (block.mark("typed") or "").split(";")]
            self._shell("\n".join((*block.first, block.text)), str(block), typed)
            return
        self._shell("\n".join(block.first), str(block))
        how = _UNTIL.fullmatch(until)
        assert how, f"{block}: {until!r} says neither q nor Ctrl-C, and once it shows what"
        self._in_terminal(block, _KEYS[how[1]], how[2].encode())

    def shell(self, script: str) -> None:
        """Do what a test says besides, as the page's reader would. Raises AssertionError as `run` does."""
        self._shell(script, "the test")

    def _shell(self, script: str, where: str, typed: Sequence[str] = ()) -> None:
        ended = subprocess.run(
            self._bash(script),
            cwd=self.here,
            env={**self._environment, "PATH": f"{self._fast}:{self._environment['PATH']}"},
            input="".join(f"{line}\n" for line in typed if line),
            capture_output=True,
            text=True,
            start_new_session=True,  # without a terminal of its own, a command that asks reads what is typed
        )
        assert ended.returncode == 0, f"{where}: exit code {ended.returncode}\n{script}\n{ended.stdout}{ended.stderr}"

    def _bash(self, script: str) -> list[str]:
        before = f"path=$PATH; source {self._state}/exported; export PATH=$path\n"
        after = _REMEMBER.format(folder=self._state)
        return ["bash", "-euo", "pipefail", "-c", before + self._here(script) + after]

    def _here(self, script: str) -> str:
        """With the database of this sandbox in place of the example's."""
        return _ADDRESS.sub(lambda found: shlex.quote(self._address(found[1])), script)

    def _address(self, login: str) -> str:
        assert self._postgres is not None
        if login == USER:
            password = quote(PASSWORD, safe="")
            return f"postgresql://{login}:{password}@127.0.0.1:{self._postgres.port}/{self._database}"
        host = quote(str(self._postgres.folder), safe="")
        return f"postgresql://{login}@/{self._database}?host={host}&port={self._postgres.port}"

    def _in_terminal(self, block: Block, key: bytes, shows: bytes) -> None:
        with Terminal(self._bash(block.text), environment=self._environment, folder=self.here) as terminal:
            seen = terminal.until(lambda: shows in terminal.raw)
            assert seen, f"{block} does not show {shows!r}:\n{bytes(terminal.raw[-2000:])!r}"
            terminal.send(key)
            code = terminal.process.wait(60)
        assert code in (0, 128 + signal.SIGINT, -signal.SIGINT), f"{block}: exit code {code}"


def needs_postgres(text: str) -> bool:
    return bool(_ADDRESS.search(text))


def _program(file: Path, options: str) -> None:
    file.write_text(f'#!/bin/sh\nexec "{sys.executable}" {options} "$@"\n')
    file.chmod(0o755)
