"""A distribution that brings packages of our names, installed over ours: the start says which, and what to do."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import tui
from tui.strangers import strangers

ROOT = Path(tui.__file__).parents[1]
BRIDGEWATCH = "bridgewatch-0.1.0.dist-info"


def row(path: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}\n"


def described(name: str, version: str) -> dict[str, bytes]:
    folder = f"{name}-{version}.dist-info"
    return {
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{folder}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }


def wheel(folder: Path, files: Mapping[str, str], name: str = "acme_models", version: str = "1.2") -> Path:
    """A wheel as any project makes one."""
    contents = {**{path: text.encode() for path, text in files.items()}, **described(name, version)}
    record = f"{name}-{version}.dist-info/RECORD"
    made = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, content in contents.items():
            archive.writestr(path, content)
        archive.writestr(record, "".join(row(*each) for each in contents.items()) + f"{record},,\n")
    return made


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site-packages folder in which only Bridgewatch is installed."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = tmp_path / "prefix" / "lib" / version / "site-packages"
    for package in ("models", "screens", "tui"):
        shutil.copytree(ROOT / package, site / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path, content in described("bridgewatch", "0.1.0").items():
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_bytes(content)
    files = [file for file in sorted(site.rglob("*")) if file.is_file()]
    (site / BRIDGEWATCH / "RECORD").write_text(
        "".join(row(file.relative_to(site).as_posix(), file.read_bytes()) for file in files)
    )
    return site


def put_over(site: Path, files: Mapping[str, str]) -> None:
    with zipfile.ZipFile(wheel(site.parent, files)) as archive:
        archive.extractall(site)


def start(site: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(site), "HOME": str(site.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", "from tui.__main__ import main; raise SystemExit(main())", *arguments]
    return subprocess.run(command, env=environment, cwd=site.parent, capture_output=True, text=True)


def test_a_wheel_that_an_installer_put_over_ours(site: Path, tmp_path: Path) -> None:
    assert start(site, "--version").stdout == "bridgewatch 0.1.0\n"
    first = {"models/__init__.py": "from models.user import User\n", "models/user.py": "class User: ...\n"}
    alone = ["--no-index", "--no-deps", "--no-compile", "--ignore-installed", "--disable-pip-version-check"]
    install: list[str | Path] = [sys.executable, "-m", "pip", "install", *alone, "--prefix", tmp_path / "prefix"]
    subprocess.run([*install, wheel(tmp_path, first)], check=True, capture_output=True)
    said = start(site, "--version")
    assert (said.returncode, said.stdout, said.stderr.count("\n")) == (2, "", 1)
    assert "Files of Bridgewatch were overwritten by acme_models 1.2: models/__init__.py." in said.stderr
    assert "pipx install" in said.stderr


@pytest.mark.parametrize(
    "files",
    [
        {"models/__init__.py": "import nowhere_at_all\n"},
        {"screens/__init__.py": "raise RuntimeError('a stranger')\n"},
        {"tui/__init__.py": "VERSION = 1\n"},
        {"tui/cli.py": "raise SystemError\n"},
        {"tui/settings.py": "x = 1\n"},
        {"models/kernel/failures.py": "x = 1\n"},
        {"tui/incident.py": "import nowhere_at_all\n"},
    ],
    ids=lambda files: next(iter(files)),
)
def test_whatever_was_put_over_ours_is_named(site: Path, files: dict[str, str]) -> None:
    put_over(site, files)
    said = start(site, "list")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.count("\n") == 1
    assert f"were overwritten by acme_models 1.2: {next(iter(files))}." in said.stderr


def test_an_empty_first_file_does_no_harm(site: Path) -> None:
    put_over(site, {"models/__init__.py": "", "models/user.py": "class User: ...\n"})
    assert start(site, "--version").returncode == 0


def test_who_has_mended_a_file_by_hand_may_start(site: Path) -> None:
    with (site / "tui" / "terminal.py").open("a") as file:
        file.write("# mended\n")
    assert start(site, "--version").returncode == 0
    found = strangers(site)
    assert found is not None
    assert (found.files, found.owners) == (("tui/terminal.py",), ())


def test_what_a_stranger_took_along_when_it_was_removed(site: Path) -> None:
    (site / "tui" / "settings.py").unlink()
    said = start(site, "--version")
    assert said.returncode == 2
    assert "Files of Bridgewatch are missing, or are not those that were installed: tui/settings.py." in said.stderr
    (site / "models" / "__init__.py").unlink()
    assert "models/__init__.py, tui/settings.py" in start(site, "--version").stderr


def test_a_checkout_has_nothing_to_compare_with() -> None:
    assert strangers(ROOT) is None
