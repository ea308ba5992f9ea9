"""A bare Textual app, the floor of most figures: `python -m bench.bare MODULE...` imports these, then paints."""

from __future__ import annotations

import sys
from importlib import import_module

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

READY = "ready to be measured"


class Bare(App[None]):
    """One line of text; every key changes it."""

    keys = 0

    def compose(self) -> ComposeResult:
        yield Static(READY)

    def on_key(self, event: events.Key) -> None:
        if event.key == "q":
            self.exit()
        self.keys += 1
        self.query_one(Static).update(f"key {self.keys} was heard")


if __name__ == "__main__":
    for module in sys.argv[1:]:
        import_module(module)
    Bare().run()
