"""Remembers in a site's folder what its many pages say, so that a later write makes anew only those that changed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from importlib.resources import files

import msgspec

from models.kernel import bounded
from models.status_page.files import Folder
from models.status_page.pages import PageFiles
from models.status_page.words import LANGUAGES

KEPT = ".bridgewatch-made"
"""The file with it: of each part a fingerprint, which tells a reader no more than the pages do."""

_MOST_BYTES = 256_000_000
"""A longer one is not ours: pages of ten thousand incidents take a fiftieth of it."""

_TOPS = ("", *(f"{language}/" for language in LANGUAGES))

_PACKAGE = files("models.status_page")


class Manifest:
    """What a folder holds, as far as it was made with the same `settings` by the same version of the program."""

    def __init__(self, folder: Folder, settings: tuple[str, ...]) -> None:
        self._folder = folder
        self._maker = _fingerprint((settings, *sources()))
        self._parts: dict[str, str] = {}
        self._said: dict[str, object] = {}
        """What this program has made or looked at itself, because to compare it is cheaper than its fingerprint."""

    def load(self) -> None:
        """Read what an earlier write left; what it left incomplete, or somebody deleted since, counts as not made."""
        self._parts, self._said = {}, {}
        try:
            kept = json.loads(bounded.read(self._folder.path / KEPT, _MOST_BYTES))
            if kept["maker"] == self._maker:
                self._parts = {path: said for path, said in kept["parts"].items() if self._there(path)}
        except (OSError, RecursionError, ValueError, TypeError, KeyError, AttributeError):
            return

    def _there(self, path: str) -> bool:
        return all(os.path.exists(f"{self._folder.path}/{top}{path}index.html") for top in _TOPS)

    def changed(self, parts: Iterable[PageFiles]) -> Iterator[tuple[str, bytes]]:
        """The files of those that say something else than before, each noted as made once the next is asked for."""
        for part in parts:
            if self._said.get(part.path) == part.says:
                continue
            fingerprint = _fingerprint(part.says)
            if self._parts.get(part.path) != fingerprint:
                yield from part.files()
                self._parts[part.path] = fingerprint
            self._said[part.path] = part.says

    def save(self) -> None:
        """Call it when all that was changed lies in the folder."""
        document = {"maker": self._maker, "parts": self._parts}
        self._folder.put([(KEPT, json.dumps(document, indent=0).encode())])


def _fingerprint(said: object) -> str:
    return blake2b(msgspec.msgpack.encode(said), digest_size=12).hexdigest()


def sources() -> Iterator[bytes]:
    """All that pages are made with: templates, words, and the code itself."""
    for folder in (_PACKAGE, _PACKAGE.joinpath("templates"), _PACKAGE.joinpath("words")):
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.is_file():
                yield file.read_bytes()
