"""What terminals do to programs, made harmless."""

from __future__ import annotations

from codecs import IncrementalDecoder, getincrementaldecoder
from functools import partial
from typing import Any

from textual.drivers import linux_driver

from models.text import clean


def harmless(pasted: str) -> str:
    """Pasted text without what the terminal would obey, because fields draw what they hold."""
    return clean(pasted.encode(errors="replace").decode(), lines=True)


def bear_broken_input() -> None:
    """Let broken bytes on the input be � instead of the program's end.

    A tmux that re-attaches can send a mouse report that is no UTF-8, of which Textual 8.2.8 dies
    (Textualize/textual#6668); this goes when Textual decodes with errors="replace".
    """

    def decoder(encoding: str) -> partial[IncrementalDecoder]:
        return partial(getincrementaldecoder(encoding), errors="replace")

    module: Any = linux_driver
    module.getincrementaldecoder = decoder
