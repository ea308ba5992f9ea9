"""The documented way to a database of a team, to the letter, on two servers that take nobody without a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from psycopg import sql

from tests.docs.commands import Commands
from tests.docs.pages import TEAM, Block, blocks
from tests.docs.sandbox import Sandbox
from tests.postgres import USER, Cluster

SUPERUSER = "super-s password"
PEOPLE = {"postgres": SUPERUSER, "kim": "kim-s password", "ana": "ana-s password"}
"""The passwords of the logins; those of kim and ana are typed where the page says so."""

OLD, NEW = "db.example.com", "newdb.example.com"


class Network(Sandbox):
    """A reader's machine, and a server by each name."""

    def __init__(self, folder: Path, commands: Commands, servers: dict[str, Cluster]) -> None:
        super().__init__(folder, commands, None)
        self.servers = servers
        lines = (f"127.0.0.1:*:*:{login}:{password}" for login, password in PEOPLE.items())
        passwords = folder / "home" / ".pgpass"
        passwords.write_text("".join(f"{line}\n" for line in lines))
        passwords.chmod(0o600)

    def _here(self, script: str) -> str:
        for name, server in self.servers.items():
            script = re.sub(rf"--host {re.escape(name)}\b", f"--host 127.0.0.1 --port {server.port}", script)
            script = re.sub(rf"@{re.escape(name)}/", f"@127.0.0.1:{server.port}/", script)
        return script

    def asks(self, name: str, login: str, question: str, password: str = "") -> list[tuple[object, ...]]:
        """What the server by that name answers to a login of the page."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.servers[name].port,
            user=login,
            password=password or PEOPLE[login],
            dbname="incidents",
        ) as connection:
            return connection.execute(question.encode()).fetchall()


def server() -> Cluster:
    """As it is installed: a superuser with a password, scram for all who come over the network, and nothing else."""
    cluster = Cluster(fsync=True)
    cluster.start()
    cluster.administer(sql.SQL("ALTER ROLE postgres PASSWORD {}").format(sql.Literal(SUPERUSER)))
    cluster.administer(sql.SQL("DROP ROLE {}").format(sql.Identifier(USER)))
    return cluster


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with ExitStack() as stack:
        commands = stack.enter_context(Commands(Path(stack.enter_context(TemporaryDirectory()))))
        servers = {}
        for name in (OLD, NEW):
            servers[name] = server()
            stack.callback(servers[name].close)
        yield Network(tmp_path, commands, servers)


def under(heading: str) -> list[Block]:
    """The blocks of that part of the page, in their order."""
    lines = TEAM.read_text(encoding="utf-8").splitlines()
    begins = lines.index(heading) + 1
    ends = next((n for n, line in enumerate(lines[begins:], begins) if line.startswith("## ")), len(lines))
    return [block for block in blocks(TEAM, "sh") if begins <= block.line <= ends]


TIMELINE = "SELECT n, seal FROM entries ORDER BY incident_id, n"
ROLES = (
    "SELECT rolname::text FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')"
    " AND rolname LIKE 'bridgewatch%' ORDER BY rolname"
)


def test_every_step_from_an_empty_server_to_a_new_one(network: Network) -> None:
    parts = [line for line in TEAM.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    done = [block for part in parts for block in under(part)]
    assert [*under("# A team database on Postgres"), *done] == blocks(TEAM, "sh")
    for block in under("# A team database on Postgres"):
        network.run(block)
    for part in parts[:5]:
        for block in under(part):
            network.run(block)
    methods = "SELECT DISTINCT auth_method FROM pg_hba_file_rules WHERE type = 'host' AND database = '{all}'"
    assert network.asks(OLD, "postgres", methods) == [("scram-sha-256",)]
    for login in ("kim", "ana"):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            network.asks(OLD, login, "SELECT 1", "not this one")
    assert network.asks(OLD, "ana", ROLES) == [("bridgewatch_observer",), ("bridgewatch_responder",)]
    recorded = network.asks(OLD, "ana", TIMELINE)
    assert len(recorded) == 1
    for block in under("## Back up"):
        network.run(block)
    for block in under("## Restore on a new server"):
        network.run(block)
    assert network.asks(NEW, "ana", TIMELINE) == recorded
    assert network.asks(NEW, "ana", ROLES) == [("bridgewatch_observer",), ("bridgewatch_responder",)]
    assert network.asks(NEW, "kim", "SELECT login FROM logins ORDER BY login") == [("ana",), ("kim",)]
    assert network.asks(NEW, "postgres", "SELECT 1") == [(1,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        network.asks(NEW, "ana", "DELETE FROM entries RETURNING n")
    write = "BRIDGEWATCH_DATABASE=postgresql://ana@newdb.example.com/incidents bridgewatch note INC-1"
    network.shell(f'{write} "on the new server"')
    with pytest.raises(AssertionError, match="it cannot write as bo"):
        network.shell(f'{write} "not mine" --as bo')
    for part in ("## Restore in the same place", "## Upgrades"):
        for block in under(part):
            network.run(block)
    assert network.asks(NEW, "ana", TIMELINE) == recorded
    network.shell("bridgewatch grants --check && bridgewatch doctor")


def test_who_may_not_make_the_backup_is_told_so_by_the_page(network: Network) -> None:
    """The page says that responders cannot: the counters of the tables are not theirs to read."""
    for part in (
        "## 1. Create the database and the first admin",
        "## 2. Create the tables",
        "## 3. Set the permissions",
    ):
        for block in under(part):
            network.run(block)
    network.run(under("## 4. Create a login for each person")[0])
    with pytest.raises(AssertionError, match="sequence"):
        network.shell('pg_dump --file=x.dump "postgresql://ana@db.example.com/incidents"')


def test_owners_of_a_dump_are_refused_as_the_page_says(network: Network) -> None:
    """Without --no-owner and --no-privileges, the login that owns the new database cannot restore."""
    for part in (
        "## 1. Create the database and the first admin",
        "## 2. Create the tables",
        "## 3. Set the permissions",
        "## Back up",
    ):
        for block in under(part):
            network.run(block)
    network.run(under("## Restore on a new server")[0])
    address = "postgresql://kim@newdb.example.com/incidents"
    with pytest.raises(AssertionError, match="permission denied for schema public"):
        network.shell(f"pg_restore --exit-on-error --dbname={address} incidents.dump")
