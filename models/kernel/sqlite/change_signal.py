"""Doorbells: a Unix datagram socket per desk, in a folder beside the SQLite database.

A ring says only "look now"; what happened is read from the database. A lost ring costs one poll. A bell's name begins
with its desk's label, so that others can tell whose desk is open.
"""

from __future__ import annotations

import os
import secrets
import socket
import stat
from contextlib import suppress

from models.kernel.presence import label
from models.kernel.sqlite import sharing


def bells_of(database: str | os.PathLike[str]) -> str:
    """The folder that holds the doorbells of a database, the same one whatever links lead to the database."""
    return os.path.realpath(database) + ".desks"


def ring(database: str | os.PathLike[str], besides: str | None = None) -> None:
    """Wake every desk on this database but the one whose `Doorbell.address` is `besides`.

    Call it after COMMIT. It never blocks and never raises, and takes away the bells of desks that died.
    """
    folder = bells_of(database)
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
        bell.setblocking(False)
        for name in os.listdir(folder):
            address = f"{folder}/{name}"
            if name.startswith(".") or address == besides:
                continue
            try:
                bell.sendto(b"", address)
            except ConnectionRefusedError:
                _remove_socket(address)
            except OSError:
                continue


def listening(database: str | os.PathLike[str]) -> list[str]:
    """The labels of whoever listens on this database; wakes nobody, and takes away the bells of desks that died.

    Raises OSError where no bell can be.
    """
    folder = bells_of(database)
    found = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
        for name in os.listdir(folder):
            address = f"{folder}/{name}"
            if name.startswith("."):
                continue
            try:
                bell.connect(address)
            except ConnectionRefusedError:
                _remove_socket(address)
            except FileNotFoundError:
                continue
            else:
                found.append(name.partition("-")[0])
    return found


class Doorbell:
    """This desk's bell. Raises OSError where no socket can be: path too long, folder not writable, no such thing."""

    address: str
    """Where to ring; give it to `ring` to leave this desk alone."""

    def __init__(self, database: str | os.PathLike[str], person: str | None = None) -> None:
        """`person`: whose desk it is; None: it is no desk."""
        folder = bells_of(database)
        _make_folder(folder, database)
        name = f"{label(person)}-{secrets.token_urlsafe(4)}"
        hidden, self.address = f"{folder}/.{name}", f"{folder}/{name}"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            self._socket.setblocking(False)
            self._socket.bind(hidden)
            # Whoever writes may ring, and it is the folder that says who may enter.
            os.chmod(hidden, 0o666)  # noqa: S103
            # Between bind's making the file and its answering there, a ringer would take it for a dead one.
            os.rename(hidden, self.address)
        except OSError:
            self._socket.close()
            with suppress(OSError):
                os.unlink(hidden)
            raise

    def fileno(self) -> int:
        return self._socket.fileno()

    def hush(self) -> None:
        """Take every ring that has come."""
        with suppress(BlockingIOError):
            while True:
                self._socket.recv(1)

    def close(self) -> None:
        self._socket.close()
        with suppress(OSError):
            os.unlink(self.address)


def _make_folder(folder: str, database: str | os.PathLike[str]) -> None:
    with suppress(FileExistsError):
        os.mkdir(folder, 0o700)
        sharing.like(folder, database, folder=True)


def _remove_socket(address: str) -> None:
    """An ordinary file refuses connections too, and is not ours to remove."""
    with suppress(OSError):
        if stat.S_ISSOCK(os.lstat(address).st_mode):
            os.unlink(address)
