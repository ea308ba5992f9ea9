"""A stranger's `models` or `screens`, earlier on the path than ours, does no harm."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("bridgewatch")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder with packages of our names that refuse to be imported."""
    for name in ("models", "screens"):
        package = tmp_path / name
        package.mkdir()
        (package / "__init__.py").write_text(f"raise RuntimeError('a foreign {name} was imported')\n")
    return tmp_path


def run(hostile: Path, *command: str | Path, path: str) -> str:
    environment = {**os.environ, "PYTHONPATH": path, "HOME": str(hostile)}
    done = subprocess.run(command, cwd=hostile, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_foreign_packages_do_break_a_plain_import(hostile: Path) -> None:
    command = [sys.executable, "-c", "import models"]
    done = subprocess.run(command, cwd=hostile, capture_output=True, text=True, check=False)
    assert "a foreign models was imported" in done.stderr


def test_importing_the_program_settles_whose_packages_are_meant(hostile: Path) -> None:
    script = "import tui, models, screens, models.kernel.failures; print(models.__file__, screens.__file__, sep='\\n')"
    # The folder of the hostile packages stands before ours twice: as working directory, and in PYTHONPATH.
    shown = run(hostile, sys.executable, "-c", script, path=f"{hostile}{os.pathsep}{ROOT}")
    assert shown.splitlines() == [str(ROOT / "models" / "__init__.py"), str(ROOT / "screens" / "__init__.py")]


def test_the_command_runs_among_them(hostile: Path) -> None:
    assert run(hostile, COMMAND, "--version", path=str(hostile)) == "bridgewatch 0.1.0\n"
