"""What a desk keeps in the user's cache folder: the last known board, and words that could not be saved."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models.kernel import bounded
from models.kernel.location import Location

if TYPE_CHECKING:
    from models.board.views import Board

_MOST_BYTES = 64_000_000
"""A file in the cache that is longer is none of ours."""


KEPT_SECONDS = 86_400
"""How long the words of a form are kept for the next desk: older ones would be taken for new."""


def _name(location: Location, person: str) -> str:
    return hashlib.sha256(f"{location.shown}\0{person}".encode(errors="surrogateescape")).hexdigest()[:16]


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, readable by its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = file.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as open_file:
        open_file.write(data)
    new.replace(file)


class RememberedBoard:
    """Keeps one board per database and person in a file of the cache folder, readable by its owner alone."""

    def __init__(self, folder: Path, location: Location, person: str) -> None:
        self._folder = folder
        self._whose = location, person
        self._unsaved: Board | None = None

    @cached_property
    def _file(self) -> Path:
        return self._folder / f"board-{_name(*self._whose)}.json"

    @property
    def known(self) -> bool:
        """Whether an earlier run has met the database."""
        return os.path.exists(self._file)

    def note(self, board: Board) -> None:
        """The newest board; written at the next save."""
        self._unsaved = board

    def save(self) -> None:
        """Write the newest board, whole or not at all; a cache that cannot be written is done without."""
        if self._unsaved is None:
            return
        import msgspec

        with suppress(OSError):
            _write(self._file, msgspec.json.encode(self._unsaved.but(away=())))
        self._unsaved = None

    def recall(self) -> Board | None:
        """The board of an earlier run; None when there is none, or another version wrote it."""
        try:
            kept = bounded.read(self._file, _MOST_BYTES)
        except OSError:
            return None
        import msgspec

        from models.board.views import Board

        try:
            return msgspec.json.decode(kept, type=Board)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None


class UnsavedDrafts:
    """Keeps, per incident, a draft's words that the database does not have yet: a crash of the terminal loses none."""

    def __init__(self, folder: Path, location: Location, person: str) -> None:
        self._cache = folder
        self._whose = location, person

    @cached_property
    def _folder(self) -> Path:
        return self._cache / f"unsent-{_name(*self._whose)}"

    def keep(self, ref: str, text: str, revision: int) -> bool:
        """`revision`: the draft's that the words were begun on. Whether it could: the disk may be full, too."""
        with suppress(OSError, UnicodeError):
            _write(self._folder / f"{ref}.json", json.dumps({"text": text, "revision": revision}).encode())
            return True
        return False

    def forget(self, ref: str) -> None:
        """They are in the database now."""
        with suppress(OSError):
            (self._folder / f"{ref}.json").unlink(missing_ok=True)

    def kept(self, ref: str) -> tuple[str, int] | None:
        """The words, and the revision that they were begun on."""
        try:
            kept = json.loads(bounded.read(self._folder / f"{ref}.json", _MOST_BYTES))
            return str(kept["text"]), int(kept["revision"])
        except (OSError, RecursionError, ValueError, KeyError, TypeError):
            return None


class UnsavedForms:
    """Keeps what was typed into forms and not sent, whatever ends the desk; without a folder, as long as it lives."""

    def __init__(self, folder: Path | None = None, location: Location | None = None, person: str = "") -> None:
        self._folder = folder / f"unsent-{_name(location, person)}" if folder and location else None
        self._here: dict[str, Mapping[str, str]] = {}

    def keep(self, form: str, answers: Mapping[str, str]) -> None:
        """`form`: what it is for. `answers`: by the fields' names."""
        if self._here.get(form) == answers:
            return
        self._here[form] = dict(answers)
        if (file := self._file(form)) is not None:
            with suppress(OSError, UnicodeError):
                _write(file, json.dumps({"form": form, "answers": self._here[form]}).encode())

    def forget(self, form: str) -> None:
        """It was sent, or says what it said at first."""
        self._here.pop(form, None)
        if (file := self._file(form)) is not None:
            with suppress(OSError):
                file.unlink(missing_ok=True)

    def kept(self, form: str) -> Mapping[str, str]:
        """What this desk keeps of the form; empty: nothing."""
        return self._here.get(form, {})

    def unsent(self) -> dict[str, str]:
        """What this desk keeps: the first words of each form, by what it is for."""
        found = {
            form: " ".join(max(answers.values(), key=len, default="").split()) for form, answers in self._here.items()
        }
        return {form: words for form, words in found.items() if words}

    def left(self, form: str) -> Mapping[str, str]:
        """What an earlier desk left of a form of which this one keeps nothing; it is this one's from now on."""
        file = self._file(form)
        if form in self._here or file is None:
            return {}
        try:
            kept = json.loads(file.read_bytes())
            answers = {str(field): str(answer) for field, answer in kept["answers"].items()}
            if kept["form"] != form or time.time() - file.stat().st_mtime > KEPT_SECONDS:
                return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {}
        self._here[form] = answers
        return answers

    def _file(self, form: str) -> Path | None:
        name = hashlib.sha256(form.encode(errors="replace")).hexdigest()[:16]
        return self._folder / f"form-{name}.json" if self._folder else None
