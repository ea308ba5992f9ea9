"""What a conflict says: who changed what, and when."""

from __future__ import annotations

from models.kernel.failures import Conflict
from models.kernel.recorded import Recorded
from models.kernel.wording import sentence


def attribution(last: Recorded | None) -> str:
    """Who did it, what, and when, as a sentence without its first words."""
    if last is None:
        return "the value is different now."
    return f"{last.author} {sentence(last.kind, last.data, last.text)} at {last.recorded_at:%H:%M:%S}Z."


def unchanged(what: str, saw: object, now: object, last: Recorded | None) -> None:
    """Raises Conflict, naming the last change, unless the author saw what is so now; None: did not look."""
    if saw is None or saw == now:
        return
    raise Conflict(f"{what} has changed since you opened this: {attribution(last)}", now=now)
