"""Secrets of places: from the environment or the system's keyring, never from the database.

The database says only a secret's name, and a name reaches no other variable than one that was meant for Bridgewatch:
whoever may write to the database could otherwise have every desk send what its environment holds.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from urllib.parse import quote

from models.kernel.text import clean

PREFIX = "BRIDGEWATCH_SECRET_"
SERVICE = "bridgewatch"
"""What a keyring keeps them under, with the secret's name as the user."""

_SHORTEST, _SHORTEST_PART = 4, 8
"""Shorter ones, and shorter parts of one that is a whole address, are not hidden: they would be found in every word."""

_BETWEEN = re.compile(r"[\s/:@?&=,;#]+")


def variable(name: str) -> str:
    """The environment variable that holds the secret: `chat-token` is in BRIDGEWATCH_SECRET_CHAT_TOKEN."""
    return PREFIX + name.upper().replace("-", "_")


def secrets(names: Iterable[str]) -> dict[str, str]:
    """Those of these secrets that are there."""
    found = {name: os.environ.get(variable(name)) or _kept(name) for name in names}
    return {name: value for name, value in found.items() if value}


def missing(names: Iterable[str], found: Iterable[str]) -> str:
    """What to set, in words; empty: nothing is missing."""
    return " and ".join(variable(name) for name in names if name not in set(found))


def _kept(name: str) -> str | None:
    try:
        import keyring
    except ImportError:  # an optional part of the installation
        return None
    try:
        kept: str | None = keyring.get_password(SERVICE, name)
    except Exception:  # a locked keyring, or none at all, is a secret that is not there
        return None
    return kept


def hidden(words: str, known: Iterable[str]) -> str:
    """The words without the secrets or their parts, on one line, as they may be kept and shown."""
    for secret in sorted({part for each in known for part in _parts(each)}, key=len, reverse=True):
        for form in (secret, quote(secret), quote(secret, safe="")):
            words = words.replace(form, "…")
    # half a character, which an answer may hold, could not be stored
    return clean(words.encode(errors="replace").decode(), lines=False)[:300]


def _parts(secret: str) -> list[str]:
    """A secret may be a whole address, of which a library names one part."""
    parts = [part for part in _BETWEEN.split(secret) if len(part) >= _SHORTEST_PART]
    return [secret, *parts] if len(secret) >= _SHORTEST else []
