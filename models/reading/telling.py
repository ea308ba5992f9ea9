"""Reads what customers are told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from models import queries
from models.policy import Phase, public
from models.reading.base import Rows
from models.views import ComponentView, DraftView, UpdateView


class Telling(Rows):
    """Reads drafts, updates and components."""

    def _draft(self, incident_id: int, phase: Phase) -> DraftView:
        row = next(iter(self._rows(queries.DRAFT, incident=incident_id)), None)
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
        return self._updates(queries.UPDATES, incident_id)

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

    def components(self) -> tuple[ComponentView, ...]:
        return tuple(
            ComponentView(name=row["name"], state=row["state"], description=row["description"])
            for row in self._rows(queries.COMPONENTS)
        )
