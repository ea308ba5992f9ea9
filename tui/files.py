"""What somebody gives a verb to read: a file, or what is piped in. Nothing is read further than it may be long."""

from __future__ import annotations

import sys
from argparse import Namespace
from errno import EFBIG

from models.kernel import bounded
from models.kernel.failures import Refused
from tui.settings import Usage

_PIPE = "-"
"""What stands for the standard input, in place of a file or of a text."""

_MOST_TEXT = 1_000_000
"""Bytes; the longest text that anything takes has 20,000 characters."""


def given(file: str, most: int) -> bytes:
    """The bytes of the file, `-` for what is piped in. Raises Usage, also for more than `most`."""
    try:
        if file == _PIPE:
            return _piped(most)
        return bounded.read(file, most)
    except OSError as error:
        called = "Standard input" if file == _PIPE else file
        remedy = "Enter the path of a file, or -." if error.errno != EFBIG else "Is it the file that you mean?"
        raise Usage(f"{called} cannot be read: {error.strerror}.", remedy) from None


class _Piped(str):
    """The text argument that stands for what is piped in."""

    __slots__ = ()


def text(words: str) -> str:
    """The `type` of an argument that is a text: `-` stands for what is piped in."""
    return _Piped(words) if words == _PIPE else words


def with_piped_text(arguments: Namespace) -> None:
    """Put what is piped in in the place of the text that says `-`.

    Raises Usage where two say so, and Refused where nothing comes, or nothing that is a text.
    """
    given = vars(arguments)
    lists = [values for values in given.values() if isinstance(values, list)]
    count = sum(isinstance(value, _Piped) for values in (given.values(), *lists) for value in values)
    if count > 1:
        raise Usage("- stands for the standard input, and can be given once.", "Write the other text out.")
    if count:
        words = _text()
        for values in lists:
            values[:] = [words if isinstance(value, _Piped) else value for value in values]
        given.update({name: words for name, value in given.items() if isinstance(value, _Piped)})


def _text() -> str:
    try:
        words = _piped(_MOST_TEXT).decode("utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise Refused(f"Standard input cannot be read: {error.strerror}.", "Pipe a shorter text in.") from None
    except UnicodeDecodeError:
        raise Refused("Standard input is not UTF-8.", "Convert the text to UTF-8.") from None
    if not words.strip():
        raise Refused("Standard input is empty.", "Pipe the text in, or write it in place of the -.")
    return words


def _piped(most: int) -> bytes:
    return b"" if sys.stdin is None else bounded.everything(sys.stdin.buffer, most)
