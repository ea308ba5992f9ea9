"""One-line strips at the edges of the desk: the header, the banner, the footer."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip

from screens.kernel.rows import Line, Painted, cells, changed


class LineBar(Painted):
    """Draws a line (or a few), and again only when it has changed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = [()]

    def set_line(self, parts: Line, *, wide: bool = False) -> None:
        """`wide`: it is as wide as the line, and not as there is room."""
        if wide and (width := cells(parts)) != cells(self._lines[0]):
            self.styles.width = width
        self.set_lines([parts])

    def set_lines(self, lines: list[Line]) -> None:
        lines = lines or [()]
        if lines != self._lines:
            before, self._lines = self._lines, lines
            if len(lines) != len(before):
                self.styles.height = len(lines)  # lays out the whole screen
                self.refresh()
                return
            spans = [changed(*pair) for pair in zip(before, lines, strict=True)]
            self.refresh(*(Region(x, y, end - x, 1) for y, (x, end) in enumerate(spans) if end > x))

    def render_line(self, y: int) -> Strip:
        return self.paint(self._lines[y] if y < len(self._lines) else (), self.size.width)


class Divider(Painted):
    """A line between two columns."""

    def render_line(self, y: int) -> Strip:
        return self.paint((("│", "dim"),), self.size.width)
