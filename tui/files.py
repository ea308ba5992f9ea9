"""What somebody gives a verb to read: a file, or what is piped in."""

from __future__ import annotations

import sys
from pathlib import Path

from tui.settings import Usage


def given(file: str, most: int | None = None) -> bytes:
    """The bytes of the file, `-` for what is piped in; of one longer than `most`, one more. Raises Usage."""
    size = -1 if most is None else most + 1
    try:
        if file == "-":
            return sys.stdin.buffer.read(size)
        with Path(file).open("rb") as opened:
            return opened.read(size)
    except OSError as error:
        raise Usage(f"{file} cannot be read: {error.strerror}.", "Enter the path of a file, or -.") from None
