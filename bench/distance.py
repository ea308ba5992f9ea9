"""A network that takes its time between a client and Postgres, and counts how often the client waits for it."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from types import TracebackType
from typing import Self

from sqlalchemy import make_url

_PARTS = 65_536


class Distance:
    """Passes everything on, `half` seconds later each way, for any number of clients.

    `trips` counts the bursts of clients: whatever one sends after it has heard something begins a new one. A connection
    that is made is one, too. It can only be told where the way is longer than a client thinks.
    """

    def __init__(self, url: str, half: float) -> None:
        server = make_url(url)
        self._server = (server.host or "", server.port or 0)
        self._half = half
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        there = server.set(host="127.0.0.1", port=port).update_query_dict({"sslmode": "disable"})
        self.url = there.render_as_string(hide_password=False)
        self._ends: list[socket.socket] = []
        self.trips = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for end in (self._listener, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                time.sleep(2 * self._half)  # a connection is there when it was answered
                server = socket.create_connection(self._server)
                for end in (client, server):
                    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ends += (client, server)
                self.trips += 1
                heard = threading.Event()
                heard.set()
                self._begin(client, server, heard, up=True)
                self._begin(server, client, heard, up=False)

    def _begin(self, here: socket.socket, there: socket.socket, heard: threading.Event, *, up: bool) -> None:
        parts: queue.Queue[tuple[float, bytes]] = queue.Queue()
        threading.Thread(target=self._take, args=(here, parts, heard, up), daemon=True).start()
        threading.Thread(target=self._give, args=(there, parts, heard, up), daemon=True).start()

    def _take(
        self, here: socket.socket, parts: queue.Queue[tuple[float, bytes]], heard: threading.Event, up: bool
    ) -> None:
        said = b"first"
        while said:
            try:
                said = here.recv(_PARTS)
            except OSError:
                said = b""
            if up and said and said[:1] != b"X" and heard.is_set():
                heard.clear()
                self.trips += 1
            parts.put((time.monotonic() + self._half, said))

    def _give(
        self, there: socket.socket, parts: queue.Queue[tuple[float, bytes]], heard: threading.Event, up: bool
    ) -> None:
        said = b"first"
        while said:
            due, said = parts.get()
            time.sleep(max(0.0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                if not up:
                    heard.set()
                there.sendall(said) if said else there.shutdown(socket.SHUT_WR)
