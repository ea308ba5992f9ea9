"""Whether another distribution has put files over ours: any may bring a `models`, `screens` or `tui` of its own.

Installers let the last one win, without a word. What was installed is listed in RECORD, with a size for each file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_PACKAGES = ("models", "screens", "tui")
"""What this distribution brings, by the names that they have at the top."""

FOLDER = Path(__file__).parent.parent
"""Where they are installed, unless this is a checkout."""

EXIT_CODE = 2

_NAME = "bridgewatch"
_SHOWN = 5
"""How many files are named; the others are counted."""


class Strangers(NamedTuple):
    """What is not as it was installed."""

    files: tuple[str, ...]
    """Files of ours that are gone, or of another size."""
    owners: tuple[str, ...]
    """The distributions that say that these are theirs, with their versions."""

    def __str__(self) -> str:
        files = ", ".join(self.files[:_SHOWN])
        if len(self.files) > _SHOWN:
            files += f" and {len(self.files) - _SHOWN} more"
        if self.owners:
            said = f"Files of Bridgewatch were overwritten by {' and '.join(self.owners)}: {files}."
        else:
            said = f"Files of Bridgewatch are missing, or are not those that were installed: {files}."
        remedy = "Install Bridgewatch in an environment of its own, as `pipx install` and `uv tool install` do."
        return f"{said} {remedy}"


def suspected(folder: Path = FOLDER) -> bool:
    """Whether a look at two files says that something is wrong; a start costs no more than that.

    What brings a package of our name brings its first file, and ours are empty, but that of `tui`.
    """
    try:
        return any(os.stat(folder / name / "__init__.py").st_size for name in _PACKAGES[:2])
    except OSError:
        return True


def strangers(folder: Path = FOLDER) -> Strangers | None:
    """What is wrong with the packages that lie there; None: nothing, or nobody can know, as in a checkout."""
    recorded = next(map(_read, folder.glob(f"{_NAME}-*.dist-info/RECORD")), {})
    changed = tuple(file for file, size in recorded.items() if _changed(folder / file, size))
    if not changed:
        return None
    others = (record for record in sorted(folder.glob("*.dist-info/RECORD")) if _named(record)[0] != _NAME)
    owners = tuple(" ".join(_named(record)) for record in others if not _read(record).keys().isdisjoint(changed))
    return Strangers(changed, owners)


def stop_among_strangers(*, failed: bool) -> None:
    """Say what another distribution has done to our files, and end the program.

    Unless something has `failed`, what somebody mended by hand is no reason to.
    """
    found = strangers()
    if found is not None and (found.owners or failed):
        print(found, file=sys.stderr)
        raise SystemExit(EXIT_CODE)


def _named(record: Path) -> tuple[str, str]:
    """Name and version."""
    name, _, version = record.parent.name.removesuffix(".dist-info").partition("-")
    return name, version


def _read(record: Path) -> Mapping[str, int]:
    """The files of our packages' names that a distribution has installed, with their sizes in bytes."""
    try:
        rows = [line.rsplit(",", 2) for line in record.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError):
        return {}
    known = (row for row in rows if len(row) == 3 and row[2].isdecimal())
    return {file: int(size) for file, _, size in known if file.partition("/")[0] in _PACKAGES}


def _changed(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size != size
    except OSError:
        return True
