"""One-line strips at the edges of the desk: the header, the banner, the footer."""

from __future__ import annotations

from textual.strip import Strip

from screens.rows import Line, Painted


class LineBar(Painted):
    """Draws a line (or a few), and again only when it has changed."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []

    def set_line(self, parts: Line) -> None:
        self.set_lines([parts])

    def set_lines(self, lines: list[Line]) -> None:
        if lines != self._lines:
            if len(lines) != len(self._lines):  # else the whole screen would be laid out for it
                self.styles.height = max(1, len(lines))
            self._lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        return self.paint(self._lines[y] if y < len(self._lines) else (), self.size.width)
