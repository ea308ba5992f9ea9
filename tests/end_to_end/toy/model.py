"""Thank the responders: the declaration, the command, and how it is undone."""

from __future__ import annotations

from typing import Annotated, ClassVar

from models.kernel.command import Argument, IncidentCommand, NoteText, PersonName
from models.kernel.recorded import Recorded
from models.kernel.transaction import Transaction
from models.kernel.undo import UndoEntry, undoes
from models.kernel.verbs import Verb

VERBS = (
    Verb(
        "thank",
        "Thank",
        "Thank a responder on the timeline.",
        key="X",
        command="tests.end_to_end.toy.model:Thank",
        asks=("ref", "person"),
        reads={"thanked": lambda data: f"thanked {data['person']}"},
        footer=15,
    ),
)


class Thank(IncidentCommand):
    """Thank a responder."""

    person: PersonName
    text: Annotated[NoteText, Argument("the words of thanks")] = "Well done"

    kind: ClassVar[str] = "thanked"

    def perform(self, tx: Transaction) -> int:
        _, person = tx.person(self.person)
        return tx.record(self.kind, {"person": person}, text=self.text)


@undoes(Thank.kind)
def _undo(tx: Transaction, entry: Recorded) -> UndoEntry:
    return UndoEntry()
