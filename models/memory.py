"""The last known board, kept in the user's cache folder, for the times when the database is down at the start."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from models.location import Location

if TYPE_CHECKING:
    from models.views import Board


class Memory:
    """Keeps one board per database and person in a file of the cache folder, readable by its owner alone."""

    def __init__(self, folder: Path, location: Location, person: str) -> None:
        name = hashlib.sha256(f"{location.shown}\0{person}".encode()).hexdigest()[:16]
        self._file = folder / f"board-{name}.json"
        self._unsaved: Board | None = None

    def note(self, board: Board) -> None:
        """The newest board; written at the next save."""
        self._unsaved = board

    def save(self) -> None:
        """Write the newest board, whole or not at all; a cache that cannot be written is done without."""
        if self._unsaved is None:
            return
        from pydantic import TypeAdapter

        from models.views import Board

        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            new = self._file.with_suffix(f".{os.getpid()}.new")
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(TypeAdapter(Board).dump_json(self._unsaved))
            new.replace(self._file)
        self._unsaved = None

    def recall(self) -> Board | None:
        """The board of an earlier run; None when there is none, or another version wrote it."""
        try:
            kept = self._file.read_bytes()
        except OSError:
            return None
        from pydantic import TypeAdapter, ValidationError

        from models.views import Board

        try:
            return TypeAdapter(Board).validate_json(kept)
        except ValidationError:
            return None
