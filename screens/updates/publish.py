"""Looking a draft over, a second pair of eyes, telling people what it says, and putting that off."""

from __future__ import annotations

from asyncio import wrap_future
from datetime import timedelta
from typing import TYPE_CHECKING

from models.board.due_times import next_update
from models.kernel.failures import Refused
from models.kernel.wording import the
from models.policy.audience import Audience
from models.updates.publishers import to_answer
from screens.kernel.actions import on_desk, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Option, Pick, Sheet
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.rows import Line
from screens.kernel.show import stamp
from screens.updates import view as telling
from screens.updates.draft import TIMES, components, edit, minutes, title

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.internal import Finding
    from models.updates.views import DraftView
    from screens.kernel.desk import Desk


@on_desk("publish", "request-approval")
async def publish(desk: Desk) -> None:
    """Tell them what the draft says; or ask for an approval of it, or give it, where that has to come first."""
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
        said = f"r{draft.revision} waits for somebody else's approval since {stamp(draft.asked_at or desk.clock())}."
        desk.notify(said, title=shown.ref, markup=False)
    else:
        await answer(desk)


async def _barred(desk: Desk, shown: IncidentView, to: Audience) -> Refused | None:
    """Why the reader may not publish it; None: they may."""
    if to is not Audience.CUSTOMERS:
        return None
    return await wrap_future(desk.link.read(lambda read: read.barred(shown.id, desk.me)))


async def _found(desk: Desk, shown: IncidentView, to: Audience) -> tuple[Finding, ...]:
    return await wrap_future(desk.link.read(lambda read: read.findings(read.incident(shown.id).drafts[to])))


async def _publish(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    if draft.audience is Audience.CUSTOMERS:
        verb, hint = "Publish", "customers read it; it can be corrected, never unsaid"
    else:
        verb, hint = "Tell", "the team reads it" if draft.audience is Audience.TEAM else f"{draft.audience} read it"
    asked = f"{verb} r{draft.revision} of {shown.ref}?"
    if draft.audience is not Audience.CUSTOMERS:
        asked = f"Tell {the(draft.audience)} r{draft.revision} of {shown.ref}?"
    if await _looked_over(desk, shown, draft, asked, f"{verb} it", hint):
        await desk.acting.perform("publish", ref=shown.ref, audience=draft.audience, saw=draft.revision)


async def _ask_approval(desk: Desk, shown: IncidentView, draft: DraftView) -> None:
    asked = f"Ask for approval of r{draft.revision} of {shown.ref}?"
    hint = f"{shown.severity} needs a second pair of eyes"
    if await _looked_over(desk, shown, draft, asked, "Ask for approval", hint):
        await desk.acting.exactly("request-approval", ref=shown.ref, audience=draft.audience, saw=draft.revision)


async def _looked_over(desk: Desk, shown: IncidentView, draft: DraftView, asked: str, yes: str, hint: str) -> bool:
    """Show the draft as it will be read, with what should stay inside; whether its author goes on."""
    found = await _found(desk, shown, draft.audience)
    places = await wrap_future(desk.link.read(lambda read: read.places()))
    options = [Option(value="yes", title=f"{yes} anyway" if found else yes, hint=hint, key="y")]
    if found:
        why = "the words marked ▲ should stay inside"
        options.insert(0, Option(value="fix", title="Fix it first", hint=why, key="f"))
    options.append(Option(value="no", title="Not yet", key="n"))

    def body(width: int) -> list[Line]:
        return [*telling.preview(draft, found, width), *telling.goes_to(places, draft.audience, width)]

    chosen = await desk.acting.ask(Pick(asked, options, body=body))
    if chosen == "fix":
        await _fix(desk, shown, draft, found[0])
    return chosen == "yes"


async def _fix(desk: Desk, shown: IncidentView, draft: DraftView, first: Finding) -> None:
    """Go to where the first word stands that should stay inside."""
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
    """Approve what somebody else drafted, as it is shown here, or send it back."""
    shown = await desk.fresh()
    if shown is None:
        return
    draft = to_answer(shown.drafts, desk.drafting.audience)
    to = draft.audience
    desk.drafting.address(to)
    found = await _found(desk, shown, to)
    told = shown.last_updates.get(to)
    why = await _barred(desk, shown, to)
    options = [Option(value="back", title="Send it back, with a word", hint=why.message if why else "", key="b")]
    if why is None:
        options[:0] = (
            Option(value="publish", title="Approve and publish", hint="customers read it", key="y"),
            Option(value="approve", title=f"Approve; {draft.asked_by} publishes", key="a"),
        )

    def body(width: int) -> list[Line]:
        warned = [*telling.findings(found, width), *telling.broken(draft, width)]
        return [*warned, *telling.difference(draft, told, width)]

    chosen = await desk.acting.ask(Pick(f"{draft.asked_by}'s r{draft.revision} of {shown.ref}", options, body=body))
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

    field = Field(name="word", label=f"What {draft.asked_by} should change")
    await desk.acting.ask(Ask(f"Send back · {shown.ref}", (field,), submit, keep=f"send back {shown.ref}"))


@on_incident("snooze")
async def next_one(desk: Desk, shown: IncidentView) -> None:
    """Promise the next update in the draft, or put off the one that is due."""
    draft = shown.drafts[desk.drafting.audience]
    due = next_update(shown, draft.audience)
    options = [Option(value="promise", title="Promise it in the draft", hint="goes out with the update", key="p")]
    if due is not None and due < desk.clock() + timedelta(minutes=TIMES[-1]):
        late = "was due" if due <= desk.clock() else "due"
        hint = f"{late} {stamp(due)}; nobody is told"
        options.insert(0, Option(value="snooze", title="Put it off", hint=hint, key="o"))
    chosen = await desk.acting.ask(Pick(f"Next update for {the(draft.audience)} · {shown.ref}", options))
    if chosen is None:
        return
    if chosen == "promise":
        value = await minutes(desk, "When?", "as the team agreed")
    else:
        value = await minutes(desk, "Until when?", after=due)
    if value is None:
        return
    if chosen == "promise":
        await edit(desk, shown, draft, next_in=value)
    else:
        await desk.acting.perform("snooze", ref=shown.ref, audience=draft.audience, minutes=value, saw=due)


@on_incident("diff")
async def difference(desk: Desk, shown: IncidentView) -> None:
    """What the draft says that has not been told yet."""
    draft, told = shown.drafts[desk.drafting.audience], shown.last_updates.get(desk.drafting.audience)
    title = f"r{draft.revision} of {shown.ref}, for {the(draft.audience)}"
    await desk.acting.ask(Sheet(title, lambda width: telling.difference(draft, told, width)))


@on_incident("preview")
async def preview(desk: Desk, shown: IncidentView) -> None:
    """The draft as its readers will see it."""
    draft = shown.drafts[desk.drafting.audience]
    found = await _found(desk, shown, draft.audience) if desk.current else ()
    title = f"r{draft.revision} of {shown.ref}, as {the(draft.audience)} will see it"
    await desk.acting.ask(Sheet(title, lambda width: telling.preview(draft, found, width)))
