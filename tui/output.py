"""The standard output and the standard error, which may be closed, a full disk, or a reader who has left."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from rich.cells import cell_len, set_cell_size

from models.kernel.failures import Failure

_TITLE = 20
"""The narrowest that a terminal makes a title."""


class NotWritten(Failure):
    """What was to be said could not be; the thing itself is done, as it is told last."""

    exit_code = 74

    def __init__(self, reason: str | None) -> None:
        remedy = "What the command changes is changed already. Check where the output goes."
        super().__init__(f"The output cannot be written: {reason or 'it is closed'}.", remedy)


def on_a_terminal() -> bool:
    """Whether a person reads along."""
    return sys.stdout is not None and sys.stdout.isatty()


def put(text: str) -> None:
    """Print it. Raises NotWritten where that cannot be done, and BrokenPipeError where nobody reads it."""
    _write(f"{text}\n")


def put_bytes(content: bytes) -> None:
    """Print it as it is. Raises as `put` does."""
    flush()
    _write(content)


def _write(content: str | bytes) -> None:
    try:
        if sys.stdout is None:
            raise NotWritten(None)
        if isinstance(content, bytes):
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NotWritten(error.strerror) from None


def flush() -> None:
    """See to it that what was printed has got there. Raises as `put` does."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NotWritten(error.strerror) from None


def tell(text: str) -> None:
    """Print it on the standard error, if there is one that takes it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr)


def settle() -> None:
    """Let go of what could not be printed: else Python tries again at its end, and complains."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        _abandon(sys.stdout)


def _abandon(stream: IO[str]) -> None:
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)


def aligned(lines: Sequence[Sequence[str]], gives_way: int | None = None) -> str:
    """Columns as wide as their widest cell; on a terminal, one of them gives way where a line would not fit."""
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    if lines and gives_way is not None and on_a_terminal():
        over = sum(widths) + 2 * (len(widths) - 1) - shutil.get_terminal_size().columns
        widths[gives_way] = max(min(widths[gives_way], _TITLE), widths[gives_way] - max(0, over))
    return "\n".join("  ".join(map(set_cell_size, line, widths)).rstrip() for line in lines)
