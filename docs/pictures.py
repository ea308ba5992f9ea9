"""Takes the pictures of the desk that the documents show: `PYTHONPATH=. python docs/pictures.py`, then look at them."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import tui  # noqa: F401  (settles which models and screens are meant)
from models.kernel.location import Location
from models.kernel.store import Store
from models.kernel.verbs import by_name
from models.live.news import State
from tui.app import Bridgewatch
from tui.settings import Settings

SIZES = ((120, 40), (80, 24), (50, 24))
NOW = datetime(2026, 3, 14, 14, 32, tzinfo=UTC)
HERE = Path(__file__).parent

# minutes ago, verb, who, and what; the people are made up
STORY: tuple[tuple[int, str, str, dict[str, object]], ...] = (
    (130, "declare", "dee", {"title": "Search is slow", "severity": "P2", "category": "performance"}),
    (128, "draft", "dee", {"ref": "1", "title": "Slow search", "text": "Searches take longer. We look into it."}),
    (127, "publish", "dee", {"ref": "1"}),
    (95, "phase", "dee", {"ref": "1", "phase": "monitoring"}),
    (48, "draft", "dee", {"ref": "1", "text": "Searches are fast again. We are watching them."}),
    (47, "publish", "dee", {"ref": "1"}),
    (42, "declare", "ana", {"title": "Checkout returns 502", "severity": "P2", "category": "functionality"}),
    (41, "take", "bo", {"ref": "2", "role": "tech-lead"}),
    (39, "assign", "ana", {"ref": "2", "role": "scribe", "person": "dee"}),
    (37, "note", "dee", {"ref": "2", "text": "Three shops report a 502 when they pay by card", "as_kind": "customer"}),
    (36, "impact", "ana", {"ref": "2", "impact": "all"}),
    (35, "severity", "ana", {"ref": "2", "severity": "P1"}),
    (33, "assign", "ana", {"ref": "2", "role": "communications-manager", "person": "ana"}),
    (31, "note", "bo", {"ref": "2", "text": "Only the card path fails; vouchers go through"}),
    (28, "draft", "ana", {
        "ref": "2", "title": "Card payments fail", "text": "Card payments fail. We are looking for the cause.",
        "components": {"Payments": "major outage"},
    }),
    (27, "request-approval", "ana", {"ref": "2"}),
    (26, "approve", "dee", {"ref": "2"}),
    (26, "publish", "ana", {"ref": "2"}),
    (14, "note", "bo", {"ref": "2", "text": "Payment pool exhausted since deploy 4512", "as_kind": "theory"}),
    (11, "phase", "ana", {"ref": "2", "phase": "identified"}),
    (9, "note", "ana", {"ref": "2", "text": "Roll back deploy 4512 rather than fix forward", "as_kind": "decision"}),
    (6, "note", "bo", {"ref": "2", "text": "Rolling back deploy 4512, one shop after the other", "as_kind": "action"}),
    (3, "add-role", "ana", {"ref": "2", "name": "Tech Lead", "label": "database"}),
    (2, "assign", "ana", {"ref": "2", "role": "tech-lead/database", "person": "cy"}),
    (1, "draft", "ana", {
        "ref": "2",
        "text": "We have found the cause and are rolling it back. Card payments come back shop by shop.",
        "components": {"Payments": "partial outage", "Search": "operational"},
    }),
)  # fmt: skip


def tell(location: Location) -> None:
    """Perform the story, each deed at its time."""
    now = NOW

    def clock() -> datetime:
        return now

    store = Store(location, clock=clock)
    store.open()
    for minutes, verb, who, what in STORY:
        now = datetime.fromtimestamp(NOW.timestamp() - 60 * minutes, UTC)
        store.perform(by_name()[verb].load().make(by=who, **what))
    store.close()


async def picture(location: Location, cache: Path, width: int, height: int) -> str:
    """The desk as SVG, with a font that every machine has."""
    app = Bridgewatch(Settings(database=location, me="ana", cache=cache), clock=lambda: NOW)
    async with app.run_test(size=(width, height)) as pilot:
        while getattr(app.screen, "news").state is not State.LIVE or not getattr(app.screen, "arrived"):  # noqa: B009
            await pilot.pause(0.05)
        await pilot.pause()
        svg = app.export_screenshot(title="bridgewatch")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    return re.sub(r"[ \t]+$", "", svg.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas"), flags=re.MULTILINE)


def main() -> None:
    with TemporaryDirectory() as folder:
        location = Location.file(Path(folder) / "incidents.db")
        tell(location)
        for width, height in SIZES:
            svg = asyncio.run(picture(location, Path(folder), width, height))
            (HERE / f"desk-{width}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
