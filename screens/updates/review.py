"""Review somebody else's update: approve it, request changes, or acknowledge one that went out without approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.kernel.wording import the
from models.updates.publishers import to_answer
from screens.kernel.actions import on_desk, on_incident
from screens.kernel.asking import sent
from screens.kernel.dialogs import Pick
from screens.kernel.form import Answers, Ask, Field
from screens.kernel.options import Option
from screens.kernel.rows import Line, line
from screens.kernel.show import stamp, wrap
from screens.updates import view as telling
from screens.updates.checks import internal_words, others_say, why_barred

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from models.updates.views import DraftView
    from screens.kernel.desk import Desk


@on_incident("acknowledge-update")
async def acknowledge(desk: Desk, shown: IncidentView) -> None:
    """Show the update that was published without approval, and acknowledge it."""
    await _look_at(desk, shown)


async def _look_at(desk: Desk, shown: IncidentView) -> None:
    review = next((each for each in shown.reviews if each.state == "unapproved"), None)
    told = shown.last_update
    if review is None or told is None:
        return
    words = f"{review.author} published this without approval at {stamp(review.at, desk.clock())}."

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
    found = await internal_words(desk, shown, to)
    told = shown.last_updates.get(to)
    still = await others_say(desk, shown, draft)
    why = await why_barred(desk, shown, to)
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
