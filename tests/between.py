"""A network between a client and Postgres that tests can break."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable

from sqlalchemy import make_url

from tests.watching import LONG


class Between:
    """A go-between like a transaction pooler: tells a process id of its own, loses notifications; can also stall."""

    def __init__(self, url: str) -> None:
        self._server = make_url(url)
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        there = self._server.set(port=port, query={"sslmode": "disable", "gssencmode": "disable"})
        self.url = there.render_as_string(hide_password=False)
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def stall(self) -> None:
        self._flowing.clear()

    def __enter__(self) -> "Between":
        return self

    def __exit__(self, *_: object) -> None:
        self._flowing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join(LONG)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            server = socket.create_connection((self._server.host or "", self._server.port or 0))
            with client, server:
                upward = threading.Thread(target=self._pass_up, args=(client, server), daemon=True)
                upward.start()
                with contextlib.suppress(OSError, EOFError):
                    self._pass_down(server, client)
                upward.join(LONG)

    def _pass_up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := client.recv(65536):
                server.sendall(said)
            server.shutdown(socket.SHUT_WR)

    def _pass_down(self, server: socket.socket, client: socket.socket) -> None:
        with server.makefile("rb") as messages:
            while head := messages.read(5):
                kind, length = head[:1], struct.unpack("!I", head[1:])[0]
                body = messages.read(length - 4)
                self._flowing.wait()
                if kind == b"K":
                    body = struct.pack("!I", 1) + body[4:]
                if kind != b"A":
                    client.sendall(head + body)


class Network:
    """Passes everything on, for any number of clients; while it stalls nothing comes through, and nothing breaks."""

    def __init__(self, url: str) -> None:
        self._server = make_url(url)
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.url = self._server.set(port=self._listener.getsockname()[1]).render_as_string(hide_password=False)
        self._start(self._serve)

    def stall(self) -> None:
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def __enter__(self) -> "Network":
        return self

    def __exit__(self, *_: object) -> None:
        self.flow()
        for end in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(LONG)
        for end in (self._listener, *self._ends):
            end.close()

    def _start(self, act: Callable[..., None], *known: object) -> None:
        self._threads.append(threading.Thread(target=act, args=known, daemon=True))
        self._threads[-1].start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection((self._server.host or "", self._server.port or 0))
                self._ends += (client, server)
                self._start(self._pass_on, client, server)
                self._start(self._pass_on, server, client)

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := here.recv(65536):
                self._flowing.wait()
                there.sendall(said)
        with contextlib.suppress(OSError):
            there.shutdown(socket.SHUT_WR)
