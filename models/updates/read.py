"""Reads what people are told, and what they are promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select

from models.kernel.damage import Damage
from models.kernel.failures import Refused
from models.kernel.readable import AnyRow
from models.kernel.reader import Rows
from models.policy.audience import Audience, ComponentState
from models.policy.phase import Phase, promising, public
from models.policy.severity import Severity
from models.roles.coverage import Holding
from models.updates.components import still_said, still_worse
from models.updates.held import is_held
from models.updates.publishers import approvers
from models.updates.queries import COMPONENTS, DRAFTS, LAST_UPDATES, RULES, TEMPLATES, UPDATES
from models.updates.rules import Rules, rules
from models.updates.views import ComponentView, DraftView, PromiseView, ReviewView, StillSaid, UpdateView

if TYPE_CHECKING:
    from models.updates.internal import Finding
    from models.updates.templates import Templates


class Updates(Rows):
    """Reads drafts, updates, promises and components."""

    @cached_property
    def rules(self) -> Rules:
        """What the team has agreed on."""
        kept = self._rows(RULES)
        try:
            return rules(kept[0]["value"] if kept else None).naming(self.names.called)
        except Refused:  # what is read goes on by the defaults, and nothing is published by them
            self.damage.append(Damage("settings", "value", None))
            return Rules()

    def own_templates(self) -> Templates:
        """The team's own templates; none: updates begin with the program's."""
        from models.updates.templates import own

        kept = self._rows(TEMPLATES)
        return own(kept[0]["value"] if kept else None)

    def findings(self, draft: DraftView) -> tuple[Finding, ...]:
        """What should stay inside of a draft; nothing of one that stays inside itself."""
        if draft.audience is not Audience.CUSTOMERS:
            return ()
        return self.internal(draft.title, draft.text, draft.components)

    def internal(self, title: str, text: str, components: Iterable[str]) -> tuple[Finding, ...]:
        """What should stay inside of what customers are about to read."""
        from models.updates.internal import findings

        return findings(self.rules, title, text, components, self.every_name())

    def still_said(self, incident_id: int, draft: DraftView, now: datetime) -> dict[str, StillSaid]:
        """The components that the page will show in a worse state than this draft says, by the words of others."""
        if draft.audience is not Audience.CUSTOMERS:
            return {}
        return still_worse(draft.components, still_said(self.connection, incident_id, draft.components, now))

    def _drafts(self, incident_id: int, phase: Phase, severity: Severity) -> dict[Audience, DraftView]:
        rows = {row["audience"]: row for row in self._rows(DRAFTS, incident=incident_id)}
        return {
            audience: _draft(rows.get(audience), audience, public(phase), self.rules.needs_approval(audience, severity))
            for audience in Audience
        }

    def updates(self, incident_id: int) -> tuple[UpdateView, ...]:
        """What each audience was told, the newest first."""
        return self._updates(UPDATES, incident_id)

    def _last_updates(self, incident_id: int) -> dict[Audience, UpdateView]:
        return {told.audience: told for told in self._updates(LAST_UPDATES, incident_id)}

    def _updates(self, statement: Select[Any], incident_id: int) -> tuple[UpdateView, ...]:
        return tuple(
            UpdateView(
                n=row["n"],
                audience=Audience(row["audience"]),
                title=row["title"],
                phase=Phase(row["phase"]),
                text=row["text"],
                components=_states(row),
                next_update_at=row["next_update_at"],
                expected_at=row["expected_at"],
                published_by=row["publisher"],
                published_at=row["told_at"],
                approved_by=row["approver"],
            )
            for row in self._rows(statement, incident=incident_id)
        )

    def _promises(self, row: AnyRow, kept: Iterable[AnyRow]) -> tuple[PromiseView, ...]:
        known = {each["audience"]: each for each in kept}
        found = []
        for audience in Audience:
            each = known.get(audience)
            told_at = row["published_at"] if audience is Audience.CUSTOMERS else each["told_at"] if each else None
            due_at = each["due_at"] if each else None
            if not promising(Phase(row["phase"]), due_at, told_at):
                continue
            if due_at is None:
                since = row["reopened_at"] or row["declared_at"]
                due_at = self.rules.due(audience, Severity(row["severity"]), since, told_at)
            if due_at is not None:
                found.append(PromiseView(audience=audience, due_at=due_at, snoozed=bool(each and each["snoozed"])))
        return tuple(sorted(found, key=lambda promise: promise.due_at))

    def _promises_at(self, severity: Severity, row: AnyRow, kept: Iterable[AnyRow]) -> tuple[PromiseView, ...]:
        """What would be promised at another severity: what a higher one held is let go."""
        since = row["reopened_at"] or row["declared_at"]

        def left(each: AnyRow) -> AnyRow:
            told_at = row["published_at"] if each["audience"] == Audience.CUSTOMERS else each["told_at"]
            return {**each, "due_at": None} if is_held(each, told_at, since) else each

        return self._promises({**row, "severity": severity}, map(left, kept))

    def _reviews(self, rows: Iterable[AnyRow], held: Sequence[Holding], manager: str | None) -> tuple[ReviewView, ...]:
        people = dict.fromkeys(holding.person for holding in held)
        rows = list(rows)
        asked = (
            ReviewView(
                audience=Audience(row["audience"]),
                revision=row["revision"],
                author=row["asker"] or row["editor"],
                editor=row["editor"],
                at=row["asked_at"] or row["edited_at"],
                state="approved" if row["approver"] else "asked" if row["asker"] else "returned",
                by=row["approver"] or row["returner"],
                approvers=approvers(self.rules, (row["asker"], row["editor"]), people, held, manager),
            )
            for row in rows
            if row["asker"] or row["returner"]
        )
        unapproved = (
            ReviewView(
                audience=Audience(row["audience"]),
                revision=row["revision"],
                author=row["unapproved_by"],
                editor=row["unapproved_by"],
                at=row["unapproved_at"],
                state="unapproved",
                by=None,
                approvers=approvers(self.rules, (row["unapproved_by"],), people, held, manager),
            )
            for row in rows
            if row["unapproved_by"]
        )
        return (*asked, *unapproved)

    def components(self) -> tuple[ComponentView, ...]:
        return tuple(
            ComponentView(name=row["name"], state=ComponentState(row["state"]), description=row["description"])
            for row in self._rows(COMPONENTS)
        )


def _draft(row: AnyRow | None, audience: Audience, told: Phase, needs_approval: bool) -> DraftView:
    if row is None:
        return DraftView(
            audience=audience,
            revision=0,
            title="",
            text="",
            phase=told,
            components={},
            next_update_at=None,
            expected_at=None,
            edited_by=None,
            edited_at=None,
            open_by=None,
            open_at=None,
            needs_approval=needs_approval,
            asked_by=None,
            asked_at=None,
            approved_by=None,
            returned_by=None,
            returned="",
        )
    return DraftView(
        audience=audience,
        revision=row["revision"],
        title=row["title"],
        text=row["text"],
        phase=Phase(row["approved_phase"] or row["phase"] or told),
        components=_states(row),
        next_update_at=row["next_update_at"],
        expected_at=row["expected_at"],
        edited_by=row["editor"] if row["revision"] else None,
        edited_at=row["edited_at"] if row["revision"] else None,
        open_by=row["opener"],
        open_at=row["open_at"],
        needs_approval=needs_approval,
        asked_by=row["asker"],
        asked_at=row["asked_at"],
        approved_by=row["approver"],
        returned_by=row["returner"],
        returned=row["returned"] or "",
        next_in=row["next_in"],
        expected_in=row["expected_in"],
        worded_phase=_worded(row, told),
    )


def _worded(row: AnyRow, told: Phase) -> Phase | None:
    chosen = row["approved_phase"] or row["phase"]
    return None if chosen or row["worded_phase"] in (None, told) else Phase(row["worded_phase"])


def _states(row: AnyRow) -> dict[str, ComponentState]:
    return {name: ComponentState(state) for name, state in row["components"].items()}
