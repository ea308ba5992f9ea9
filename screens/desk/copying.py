"""Copy what somebody elsewhere is to read: the selected row, the reference, the brief, the draft."""

from __future__ import annotations

from asyncio import wrap_future
from typing import TYPE_CHECKING

from models.board.summary import one_page
from models.kernel.text import clean
from models.kernel.wording import the
from screens.kernel.actions import on_desk
from screens.kernel.clipboard import copied
from screens.kernel.dialogs import Pick
from screens.kernel.options import Option

if TYPE_CHECKING:
    from models.board.views import IncidentView
    from screens.kernel.desk import DeskScreen


@on_desk("copy")
async def copy(desk: DeskScreen) -> None:
    """Ask what to copy, copy it, and say what is copied and where it is."""
    shown = desk.shown
    if shown is None:
        return
    to = desk.drafting.audience
    row, draft = desk.pane(desk.focused_pane).whole_row(), _draft(shown, desk)
    options = [
        Option(value="row", title="Row", hint=row, key="r", dimmed=not row),
        Option(value="reference", title="Reference", hint=shown.ref, key="i"),
        Option(value="brief", title="Brief", hint="one page of Markdown", key="b"),
        Option(value="draft", title="Draft", hint=draft or f"none for {the(to)}", key="d", dimmed=not draft),
    ]
    chosen = await desk.acting.ask(Pick(f"Copy · {shown.ref}", options, at=None if row else "reference"))
    if chosen is None:
        return
    text = {"row": row, "reference": shown.ref, "draft": draft}.get(chosen)
    if text is None:
        entries = await wrap_future(desk.link.read(lambda read: read.newest(shown.id)))
        text = one_page(shown, entries, desk.clock())
    await _copy(desk, "reference" if chosen == "reference" else f"{chosen} of {shown.ref}", text)


async def _copy(desk: DeskScreen, what: str, text: str) -> None:
    if not text:
        desk.notify(f"There is no {what}.", title="Copy", severity="warning")
        return
    where = await copied(desk.app, clean(text, lines=True))
    if where is None:
        words = f"The {what} is too long for a terminal's clipboard. The command line prints it: `bridgewatch show`."
        desk.notify(words, title="Copy", severity="warning")
    else:
        desk.notify(f"The {what} is in {where}.", title="Copy")


def _draft(shown: IncidentView, desk: DeskScreen) -> str:
    draft = shown.drafts[desk.drafting.audience]
    return "\n\n".join(filter(None, (draft.title, draft.text))) if draft.text.strip() else ""
