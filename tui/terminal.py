"""What is pasted into a terminal, made harmless."""

from __future__ import annotations

from models.kernel.text import clean


def harmless(pasted: str) -> str:
    """Pasted text without what the terminal would obey, because fields draw what they hold."""
    return clean(pasted.encode(errors="replace").decode(), lines=True)
