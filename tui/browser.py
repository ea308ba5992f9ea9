"""The desk in a browser, behind textual-serve, which speaks to it through pipes."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.drivers import web_driver
from textual.drivers.web_driver import WebDriver
from textual.messages import ExitApp

from tui.input import KeyParser
from tui.picture import Picture
from tui.terminal import let_go

if TYPE_CHECKING:
    from textual.app import App


class BrowserDriver(WebDriver):
    """Textual's driver, for a desk that ends when its server is gone, and hears keys as in a terminal."""

    def __init__(self, app: App[Any], **how: Any) -> None:
        super().__init__(app, **how)
        setattr(web_driver, "XTermParser", KeyParser)  # noqa: B010 - it is not theirs to export
        self._write = partial(self._written)
        self.picture = Picture()
        """What the browser shows; asked for by the app."""

    def _written(self, data: bytes) -> int:
        try:
            return os.write(self.fileno, data)
        except BrokenPipeError:
            let_go()
            self.send_message(ExitApp())
            return len(data)

    def run_input_thread(self) -> None:
        super().run_input_thread()
        if not self.exit_event.is_set():  # the server is gone
            let_go()
            self.send_message(ExitApp())
