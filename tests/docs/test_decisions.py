"""The page of late imports, the linter's list and the code say the same."""

from __future__ import annotations

import re
import tomllib

import pytest

from bench.imports import late_imports
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "decisions" / "008-light-start.md"
RULE = "PLC0415"
ROW = re.compile(r"^\| `([\w/]+\.py)` \| `([\w.]+)` \|", re.MULTILINE)


@pytest.fixture(scope="module")
def late() -> set[tuple[str, str]]:
    return {(each.file, each.module) for each in late_imports()}


def test_the_page_lists_every_late_import_and_no_other(late: set[tuple[str, str]]) -> None:
    listed = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert set(listed) == late
    assert len(listed) == len(late)


def test_the_linter_lets_only_these_files_import_late(late: set[tuple[str, str]]) -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    let = {file for file, rules in lint["per-file-ignores"].items() if RULE in rules}
    assert RULE not in lint["ignore"]
    assert let == {file for file, _ in late}
