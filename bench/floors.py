"""The least that it takes one process to hear of another one's commit: a listener in a process of its own."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg

_DOORBELL = """
import socket, sqlite3, sys, time
database, bell = sys.argv[1:]
listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listening.bind(bell)
connection = sqlite3.connect(database)
connection.execute("PRAGMA data_version").fetchone()
print("ready", flush=True)
while listening.recv(1) is not None:
    connection.execute("PRAGMA data_version").fetchone()
    print(time.perf_counter(), flush=True)
"""
_NOTIFY = """
import sys, time, psycopg
connection = psycopg.connect(sys.argv[1], autocommit=True)
connection.execute("LISTEN bench")
print("ready", flush=True)
for _ in connection.notifies():
    print(time.perf_counter(), flush=True)
"""


def heard_through_doorbell(path: Path, runs: int) -> list[float]:
    """Milliseconds from the start of a raw SQLite transaction until another process heard of it."""
    bell = f"{path}.bell"
    with closing(sqlite3.connect(path)) as connection, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ringer:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE raw (text text)")
        connection.commit()

        def write() -> None:
            connection.execute("INSERT INTO raw VALUES ('x')")
            connection.commit()
            ringer.sendto(b"", bell)

        return _heard([sys.executable, "-c", _DOORBELL, str(path), bell], write, runs)


def heard_through_notify(url: str, runs: int) -> list[float]:
    """Milliseconds from the start of a raw Postgres transaction until another process heard of it."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE heard (text text)")
        connection.commit()

        def write() -> None:
            connection.execute("INSERT INTO heard VALUES ('x')")
            connection.execute("NOTIFY bench")
            connection.commit()

        return _heard([sys.executable, "-c", _NOTIFY, url], write, runs)


def _heard(listener: list[str], write: Callable[[], None], runs: int) -> list[float]:
    took = []
    with subprocess.Popen(listener, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is None:
            raise RuntimeError("no pipe")
        process.stdout.readline()
        for _ in range(runs):
            start = time.perf_counter()
            write()
            took.append((float(process.stdout.readline()) - start) * 1000)
        process.kill()
    return took
