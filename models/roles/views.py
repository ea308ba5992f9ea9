"""Frozen snapshots of roles, who is assigned, and who is responsible for what.

Times are aware and UTC. People are their names.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from models.kernel.snapshot import Snapshot
from models.roles.coverage import Why

if TYPE_CHECKING:
    from models.kernel.entry import EntryView


class Answer(StrEnum):
    """What became of an offer to hand a role over."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"
    """The role changed hands by another way meanwhile."""


class HolderView(Snapshot, frozen=True, kw_only=True):
    person: str
    since: datetime
    given_by: str
    confirmed: bool = True
    """They took it themselves, or have said that they have it."""


class GivenView(Snapshot, frozen=True, kw_only=True):
    """A role or a task that somebody was given and has not said yet that they have."""

    pane: Literal["roster", "tasks"]
    row: str
    """The role's key, or the task's number."""
    name: str
    """In the reader's language."""
    to: str
    by: str
    at: datetime


class HoldingView(Snapshot, frozen=True, kw_only=True):
    """A time during which somebody held a role."""

    person: str
    since: datetime
    given_by: str
    until: datetime | None
    """None: they hold it now."""
    ended_by: str | None


class RoleView(Snapshot, frozen=True, kw_only=True):
    key: str
    """What commands call it: `scribe`, `tech-lead/database`, `dark-magic`."""
    name: str
    """In the reader's language; a label follows after a middle dot."""
    also: tuple[str, ...]
    """Its names and aliases in every language, for searching."""
    book_role: str | None
    """The role of the book that it is, or is a labelled copy of; None: somebody made it up."""
    primary: tuple[str, ...]
    """The keys of the duties that are its own, of a copy that takes some only these; a role that somebody made up is
    one duty: its name."""
    secondary: tuple[str, ...]
    """The keys of those that it takes over while nobody holds the role whose own they are."""
    manages: bool
    """It holds whatever nobody else holds."""
    single: bool
    """One holder at a time."""
    ad_hoc: bool
    whole: bool = True
    """It has every duty of its book role; a copy may have only those that it takes."""
    takes: tuple[str, ...] = ()
    """The keys of the duties that it does before others of the same book role."""
    holders: tuple[HolderView, ...]
    stand_in: str | None
    """Who holds it while nobody does; nobody: it is uncovered."""
    partly: bool = False
    """Whoever stands in does not do all of it: the book leaves some of its duties to nobody else."""


class ShareView(Snapshot, frozen=True, kw_only=True):
    """One of several roles through which a duty is owned at once."""

    role: str
    """Its key."""
    name: str
    """In the reader's language."""
    people: tuple[str, ...]


class ResponsibilityView(Snapshot, frozen=True, kw_only=True):
    """Who does this now?"""

    key: str
    """`status-page`; `role:dark-magic` for what a role does that somebody made up."""
    text: str
    """In the reader's language."""
    also: tuple[str, ...]
    """Its text and its aliases in every language, for searching."""
    people: tuple[str, ...]
    """Empty: it is uncovered."""
    why: Why
    through: tuple[str, ...]
    """The names of the roles through which they own it, in the reader's language."""
    role: str
    """The key of the role to go to: through which it is owned, else whose own duty it is; empty: there is none."""
    roles: tuple[str, ...]
    """The keys of every role that has it, those first whose own it is."""
    shares: tuple[ShareView, ...] = ()
    """Empty, unless different people own it through a role and its copies: then each of these, to be settled."""


class OfferView(Snapshot, frozen=True, kw_only=True):
    """An offer to hand a role over that waits for an answer."""

    role: str
    """The role's key."""
    name: str
    """The role's name, in the reader's language."""
    holder: str
    """Who holds it until the offer is accepted."""
    to: str
    by: str
    """Who made the offer: the holder, or who manages the incident."""
    at: datetime
    brief: str


def brief_of(entry: EntryView) -> str:
    """What the receiver of a role was told with an offer, or has read when accepting; empty: it is another entry."""
    said = entry.data.get("brief") if entry.kind in ("offered", Answer.ACCEPTED) else None
    return said if isinstance(said, str) else ""


class BookView(Snapshot, frozen=True, kw_only=True):
    """One version of a role book."""

    key: str
    version: int | None
    """None: it comes with this program, and no incident has needed it yet."""
    name: str
    """In the reader's language."""
    counts: bool
    """It is the version of its book that incidents are declared under now, if the book is the default."""
    default: bool
    """Incidents are declared under it now."""
    added_by: str | None
    """None: it came with a program."""
    added_at: datetime | None
