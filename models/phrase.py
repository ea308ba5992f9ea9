"""Texts of role books: what keys look like, and words in every language."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, StringConstraints
from pydantic.dataclasses import dataclass

LANGUAGES = ("en", "fr", "pl")
"""The languages that names and duties are written in; the first is the fallback, and no text goes without it."""

STRICT = ConfigDict(extra="forbid")

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Phrase:
    """One text, in English and perhaps in other languages."""

    en: Words
    fr: Words = ""
    pl: Words = ""

    def spoken(self, language: str) -> str:
        """Give the text in `language`, or in English where there is none."""
        return (str(getattr(self, language)) if language in LANGUAGES else "") or self.en

    def every(self) -> tuple[str, ...]:
        """The text in each language that it is given in, English first."""
        return tuple(filter(None, (self.en, self.fr, self.pl)))
