"""Builds views from rows; everything is read through module-level statements inside one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, bindparam, exists, func, or_, select, text

from models import rolebook
from models.coverage import Holding, owners, stand_in
from models.failures import Refused
from models.policy import OPEN, Phase, public
from models.tables import (
    assignments,
    components,
    drafts,
    entries,
    head,
    incident_roles,
    incidents,
    people,
    status_updates,
)
from models.views import (
    ComponentView,
    DraftView,
    EntryView,
    HolderView,
    IncidentRow,
    IncidentView,
    RoleView,
    UpdateView,
)

PAGE = 100
"""How many entries of a timeline are read at once."""

RECENT = timedelta(hours=24)
"""How long a resolved incident stays on the board."""

_declarer = people.alias()
_ROW = select(incidents, _declarer.c.name.label("declarer")).join(_declarer, _declarer.c.id == incidents.c.declared_by)
_open_phases = ", ".join(f"'{phase}'" for phase in OPEN)
_OPEN_ROWS = _ROW.where(text(f"incidents.phase IN ({_open_phases})"))  # to the letter, as the partial index has it
_RECENT_ROWS = _ROW.where(incidents.c.resolved_at > bindparam("since"))
_CHANGED_ROWS = _ROW.where(incidents.c.changed > bindparam("ticket"))
_ALL_ROWS = _ROW.order_by(incidents.c.id.desc())
_ONE_ROW = _ROW.where(incidents.c.id == bindparam("incident"))
_TICKET = select(head.c.ticket)
_HOLDINGS = (
    select(
        assignments.c.incident_id,
        assignments.c.role_id,
        func.coalesce(incident_roles.c.book_role, incident_roles.c.key).label("role"),
        incident_roles.c.label,
        people.c.name.label("person"),
        assignments.c.since,
        assignments.c.given_by,
    )
    .join(incident_roles, incident_roles.c.id == assignments.c.role_id)
    .join(people, people.c.id == assignments.c.person_id)
    .where(assignments.c.until.is_(None), assignments.c.incident_id.in_(bindparam("ids", expanding=True)))
    .order_by(assignments.c.since, assignments.c.id)
)
_ROLES = (
    select(incident_roles)
    .where(incident_roles.c.incident_id == bindparam("incident"), ~incident_roles.c.removed)
    .order_by(incident_roles.c.position)
)
_editor, _opener = people.alias(), people.alias()
_DRAFT = (
    select(drafts, _editor.c.name.label("editor"), _opener.c.name.label("opener"))
    .join(_editor, _editor.c.id == drafts.c.edited_by)
    .outerjoin(_opener, _opener.c.id == drafts.c.open_by)
    .where(drafts.c.incident_id == bindparam("incident"))
)
_UPDATES = (
    select(status_updates, people.c.name.label("publisher"))
    .join(people, people.c.id == status_updates.c.published_by)
    .where(status_updates.c.incident_id == bindparam("incident"))
    .order_by(status_updates.c.published_at.desc(), status_updates.c.id.desc())
)
_LAST_UPDATE = _UPDATES.limit(1)
_PEOPLE = select(people.c.id, people.c.name).order_by(people.c.key)
_PEOPLE_BY_ID = select(people.c.id, people.c.name).where(people.c.id.in_(bindparam("ids", expanding=True)))
_COMPONENTS = select(components).order_by(components.c.position)

_author, _later = people.alias(), entries.alias()
_ENTRIES = (
    select(entries, _author.c.name.label("author"))
    .join(_author, _author.c.id == entries.c.author_id)
    .where(entries.c.incident_id == bindparam("incident"))
)
_superseded = exists().where(
    _later.c.incident_id == entries.c.incident_id,
    _later.c.revises == func.coalesce(entries.c.revises, entries.c.n),
    _later.c.n > entries.c.n,
)
_CURRENT = _ENTRIES.where(~_superseded)
_NEWEST_FIRST = (entries.c.occurred_at.desc(), entries.c.n.desc())
_PAGE = _CURRENT.order_by(*_NEWEST_FIRST).limit(bindparam("limit"))
_OLDER = (
    _CURRENT.where(
        entries.c.occurred_at <= bindparam("occurred_at"),
        or_(
            entries.c.occurred_at < bindparam("occurred_at"),
            and_(entries.c.occurred_at == bindparam("occurred_at"), entries.c.n < bindparam("number")),
        ),
    )
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("limit"))
)
_SINCE = _ENTRIES.where(entries.c.n > bindparam("number")).order_by(entries.c.n)
_VERSIONS = _ENTRIES.where(or_(entries.c.n == bindparam("root"), entries.c.revises == bindparam("root"))).order_by(
    entries.c.n
)


class Reader:
    """Reads views through one open transaction; `language` is the one that roles are named in."""

    def __init__(self, connection: Connection, language: str) -> None:
        self._connection = connection
        self._language = language

    def _rows(self, statement: Select[Any], **known: Any) -> Sequence[RowMapping]:
        return self._connection.execute(statement, known).mappings().all()

    def ticket(self) -> int:
        """The last change that this reader sees."""
        return int(self._connection.execute(_TICKET).scalar_one())

    def on_the_board(self, now: datetime) -> list[IncidentRow]:
        rows = {row["id"]: row for row in self._rows(_OPEN_ROWS)}
        rows |= {row["id"]: row for row in self._rows(_RECENT_ROWS, since=now - RECENT)}
        return self._incidents(rows.values())

    def changed_since(self, ticket: int) -> list[IncidentRow]:
        return self._incidents(self._rows(_CHANGED_ROWS, ticket=ticket))

    def all_incidents(self, limit: int | None = None) -> list[IncidentRow]:
        """Every incident, the newest first."""
        statement = _ALL_ROWS if limit is None else _ALL_ROWS.limit(limit)
        return self._incidents(self._rows(statement))

    def found(self, words: str, limit: int = 50) -> list[IncidentRow]:
        """The newest incidents whose title or number has the words, whatever their phase."""
        wanted = words.strip().upper().removeprefix("INC-")
        number = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 16 else None
        fits = incidents.c.title.icontains(words.strip(), autoescape=True)
        if number is not None:
            fits = or_(fits, incidents.c.id == number)
        return self._incidents(self._rows(_ALL_ROWS.where(fits).limit(limit)))

    def incident(self, incident_id: int) -> IncidentView:
        """Raises Refused when there is none."""
        rows = self._rows(_ONE_ROW, incident=incident_id)
        if not rows:
            raise Refused(f"There is no incident INC-{incident_id}.", "`bridgewatch list --all` shows every one.")
        held = self._rows(_HOLDINGS, ids=[incident_id])
        row = self._incident(rows[0], held)
        return IncidentView(
            **{name: getattr(row, name) for name in IncidentRow.__slots__},
            roles=self._roles(incident_id, row.book, held),
            draft=self._draft(incident_id, row.phase),
            last_update=next(iter(self._updates(_LAST_UPDATE, incident_id)), None),
        )

    def _incidents(self, rows: Iterable[RowMapping]) -> list[IncidentRow]:
        rows = list(rows)
        held: defaultdict[int, list[RowMapping]] = defaultdict(list)
        for start in range(0, len(rows), 500):
            ids = [row["id"] for row in rows[start : start + 500]]
            for holding in self._rows(_HOLDINGS, ids=ids):
                held[holding["incident_id"]].append(holding)
        return [self._incident(row, held[row["id"]]) for row in rows]

    @staticmethod
    def _incident(row: RowMapping, held: Sequence[RowMapping]) -> IncidentRow:
        book = rolebook.load(row["book"])
        holdings = _holdings(held)
        return IncidentRow(
            id=row["id"],
            ref=f"INC-{row['id']}",
            title=row["title"],
            severity=row["severity"],
            category=row["category"],
            impact=row["impact"],
            phase=row["phase"],
            version=row["version"],
            book=row["book"],
            declared_by=row["declarer"],
            declared_at=row["declared_at"],
            resolved_at=row["resolved_at"],
            published_at=row["published_at"],
            manager=stand_in(book, holdings),
            updater=next(iter(owners(book, holdings, book.update_duty).people), None),
        )

    def _roles(self, incident_id: int, book_key: str, held: Sequence[RowMapping]) -> tuple[RoleView, ...]:
        book = rolebook.load(book_key)
        meanwhile = stand_in(book, _holdings(held))
        givers = self._names({row["given_by"] for row in held})
        views = []
        for row in self._rows(_ROLES, incident=incident_id):
            known = book.role(row["book_role"]) if row["book_role"] else None
            name = known.name.spoken(self._language) if known else row["name"]
            label = f" · {row['label']}" if row["label"] else ""
            holders = tuple(
                HolderView(person=holding["person"], since=holding["since"], given_by=givers[holding["given_by"]])
                for holding in held
                if holding["role_id"] == row["id"]
            )
            views.append(
                RoleView(
                    key=row["key"],
                    name=f"{name}{label}",
                    also=rolebook.all_names(known) if known else (row["name"],),
                    duties=tuple(
                        book.duty(duty).text.spoken(self._language) for duty in (*known.primary, *known.secondary)
                    )
                    if known
                    else (),
                    single=row["single"],
                    ad_hoc=row["key"] != row["book_role"],
                    holders=holders,
                    stand_in=None if holders else meanwhile,
                )
            )
        return tuple(views)

    def _names(self, ids: set[int]) -> dict[int, str]:
        return {row["id"]: row["name"] for row in self._rows(_PEOPLE_BY_ID, ids=list(ids))} if ids else {}

    def _draft(self, incident_id: int, phase: Phase) -> DraftView:
        row = next(iter(self._rows(_DRAFT, incident=incident_id)), None)
        told = public(phase)
        if row is None:
            return DraftView(
                revision=0,
                text="",
                phase=told,
                components={},
                edited_by=None,
                edited_at=None,
                open_by=None,
                open_at=None,
            )
        return DraftView(
            revision=row["revision"],
            text=row["text"],
            phase=row["phase"] or told,
            components=row["components"],
            edited_by=row["editor"] if row["revision"] else None,
            edited_at=row["edited_at"] if row["revision"] else None,
            open_by=row["opener"],
            open_at=row["open_at"],
        )

    def updates(self, incident_id: int) -> tuple[UpdateView, ...]:
        """What customers were told, the newest first."""
        return self._updates(_UPDATES, incident_id)

    def _updates(self, statement: Select[Any], incident_id: int) -> tuple[UpdateView, ...]:
        return tuple(
            UpdateView(
                phase=row["phase"],
                text=row["text"],
                components=row["components"],
                published_by=row["publisher"],
                published_at=row["published_at"],
            )
            for row in self._rows(statement, incident=incident_id)
        )

    def newest(self, incident_id: int, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The newest entries in their latest version, newest first by when they happened."""
        return self._entries(_PAGE, incident=incident_id, limit=limit)

    def older(self, incident_id: int, than: EntryView, limit: int = PAGE) -> tuple[EntryView, ...]:
        """The entries before `than`."""
        known = {"occurred_at": than.occurred_at, "number": than.n}
        return self._entries(_OLDER, incident=incident_id, limit=limit, **known)

    def since(self, incident_id: int, n: int) -> tuple[EntryView, ...]:
        """Every entry after number `n`, in the order they were recorded."""
        return self._entries(_SINCE, incident=incident_id, number=n)

    def versions(self, incident_id: int, root: int) -> tuple[EntryView, ...]:
        """Every version of one entry, the first one first."""
        return self._entries(_VERSIONS, incident=incident_id, root=root)

    def _entries(self, statement: Select[Any], **known: Any) -> tuple[EntryView, ...]:
        return tuple(map(entry_view, self._rows(statement, **known)))

    def people(self) -> tuple[str, ...]:
        return tuple(row["name"] for row in self._rows(_PEOPLE))

    def components(self) -> tuple[ComponentView, ...]:
        return tuple(
            ComponentView(name=row["name"], state=row["state"], description=row["description"])
            for row in self._rows(_COMPONENTS)
        )


def _holdings(held: Sequence[RowMapping]) -> list[Holding]:
    return [Holding(role=row["role"], label=row["label"], person=row["person"]) for row in held]


def entry_view(row: RowMapping) -> EntryView:
    """A row of `entries` with its author's name, as a view."""
    return EntryView(
        ref=f"INC-{row['incident_id']}",
        n=row["n"],
        root=row["revises"] or row["n"],
        kind=row["kind"],
        data=row["data"],
        text=row["text"],
        author=row["author"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
    )
