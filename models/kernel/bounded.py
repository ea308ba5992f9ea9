"""Reads no more than something may hold: not every file has an end, and no pipe says how long it will be."""

from __future__ import annotations

import errno
import os
from typing import BinaryIO


def read(path: str | os.PathLike[str], most: int) -> bytes:
    """What the file holds. Raises OSError, whose `strerror` says why, also where that is more than `most` bytes."""
    try:
        with open(path, "rb") as opened:
            return everything(opened, most)
    except ValueError:  # a name that no file can have
        raise OSError(errno.EINVAL, "no file can have this name") from None


def everything(stream: BinaryIO, most: int) -> bytes:
    """What comes until the stream ends. Raises OSError for more than `most` bytes, as soon as they are there."""
    content = stream.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is longer than {most:,} bytes")
    return content
