"""Fields in which people write: what they type is drawn as it will be in the panes, and kept as it was typed."""

from __future__ import annotations

from rich.highlighter import Highlighter
from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.strip import Strip
from textual.widgets import Input, TextArea

from screens.kernel.show import NOTHING, in_place


class OneLine(Input):
    """One line of text; `selected`: what is typed takes its place."""

    def __init__(
        self, value: str = "", *, placeholder: str = "", id: str | None = None, selected: bool = False
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, select_on_focus=selected, highlighter=_InPlace())
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines, joined: Textual takes the first one alone."""
        event.prevent_default()
        joined = " ".join(filter(None, (part.strip() for part in event.text.splitlines())))
        if joined:
            super()._on_paste(events.Paste(joined))
        event.stop()

    def render_line(self, y: int) -> Strip:
        return _drawn(super().render_line(y))


class Lines(TextArea):
    """Several lines of text."""

    def __init__(self, text: str, *, id: str | None = None) -> None:
        super().__init__(text, id=id, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        return _in_place(super().get_line(line_index))

    def render_line(self, y: int) -> Strip:
        return _drawn(super().render_line(y))


class _InPlace(Highlighter):
    def highlight(self, text: Text) -> None:
        _in_place(text)


def _in_place(text: Text) -> Text:
    text.plain = in_place(text.plain)
    return text


def _drawn(strip: Strip) -> Strip:
    """Without what only kept every character at its place."""
    if not any(NOTHING in segment.text for segment in strip):
        return strip
    segments = [Segment(segment.text.replace(NOTHING, ""), segment.style, segment.control) for segment in strip]
    return Strip(segments, strip.cell_length)
