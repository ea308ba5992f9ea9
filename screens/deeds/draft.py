"""The draft, and telling customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.policy import PUBLIC, ComponentState
from screens import cards
from screens.deeds.asking import few
from screens.dialogs import Option, Pick

if TYPE_CHECKING:
    from screens.desk import Desk


async def draft(desk: Desk) -> None:
    if desk.shown is not None and not desk.drafting.active:
        desk.go_to("status")
        await desk.drafting.begin(desk.shown)


async def draft_details(desk: Desk) -> None:
    """The phase that customers are told, and the components with their states."""
    while (shown := desk.shown) is not None and desk.board is not None:
        draft = shown.draft
        known = {component.name: component.state for component in desk.board.components} | draft.components
        options = [Option(value="", title=f"Phase: {draft.phase}", key="p")]
        options += [
            Option(value=name, title=name, hint=str(state) if name in draft.components else f"not named (now {state})")
            for name, state in known.items()
        ]
        pick = Pick(
            f"What customers are told · {shown.ref}", options, search=True, new=str, hint="type to add a component"
        )
        chosen = await desk.acting.ask(pick)
        if chosen is None:
            return
        fields: dict[str, Any] = {}
        if not chosen:
            fields["phase"] = await desk.acting.ask(Pick("Phase told", few(PUBLIC), at=draft.phase))
        else:
            at = draft.components.get(chosen, ComponentState.DEGRADED)
            state = await desk.acting.ask(Pick(chosen, few(ComponentState), at=at))
            fields["components"] = {**draft.components, chosen: state} if state else None
        if all(fields.values()):
            await desk.acting.perform("draft", ref=shown.ref, saw=draft.revision, **fields)


async def publish(desk: Desk) -> None:
    if not await desk.drafting.flush() or desk.shown is None:
        return
    await desk.drafting.close()
    shown = await desk.fresh()
    if shown is None or not shown.draft.text.strip():
        return
    options = (
        Option(value=True, title="Publish it", hint="customers read it; it can be corrected, never unsaid", key="y"),
        Option(value=False, title="Not yet", key="n"),
    )
    body = cards.draft(shown)
    sure = await desk.acting.ask(Pick(f"Publish r{shown.draft.revision} of {shown.ref}?", options, body=body))
    if sure:
        await desk.acting.perform("publish", ref=shown.ref, saw=shown.draft.revision)
