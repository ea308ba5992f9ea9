"""Edit the draft in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from models.kernel.text import LIMITS, clean
from screens.kernel.actions import on_desk
from screens.kernel.key_queue import turns
from screens.kernel.verbs import sign

if TYPE_CHECKING:
    from screens.kernel.desk import DeskScreen


_MOST_BYTES = LIMITS["draft"] * 8
"""More than any draft has, so that a wrong file is not read whole."""


@on_desk("editor")
async def own_editor(desk: DeskScreen) -> None:
    """Open the draft in $VISUAL or $EDITOR and save the result like text typed on the desk."""
    if not await desk.drafting.flush():
        return
    await desk.drafting.close()
    to = desk.drafting.audience
    shown = await desk.fresh()
    if shown is None:
        return
    draft = shown.drafts[to]
    text = _edited(desk, f"{shown.ref}-{to}.txt", draft.text)
    turns(desk).be_patient()  # the user took that time, not the desk
    if text is None or text == draft.text:
        return
    desk.go_to("status")
    await desk.drafting.begin(shown, to, words=text)
    if await desk.drafting.flush():
        await desk.drafting.close()  # the text is saved; the next key goes to the desk


def _edited(desk: DeskScreen, name: str, text: str) -> str | None:
    """The text after editing, with the desk suspended; None if the editor cannot be started."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with TemporaryDirectory(prefix="bridgewatch-") as folder:
        file = Path(folder) / name
        file.write_text(text + "\n" * bool(text), encoding="utf-8")
        try:
            with desk.app.suspend():
                subprocess.run([*command, str(file)], check=False)  # noqa: S603 - the user's own editor
            with file.open("rb") as written:
                words = written.read(_MOST_BYTES).decode(errors="replace")
        except (OSError, SuspendNotSupported) as error:
            here = f"press {sign(desk.keys['draft'])} to write here"
            said = f"Cannot open {shlex.join(command)}: {str(error).rstrip('.')}. Set VISUAL or EDITOR, or {here}."
            desk.notify(said, title="Own editor", severity="warning")
            return None
    desk.refresh(layout=True)
    return clean(words, lines=True).rstrip("\n")
