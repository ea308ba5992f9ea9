"""Helpers that several actions share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from models.kernel.failures import Failure
from models.policy.severity import MEANING
from screens.kernel.options import Option

if TYPE_CHECKING:
    from screens.kernel.desk import Desk


def few(values: Iterable[str]) -> list[Option[str]]:
    """A short numbered list of options."""
    return [
        Option(value=str(value), title=str(value), hint=MEANING.get(value, ""), key=str(n))
        for n, value in enumerate(values, 1)
    ]


async def sent(desk: Desk, verb: str, **fields: Any) -> str | None:
    """Send a command; returns the error, or None on success or if the author keeps someone else's change."""
    try:
        await desk.acting.attempt(verb, **fields)
    except Failure as failure:
        return str(failure)
    return None
