"""What Textual does that a desk left open all day cannot bear, until it is mended there."""

from __future__ import annotations

import sys
from typing import Any


def forget_gone_widgets() -> None:
    """Let go of the lines that widgets drew which are gone: each closed dialog's would be kept until a thousand are.

    Textual 8.2.8 remembers the colours that each widget mixed together with the widget's lines
    (Textualize/textual#6665); this goes when it remembers them without.
    """
    drawn = getattr(sys.modules.get("textual._styles_cache"), "StylesCache", None)
    mixed: Any = getattr(drawn, "get_inner_outer", None)
    if hasattr(mixed, "cache_clear"):  # another Textual may keep them otherwise
        mixed.cache_clear()
