"""Public ids, and what is public about a scheduled maintenance."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

ORIGIN = "statuspage:"
"""Before the id that an imported page had given something; it keeps that id, so that links to it go on working."""

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH = 12


def public_id(key: str, what: str, number: int | str, origin: str | None = None) -> str:
    """Twelve lower-case letters and digits, as Statuspage has them: always the same, and telling nothing.

    `key` is the database's own, so that nobody counts incidents from outside.
    """
    if origin is not None and origin.startswith(ORIGIN):
        return origin.removeprefix(ORIGIN)
    digest = int.from_bytes(hmac.digest(key.encode(), f"{what}:{number}".encode(), hashlib.sha256))
    letters = []
    for _ in range(_LENGTH):
        digest, letter = divmod(digest, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedWindow:
    """When a maintenance is."""

    starts_at: datetime
    ends_at: datetime
    components: tuple[str, ...]
    canceled_at: datetime | None
    went_wrong: bool
    """It is being worked on as an open incident, and does not end by itself."""
