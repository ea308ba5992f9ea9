"""Another Textual application, which ours is measured beside: harlequin, in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NAME = "harlequin"
NEEDS = "harlequin>=2.17,<3"
PAINTED = b"Query Editor"
"""The title of its middle pane; it starts with an empty database in memory."""


def install(folder: Path) -> Path | None:
    """Its program, installed there; None where it cannot be, which standard error then says."""
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", NEEDS],
    ):
        ended = subprocess.run(command, capture_output=True, text=True)
        if ended.returncode:
            print(f"  {NAME} cannot be installed, so nothing is measured beside it: {ended.stderr}", file=sys.stderr)
            return None
    return folder / "bin" / NAME
