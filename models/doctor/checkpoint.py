"""One short seal over the history of every incident, which can be kept where nobody reaches who rewrites the database.

It reads TIME-ENTRIES-DIGEST. The digest is the first half of the SHA-256 of a line for each incident, in the order of
their numbers: its number, how many of its entries come before the first that was recorded after TIME, and the seal of
the last of these. So it stays the same however much is recorded later, and can be worked out again at any time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from models.doctor.report import Finding

SETTLED = timedelta(minutes=1)
"""What was recorded so long ago is there: nothing with an earlier time is still on its way to the database."""

_FORM = re.compile(r"\b(\d{8}T\d{6}Z)-(\d+)-([0-9a-f]{32})\b")
_TIME = "%Y%m%dT%H%M%SZ"


class Checkpoint:
    """The seal up to a time, while entries are read: incident after incident, each in the order of its entries."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._entries = 0
        self._digest = hashlib.sha256()

    @property
    def seal(self) -> str:
        return f"{self.until:{_TIME}}-{self._entries}-{self._digest.hexdigest()[:32]}"

    def add(self, incident: int, n: int, seal: str) -> None:
        """Entry n is the last one of the incident that it covers; 0: it covers none."""
        if n:
            self._entries += n
            self._digest.update(f"{incident} {n} {seal}\n".encode())


class Checkpoints:
    """Several seals at once, from one reading."""

    def __init__(self, untils: Iterable[datetime]) -> None:
        self._covers = [Checkpoint(until) for until in sorted({*untils})]
        self._next = 0

    def entry(self, incident: int, n: int, recorded_at: datetime, before: str) -> None:
        """Before each entry, with the seal of the one before it."""
        while self._next < len(self._covers) and recorded_at > self._covers[self._next].until:
            self._covers[self._next].add(incident, n - 1, before)
            self._next += 1

    def end(self, incident: int, n: int, last: str) -> None:
        """After the last entry of an incident."""
        for cover in self._covers[self._next :]:
            cover.add(incident, n, last)
        self._next = 0

    def seals(self) -> dict[datetime, str]:
        return {cover.until: cover.seal for cover in self._covers}


def until(now: datetime) -> datetime:
    """Up to when a seal that is made now covers the history."""
    return (now.astimezone(UTC) - SETTLED).replace(microsecond=0)


def read(words: str) -> list[str]:
    """The seals in these words, the earliest first."""
    found = {match[0] for match in _FORM.finditer(words)}
    return sorted(seal for seal in found if _readable(seal))


def moment(seal: str) -> datetime:
    """Up to when it covers the history."""
    return datetime.strptime(seal.partition("-")[0], _TIME).replace(tzinfo=UTC)


def covered(seal: str) -> str:
    """What a seal is over, in words."""
    count = int(seal.split("-")[1])
    return f"{'entry' if count == 1 else f'{count:,} entries'} recorded before {_shown(seal)}"


def compared(kept: Iterable[str], found: dict[datetime, str]) -> tuple[list[str], list[Finding]]:
    """Those up to which nothing was changed, and a finding for the earliest that tells otherwise."""
    unchanged: list[str] = []
    for seal in kept:
        now = found[moment(seal)]
        if now != seal:
            since = f", and after {_shown(unchanged[-1])}" if unchanged else ""
            then, here = (each.split("-")[1] for each in (seal, now))
            return unchanged, [
                Finding(
                    "kept",
                    f"The history before {_shown(seal)} does not match checkpoint {seal}:"
                    f" it has {here} entries, and had {then}.",
                    f"An entry recorded before then{since} was changed, deleted or added later. If there is no other"
                    " finding, all hashes were computed again. (A clock that was set back can also cause additional"
                    " entries.)",
                    "Keep a copy of this database, and compare it with a backup of about that time.",
                )
            ]
        unchanged.append(seal)
    return unchanged, []


def _shown(seal: str) -> str:
    return f"{moment(seal):%Y-%m-%d %H:%M:%S}Z"


def _readable(seal: str) -> bool:
    try:
        moment(seal)
    except ValueError:
        return False
    return True
