"""Messages between the parts of a desk."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from textual.message import Message

from models.live.news import News

if TYPE_CHECKING:
    from models.board.board import Place


class DeskChanged(Message):
    """The link has news; of several in a row, only the last is drawn."""

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
    """The cursor moved to this row."""


class RowChosen(RowMessage):
    """The user pressed Enter on this row."""


class Unread(Message):
    """Whether a text continues below the visible part."""

    def __init__(self, more: bool) -> None:
        super().__init__()
        self.more = more


class EndNear(Message):
    """The cursor is near the last row, or near the first one."""

    def __init__(self, first: bool = False) -> None:
        super().__init__()
        self.first = first

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, EndNear) and message.first == self.first


class PlaceWanted(Message):
    """The timeline is to show another part of itself."""

    def __init__(self, at: Place) -> None:
        super().__init__()
        self.at = at


class HeadChanged(Message):
    """What a pane's head says has changed by moving in it."""
