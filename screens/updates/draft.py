"""Edit the draft update for customers, the team or executives."""

from __future__ import annotations

from asyncio import wrap_future
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from models.kernel.wording import the
from models.policy.audience import Audience, ComponentState
from models.policy.phase import PUBLIC
from models.updates.draft_times import spoken_time
from screens.kernel.actions import card_of, on_desk, on_incident
from screens.kernel.asking import few, sent
from screens.kernel.dialogs import Pick
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.show import stamp
from screens.kernel.verbs import sign

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.templates import FilledTemplate
    from models.updates.views import DraftView
    from screens.kernel.desk import Desk


TIMES = (5, 10, 15, 20, 30, 60, 120)
"""The times that a dialog offers, in minutes from now."""


@on_incident("draft")
async def draft(desk: Desk, shown: IncidentView) -> None:
    if not desk.drafting.active:
        desk.go_to("status")
        await desk.drafting.begin(shown, desk.drafting.audience)


@on_desk("audience")
async def audience(desk: Desk) -> None:
    """Show the draft for the next audience."""
    each = [*Audience]
    desk.drafting.address(each[(each.index(desk.drafting.audience) + 1) % len(each)])


@card_of("status")
async def draft_details(desk: Desk, _shown: IncidentView) -> None:
    """Edit the draft's fields apart from its text, until the user closes the list."""
    while (shown := desk.shown) is not None:
        draft, at = shown.drafts[desk.drafting.audience], partial(stamp, now=desk.clock())
        options = (
            Option(value="title", title="Title", hint=draft.title or "not set", key="t"),
            Option(value="phase", title="Phase", hint=str(draft.phase), key="p"),
            Option(value="components", title="Components", hint=_states(draft), key="k"),
            Option(
                value="next",
                title="Next update",
                hint=spoken_time(draft.next_update_at, draft.next_in, at) or "default cadence",
                key="n",
            ),
            Option(
                value="expected",
                title="Expected resolution",
                hint=spoken_time(draft.expected_at, draft.expected_in, at) or "not set",
                key="x",
            ),
            Option(value="template", title="Use the template", hint="title and text", key="b"),
        )
        chosen = await desk.acting.ask(Pick(f"Update for {the(draft.audience)} · {shown.ref}", options))
        if chosen is None:
            return
        if chosen == "template":
            await _begin_from_template(desk, shown, draft)
            return
        await _DETAILS[chosen](desk, shown, draft)


def _states(draft: DraftView) -> str:
    return ", ".join(f"{name} {state}" for name, state in draft.components.items()) or "none"


async def edit(desk: Desk, shown: IncidentView, draft: DraftView, **fields: Any) -> None:
    """Change the revision of the draft that its author saw."""
    known = {"ref": shown.ref, "audience": draft.audience, "saw": draft.revision}
    await desk.acting.perform("draft", **known, **fields)


async def title(desk: Desk, shown: IncidentView, draft: DraftView) -> bool:
    """Ask for the title and suggest the template's; whether it was submitted."""
    proposed = draft.title or (await _template(desk, shown, draft)).title

    async def submit(answers: Answers) -> str | None:
        if answers["title"].strip() == draft.title:
            return None
        known = {"ref": shown.ref, "audience": draft.audience, "saw": draft.revision}
        return await sent(desk, "draft", **known, title=answers["title"])

    new = bool(proposed) and not draft.title
    field = Field(
        name="title", label="Update title (suggested)" if new else "Update title", value=proposed, proposed=new
    )
    keep = f"title {shown.ref} {draft.audience}"
    done = await desk.acting.ask(Ask(f"Set update title · {shown.ref}", (field,), submit, keep=keep))
    return done is not None


async def _phase(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    phase = await desk.acting.ask(Pick(f"Phase to publish · {shown.ref}", few(PUBLIC), at=draft.phase))
    if phase:
        await edit(desk, shown, draft, phase=phase)


async def _title(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    await title(desk, shown, draft)


@on_incident("components")
async def components(desk: Desk, shown: IncidentView) -> None:
    """Set the states of components in the draft, until the user closes the list."""
    await _components(desk, shown, shown.drafts[desk.drafting.audience])


async def _components(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    wanted = draft.audience
    while desk.shown is not None and desk.shown.id == shown.id and desk.board is not None:
        draft = desk.shown.drafts[wanted]
        known = {component.name: component.state for component in desk.board.components} | draft.components
        options = [
            Option(
                value=name, title=name, hint=str(state) if name in draft.components else f"not included (now {state})"
            )
            for name, state in known.items()
        ]
        hint = "type to search or add · Esc done"
        pick = Pick(f"Components · {shown.ref}", options, search=True, new=str, hint=hint)
        name = await desk.acting.ask(pick)
        if not name:
            return
        states = few(ComponentState)
        if name in draft.components:
            states.append(Option(value="", title="remove from the update", key="0"))
        state = await desk.acting.ask(Pick(name, states, at=draft.components.get(name, ComponentState.DEGRADED)))
        if state is not None:
            others = {other: was for other, was in draft.components.items() if other != name or state}
            await edit(desk, shown, draft, components={**others, **({name: state} if state else {})})


async def minutes(desk: Desk, asked: str, none: str = "", after: datetime | None = None) -> int | None:
    """Ask for a time after `after`, in minutes from now; 0: `none` was selected, which clears the time."""
    left = (after - desk.clock()).total_seconds() / 60 if after else 0
    options = [Option(value=value, title=_span(value), key=str(n)) for n, value in enumerate(TIMES, 1) if value > left]
    if none:
        options.append(Option(value=0, title=none, key="0"))
    return await desk.acting.ask(Pick(asked, options))


def _span(value: int) -> str:
    return f"in {value} minutes" if value < 60 else f"in {value // 60} hour{'s' * (value > 60)}"


async def _next(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    value = await minutes(desk, "Next update", "default cadence")
    if value is not None:
        await edit(desk, shown, draft, next_in=value)


async def _expected(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    value = await minutes(desk, "Expected resolution", "unknown")
    if value is not None:
        await edit(desk, shown, draft, expected_in=value)


_DETAILS = {"title": _title, "phase": _phase, "components": _components, "next": _next, "expected": _expected}


async def _template(desk: Desk, shown: IncidentView, draft: DraftView) -> FilledTemplate:
    now = desk.clock()
    return await wrap_future(desk.link.read(lambda read: read.template(shown.id, draft.audience, now)))


async def _begin_from_template(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    """Replace the draft with the template, after a question if there is text; then open the editor."""
    if draft.text.strip():
        options = (
            Option(value="keep", title="Keep the current draft", key="k"),
            Option(
                value="replace", title="Replace with the template", hint=f"undo with {sign(desk.keys['undo'])}", key="r"
            ),
        )
        if await desk.acting.ask(Pick("A draft already exists", options, body=draft.text)) != "replace":
            return
    template = await _template(desk, shown, draft)
    # the text names these times, so they are fixed: counted from a later publication they would be others
    times: dict[str, Any] = {"next_at": template.next_update_at} if template.next_update_at else {"next_in": 0}
    times |= {"expected_at": template.expected_at} if template.expected_at else {"expected_in": 0}
    await edit(desk, shown, draft, text=template.text, title=draft.title or template.title, **times)
    fresh = await desk.fresh()
    if fresh is not None:
        desk.go_to("status")
        await desk.drafting.begin(fresh, draft.audience)
