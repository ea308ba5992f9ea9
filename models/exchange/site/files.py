"""Puts files in place whole: whoever reads one meanwhile gets the old or the new, never a part."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from models.failures import Refused

MARK = ".bridgewatch-site"
"""Lies in a folder that a site was written to, and says that it may be written to again."""

_NEW = ".bridgewatch-new-"


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
                        f"{self.path} holds files that are not this page's.",
                        "Choose an empty folder; files of yours can join the page there later.",
                    )
                self.put(MARK, b"Bridgewatch writes its published page to this folder.\n")
        except FileExistsError:
            raise Refused(f"{self.path} is no folder.", "Give the path of a folder.") from None

    def put(self, path: str, content: bytes) -> bool:
        """Put a file there, if it is not there already as it should be; says whether it was written."""
        file = self.path / path
        with suppress(FileNotFoundError):
            if file.read_bytes() == content:
                return False
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(prefix=_NEW, dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fchmod(opened.fileno(), 0o644)  # a web server runs as somebody else
                os.fsync(opened.fileno())
            os.replace(new, file)
        except BaseException:
            with suppress(OSError):
                os.unlink(new)
            raise
        return True
