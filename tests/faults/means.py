"""What a machine may lack: then a test says so, and fails where everything is checked."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def lacking(what: str, remedy: str) -> None:
    """Skip with the reason; in CI, fail."""
    words = f"{what}; {remedy}"
    if os.environ.get("CI"):
        pytest.fail(words)
    pytest.skip(words)


def tmux() -> str:
    found = shutil.which("tmux")
    if found is None:
        lacking("there is no tmux", "on Debian and Ubuntu: apt-get install tmux")
    assert found is not None
    return found


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of that size; only root can mount one."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "bridgewatch-tests", folder],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        lacking(
            f"no disk can be mounted here ({mounted.stderr.strip()})", "run this as root, where mounting is allowed"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
