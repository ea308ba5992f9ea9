"""The text field of the draft."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.kernel.fields import Lines


class Editor(Lines):
    """The draft's text; Escape or Tab saves and closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f2", "screen.leave_draft", "Close", show=False, priority=True)
    ]

    def __init__(self, text: str) -> None:
        super().__init__(text, id="editor")
