"""Which file systems are shared over a network: SQLite's locks and shared memory do not hold there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

NETWORK = (
    "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afpfs", "webdav", "afs", "9p", "ceph", "lustre", "gpfs",
    "glusterfs", "fuse.sshfs", "fuse.glusterfs", "fuse.cephfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs",
    "ncpfs", "beegfs",
)  # fmt: skip

Mount = tuple[Path, str]


def network_file_system(path: Path, mounts: Iterable[Mount] | None = None) -> str | None:
    """The type of the network file system that `path` lies (or would lie) on; None for a local disk.

    `mounts`: (mount point, file system type) pairs, for tests; the machine's own if left out.
    """
    real = Path(os.path.realpath(path))
    best: Mount = (Path("/"), "")
    for point, kind in _mounts() if mounts is None else mounts:
        if real.is_relative_to(point) and len(point.parts) >= len(best[0].parts):
            best = (point, kind)
    return best[1] if best[1] in NETWORK else None


def _mounts() -> Iterator[Mount]:
    if sys.platform == "darwin":
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        for line in listed.splitlines():
            point, _, options = line.partition(" on ")[2].rpartition(" (")
            yield Path(point), options.partition(",")[0].rstrip(")")
        return
    try:
        table = Path("/proc/self/mounts").read_text(errors="replace")
    except OSError:
        return
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) > 2:
            yield Path(fields[1].encode().decode("unicode_escape", errors="replace")), fields[2]
