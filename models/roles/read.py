"""Read roles, who is assigned, and what is offered; and the role books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from models.kernel.damage import Damage
from models.kernel.failures import Unusable
from models.kernel.names import called
from models.kernel.readable import AnyRow
from models.kernel.reader import Rows
from models.kernel.tables import name_of, people
from models.roles.book import RoleBook, all_names, shipped_or_default
from models.roles.book_cache import Books
from models.roles.coverage import Holding, left_to_manager, own_duty, stand_in
from models.roles.row import unconfirmed
from models.roles.tables import assignments, incident_roles, offers
from models.roles.views import GivenView, HolderView, HoldingView, OfferView, RoleView

if TYPE_CHECKING:
    from models.roles.views import BookView

_from, _to, _by = people.alias(), people.alias(), people.alias()
_giver, _ender = people.alias(), people.alias()

HOLDINGS = (
    select(
        assignments.c.incident_id,
        assignments.c.role_id,
        func.coalesce(incident_roles.c.book_role, incident_roles.c.key).label("role"),
        incident_roles.c.key,
        incident_roles.c.book_role,
        incident_roles.c.name,
        incident_roles.c.label,
        incident_roles.c.whole,
        incident_roles.c.duties,
        name_of(people).label("person"),
        name_of(_giver).label("giver"),
        assignments.c.asks,
        assignments.c.confirmed_by,
        assignments.c.since,
    )
    .join(incident_roles, incident_roles.c.id == assignments.c.role_id)
    .outerjoin(people, people.c.id == assignments.c.person_id)
    .outerjoin(_giver, _giver.c.id == assignments.c.given_by)
    .where(assignments.c.until.is_(None))
    .order_by(assignments.c.since, assignments.c.id)
)

OPEN_OFFERS = (
    select(
        offers,
        incident_roles.c.key,
        incident_roles.c.book_role,
        incident_roles.c.name,
        incident_roles.c.label,
        called(_from).label("holder"),
        called(_to).label("to"),
        called(_by).label("by"),
    )
    .join(incident_roles, incident_roles.c.id == offers.c.role_id)
    .join(_from, _from.c.id == offers.c.from_id)
    .join(_to, _to.c.id == offers.c.to_id)
    .join(_by, _by.c.id == offers.c.offered_by)
    .where(offers.c.answer.is_(None))
    .order_by(offers.c.id)
)

ROLES = (
    select(incident_roles)
    .where(incident_roles.c.incident_id == bindparam("incident"), ~incident_roles.c.removed)
    .order_by(incident_roles.c.position)
)

_HISTORY = (
    select(
        called(people).label("person"),
        assignments.c.since,
        called(_giver).label("giver"),
        assignments.c.until,
        called(_ender).label("ender"),
    )
    .join(incident_roles, incident_roles.c.id == assignments.c.role_id)
    .join(people, people.c.id == assignments.c.person_id)
    .join(_giver, _giver.c.id == assignments.c.given_by)
    .outerjoin(_ender, _ender.c.id == assignments.c.ended_by)
    .where(incident_roles.c.incident_id == bindparam("incident"), incident_roles.c.key == bindparam("role"))
    .order_by(assignments.c.since.desc(), assignments.c.id.desc())
)


class Roles(Rows):
    """Reads roles; what no board shows is imported when somebody asks for it."""

    def books(self) -> tuple[BookView, ...]:
        """Every version of every role book, those that come with the program too."""
        from models.roles.book_versions import listed

        return listed(self.connection, self._language)

    def book(self, key: str, version: int | None = None) -> tuple[int | None, str]:
        """The text of a version, or of the one that counts now, with its number. Raises Refused when there is none."""
        from models.roles.book_versions import numbered, present

        if version is None:
            return present(self.connection, key)
        return version, numbered(self.connection, key, version)

    def _book(self, incident: AnyRow) -> RoleBook:
        """The version that the incident was declared under; where it cannot be read, what the program ships."""
        key, version = incident["book"], incident["book_version"]
        try:
            return self._kept.of(Books).read(self.connection, key, version)
        except Unusable:
            self.damage.append(Damage("books", "text", incident["id"]))
            return shipped_or_default(key)

    def _called(self, book: RoleBook, role: AnyRow) -> str:
        """A role's name in the reader's language, with its label."""
        known = book.role(role["book_role"]) if role["book_role"] else None
        name = known.name.spoken(self._language) if known else role["name"]
        return f"{name} · {role['label']}" if role["label"] else str(name)

    def _roles(self, incident_id: int, book: RoleBook, held: Sequence[AnyRow]) -> tuple[RoleView, ...]:
        meanwhile = stand_in(book, holdings(held))
        views = []
        for row in self._rows(ROLES, incident=incident_id):
            known = book.role(row["book_role"]) if row["book_role"] else None
            holders = tuple(
                HolderView(
                    person=holding["person"],
                    since=holding["since"],
                    given_by=holding["giver"],
                    confirmed=not unconfirmed(holding),
                )
                for holding in held
                if holding["role_id"] == row["id"]
            )
            stands_in, wholly = left_to_manager(book, row["book_role"])
            takes = tuple(row["duties"].split())
            has = None if row["whole"] else takes
            views.append(
                RoleView(
                    key=row["key"],
                    name=self._called(book, row),
                    also=all_names(known) if known else (row["name"],),
                    book_role=known.key if known else None,
                    primary=_taken(known.primary, has) if known else (own_duty(row["key"]),),
                    secondary=_taken(known.secondary, has) if known else (),
                    manages=known is not None and known.key == book.manager and row["whole"],
                    single=row["single"],
                    ad_hoc=row["key"] != row["book_role"],
                    whole=row["whole"],
                    takes=takes,
                    holders=holders,
                    stand_in=meanwhile if stands_in and not holders else None,
                    partly=not wholly,
                )
            )
        return tuple(views)

    def _unconfirmed(self, book: RoleBook, held: Sequence[AnyRow]) -> tuple[GivenView, ...]:
        """The roles that were given to somebody who has not said yet that they have them, the first one first."""
        return tuple(
            GivenView(
                pane="roster",
                row=holding["key"],
                name=self._called(book, holding),
                to=holding["person"],
                by=holding["giver"],
                at=holding["since"],
            )
            for holding in held
            if unconfirmed(holding)
        )

    def _offer_views(self, book: RoleBook, offered: Sequence[AnyRow]) -> tuple[OfferView, ...]:
        return tuple(
            OfferView(
                role=offer["key"],
                name=self._called(book, offer),
                holder=offer["holder"],
                to=offer["to"],
                by=offer["by"],
                at=offer["offered_at"],
                brief=offer["brief"],
            )
            for offer in offered
        )

    def history(self, incident_id: int, role: str) -> tuple[HoldingView, ...]:
        """Everybody who has held the role of that key, the newest first."""
        return tuple(
            HoldingView(
                person=row["person"],
                since=row["since"],
                given_by=row["giver"],
                until=row["until"],
                ended_by=row["ender"],
            )
            for row in self._rows(_HISTORY, incident=incident_id, role=role)
        )


def _taken(duties: tuple[str, ...], takes: tuple[str, ...] | None) -> tuple[str, ...]:
    """Those that a copy takes; None: all of them."""
    return duties if takes is None else tuple(duty for duty in duties if duty in takes)


def holdings(held: Sequence[AnyRow]) -> list[Holding]:
    return [
        Holding(
            role=row["role"],
            label=row["label"],
            person=row["person"],
            whole=row["whole"],
            takes=tuple(row["duties"].split()),
        )
        for row in held
    ]
