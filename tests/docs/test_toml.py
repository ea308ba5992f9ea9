"""Each piece of TOML that the documentation shows is taken by the part of the program that reads it."""

from __future__ import annotations

from argparse import Namespace
from importlib.resources import files
from pathlib import Path

import pytest

from models.roles.book_check import check
from models.updates.templates import parse
from tests.docs.pages import Block, every
from tui.keymap import keymap
from tui.settings import Usage, load

BLOCKS = every("toml")


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_a_piece_of_toml_can_be_used(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = block.mark("toml") or ""
    assert kind, f"{block} says nothing of what reads it"
    if kind == "settings":
        _read_settings(block.text, tmp_path, monkeypatch)
    elif kind == "templates":
        assert parse(block.text, str(block))
    else:
        shipped, _, book = kind.rpartition(" ")
        assert shipped == "added to"
        whole = files("models.roles.books").joinpath(f"{book}.toml").read_text(encoding="utf-8")
        assert check(f"{whole}\n{block.text}".encode(), str(block)).book.key == book


def _read_settings(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As every command does."""
    for variable in ("DATABASE", "AS", "LANG", "THEME"):
        monkeypatch.delenv(f"BRIDGEWATCH_{variable}", raising=False)
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("BRIDGEWATCH_CONFIG", str(file))
    settings = load(Namespace())
    assert settings.keys.items() <= keymap(settings.keys).items()


def test_a_key_that_stops_the_desk_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Usage, match="both"):
        _read_settings('[keys]\nnote = "N"\n', tmp_path, monkeypatch)


def test_there_is_toml_of_each_kind() -> None:
    kinds = {(block.mark("toml") or "").partition(" ")[0] for block in BLOCKS}
    assert kinds == {"settings", "templates", "added"}
