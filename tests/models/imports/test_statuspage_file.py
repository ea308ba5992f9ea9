"""A file that is damaged, hostile or something else comes in harmless, or is refused in words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.imports.statuspage import load
from models.imports.statuspage_file import MOST_BYTES, plain
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
        (b"", "This is not an incidents.json of Statuspage"),
        (b"\xff\xfe", "This is not an incidents.json of Statuspage"),
        (b"[" * 100_000, "recursion limit"),
        (b'{"page": {"name": "\\ud800"}, "incidents": []}', "This is not an incidents.json of Statuspage"),
        (REAL[:5_000], "Invalid JSON"),
        (b'{"page": {"name": "Acme"}, "components": []}', "incidents: Field required"),
        (b'{"page": {"name": ""}, "incidents": []}', "The name is empty"),
        (b" " * (MOST_BYTES + 1), "16 is the limit"),
        (with_first(status="on fire"), f"{NAMED} in the file is damaged. status: Allowed: investigating"),
        (with_first(impact={"a": 1}), f"{NAMED} in the file is damaged. impact"),
        (with_first(id="'; DROP TABLE incidents; --"), f"{NAMED} in the file is damaged. id"),
        (with_first(created_at="yesterday"), f"{NAMED} in the file is damaged. created_at"),
        (with_first(created_at="2024-09-16T21:31:02"), "should have timezone info"),
        (with_first(created_at="0001-01-01T00:00:00+14:00"), "This date is before the first status pages"),
        (with_first(name="\x1b[2J\x00"), "Incident number 1 in the file is damaged. name: The title is empty"),
        (with_first(incident_updates=[update("u1", 1, "resolved", "x" * 30_000)]), "the limit is 20,000"),
        (with_first(incident_updates=[update("u1", 1, "resolved", "<a " * 1_000_000)]), f"{NAMED} in the file"),
        (with_first(incident_updates=[update("u1", 1, "resolved")] * 2_001), "at most 2000 items"),
        (with_first(resolved_at="2100-01-01T00:00:00Z"), f"{NAMED}: This time is in the future"),
    ],
    ids=[
        "empty",
        "no text",
        "too deep",
        "contains an incomplete character, which cannot be stored",
        "cut off",
        "other format",
        "nameless page",
        "too large",
        "status",
        "impact",
        "id",
        "no date",
        "no time zone",
        "before all calendars",
        "no title",
        "long update",
        "long markup",
        "many updates",
        "future",
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(sqlite_location: Location, document: bytes, words: str) -> None:
    store = Store(sqlite_location, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    store.open()
    with pytest.raises(Refused) as refused:
        load(store, document, "ana")
    assert words in str(refused.value)
    assert refused.value.remedy
    assert len(str(refused.value)) < 500
    store.close()


def test_a_damaged_incident_keeps_the_others_out_too(store: Store) -> None:
    before = contents(store)
    with pytest.raises(Refused):
        load(store, with_first(status="on fire"), "ana")
    assert contents(store) == before


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
