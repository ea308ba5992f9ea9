"""A file that is damaged, hostile or something else comes in harmless, or is refused in words."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.imports.statuspage import foreseen, load
from models.imports.statuspage_file import MOST_BYTES, read
from models.imports.statuspage_words import plain
from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.store import Store
from models.kernel.text import LIMITS, clean
from tests.models.status_page.pages import REAL, contents, incident, page, recorded, row, states, update, updates


def with_first(**fields: Any) -> bytes:
    changed = json.loads(REAL)
    changed["incidents"][0].update(fields)
    return json.dumps(changed).encode()


NAMED = "“Incident with Pages and Actions”"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param(b"", "The file is not valid JSON", id="empty"),
        pytest.param(b"\xff\xfe", "The file is not valid JSON", id="no text"),
        pytest.param(b"[" * 100_000, "recursion limit", id="too deep"),
        pytest.param(b'{"a": ' * 100_000, "recursion limit", id="tables too deep"),
        pytest.param(b'{"page": {"name": "\\ud800"}, "incidents": []}', "The file is not valid JSON", id="half"),
        pytest.param(REAL[:5_000], "The file is not valid JSON", id="cut off"),
        pytest.param(b'{"status": {"indicator": "none"}}', "contains no incidents and no components", id="other"),
        pytest.param(b'{"error": "Could not authenticate"}', "It says: Could not authenticate.", id="refusal"),
        pytest.param(b"<html>", "The file is not valid JSON", id="a page"),
        pytest.param(b"[]", "no incidents and no components", id="nothing"),
        pytest.param(b"7", "contains no incidents and no components", id="a number"),
        pytest.param(b" " * (MOST_BYTES + 1), "The file is larger than 16 MB", id="too large"),
        pytest.param(b"[" + b"{}," * 20_001 + b'{"id": "a", "name": "b"}]', "20,000 is the limit", id="too many"),
    ],
)
def test_what_is_none_of_its_files_is_refused_in_words(sqlite_location: Location, document: bytes, words: str) -> None:
    with contextlib.closing(Store(sqlite_location)) as store:
        store.open()
        before = contents(store)
        with pytest.raises(Refused) as refused:
            load(store, document, "ana")
        assert contents(store) == before
    assert words in str(refused.value)
    assert refused.value.remedy
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param(with_first(impact={"a": 1}), f"{NAMED}: impact: ", id="impact"),
        pytest.param(with_first(id="'; DROP TABLE incidents; --"), f"{NAMED}: id: ", id="id"),
        pytest.param(with_first(created_at="yesterday"), f"{NAMED}: created_at: ", id="no date"),
        pytest.param(with_first(created_at="2024-09-16T21:31:02"), "should have timezone info", id="no time zone"),
        pytest.param(with_first(created_at="0001-01-01T00:00:00+14:00"), "before the first status pages", id="early"),
        pytest.param(with_first(name="\x1b[2J\x00"), "incident number 1: name: The title is empty", id="no title"),
        pytest.param(with_first(name=None), "incident number 1: name: ", id="no name"),
        pytest.param(with_first(incident_updates=[update("u1", 1, "resolved")] * 2_001), "at most 2000", id="many"),
        pytest.param(
            with_first(resolved_at="2100-01-01T00:00:00Z"), f"{NAMED}: This time is in the future", id="ahead"
        ),
    ],
)
def test_an_incident_that_cannot_be_read_is_named_and_costs_no_other(
    sqlite_location: Location, document: bytes, words: str
) -> None:
    with contextlib.closing(Store(sqlite_location, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))) as store:
        store.open()
        seen = foreseen(store, read({"x.json": document}), store.now())
        imported = load(store, document, "ana")
        (fault,) = imported.faults
        assert (words in fault, len(fault) < 400) == (True, True)
        assert seen.faults == imported.faults
        assert [each.title for each in imported.incidents] == ["Disruption with Git SSH"]
        assert len(updates(store)) == 6


@pytest.mark.parametrize(
    ("told", "words"),
    [
        pytest.param({"body": "x" * 30_000}, "body: The update has 30,000 characters; the limit is 20,000", id="long"),
        pytest.param({"body": "<a " * 1_000_000}, "the limit is 20,000", id="long markup"),
        pytest.param({"body": ["a"]}, "body: ", id="no words"),
        pytest.param({"display_at": "soon"}, "update of soon: display_at: ", id="no date"),
        pytest.param({"id": "../../x"}, "id: ", id="no id of theirs"),
    ],
)
def test_an_update_that_cannot_be_read_is_named_and_the_rest_is_there(
    store: Store, told: dict[str, Any], words: str
) -> None:
    said = [update("u1", 1, "investigating"), {**update("u2", 2, "identified"), **told}, update("u3", 3, "resolved")]
    imported = load(store, page(incident(*said)), "ana")
    (fault,) = imported.faults
    assert fault.startswith("“It is slow”, update ")
    assert words in fault
    assert [each.phase for each in updates(store)] == ["investigating", "resolved"]


def test_a_name_that_nobody_can_have_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="The name is empty"):
        load(store, REAL, "\x1b[2J")


def test_hostile_words_come_in_harmless(store: Store) -> None:
    bad = "\x1b]52;c;eA==\x07\x1b[2J[/]\x00\u202e\x9b31m"
    said = update("u1", 1, "resolved", f"&#27;]0;x&#7;{bad}&lt;b&gt; <script>alert(1)</script>&#{'9' * 5000};")
    said["affected_components"] = [
        {"code": "c", "name": f"API{bad}", "old_status": "operational", "new_status": "operational"}
    ]
    load(store, page(incident(said, name=f"Slow{bad}"), name=f"Acme{bad}"), "ana")
    assert row(store).title == "Slow[/]"
    (told,) = updates(store)
    assert told.text == clean(told.text, lines=True)
    assert told.text.endswith("[/]<b> alert(1)")
    assert states(store) == {"API[/]": "operational"}
    assert recorded(store)[0].data["imported"] == "Acme[/]"


def test_names_that_are_too_long_are_cut_where_one_sees_it(store: Store) -> None:
    part = {"code": "c", "name": "n" * 300, "old_status": "operational", "new_status": "operational"}
    said = {**update("u1", 1, "resolved"), "affected_components": [part]}
    load(store, page(incident(said, name="t" * 5_000), name="p" * 5_000), "ana")
    assert row(store).title == "t" * (LIMITS["title"] - 1) + "…"
    assert [*states(store)] == ["n" * (LIMITS["component"] - 1) + "…"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("one<br />two<br>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("5 &lt; 6 &amp; <strong>bold</strong> &eacute;", "5 < 6 & bold é"),
        ("if 5 < 6 and 7 > 6", "if 5 < 6 and 7 > 6"),
        ("<!-- no -->a <a href='https://example.org/?a=1&b=2'>link</a>", "a link"),
        ("  a\r\n\r\nb  ", "a\n\nb"),
        ("", ""),
    ],
)
def test_html_becomes_words(body: str, words: str) -> None:
    assert plain(body) == words


@given(st.text() | st.text("<>&;#/!-a19 \x1b[]"))
def test_the_words_of_any_html_are_harmless(body: str) -> None:
    try:
        words = plain(body)
    except ValueError:
        return
    assert words == clean(words, lines=True)
