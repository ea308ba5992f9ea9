"""Whether a SQLite file's owner, or its group, can use it and all that lies beside it, and whether nobody else can."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from models.doctor.report import Finding
from models.kernel.sqlite.change_signal import bells_of

_FILES = ("-wal", "-shm", ".lock")


def modes(path: Path) -> Iterator[Finding]:
    """Of the file, its folder, and what SQLite and Bridgewatch keep beside it. Raises OSError."""
    path = path.resolve()
    folder = path.parent
    beside = [each for ending in _FILES if (each := Path(f"{path}{ending}")).exists()]
    bells = [each for each in (Path(bells_of(path)),) if each.exists()]
    if all(_mode(above) & 0o001 for above in (folder, *folder.parents)):
        yield from _readable([path, *beside])
    if all(_mode(above) & 0o001 for above in folder.parents):
        yield from _writable([folder, *bells])
    if _mode(path) & 0o020:
        yield from _together(path, folder, beside, bells)
    else:
        yield from _alone(path, folder, [*beside, *bells])


def _readable(files: list[Path]) -> Iterator[Finding]:
    """To those who can get to their folder."""
    for file in files:
        can = [word for word, bit in (("read", 0o004), ("change", 0o002)) if _mode(file) & bit]
        if can:
            yield Finding(
                "modes",
                f"Every user on this machine can {' and '.join(can)} {file} ({_shown(file)}).",
                "Incident data is open to people outside the team.",
                f"chmod o= {quote(str(file))}",
            )


def _writable(folders: list[Path]) -> Iterator[Finding]:
    for folder in folders:
        if _mode(folder) & 0o002:
            yield Finding(
                "modes",
                f"Every user on this machine can create files in {folder} ({_shown(folder)}).",
                "Another user could replace files that SQLite or Bridgewatch create there.",
                f"chmod o= {quote(str(folder))}"
                + ("" if not _mode(folder) & stat.S_ISVTX else ", or move the database to a folder of its own"),
            )


def _together(path: Path, folder: Path, beside: list[Path], bells: list[Path]) -> Iterator[Finding]:
    """The file is its group's."""
    group = path.stat().st_gid
    called = _group(group)
    for each in (folder, *bells):
        wanted = stat.S_ISGID | 0o070
        if each.stat().st_gid != group or _mode(each) & wanted != wanted:
            yield Finding(
                "modes",
                f"The file belongs to group {called}, but {each} does not ({_shown(each)}).",
                "Other desks in the group cannot write, or do not see changes at once.",
                f"chgrp {quote(called)} {quote(str(each))} && chmod 2770 {quote(str(each))}",
            )
    for each in beside:
        if each.stat().st_gid != group or _mode(each) & 0o060 != 0o060:
            yield Finding(
                "modes",
                f"The file belongs to group {called}, but {each} does not ({_shown(each)}).",
                "Other desks in the group cannot use it, so they cannot write safely.",
                f"chgrp {quote(called)} {quote(str(each))} && chmod 660 {quote(str(each))}",
            )


def _alone(path: Path, folder: Path, beside: list[Path]) -> Iterator[Finding]:
    """The file is its owner's."""
    owner = path.stat().st_uid
    for each in beside:
        if each.stat().st_uid not in (owner, 0) and not _mode(each) & 0o002:
            yield Finding(
                "modes",
                f"The file belongs to {_user(owner)}, but {each} to {_user(each.stat().st_uid)} ({_shown(each)}).",
                f"{_user(owner)} cannot use it, and so cannot write.",
                f"chown {quote(_user(owner))} {quote(str(each))}",
            )
    shared = stat.S_ISGID | 0o020
    if _mode(folder) & shared == shared:
        group = _group(folder.stat().st_gid)
        yield Finding(
            "modes",
            f"The folder belongs to group {group}, but {path} does not ({_shown(path)}).",
            f"Only {_user(owner)} can write to the database.",
            f"chgrp {quote(group)} {quote(str(path))} && chmod 660 {quote(str(path))}",
        )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _shown(path: Path) -> str:
    status = os.stat(path)
    return f"{stat.filemode(status.st_mode)} {_user(status.st_uid)} {_group(status.st_gid)}"


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
