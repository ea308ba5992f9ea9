"""Why a SQLite file cannot grow: SQLite has one error for a limit, a quota and a broken disk."""

from __future__ import annotations

import errno
import os
import resource
from contextlib import suppress
from pathlib import Path

_STEP = 64 * 1024
"""Bytes; SQLite's files grow by no more at once."""

_UNHARMED = "What is in it is unharmed."


def lacking(path: Path, growth: int = _STEP) -> tuple[str, str] | None:
    """What keeps the file, or one beside it, from growing now, in words, and what to do; None: nothing that shows.

    `growth`: by how many bytes it was to grow at most.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if limit != resource.RLIM_INFINITY and _size(path) + _size(Path(f"{path}-wal")) + growth > limit:
        return (
            f"{path} cannot be written: the limit of your account for the size of a file is reached"
            f" ({limit // 1024} kB; `ulimit -f` shows it).",
            f"{_UNHARMED} Raise the limit in the shell that starts Bridgewatch, then try again.",
        )
    code = _refusal(path)
    if code == errno.EDQUOT:
        return (
            f"{path} cannot be written: the disk quota of your account is used up.",
            f"{_UNHARMED} Delete files of yours on that disk, or ask for a larger quota.",
        )
    if code == errno.ENOSPC:
        return f"The disk of {path} is full.", "Free some disk space."
    if code == errno.EIO:
        return f"{path} cannot be written: its disk reports errors.", "Check the disk, then run `bridgewatch doctor`."
    return None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _refusal(path: Path) -> int | None:
    """The system's number for why a few more bytes in that folder are refused; None: they are not."""
    name = path.with_name(f".bridgewatch-{os.getpid()}.room")
    descriptor = None
    try:
        descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        left = _STEP
        while left > 0:
            left -= os.write(descriptor, bytes(left))
    except OSError as error:
        return error.errno
    finally:
        if descriptor is not None:
            os.close(descriptor)
            with suppress(OSError):
                name.unlink()
    return None
