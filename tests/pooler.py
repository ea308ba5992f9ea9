"""A real PgBouncer for tests, where it is installed, in front of the server of tests/postgres.py.

Its configuration is the default but for what gives it a place and a port of its own.
"""

import os
import random
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from sqlalchemy import URL, make_url

from models.kernel.location import Location
from tests.postgres import PASSWORD, USER, Cluster, account_of_servers
from tests.watching import LONG

_PORTS = range(15_000, 30_000)
USERS = f'"{USER}" "{PASSWORD}"'
_DEBIAN = "/usr/sbin"
"""Not on everybody's path."""


class Pooler:
    """One PgBouncer; as a context manager it is started and ended.

    It knows the `database` of that name (any, by default) and the `users` of its auth_file.
    """

    def __init__(
        self, cluster: Cluster, mode: str, *, database: str = "*", users: str = USERS, **settings: str
    ) -> None:
        program = found()
        if program is None:
            if "CI" in os.environ:
                pytest.fail("PgBouncer is not installed.")
            pytest.skip("PgBouncer is not installed.")
        self._program = program
        self._cluster = cluster
        self._database = database
        self._users = users
        self._settings = {"pool_mode": mode, **settings}
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="bw-pool-"))
        self.port = 0

    def __enter__(self) -> Self:
        for port in random.sample(_PORTS, 20):
            self.port = port
            self._start()
            if self._answers():
                return self
            self._end()
        raise RuntimeError(f"PgBouncer does not start: {self.log}")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()
        shutil.rmtree(self._folder)

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    def url(self, url: str) -> URL:
        """The same database through the pooler."""
        return make_url(url).set(host="127.0.0.1", port=self.port, query={"sslmode": "disable"})

    def location(self, url: str) -> Location:
        return Location.parse(self.url(url).render_as_string(hide_password=False))

    def _start(self) -> None:
        settings = {
            "listen_addr": "127.0.0.1",
            "listen_port": str(self.port),
            "unix_socket_dir": "",
            "auth_file": str(self._folder / "users"),
            **self._settings,
        }
        (self._folder / "users").write_text(f"{self._users}\n")
        (self._folder / "ini").write_text(
            f"[databases]\n{self._database} = host=127.0.0.1 port={self._cluster.port}\n[pgbouncer]\n"
            + "".join(f"{name} = {value}\n" for name, value in settings.items())
        )
        account = account_of_servers()
        if account:
            for path in (self._folder, *self._folder.iterdir()):
                os.chown(path, account["user"], account["group"])
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._program, self._folder / "ini"],
                stdout=log,
                stderr=log,
                cwd="/",
                **account,
            )

    def _answers(self) -> bool:
        """Whether it listens; False: it ended, since the port was taken."""
        assert self._process is not None
        for _ in range(int(LONG * 100)):
            if self._process.poll() is not None:
                return False
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=LONG).close()
            except ConnectionRefusedError:
                try:
                    self._process.wait(0.01)
                except subprocess.TimeoutExpired:
                    continue
            else:
                return True
        return False

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def found() -> str | None:
    """Where the program is; None: it is not installed."""
    return shutil.which("pgbouncer", path=os.pathsep.join((os.environ.get("PATH", ""), _DEBIAN)))
