"""Check, approve and publish a draft, and set or snooze the next update."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from models.board.due_times import next_update
from models.kernel.wording import the
from models.policy.audience import Audience
from screens.kernel.actions import on_desk, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.rows import Line
from screens.kernel.show import stamp
from screens.kernel.verbs import sign
from screens.updates import view as telling
from screens.updates.checks import internal_words, others_say, why_barred
from screens.updates.draft import TIMES, components, edit, minutes, title
from screens.updates.review import answer

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.internal import Finding
    from models.updates.views import DraftView
    from screens.kernel.desk import Desk


@on_desk("publish", "request-approval")
async def publish(desk: Desk) -> None:
    """Publish the draft, or request or review its approval where the rules require one."""
    if not await desk.drafting.flush() or desk.shown is None:
        return
    to = desk.drafting.audience
    await desk.drafting.close()
    shown = await desk.fresh()
    if shown is None or not shown.drafts[to].text.strip():
        return
    if not shown.drafts[to].unapproved and (why := await why_barred(desk, shown, to)):
        raise why
    if to is Audience.CUSTOMERS and not shown.draft.title:
        if not await title(desk, shown, shown.draft):
            return
        shown = await desk.fresh()
        if shown is None:
            return
    if shown.drafts[to].worded_phase is not None:
        shown = await _chosen_phase(desk, shown, shown.drafts[to])
        if shown is None:
            return
    draft = shown.drafts[to]
    if not draft.unapproved:
        await _publish(desk, shown, draft)
    elif draft.asked_by is None:
        await _ask_approval(desk, shown, draft)
    elif desk.me in draft.authors:
        now = desk.clock()
        said = f"r{draft.revision} has been waiting for approval since {stamp(draft.asked_at or now, now)}."
        emergency = f"If no one can approve now, press {sign(desk.keys['palette'])} and find Emergency publish."
        desk.notify(f"{said} {emergency}", title=shown.ref, markup=False)
    else:
        await answer(desk)


async def _chosen_phase(desk: Desk, shown: IncidentView, draft: DraftView) -> IncidentView | None:
    """Ask what words tell of that were written in another phase; the incident with it, or None: nothing was chosen."""
    was, now = draft.worded_phase, draft.phase
    options = (
        Option(value="edit", title="Edit the draft first", key="e"),
        Option(value=str(was), title=f"Publish as [{was}]", hint="as it was when it was written", key="w"),
        Option(value=str(now), title=f"Publish as [{now}]", hint="as it is now", key="y"),
    )
    asked = f"Written when {shown.ref} was {was}; now {shown.phase}"
    chosen = await desk.acting.ask(Pick(asked, options, body=draft.text))
    if chosen == "edit":
        desk.go_to("status")
        await desk.drafting.begin(shown, draft.audience)
    if chosen in (None, "edit"):
        return None
    known = {"ref": shown.ref, "audience": draft.audience, "saw": draft.revision}
    done = await desk.acting.perform("draft", **known, phase=chosen)
    return await desk.fresh() if done is not None else None


async def _publish(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    asked = f"Publish r{draft.revision} for {the(draft.audience)} · {shown.ref}"
    hint = f"visible to {the(draft.audience)}; can be corrected, not withdrawn"
    if await _confirmed(desk, shown, draft, asked, "Publish", hint) == "yes":
        await desk.acting.perform("publish", ref=shown.ref, audience=draft.audience, saw=draft.revision)


async def _ask_approval(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    asked = f"Request approval of r{draft.revision} · {shown.ref}"
    hint = f"severity {shown.approval_severity} updates need approval"
    chosen = await _confirmed(desk, shown, draft, asked, "Request approval", hint, (_EMERGENCY,))
    if chosen == "yes":
        await desk.acting.exactly("request-approval", ref=shown.ref, audience=draft.audience, saw=draft.revision)
    elif chosen == "emergency":
        await _without_approval(desk, shown, draft)


_EMERGENCY = Option(
    value="emergency",
    title="Emergency publish",
    hint="without approval, if no one can approve now; needs a reason",
    short="without approval",
    key="x",
)


async def _without_approval(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    """Ask for the reason, and publish the draft without approval."""

    async def submit(answers: Answers) -> str | None:
        known = {"ref": shown.ref, "audience": draft.audience, "saw": draft.revision}
        return await sent(desk, "emergency-publish", **known, reason=answers["reason"])

    field = Field(name="reason", label=f"Reason for publishing r{draft.revision} without approval")
    keep = f"emergency {shown.ref}"
    await desk.acting.ask(Ask(f"Emergency publish · {shown.ref}", (field,), submit, keep=keep))


@on_desk("emergency-publish")
async def emergency(desk: Desk) -> None:
    """Preview the draft for customers and publish it without approval, with a reason."""
    if not await desk.drafting.flush():
        return
    await desk.drafting.close()
    shown = await desk.fresh()
    if shown is None:
        return
    if shown.draft.worded_phase is not None:
        shown = await _chosen_phase(desk, shown, shown.draft)
        if shown is None:
            return
    asked = f"Publish r{shown.draft.revision} without approval · {shown.ref}"
    hint = "visible to customers; approvers are notified"
    if await _confirmed(desk, shown, shown.draft, asked, "Emergency publish", hint) == "yes":
        await _without_approval(desk, shown, shown.draft)


async def _confirmed(
    desk: Desk,
    shown: IncidentView,
    draft: DraftView,
    asked: str,
    yes: str,
    hint: str,
    more: Sequence[Option[str]] = (),
) -> str | None:
    """Preview the draft, its internal information, and what others still say; what the user chooses: yes is `yes`."""
    found = await internal_words(desk, shown, draft.audience)
    still = await others_say(desk, shown, draft)
    places = await wrap_future(desk.link.read(lambda read: read.places()))
    options = [Option(value="yes", title=f"{yes} anyway" if found else yes, hint=hint, key="y")]
    if found:
        why = "words marked ▲ look internal"
        options.insert(0, Option(value="fix", title="Edit the draft first", hint=why, key="e"))
    options += [*more, Option(value="no", title="Cancel", key="n")]

    def body(width: int) -> list[Line]:
        shown_so = [*telling.others(still, width), *telling.preview(draft, found, desk.clock(), width)]
        return [*shown_so, *telling.goes_to(places, draft.audience, width)]

    chosen = await desk.acting.ask(Pick(asked, options, body=body))
    if chosen == "fix":
        await _fix(desk, shown, draft, found[0])
    return chosen


async def _fix(desk: Desk, shown: IncidentView, draft: DraftView, first: Finding) -> None:
    """Go to the first internal word."""
    desk.go_to("status")
    if first.field == "title":
        await title(desk, shown, draft)
    elif first.field == "component":
        await components(desk)
    else:
        await desk.drafting.begin(shown, draft.audience)
        desk.drafting.point_at(first.at)


@on_incident("snooze")
async def next_one(desk: Desk, shown: IncidentView) -> None:
    """Set the time of the next update in the draft, or snooze the one that is due."""
    draft = shown.drafts[desk.drafting.audience]
    due = next_update(shown, draft.audience)
    options = [Option(value="set", title="Set time in the draft", hint="published with the update", key="t")]
    if due is not None and due < desk.clock() + timedelta(minutes=TIMES[-1]):
        late = "was due" if due <= desk.clock() else "due"
        hint = f"{late} {stamp(due, desk.clock())}; no one is notified"
        options.insert(0, Option(value="snooze", title="Snooze", hint=hint, key="s"))
    chosen = await desk.acting.ask(Pick(f"Next update for {the(draft.audience)} · {shown.ref}", options))
    if chosen is None:
        return
    if chosen == "set":
        value = await minutes(desk, "Next update", "default cadence")
    else:
        value = await minutes(desk, "Snooze until", after=due)
    if value is None:
        return
    if chosen == "set":
        await edit(desk, shown, draft, next_in=value)
    else:
        await desk.acting.perform("snooze", ref=shown.ref, audience=draft.audience, minutes=value, saw=due)


@on_incident("diff")
async def difference(desk: Desk, shown: IncidentView) -> None:
    """Show what the draft changes since the last published update."""
    draft, told = shown.drafts[desk.drafting.audience], shown.last_updates.get(desk.drafting.audience)
    title = f"Changes in r{draft.revision} for {the(draft.audience)} · {shown.ref}"
    await desk.acting.ask(TextDialog(title, lambda width: telling.difference(draft, told, width)))


@on_incident("preview")
async def preview(desk: Desk, shown: IncidentView) -> None:
    """Show the draft as its audience will see it."""
    draft = shown.drafts[desk.drafting.audience]
    found = await internal_words(desk, shown, draft.audience) if desk.current else ()
    title = f"Preview of r{draft.revision} for {the(draft.audience)} · {shown.ref}"
    await desk.acting.ask(TextDialog(title, lambda width: telling.preview(draft, found, desk.clock(), width)))
