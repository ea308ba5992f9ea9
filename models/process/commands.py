"""Leaving a step of the response out, on purpose; no command says that one is done, because only its evidence does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from sqlalchemy import bindparam, delete, insert

from models.kernel.ahead import Question
from models.kernel.cache import Cache
from models.kernel.command import Argument, IncidentCommand, Reason, StepName
from models.kernel.failures import Refused
from models.kernel.recorded import Recorded
from models.kernel.text import key
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.policy.step import StepState
from models.process.progress import Skip, StepProgress, lacking
from models.process.read import progress, standings_of
from models.process.tables import skips
from models.roles.roster import ahead_of_roles, book_of

_TAKE_BACK = delete(skips).where(skips.c.incident_id == bindparam("incident"), skips.c.n == bindparam("number"))


class SkipStep(IncidentCommand):
    """Leave a step of the response out, for a reason. If its evidence comes after all, it is done."""

    step: Annotated[StepName, Argument("key of the step, as in `steps`, or its name")]
    """Its key, or its name in any language."""
    reason: Reason

    kind: ClassVar[str] = "skipped"

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        return (progress(incident, None), *ahead_of_roles(incident, kept))

    def perform(self, tx: Transaction) -> int:
        standing = self._standing(tx)
        step = standing.step
        if standing.state is StepState.DONE:
            raise Refused(f"{step.name.en} is already done.")
        if isinstance(standing.since, Skip):
            raise Refused(f"{standing.since.by} has already skipped {step.name.en}: {standing.since.reason}")
        n = tx.record(self.kind, {"step": step.key, "name": step.name.en}, text=self.reason)
        row = {"incident_id": tx.incident_id, "step": step.key, "n": n, "reason": self.reason}
        tx.connection.execute(insert(skips), {**row, "skipped_by": tx.author_id, "skipped_at": tx.now})
        return n

    def _standing(self, tx: Transaction) -> StepProgress:
        found = standings_of(tx.connection, tx.incident, book_of(tx))
        wanted = key(self.step)
        for standing in found:
            name = standing.step.name
            if wanted in map(key, (standing.step.key, name.en, name.fr, name.pl)):
                return standing
        steps = ", ".join(standing.step.key for standing in found)
        raise Refused(
            f"{tx.ref} has no step {self.step!r}.",
            f"Its steps: {steps}." if steps else f"{book_of(tx).name.en} has none.",
        )


def not_done(tx: Transaction) -> dict[str, str]:
    """The English names of the steps that are missing, each with what is not there yet."""

    def role_name(wanted: str) -> str:
        role = book_of(tx).role(wanted)
        return role.name.en if role else wanted

    return {
        standing.step.name.en: "; ".join(lacking(need, role_name) for need in standing.missing)
        for standing in standings_of(tx.connection, tx.incident, book_of(tx))
        if standing.state is StepState.MISSING
    }


@undoes("skipped")
def _undo_skip(tx: Transaction, entry: Recorded) -> UndoEntry:
    tx.connection.execute(_TAKE_BACK, {"incident": tx.incident_id, "number": entry.n})
    return UndoEntry()
