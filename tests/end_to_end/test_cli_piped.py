"""- in place of a text reads what is piped in, whichever text it is; nothing is published that nobody wrote."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.commanding import Answer, Desk

Pipe = Callable[[bytes], None]


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Pipe:
    def give(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return give


@pytest.fixture
def here(here: Desk) -> Desk:
    here("declare", "Checkout returns 502", "--severity", "P3")
    return here


def last(desk: Desk) -> Any:
    return desk.json("show", "1")["entries"][0]


@pytest.mark.parametrize("words", [b"words", b"words\n", b"words\r\n", b"\xef\xbb\xbfwords\n\n"])
def test_a_note_says_what_was_piped_in(here: Desk, pipe: Pipe, words: bytes) -> None:
    pipe(words)
    assert here("note", "INC-1", "-").code == 0
    assert last(here)["text"] == "words"


@pytest.mark.parametrize(
    "arguments",
    [
        ("rename", "1", "-"),
        ("draft", "1", "-"),
        ("draft", "1", "--title", "-"),
        ("add-task", "1", "-"),
        ("add-role", "1", "-"),
        ("retract", "1", "2", "-"),
        ("edit", "1", "2", "-"),
        ("schedule", "Work", "-", "--starts", "in 2h", "--lasts", "30"),
        ("declare", "-", "--severity", "P3"),
    ],
    ids=" ".join,
)
def test_any_text_may_be_piped_in(here: Desk, pipe: Pipe, arguments: tuple[str, ...]) -> None:
    here("note", "1", "first")
    pipe(b"as it was written\n")
    assert "as it was written" in str(here.json(*arguments))


def test_what_customers_read_may_be_piped_in(here: Desk, pipe: Pipe) -> None:
    pipe(b"We know.\n\nMore at 15:00.\n")
    here("draft", "1", "-", "--title", "Payments fail")
    draft = here.json("show", "1")["drafts"]["customers"]
    assert (draft["title"], draft["text"]) == ("Payments fail", "We know.\n\nMore at 15:00.")


def test_words_to_look_for_may_be_piped_in(here: Desk, pipe: Pipe) -> None:
    pipe(b"command\n")
    assert "Is accountable" in here("who", "1", "-").out


@pytest.mark.parametrize(
    ("piped", "words"),
    [
        (b"", "Standard input is empty."),
        (b" \r\n\t\n", "Standard input is empty."),
        (b"\xff", "Standard input is not UTF-8."),
        (b"x" * 1_000_001, "Standard input cannot be read: it is longer than 1,000,000 bytes."),
        (b"x" * 30_000, "The note has 30,000 characters; the limit is 20,000."),
    ],
)
def test_what_is_no_text_is_refused(here: Desk, pipe: Pipe, piped: bytes, words: str) -> None:
    pipe(piped)
    refused = here("note", "1", "-")
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert words in refused.err
    assert last(here)["n"] == 1


def test_an_empty_pipe_takes_no_words_away(here: Desk, pipe: Pipe) -> None:
    here("draft", "1", "We know.")
    pipe(b"")
    assert here("draft", "1", "-").code == 1
    assert here.json("show", "1")["drafts"]["customers"]["text"] == "We know."


def test_it_is_read_once_only(here: Desk, pipe: Pipe) -> None:
    pipe(b"words")
    twice = here("draft", "1", "-", "--title", "-")
    assert twice == Answer(2, "", twice.err)
    assert "- stands for the standard input, and can be given once." in twice.err
    assert last(here)["n"] == 1


def test_a_closed_input_is_an_empty_one(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert "Standard input is empty." in here("note", "1", "-").err
    assert "The file is not valid" not in here("playbook", "check", "-").out


def test_a_dash_behind_two_dashes_and_a_word_with_a_dash(here: Desk, pipe: Pipe) -> None:
    pipe(b"words")
    assert here("note", "1", "a - b").code == 0
    assert last(here)["text"] == "a - b"
