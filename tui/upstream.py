"""What Textual does that a desk left open all day cannot bear, until it is mended there."""

from __future__ import annotations

import sys
from functools import wraps
from typing import Any

from textual.message_pump import MessagePump
from textual.timer import Timer


def forget_gone_widgets() -> None:
    """Let go of the lines that widgets drew which are gone: each closed dialog's would be kept until a thousand are.

    Textual 8.2.8 remembers the colours that each widget mixed together with the widget's lines
    (Textualize/textual#6665); this goes when it remembers them without.
    """
    drawn = getattr(sys.modules.get("textual._styles_cache"), "StylesCache", None)
    mixed: Any = getattr(drawn, "get_inner_outer", None)
    if hasattr(mixed, "cache_clear"):  # another Textual may keep them otherwise
        mixed.cache_clear()


def keep_late_timers() -> None:
    """Let a timer that fires once fire however late it is: with it, whatever waits for it would wait for ever.

    Textual 8.2.8 counts a timer as fired whose time has passed before it first looks at the clock, which a busy
    machine does to the short ones (`Timer._run`); this goes when it skips only timers that fire again.
    """
    start = MessagePump.set_timer
    if hasattr(start, "__wrapped__"):
        return

    @wraps(start)
    def set_timer(self: MessagePump, *given: Any, **named: Any) -> Timer:
        timer = start(self, *given, **named)
        timer._skip = False  # its task has not begun
        return timer

    MessagePump.set_timer = set_timer  # type: ignore[method-assign]
