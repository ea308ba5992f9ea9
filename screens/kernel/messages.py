"""What the parts of a desk tell each other."""

from __future__ import annotations

from collections.abc import Hashable

from textual.message import Message

from models.live.news import News


class DeskChanged(Message):
    """The link has news; of a burst, only the last is drawn."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, DeskChanged)


class RowMessage(Message):
    """About one row of a list."""

    def __init__(self, key: Hashable) -> None:
        super().__init__()
        self.key = key


class RowMoved(RowMessage):
    """The cursor came to this row."""


class RowChosen(RowMessage):
    """Somebody pressed Enter on this row."""


class Unread(Message):
    """Whether there is more of a text below what is shown of it."""

    def __init__(self, more: bool) -> None:
        super().__init__()
        self.more = more


class EndNear(Message):
    """The reader has come near the last row."""

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, EndNear)
