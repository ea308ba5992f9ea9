"""Who may use a SQLite file: its owner alone, or a group; never others.

SQLite gives its -wal and -shm the file's own mode, and a folder with the setgid bit gives what is made in it its group.
So the folder decides: in one that its group may write to, a new database is the group's; in any other, its maker's.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

ALONE, TOGETHER = 0o600, 0o660


def new_file(folder: Path) -> int:
    """The mode of a database that is made in the folder."""
    shared = folder.stat().st_mode & (stat.S_ISGID | stat.S_IWGRP) == stat.S_ISGID | stat.S_IWGRP
    return TOGETHER if shared else ALONE


def like(made: int | str, database: str | os.PathLike[str], *, folder: bool = False) -> None:
    """Let whoever may use the database use what was just made beside it, whatever this process's umask is."""
    status = os.stat(database)
    mode = status.st_mode & 0o660
    if folder:
        mode |= (mode & 0o440) >> 2 | (stat.S_ISGID if mode & 0o060 else 0)
    with suppress(OSError):  # the group of another's file is not ours to give; a setgid folder has given it already
        os.chown(made, status.st_uid if os.geteuid() == 0 else -1, status.st_gid)
    with suppress(OSError):
        os.chmod(made, mode)
