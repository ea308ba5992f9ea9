"""What the terminal sends, as keys: after ESC comes a key of its own, unless the two begin a sequence."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.message import Message

ESC = "\x1b"

_BEGIN = "[O\x1b\x7f\t"
"""After ESC these are, or begin, what terminals send for one key: arrows, function keys, Alt+Backspace, Shift+Tab."""


class KeyParser(XTermParser):
    """Textual's parser, but ESC and a character are one key, `alt+…`, at once.

    Textual waits for what else may come, and then takes `ESC f` for ctrl+right, `ESC 1` for ¡ and `ESC /` for a slash
    alone; of a burst that begins with ESC, it makes a ^ and letters. Whoever hears the key decides whether Alt was
    meant, or Esc and then the key: a terminal sends the same for both.
    """

    _pasting = False
    _before = ""
    """The last that was read, where a paste may have begun to begin."""
    _kept = ""
    """What may have begun to end it."""

    def feed(self, data: str) -> Iterable[Message]:
        """The events of what was read. ESC is left out of what is pasted: Textual would take what follows for keys."""
        if data and not (data := self._without_escapes(data)):
            return ()
        return super().feed(data)

    def _without_escapes(self, data: str) -> str:
        read = ""
        while data:
            if self._pasting:
                data, self._kept = self._kept + data, ""
                pasted, end, data = data.partition(BRACKETED_PASTE_END)
                self._pasting = not end
                if not end:
                    self._kept = next((BRACKETED_PASTE_END[:n] for n in range(5, 0, -1) if _ends(pasted, n)), "")
                    pasted = pasted.removesuffix(self._kept)
                read += pasted.replace(ESC, "") + end
                continue
            begun = (self._before + data).find(BRACKETED_PASTE_START)
            self._pasting = begun >= 0
            cut = begun + len(BRACKETED_PASTE_START) - len(self._before) if self._pasting else len(data)
            self._before = "" if self._pasting else (self._before + data)[-5:]
            read, data = read + data[:cut], data[cut:]
        return read

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        plain = super()._sequence_to_key_events
        if alt:
            yield from _with_alt(plain(sequence))
        elif len(sequence) == 2 and sequence[0] == ESC and sequence[1] not in _BEGIN:
            yield from _with_alt(plain(sequence[1]))
        elif len(sequence) == 3 and sequence.startswith(f"{ESC}O") and not list(plain(sequence)):
            yield from _with_alt(plain("O"))
            yield from plain(sequence[2])
        else:
            yield from plain(sequence)


def _with_alt(keys: Iterable[events.Key]) -> Iterable[events.Key]:
    return (events.Key(f"alt+{key.key}", key.character) for key in keys)


def _ends(pasted: str, length: int) -> bool:
    """Whether it ends with so much of what ends a paste."""
    return pasted.endswith(BRACKETED_PASTE_END[:length])
