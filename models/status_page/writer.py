"""Writes the site: what others link to first, the pages with the links last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from models.status_page.api import Api
from models.status_page.feeds import feeds
from models.status_page.files import Folder
from models.status_page.manifest import Manifest
from models.status_page.page import page
from models.status_page.pages import Pages
from models.status_page.public_data import Published
from models.status_page.seen import Page
from models.status_page.words import words


class Site:
    """A site in a folder; `url` is where it is served, for feeds and programs, and may be empty."""

    def __init__(self, folder: Path, *, name: str, url: str = "", language: str = "en") -> None:
        self._folder = Folder(folder)
        self._name = name
        self._url = url.rstrip("/")
        self._language = language
        self._pages = Pages(name=name, language=language)
        self._made = Manifest(self._folder, (name, language))
        self._known = False
        """Whether it is known what the folder holds."""

    def write(self, published: Published, now: datetime) -> tuple[Page, int]:
        """Bring every file up to date; returns the page, and how many files were written.

        Raises Refused for a folder that holds files of others, and OSError where it cannot be written.
        """
        if not self._known or not self._folder.taken:
            self._folder.take()
            self._made.load()
        self._known = False  # what fails halfway was not made
        current = page(published, now)
        written = self._folder.put(self._files(current))
        if written:
            self._made.save()
        self._known = True
        return current, written

    def _files(self, current: Page) -> Iterator[tuple[str, bytes]]:
        yield from self._pages.still()
        yield from self._made.changed(self._pages.incidents(current))
        yield from self._made.changed(self._pages.history(current))
        said = words(self._language)
        yield from feeds(current, name=self._name, url=self._url, words=said, content=self._pages.fed)
        yield from Api(current, name=self._name, url=self._url, words=words("en")).files()
        yield from self._pages.front(current)
