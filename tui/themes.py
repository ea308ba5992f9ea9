"""The desk's themes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from textual.theme import Theme

DEFAULT = "bridgewatch-dark"

THEMES = (
    Theme(
        name="bridgewatch-dark",
        primary="#4f8fc0",
        secondary="#8a7fc7",
        accent="#6cc7d9",
        warning="#e0a63c",
        error="#f0685f",
        success="#7dbf72",
        foreground="#d8dce2",
        background="#11151b",
        surface="#181d25",
        panel="#1f2630",
        dark=True,
    ),
    Theme(
        name="bridgewatch-light",
        primary="#2f6ea5",
        secondary="#6a5cb0",
        accent="#0f7285",
        warning="#8a5a00",
        error="#b3261e",
        success="#2f6f2a",
        foreground="#1d2229",
        background="#fbfaf7",
        surface="#f3f1ec",
        panel="#e7e4dc",
        dark=False,
    ),
    # blue, orange and yellow stay apart for every common kind of colour blindness (Okabe and Ito, 2008)
    Theme(
        name="bridgewatch-colour-blind",
        primary="#0072b2",
        secondary="#cc79a7",
        accent="#56b4e9",
        warning="#f0e442",
        error="#e69f00",
        success="#56b4e9",
        foreground="#e6e6e6",
        background="#111111",
        surface="#1a1a1a",
        panel="#242424",
        dark=True,
    ),
    Theme(
        name="bridgewatch-256",
        primary="#5f87af",
        secondary="#8787d7",
        accent="#5fd7d7",
        warning="#ffaf00",
        error="#ff5f5f",
        success="#87d787",
        foreground="#dadada",
        background="#000000",
        surface="#121212",
        panel="#262626",
        dark=True,
    ),
)


class KeptTheme:
    """The theme that somebody chose last, in a file of the cache folder."""

    def __init__(self, folder: Path, *, configured: bool) -> None:
        """`configured`: a setting names a theme, which comes first at every start."""
        self._file = folder / "theme"
        self._configured = configured

    def recall(self) -> str | None:
        """Its name, whatever that is; None: nobody has chosen one."""
        with suppress(OSError, UnicodeError), self._file.open(encoding="utf-8") as file:
            return file.read(_LONGEST).strip() or None
        return None

    def keep(self, name: str) -> str:
        """Keep it for the next start; returns what to tell the user."""
        if self._configured:
            return f"{name}, until you quit: your settings name another theme, which comes first."
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = self._file.with_suffix(f".{os.getpid()}.new")
            new.write_text(f"{name}\n", encoding="utf-8")
            new.replace(self._file)
        except OSError as error:
            return f"{name}, until you quit: it could not be kept ({error.strerror})."
        return f"{name}, also for the next start."


_LONGEST = 100
"""Characters of a name that are read."""
