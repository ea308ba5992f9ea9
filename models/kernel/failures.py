"""The three ways an action can fail, each in words for the person who pressed the key."""

from __future__ import annotations


class Failure(Exception):
    """Something that was asked for did not happen."""

    exit_code = 1
    """What the command line answers with."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        """What happened, one sentence."""
        self.remedy = remedy
        """What to do about it; may be empty."""

    def details(self) -> dict[str, object]:
        """What a program may want to know besides."""
        return {}

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class Refused(Failure):
    """A rule forbids it; the message says which."""


class Conflict(Failure):
    """Somebody was faster: what the author saw is no longer so.

    `now` holds what is so now, in the form of the command's `saw` field: sending the command again with it replaces.
    """

    exit_code = 3

    def __init__(self, message: str, remedy: str = "", *, now: object = None) -> None:
        super().__init__(message, remedy)
        self.now = now


class Unreachable(Failure):
    """The database cannot be used at the moment; nothing was written."""

    exit_code = 4


class Unusable(Unreachable):
    """The database was reached, or is a file, and something has to be put right first: a later try does not help."""

    exit_code = 1


class LoginRejected(Unusable):
    """The server does not let this login in: to try again changes nothing, and may lock the account."""


class ReadOnly(Unusable):
    """The database can be read and not written."""
