"""The commands that the documentation tells people to type work, in the order in which a page has them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.docs.commands import Commands
from tests.docs.pages import FRONT, PAGES, TEAM, Block, blocks, every, name
from tests.docs.sandbox import Sandbox, needs_postgres

MOST_NOT_RUN = 5
BY_CI = "run by .ci/run"
"""The mark of the two blocks that .ci/run does with a clean copy, where they install the program: not counted here."""
KNOWN = re.compile(rf"not run: .+|{re.escape(BY_CI)}|runs until .+|typed: .+")


def _run_here(block: Block) -> bool:
    return block.mark("not run") is None and block.mark(BY_CI) is None


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with TemporaryDirectory() as folder, Commands(Path(folder)) as running:
        yield running


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page != TEAM and any(map(_run_here, blocks(page, "sh")))], ids=name
)
def test_what_a_page_says_to_type_works(
    page: Path, tmp_path: Path, commands: Commands, request: pytest.FixtureRequest
) -> None:
    done = [block for block in blocks(page, "sh") if _run_here(block)]
    text = "".join(block.text for block in done)
    if "sphinx-build" in text and find_spec("sphinx") is None:
        _missing("Sphinx is not installed (pip install '.[docs]').")
    postgres = request.getfixturevalue("postgres") if needs_postgres(text) else None
    sandbox = Sandbox(tmp_path, commands, postgres)
    for block in done:
        sandbox.run(block)


def _missing(what: str) -> None:
    if "CI" in os.environ:
        pytest.fail(what)
    pytest.skip(what)


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    reasons = [reason for block in every("sh") if (reason := block.mark("not run")) is not None]
    assert len(reasons) <= MOST_NOT_RUN
    assert all(reasons)


def test_the_two_blocks_of_the_front_page_that_ci_runs_are_those_it_finds() -> None:
    """It takes the first sh block under each of the two headings."""
    lines = FRONT.read_text(encoding="utf-8").splitlines()
    headings = [lines.index(title) + 1 for title in ("## Run it", "## Test it")]
    firsts = [next(block for block in blocks(FRONT, "sh") if block.line > heading) for heading in headings]
    assert [block for block in every("sh") if block.mark(BY_CI) is not None] == firsts


@pytest.mark.parametrize("block", every("sh"), ids=str)
def test_every_comment_before_a_block_is_one_that_these_tests_read(block: Block) -> None:
    assert [mark for mark in block.marks if not KNOWN.fullmatch(mark)] == []


def test_a_block_that_fails_is_found_out(tmp_path: Path, commands: Commands) -> None:
    block = Block(FRONT, 1, "sh", "bridgewatch phase INC-99 resolved\n", (), ())
    with pytest.raises(AssertionError, match="exit code 1"):
        Sandbox(tmp_path, commands, None).run(block)
