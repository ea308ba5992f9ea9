"""The steps of the response on the command line: what is missing, leaving one out, and closing."""

import re

import pytest

from models.process.views import StepView
from tests.end_to_end.commanding import Desk


@pytest.fixture
def policy(run: Desk) -> Desk:
    """With an incident under the policy book, whose six steps every severity has."""
    run("init", "--playbook", "policy")
    run("declare", "Checkout", "--severity", "P3")
    return run


def test_steps_from_missing_to_closed(policy: Desk) -> None:
    first, *others = policy.json("steps", "1")
    assert set(first) == set(StepView.__struct_fields__)
    assert (first["key"], first["state"], first["missing"]) == (
        "assess",
        "missing",
        ["no note, theory or customer report"],
    )
    assert [step["key"] for step in others] == ["categorise", "inform", "resolve", "all-clear", "document"]
    policy("note", "1", "Carts are empty", by="bo")
    policy("category", "1", "security")
    policy("impact", "1", "all")
    assert policy.json("skip", "1", "Informer", "A drill")["kind"] == "skipped"
    policy("phase", "1", "resolved")
    refused = policy("phase", "1", "closed", "--json")
    assert refused.code == 1
    assert refused.error["message"] == (
        "INC-1 cannot be closed: steps not done: All clear (no resolved update to customers); "
        "Document (no action; no timeline entry after resolution)."
    )
    forced = policy.json("phase", "1", "closed", "--force-reason", "Nobody is left")
    assert (forced["data"]["missing"], forced["text"]) == (["All clear", "Document"], "Nobody is left")
    states = [step["state"] for step in policy.json("show", "1")["steps"]]
    assert states == ["done", "done", "skipped", "done", "missing", "missing"]


def test_what_cannot_be_left_out(policy: Desk) -> None:
    assert policy("skip", "1", "nap", "tired").code == 1
    assert policy("skip", "1", "assess", " ").code == 1
    assert policy("skip", "1", "assess").code == 2
    assert policy("steps", "7").code == 1


def test_showing_for_people(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P3")
    here("note", "1", "dns", "--kind", "theory", by="bo")
    here("skip", "1", "categorise", "we 検索 it")
    lines = here("steps", "1").out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["categorise", "diagnose", "resolve"]
    assert [re.split(r"  +", line)[1:3] for line in lines] == [
        ["Categorize", "skipped"],
        ["Diagnose", "done"],
        ["Resolve", "not done"],
    ]
    assert lines[0].endswith("by ana: we 検索 it")
    assert lines[1].endswith("by bo: theory")
    assert lines[2].endswith("no resolution")
    assert "Steps\n  categorise" in here("show", "1").out
    assert here("steps", "1", "--lang", "pl").out.splitlines()[2].split()[1] == "Rozwiązanie"
