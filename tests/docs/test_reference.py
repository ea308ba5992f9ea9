"""The reference of keys and verbs says what the code declares."""

from __future__ import annotations

import importlib.util

from models.kernel.verbs import verbs
from tests.docs.pages import ROOT
from tui.verbs import OWN

SOURCE = ROOT / "docs" / "reference.py"


def test_the_reference_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("reference", SOURCE)
    assert spec
    assert spec.loader
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    now = reference.PAGE.read_text(encoding="utf-8")
    assert now == reference.page(), f"The page is out of date; this renews it: {reference.RENEW}"
    assert all(f"\n### {name}\n" in now for name in (*OWN, *(verb.name for verb in verbs())))
