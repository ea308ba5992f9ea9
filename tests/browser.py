"""A real browser: Debian's Chromium without a window, in a profile of its own that is gone afterwards.

Tests that need one are skipped where there is none, and fail where CI says that there has to be.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=PROGRAM, args=_FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


@pytest.fixture(scope="module")  # its event loop runs as long as it does, and asynchronous tests need their own
def chromium() -> Iterator[Browser]:
    if PROGRAM is None:
        missing = "Chromium is not installed (on Debian: apt install chromium)."
        if "CI" in os.environ:
            pytest.fail(missing)
        pytest.skip(missing)
    with browser() as running:
        yield running
