"""Copies text to where the user can paste it: the terminal's clipboard, or tmux's buffer."""

from __future__ import annotations

import os
from asyncio import create_subprocess_exec, wait_for
from asyncio.subprocess import DEVNULL, PIPE
from base64 import b64encode
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App

_MOST = 74_994
"""The most characters of base64 that every terminal takes that knows OSC 52 at all; xterm has the smallest limit."""

_SECONDS = 2.0
"""How long tmux may take."""


async def copied(app: App[Any], text: str) -> str | None:
    """Copy the text; returns where it is now, or None if it is too long for a terminal."""
    if os.environ.get("TMUX"):
        for more, where in ((("-w",), "the clipboard and tmux's buffer"), ((), "tmux's buffer")):
            if await _loaded(text, *more):  # tmux before 3.2 has no -w
                return where
    if len(b64encode(text.encode())) > _MOST:
        return None
    app.copy_to_clipboard(text)
    return "the clipboard, if your terminal allows it (OSC 52)"


async def _loaded(text: str, *more: str) -> bool:
    """Whether tmux has taken it."""
    try:
        process = await create_subprocess_exec(
            "tmux", "load-buffer", *more, "-", stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL
        )
    except OSError:
        return False
    try:
        await wait_for(process.communicate(text.encode()), _SECONDS)
    except (TimeoutError, OSError):
        process.kill()
        await process.wait()
    return process.returncode == 0
