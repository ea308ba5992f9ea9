"""What Textual does that a desk left open all day cannot bear, until it is mended there."""

from __future__ import annotations

import sys
from codecs import IncrementalDecoder, getincrementaldecoder
from functools import partial
from typing import Any

from textual.drivers import linux_driver


def bear_broken_input() -> None:
    """Let broken bytes on the input be � instead of the program's end.

    A tmux that re-attaches can send a mouse report that is no UTF-8, of which Textual 8.2.8 dies
    (Textualize/textual#6668); this goes when Textual decodes with errors="replace".
    """

    def decoder(encoding: str) -> partial[IncrementalDecoder]:
        return partial(getincrementaldecoder(encoding), errors="replace")

    module: Any = linux_driver
    module.getincrementaldecoder = decoder


def forget_gone_widgets() -> None:
    """Let go of the lines that widgets drew which are gone: each closed dialog's would be kept until a thousand are.

    Textual 8.2.8 remembers the colours that each widget mixed together with the widget's lines
    (Textualize/textual#6665); this goes when it remembers them without.
    """
    drawn = getattr(sys.modules.get("textual._styles_cache"), "StylesCache", None)
    mixed: Any = getattr(drawn, "get_inner_outer", None)
    if hasattr(mixed, "cache_clear"):  # another Textual may keep them otherwise
        mixed.cache_clear()
