"""Schedule maintenance, reschedule it, end it early or cancel it; customers are notified."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from models.kernel.failures import Failure
from models.kernel.times import COMING, length
from models.updates.views import MaintenanceView
from screens.kernel.actions import on_desk, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.rows import Line, line
from screens.kernel.show import wrap
from screens.kernel.times import ahead, echo_ahead
from screens.updates import view as telling

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from screens.kernel.desk import Desk


@on_desk("schedule")
async def schedule(desk: Desk) -> None:
    fields = (
        Field(name="title", label="Title, in customers' words"),
        Field(name="text", label="Message to customers", lines=True),
        *_time(desk, None),
        Field(name="affects", label="Affected components", placeholder=_known(desk)),
    )

    def said(answers: Answers) -> dict[str, Any]:
        names = [name.strip() for name in answers["affects"].split(",")]
        return {**_said(desk, answers), "title": answers["title"], "affects": tuple(filter(None, names))}

    await _announce(desk, "schedule", "Schedule maintenance", fields, said, "")


@on_incident("reschedule")
async def reschedule(desk: Desk, shown: IncidentView) -> None:
    if shown.maintenance is None:
        return
    window = shown.maintenance
    fields = (*_time(desk, window), Field(name="text", label="Message to customers", lines=True))

    def said(answers: Answers) -> dict[str, Any]:
        return {**_said(desk, answers), "ref": shown.ref, "saw": window.starts_at}

    await _announce(desk, "reschedule", f"Reschedule maintenance · {shown.ref}", fields, said, shown.title)


@on_incident("end-maintenance")
async def end(desk: Desk, shown: IncidentView) -> None:
    if shown.maintenance is None:
        return
    started = shown.maintenance.starts_at <= desk.clock()
    field = Field(name="text", label="Message to customers", lines=True)

    def said(answers: Answers) -> dict[str, Any]:
        return {"text": answers["text"], "ref": shown.ref}

    title = f"{'End' if started else 'Cancel'} maintenance · {shown.ref}"
    await _announce(desk, "end-maintenance", title, (field,), said, shown.title)


async def _announce(
    desk: Desk,
    verb: str,
    title: str,
    fields: tuple[Field, ...],
    said: Callable[[Answers], dict[str, Any]],
    called: str,
) -> None:
    """Ask for the fields, show the update that will be published, and publish it."""

    async def submit(answers: Answers) -> str | None:
        try:
            what = said(answers)
        except ValueError as error:
            return str(error)
        if not (answers["text"].strip() and (called or answers["title"].strip())):
            return "Enter a message to customers." if called else "Enter a title and a message to customers."
        known = (what.get("title", ""), what["text"], what.get("affects", ()))
        try:
            found = await wrap_future(desk.link.read(lambda read: read.internal(*known)))
        except Failure as failure:
            return str(failure)
        parts = (called or what["title"], _window(what), ", ".join(what.get("affects", ())), " ", what["text"])

        def body(width: int) -> list[Line]:
            words = wrap("\n".join(filter(None, parts)), width)
            return [*telling.findings(found, width), *(line(part) for part in words)]

        publish = "Publish anyway" if found else "Publish"
        options = (
            Option(value=True, title=publish, hint="visible to customers now; you can correct it", key="y"),
            Option(value=False, title="Do not publish", key="n"),
        )
        if not await desk.acting.ask(Pick(f"Confirm · {title}", options, body=body)):
            return "Nothing was published."
        return await sent(desk, verb, **what)

    await desk.acting.ask(Ask(title, fields, submit, keep=f"{verb} {called}"))


def _window(what: dict[str, Any]) -> str:
    if "starts_at" not in what:
        return ""
    starts = what["starts_at"]
    return f"{starts:%Y-%m-%d %H:%M}Z – {starts + timedelta(minutes=what['lasts']):%Y-%m-%d %H:%M}Z"


def _time(desk: Desk, window: MaintenanceView | None) -> tuple[Field, Field]:
    starts = f"{window.starts_at:%Y-%m-%d %H:%M}Z" if window else ""
    lasts = f"{_minutes(window.ends_at - window.starts_at)}m" if window else ""
    return (
        Field(name="starts_at", label="Starts", value=starts, placeholder=COMING, echo=echo_ahead(desk)),
        Field(name="lasts", label="Duration", value=lasts, placeholder="90m, 2h, 1h30m"),
    )


def _said(desk: Desk, answers: Answers) -> dict[str, Any]:
    """Raises ValueError with a message for the user if a time is not valid."""
    lasts = _minutes(length(answers["lasts"]))
    return {"text": answers["text"], "starts_at": ahead(desk, answers["starts_at"]), "lasts": lasts}


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))


def _known(desk: Desk) -> str:
    names = [component.name for component in desk.board.components] if desk.board else []
    return f"separate with commas: {', '.join(names)}" if names else "separate with commas; empty = none"
