"""The time zone that "local" means: TZ's, else this machine's, else UTC.

Its rule of each day counts, not the offset of today: a time in summer that is typed in winter is summer time.
tzlocal knows more systems, but it refuses a machine whose files disagree, and the rules that TZ may spell out.
"""

from __future__ import annotations

import os
import struct
from contextlib import suppress
from datetime import UTC, tzinfo
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

SYSTEM = Path("/etc/localtime")
"""Where Linux and macOS keep the zone of the machine, as a link into their database of zones, or as a copy."""

_NO_TIMES = b"TZif2" + bytes(15) + struct.pack(">6llbb4s", 0, 0, 0, 0, 1, 4, 0, 0, 0, b"UTC\0")
"""A file of a zone (RFC 9636) without any known time: only the rule behind it counts."""


class LocalZone(NamedTuple):
    """What "local" means here."""

    zone: tzinfo
    trouble: str = ""
    """Why it is UTC although nobody said so, as a sentence; empty: it is known."""


def local() -> LocalZone:
    """The zone of whoever asks. TZ may name a zone or a file, or spell out a rule, as POSIX has it."""
    return _local(os.environ.get("TZ"))


@cache
def _local(named: str | None) -> LocalZone:
    if named is not None:
        named = named.removeprefix(":")
        if not named:  # as the C library takes it
            return LocalZone(UTC)
        for read in (_by_name, _by_rule):
            # a folder, a name that leaves the database of zones, a file that is something else
            with suppress(OSError, ValueError, KeyError):
                return LocalZone(read(named))
        return LocalZone(UTC, f"TZ={named[:40]!r} is not a known time zone, so “local” means UTC.")
    with suppress(OSError, ValueError, KeyError):
        return LocalZone(_by_name(str(SYSTEM.resolve(strict=True))))
    return LocalZone(UTC, "This machine has no time zone, so “local” means UTC. Set TZ to choose one.")


def _by_name(name: str) -> tzinfo:
    path = Path(name)
    if not path.is_absolute():
        return ZoneInfo(name)
    _, _, key = name.partition("/zoneinfo/")
    with suppress(OSError, ValueError, KeyError):
        return ZoneInfo(key)
    if not path.is_file():
        raise ValueError(name)
    with path.open("rb") as file:
        return ZoneInfo.from_file(file, key=path.name)


def _by_rule(rule: str) -> tzinfo:
    return ZoneInfo.from_file(BytesIO(_NO_TIMES * 2 + b"\n" + rule.encode("ascii") + b"\n"), key=rule)
