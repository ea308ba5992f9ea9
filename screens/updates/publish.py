"""Check, approve and publish a draft, and set or snooze the next update."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from models.board.due_times import next_update
from models.kernel.failures import Refused
from models.kernel.wording import the
from models.policy.audience import Audience
from models.updates.publishers import to_answer
from screens.kernel.actions import on_desk, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick, TextDialog
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.rows import Line, line
from screens.kernel.show import stamp, wrap
from screens.kernel.verbs import sign
from screens.updates import view as telling
from screens.updates.draft import TIMES, components, edit, minutes, title

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.internal import Finding
    from models.updates.views import DraftView, StillSaid
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
    if not shown.drafts[to].unapproved and (why := await _barred(desk, shown, to)):
        raise why
    if to is Audience.CUSTOMERS and not shown.draft.title:
        if not await title(desk, shown, shown.draft):
            return
        shown = await desk.fresh()
        if shown is None:
            return
    draft = shown.drafts[to]
    if not draft.unapproved:
        await _publish(desk, shown, draft)
    elif draft.asked_by is None:
        await _ask_approval(desk, shown, draft)
    elif desk.me in draft.authors:
        said = f"r{draft.revision} has been waiting for approval since {stamp(draft.asked_at or desk.clock())}."
        emergency = f"If no one can approve now, press {sign(desk.keys['palette'])} and find Emergency publish."
        desk.notify(f"{said} {emergency}", title=shown.ref, markup=False)
    else:
        await answer(desk)


async def _barred(desk: Desk, shown: IncidentView, to: Audience) -> Refused | None:
    """Why the user may not publish the draft; None: they may."""
    if to is not Audience.CUSTOMERS:
        return None
    return await wrap_future(desk.link.read(lambda read: read.barred(shown.id, desk.me)))


async def _found(desk: Desk, shown: IncidentView, to: Audience) -> tuple[Finding, ...]:
    return await wrap_future(desk.link.read(lambda read: read.findings(read.incident(shown.id).drafts[to])))


async def _still(desk: Desk, shown: IncidentView, draft: DraftView) -> Mapping[str, StillSaid]:
    """The components that the page will show in a worse state than the draft says."""
    now = desk.clock()
    return await wrap_future(desk.link.read(lambda read: read.still_said(shown.id, draft, now)))


async def _publish(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    asked = f"Publish r{draft.revision} for {the(draft.audience)} · {shown.ref}"
    hint = f"visible to {the(draft.audience)}; can be corrected, not withdrawn"
    if await _confirmed(desk, shown, draft, asked, "Publish", hint) == "yes":
        await desk.acting.perform("publish", ref=shown.ref, audience=draft.audience, saw=draft.revision)


async def _ask_approval(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    asked = f"Request approval of r{draft.revision} · {shown.ref}"
    hint = f"severity {shown.severity} updates need approval"
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
    asked = f"Publish r{shown.draft.revision} without approval · {shown.ref}"
    hint = "visible to customers; approvers are notified"
    if await _confirmed(desk, shown, shown.draft, asked, "Emergency publish", hint) == "yes":
        await _without_approval(desk, shown, shown.draft)


@on_incident("acknowledge-update")
async def acknowledge(desk: Desk, shown: IncidentView) -> None:
    """Show the update that was published without approval, and acknowledge it."""
    await _look_at(desk, shown)


async def _look_at(desk: Desk, shown: IncidentView) -> None:
    review = next((each for each in shown.reviews if each.state == "unapproved"), None)
    told = shown.last_update
    if review is None or told is None:
        return
    words = f"{review.author} published this without approval at {stamp(review.at)}."

    def body(width: int) -> list[Line]:
        lines = [line((part, "warn")) for part in wrap(words, width)]
        lines += [line((part, "strong")) for part in wrap(f"[{told.phase}] {told.title}", width)]
        return [*lines, *(line(part) for part in wrap(told.text, width))]

    async def submit(answers: Answers) -> str | None:
        return await sent(desk, "acknowledge-update", ref=shown.ref, comment=answers["comment"])

    options = (
        Option(value="yes", title="Acknowledge", hint="the update stays as it is", key="y"),
        Option(value="comment", title="Acknowledge with a comment", key="c"),
        Option(value="no", title="Cancel", key="n"),
    )
    chosen = await desk.acting.ask(Pick(f"Published without approval · {shown.ref}", options, body=body))
    if chosen == "yes":
        await desk.acting.perform("acknowledge-update", ref=shown.ref)
    elif chosen == "comment":
        field = Field(name="comment", label=f"Comment for {review.author}")
        keep = f"acknowledge {shown.ref}"
        await desk.acting.ask(Ask(f"Acknowledge update · {shown.ref}", (field,), submit, keep=keep))


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
    found = await _found(desk, shown, draft.audience)
    still = await _still(desk, shown, draft)
    places = await wrap_future(desk.link.read(lambda read: read.places()))
    options = [Option(value="yes", title=f"{yes} anyway" if found else yes, hint=hint, key="y")]
    if found:
        why = "words marked ▲ look internal"
        options.insert(0, Option(value="fix", title="Edit the draft first", hint=why, key="e"))
    options += [*more, Option(value="no", title="Cancel", key="n")]

    def body(width: int) -> list[Line]:
        shown_so = [*telling.others(still, width), *telling.preview(draft, found, width)]
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


@on_desk("approve", "request-changes")
async def answer(desk: Desk) -> None:
    """Review someone else's draft: approve it or request changes; or an update that was published without approval."""
    shown = await desk.fresh()
    if shown is None:
        return
    draft = to_answer(shown.drafts, desk.drafting.audience)
    if draft.asked_by is None or draft.approved_by is not None:
        await _look_at(desk, shown)
        return
    to = draft.audience
    desk.drafting.address(to)
    found = await _found(desk, shown, to)
    told = shown.last_updates.get(to)
    still = await _still(desk, shown, draft)
    why = await _barred(desk, shown, to)
    options = [Option(value="back", title="Request changes", hint=why.message if why else "", key="r")]
    if why is None:
        options[:0] = (
            Option(value="publish", title="Approve and publish", hint=f"visible to {the(to)}", key="y"),
            Option(value="approve", title=f"Approve only ({draft.asked_by} publishes)", key="a"),
        )

    def body(width: int) -> list[Line]:
        warned = [*telling.findings(found, width), *telling.broken(draft, width), *telling.others(still, width)]
        return [*warned, *telling.difference(draft, told, width)]

    chosen = await desk.acting.ask(
        Pick(f"Review {draft.asked_by}'s update r{draft.revision} · {shown.ref}", options, body=body)
    )
    known = {"ref": shown.ref, "audience": to, "saw": draft.revision}
    if chosen == "back":
        await _send_back(desk, shown, draft)
    elif chosen is not None:
        approved = await desk.acting.exactly("approve", **known)
        if approved is not None and chosen == "publish":
            await desk.acting.exactly("publish", **known)


async def _send_back(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    async def submit(answers: Answers) -> str | None:
        known = {"ref": shown.ref, "audience": draft.audience, "saw": draft.revision}
        return await sent(desk, "request-changes", **known, word=answers["word"])

    field = Field(name="word", label=f"Comment for {draft.asked_by}")
    await desk.acting.ask(Ask(f"Request changes · {shown.ref}", (field,), submit, keep=f"request changes {shown.ref}"))


@on_incident("snooze")
async def next_one(desk: Desk, shown: IncidentView) -> None:
    """Set the time of the next update in the draft, or snooze the one that is due."""
    draft = shown.drafts[desk.drafting.audience]
    due = next_update(shown, draft.audience)
    options = [Option(value="set", title="Set time in the draft", hint="published with the update", key="t")]
    if due is not None and due < desk.clock() + timedelta(minutes=TIMES[-1]):
        late = "was due" if due <= desk.clock() else "due"
        hint = f"{late} {stamp(due)}; no one is notified"
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
    found = await _found(desk, shown, draft.audience) if desk.current else ()
    title = f"Preview of r{draft.revision} for {the(draft.audience)} · {shown.ref}"
    await desk.acting.ask(TextDialog(title, lambda width: telling.preview(draft, found, width)))
