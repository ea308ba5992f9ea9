"""What a terminal sends becomes keys: after ESC, a key of its own."""

import pytest
from textual import events

from tui.input import KeyParser

ESC = "\x1b"


def keys(*parts: str) -> list[str]:
    """The keys of what comes in these parts, the last of which is followed by a pause."""
    parser = KeyParser()
    found = [event for part in parts for event in parser.feed(part)]
    if parser._timeout_time is not None:
        parser._timeout_time = 0.0
    found += list(parser.tick())
    return [event.key for event in found if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (ESC, ["escape"]),
        (f"{ESC}j", ["alt+j"]),
        (f"{ESC}J", ["alt+J"]),
        (f"{ESC}b", ["alt+b"]),
        (f"{ESC}f", ["alt+f"]),
        (f"{ESC}1", ["alt+1"]),
        (f"{ESC}/", ["alt+slash"]),
        (f"{ESC}:", ["alt+colon"]),
        (f"{ESC}!", ["alt+exclamation_mark"]),
        (f"{ESC}т", ["alt+т"]),
        (f"{ESC}\r", ["alt+enter"]),
        (f"{ESC} ", ["alt+space"]),
        (f"{ESC}O", ["alt+O"]),
        (f"{ESC}[", ["alt+left_square_bracket"]),
        (f"{ESC}Oe", ["alt+O", "e"]),
        (f"{ESC}{ESC}", ["escape", "escape"]),
        (f"{ESC}j{ESC}", ["alt+j", "escape"]),
        (f"{ESC}jk", ["alt+j", "k"]),
        (f"{ESC}n{'word ' * 9}\r", ["alt+n", *["w", "o", "r", "d", "space"] * 9, "enter"]),
        (f"{ESC}[A", ["up"]),
        (f"{ESC}OA", ["up"]),
        (f"{ESC}OP", ["f1"]),
        (f"{ESC}{ESC}[A", ["escape", "up"]),
        (f"{ESC}\x7f", ["ctrl+w"]),
        (f"{ESC}\t", ["shift+tab"]),
        ("\x01", ["ctrl+a"]),
    ],
)
def test_after_esc_comes_a_key_of_its_own(sent: str, heard: list[str]) -> None:
    assert keys(sent) == heard
    assert keys(*sent) == heard


PASTED = f"{ESC}[200~one {ESC}j two {ESC}[20 {'long ' * 9}{ESC}{ESC}[201~n"


@pytest.mark.parametrize("parts", [(PASTED,), tuple(PASTED)])
def test_nothing_that_is_pasted_is_a_key(parts: tuple[str, ...]) -> None:
    found = [event for parser in [KeyParser()] for part in parts for event in parser.feed(part)]
    assert [event.text for event in found if isinstance(event, events.Paste)] == [f"one j two [20 {'long ' * 9}"]
    assert [event.key for event in found if isinstance(event, events.Key)] == ["n"]
