"""The desk behind textual-serve, the real one, as a browser hears it."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import aiohttp

from bench.terminal import DEADLINE
from models.kernel.location import Location
from tests.end_to_end.commanding import Desk
from tests.end_to_end.terminals import ROOT, environment

SERVE = """
import sys
from textual_serve.server import Server
Server(sys.argv[1], host="127.0.0.1", port=int(sys.argv[2])).serve()
"""


def desk(location: Location) -> list[str]:
    return [sys.executable, "-m", "tui", "--database", location.url, "--as", "ana"]


@contextmanager
def served(location: Location, home: Path) -> Iterator[str]:
    """The address where browsers hear a desk."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, " ".join(desk(location)), str(port)]
    server = subprocess.Popen(command, env=environment(home, {}), cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while not _listens(port):
            assert server.poll() is None
            Event().wait(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True


async def heard(browser: aiohttp.ClientWebSocketResponse, *words: bytes) -> None:
    """Wait until the desk has drawn all of them."""
    drawn = b""
    while not all(word in drawn for word in words):
        message = await browser.receive(DEADLINE)
        assert message.type is aiohttp.WSMsgType.BINARY, (message, drawn)
        drawn += message.data


async def test_a_desk_in_a_browser(sqlite_location: Location, here: Desk, tmp_path: Path) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1")
    with served(sqlite_location, tmp_path / "home") as address:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{address}/ws?width=120&height=40") as browser,
        ):
            await heard(browser, b"live", b"Checkout returns 502", b"Roster")
            await browser.send_json(["stdin", "n"])
            await heard(browser, b"Add timeline entry")
            await browser.send_json(["stdin", "seen in a browser\r"])
            await heard(browser, b"seen in a browser")
            await browser.send_json(["stdin", "\x1a"])
            await heard(browser, b"cannot be suspended")
            await browser.send_json(["stdin", "n"])
            await browser.send_json(["stdin", "kept\x1bd"])
            await heard(browser, b"Declare incident")
            await browser.send_json(["stdin", "\x1bq"])
            await heard(browser, b"Text that is not sent")
            await browser.send_json(["stdin", "q"])
            while (await browser.receive(DEADLINE)).type is aiohttp.WSMsgType.BINARY:
                pass
    assert "seen in a browser" in here("show", "1").out


def test_a_desk_whose_server_is_gone_ends(sqlite_location: Location, tmp_path: Path) -> None:
    variables = environment(tmp_path / "home", {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"})
    with subprocess.Popen(
        desk(sqlite_location), env=variables, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stdin is not None
        assert running.stdout.readline() == b"__GANGLION__\n"
        running.stdin.close()
        running.stdout.close()
        assert running.wait(DEADLINE) == 0
