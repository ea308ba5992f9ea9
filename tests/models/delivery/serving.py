"""A place that updates are sent to, on loopback, and all that has arrived there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

LONG = 30.0
"""Nobody waits this long: it only bounds how a failure hangs."""


@dataclass(frozen=True)
class Arrived:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    """By their names in small letters."""
    body: Any
    """What its JSON said."""


Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
"""A status, what is said as JSON (bytes: as it is), and headers."""


class Server:
    """Answers as `answer` says; 200 at first."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.answer: Callable[[Arrived], Answer] = lambda asked: (200, {})
        self._news = threading.Condition()
        serving = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = LONG

            def handle_any(self) -> None:
                given = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Arrived(self.command, self.path, headers, json.loads(given) if given else None)
                serving._hear(asked)
                status, said, *more = serving.answer(asked)
                content = said if isinstance(said, bytes) else json.dumps(said).encode()
                try:
                    self.send_response(status)
                    for name, value in (more[0] if more else {}).items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:  # whoever asked is gone
                    self.close_connection = True

            do_GET = do_POST = do_PATCH = handle_any

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _hear(self, asked: Arrived) -> None:
        with self._news:
            self.arrived.append(asked)
            self._news.notify_all()

    def until(self, count: int) -> list[Arrived]:
        """Wait until so many requests have arrived."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.arrived) >= count, LONG)
            return list(self.arrived)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(LONG)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()
