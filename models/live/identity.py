"""Whose desk it is, and why it may only look on where the login is another person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.kernel.failures import ReadOnly
from models.kernel.text import key

if TYPE_CHECKING:
    from models.board.views import Board


class Identity:
    """`person` is whose desk others see online; unless they have `said` so themselves, the login's person counts.

    `logins`: the database has logins of its own.
    """

    def __init__(self, person: str | None, *, said: bool, logins: bool) -> None:
        self.person = person
        self._said = said
        self._known = said or not logins

    @property
    def told(self) -> str | None:
        """Whose desk it is, once that is certain: an account of this machine may be anybody in a database elsewhere."""
        return self.person if self._known else None

    def known_as(self, board: Board) -> None:
        """The name that the board has for them, who may have been renamed."""
        if self.person is not None:
            self.person = board.called(self.person)

    def read_only(self, why: ReadOnly | None, owner: str | None) -> ReadOnly | None:
        """Why the desk only looks on, if it does; `owner`: whose the login is, in whose name alone it writes."""
        self._known = True
        if owner is None or self.person is None or key(owner) == key(self.person):
            return why
        if not self._said:
            self.person = owner
            return why
        message = f"Your database login belongs to {owner}, not to {self.person}."
        return why or ReadOnly(message, "Start without --as.")
