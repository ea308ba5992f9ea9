"""What every command is: what somebody wants to happen, checked, and the one step that makes it happen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, NamedTuple, Self, get_args, get_origin
from uuid import UUID, uuid4

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from models.kernel.failures import Refused
from models.kernel.refusal import refused
from models.kernel.text import LIMITS, checked

if TYPE_CHECKING:
    from models.kernel.ahead import Question
    from models.kernel.cache import Cache
    from models.kernel.transaction import Transaction


class Argument(NamedTuple):
    """How the command line asks for a field; stands in the field's Annotated type, the outermost counts."""

    help: str = ""
    """What to give, as a noun; empty: the choices speak for themselves."""
    flag: str = ""
    """The option; empty: the field's own name."""
    metavar: str = ""
    coming: bool = False
    """A time of day means the next one, not the last."""


def _cleaned(what: str, *, lines: bool = False, empty: bool = False) -> AfterValidator:
    return AfterValidator(lambda text: checked(text, what=what, limit=LIMITS[what], lines=lines, empty=empty))


def _ref(value: object) -> object:
    """`INC-31`, `inc-31` and `31` are the same incident."""
    text = str(value).strip().upper().removeprefix("INC-")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise ValueError("Not a valid incident. Examples: INC-31, 31.")
    return f"INC-{int(text)}"


def _metadata(annotation: Any) -> Iterator[Any]:
    """What the parts of an annotation are marked with."""
    for part in get_args(annotation):
        yield from _metadata(part)
        if get_origin(part) is Annotated:
            yield from part.__metadata__


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("This time is out of range.") from None


PERSON: Final = object()
"""Marks a field that names a person."""

_WORDS = Argument("the text; - for standard input; put -- before the arguments if it starts with a dash")

Ref = Annotated[str, BeforeValidator(_ref), Argument("the incident, such as INC-31 or 31")]
Title = Annotated[str, _cleaned("title")]
PersonName = Annotated[str, _cleaned("name"), PERSON, Argument("name of a person; a new name is added")]
RoleName = Annotated[str, _cleaned("role"), Argument("a role's key, name or alias, in any language")]
DutyName = Annotated[
    str, _cleaned("responsibility"), Argument("a responsibility's key, or words of it, in any language")
]
StepName = Annotated[str, _cleaned("step")]
NoteText = Annotated[str, _cleaned("note", lines=True), _WORDS]
DraftText = Annotated[str, _cleaned("draft", lines=True, empty=True), _WORDS]
DraftTitle = Annotated[str, _cleaned("title", empty=True)]
PublicText = Annotated[str, _cleaned("draft", lines=True), _WORDS]
PlaceName = Annotated[str, _cleaned("name")]
ComponentName = Annotated[str, _cleaned("component")]
Reason = Annotated[str, _cleaned("reason"), Argument("the reason")]
OptionalReason = Annotated[str, _cleaned("reason", empty=True), Argument("the reason")]
Word = Annotated[str, _cleaned("word")]
OptionalWord = Annotated[str, _cleaned("word", empty=True)]
Objectives = Annotated[
    str, _cleaned("objectives", lines=True, empty=True), Argument("what the team is trying to reach, and in what order")
]
Risks = Annotated[
    str,
    _cleaned("risks", lines=True, empty=True),
    Argument("risks and constraints: what may go wrong, what must not be done"),
]
Brief = Annotated[
    str, _cleaned("brief", lines=True, empty=True), Argument("what else the next person must know; facts are added")
]
Handover = Annotated[
    str,
    _cleaned("handover", lines=True, empty=True),
    Argument("the handover brief as you have read it; default: as it is now"),
]
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]


class Command(BaseModel):
    """One thing that somebody wants to happen to one incident.

    Raises pydantic's ValidationError when made from words that cannot be stored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID = Field(default_factory=uuid4)
    """Its own, so that a retry after a broken connection does it once."""
    by: PersonName
    """Who does it."""

    kind: ClassVar[str] = ""
    """The kind of the entry that it records."""

    @classmethod
    def make(cls, **fields: Any) -> Self:
        """The command, or Refused in words when it cannot be made of these."""
        try:
            return cls(**fields)
        except ValidationError as error:
            raise refused(error) from None

    @classmethod
    def people(cls) -> tuple[str, ...]:
        """The fields that name a person besides the author; what somebody saw names nobody anew."""
        return tuple(
            name
            for name, field in cls.model_fields.items()
            if name not in ("by", "saw") and PERSON in (*_metadata(field.annotation), *field.metadata)
        )

    def ahead(self, incident: int, kept: Cache) -> Iterable[Question]:
        """What `perform` will ask of that incident (0: a new one), for answers that come together.

        Nothing hangs on it but how often one waits for a database that is far away; `kept` helps to guess.
        """
        return ()

    def perform(self, tx: Transaction) -> int:
        """Check the rules, write, and append the entry through `tx`; returns the entry's number.

        Raises Refused or Conflict; then nothing of it is kept.
        """
        raise NotImplementedError


class IncidentCommand(Command):
    """A command on an incident that exists."""

    ref: Ref


def when(moment: datetime | None, now: datetime) -> datetime:
    """When something happened, if not now. Raises Refused for the future."""
    if moment is None:
        return now
    if moment > now and (moment - now).total_seconds() > 60:  # another machine's clock may run a little ahead
        raise Refused("This time is in the future. Timeline entries must be in the past.", "Enter an earlier time.")
    return moment
