"""Puts files in place whole: whoever reads one meanwhile gets the old or the new, never a part."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

from models.kernel.failures import Refused

MARK = ".bridgewatch-site"
"""Lies in a folder that a site was written to, and says that it may be written to again."""

_NEW = ".bridgewatch-new-"

AT_ONCE = 500
"""How many files are put in place together: each has to reach the disk first, and they go there side by side."""


class Folder:
    """Where a site is written. Nothing in it is ever deleted, and what others put there stays."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def taken(self) -> bool:
        """Whether it is there, and one to write to."""
        return (self.path / MARK).exists()

    def take(self) -> None:
        """Make the folder, or make sure that it is one to write to. Raises Refused for one with files of others."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if not self.taken:
                if any(self.path.iterdir()):
                    raise Refused(
                        f"{self.path} contains files that do not belong to this page.",
                        "Choose an empty folder. You can add your own files later.",
                    )
                self.put([(MARK, b"Bridgewatch writes its published page to this folder.\n")])
        except FileExistsError:
            raise Refused(f"{self.path} is not a folder.", "Enter the path of a folder.") from None

    def put(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Put files there, in this order, where they are not already as they should be; says how many were written."""
        written = 0
        waiting = iter(files)
        while batch := [*islice(waiting, AT_ONCE)]:
            written += self._put_together([(self.path / path, content) for path, content in batch])
        return written

    def _put_together(self, files: list[tuple[Path, bytes]]) -> int:
        new: list[tuple[str, Path]] = []
        try:
            for file, content in files:
                if not _holds(file, content):
                    new.append((_beside(file, content), file))
            with ThreadPoolExecutor(max_workers=8) as pool:
                for _ in pool.map(_flush, [beside for beside, _ in new]):
                    pass
            for beside, file in new:
                os.replace(beside, file)
        except BaseException:
            for beside, _ in new:
                with suppress(OSError):
                    os.unlink(beside)
            raise
        return len(new)


def _holds(file: Path, content: bytes) -> bool:
    try:
        with file.open("rb") as opened:
            return opened.read(len(content) + 1) == content
    except FileNotFoundError:
        return False


def _beside(file: Path, content: bytes) -> str:
    """A new file in the same folder, complete."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=_NEW, dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            os.fchmod(opened.fileno(), 0o644)  # a web server runs as somebody else
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise
    return new


def _flush(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
