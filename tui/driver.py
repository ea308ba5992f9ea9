"""The desk's terminal: left clean however a desk ends, given back while it is suspended, let go of when it is gone."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from selectors import EVENT_READ, SelectSelector
from threading import Timer
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual._parser import ParseError
from textual.drivers.linux_driver import LinuxDriver

from tui.input import KeyParser
from tui.picture import Picture
from tui.terminal import ENDING, end_now, let_go, typed_ahead

if TYPE_CHECKING:
    from textual.app import App

PATIENCE_SECONDS = 3.0
"""How long a desk that is told to end may take to end as it does for `q`."""

LOST = 128 + signal.SIGHUP
"""The exit code of a desk whose terminal is gone, as of one that was told so by a signal."""

_LOOK_SECONDS = 0.1
"""How often the thread that reads the keys looks whether it shall end."""

_STOP_SECONDS = 0.1
"""How long the system may take to stop a process that has several threads."""

_GONE = (errno.EIO, errno.ENXIO, errno.EBADF, errno.EPIPE, errno.ENODEV)


class TerminalDriver(LinuxDriver):
    """Textual's driver, for a desk that ends, is suspended and loses its terminal in an orderly way."""

    def __init__(self, app: App[Any], **how: Any) -> None:
        super().__init__(app, **how)
        shown = sys.__stderr__ if sys.__stderr__ is not None and sys.__stderr__.isatty() else sys.__stdout__
        self._file = cast(Any, _Bearing(cast(TextIO, shown), self._lose))
        self._begun = self._stopping = self._continued = False
        self.picture = Picture()
        """What the terminal shows; asked for by the app."""
        self.code: int | None = None
        """The exit code, once something has told the desk to end."""

    # Its end

    def end(self, code: int) -> None:
        """End the desk, from any thread or signal handler; at once, if it does not end by itself in a while."""
        if self.code is not None:
            return
        self.code = code
        watch = Timer(PATIENCE_SECONDS, end_now, (code,))
        watch.daemon = True
        watch.start()
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(lambda: self._app.exit(code, code))

    def _lose(self) -> None:
        """The terminal is gone."""
        let_go()
        self.end(LOST)

    def start_application_mode(self) -> None:
        self.picture.forget()
        first, self._begun = not self._begun, True
        if first:  # before the terminal is changed, so that whatever ends the desk puts it back
            for number in ENDING:
                signal.signal(number, lambda number, _frame: self.end(128 + number))
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if first and typed_ahead.before is not None:
            self.attrs_before = typed_ahead.before

    def stop_application_mode(self) -> None:
        self.write("\x1b[?1016l")  # the mouse in pixels, which Textual asks for and leaves on
        super().stop_application_mode()

    # Suspended

    def _sigtstp_application(self, *_: object) -> None:
        if not self._auto_restart:  # the user's own editor has the terminal, and all of its group is stopped
            self._stop()
        else:  # not in the midst of what the signal has interrupted
            self._loop.call_soon_threadsafe(self.suspend)

    def _sigcont_application(self, *_: object) -> None:
        self._continued = True
        if self._auto_restart and not self._stopping and self._writer_thread is not None:
            self._loop.call_soon_threadsafe(self._take_back)  # it was stopped without being asked

    def suspend(self) -> bool:
        """Give the terminal back and stop, until a shell continues it; False: there is no shell that could."""
        self.suspend_application_mode()
        self._stop()
        continued = self._continued
        self._take_up()
        return continued

    def _stop(self) -> None:
        """Stop with all of its group, as the terminal would; the system ignores it where nobody could continue it."""
        self._stopping, self._continued = True, False
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)
        time.sleep(_STOP_SECONDS)
        signal.signal(signal.SIGTSTP, self._sigtstp_application)
        self._stopping = False

    def _take_back(self) -> None:
        self.suspend_application_mode()
        self._take_up()
        self._app.refresh()

    def _take_up(self) -> None:
        """Have the terminal again; in the background, the process stops until it is in the foreground."""
        self._writer_thread = None
        self._stopping = True
        while not self._has_it():
            self._continued = False
            self.resume_application_mode()
            if not (self._has_it() or self._continued):
                self._lose()  # from now on nothing is in its way
        self._stopping = False

    def _has_it(self) -> bool:
        return self._writer_thread is not None

    # What is typed

    def run_input_thread(self) -> None:
        """Turn what is typed into events, until the terminal is given back or gone."""
        parser = KeyParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        selector = SelectSelector()
        selector.register(self.fileno, EVENT_READ)
        try:
            while not self.exit_event.is_set():
                for _ in selector.select(_LOOK_SECONDS):
                    data = self._read()
                    if data is None:
                        self._lose()
                        return
                    if text := decode(data):
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        finally:
            selector.close()
            with suppress(EOFError, ParseError):
                for _event in parser.feed(""):
                    pass

    def _read(self) -> bytes | None:
        """What was typed; None: the terminal is gone."""
        try:
            data = os.read(self.fileno, 4096)
        except BlockingIOError:
            return b""
        except OSError:
            return None
        early = min(typed_ahead.early, len(data))
        typed_ahead.early -= early
        return data[:early].replace(b"\n", b"\r") + data[early:] or None


class _Bearing:
    """The terminal to write to; once it is gone, nothing is written, and `lost` has been called."""

    def __init__(self, file: TextIO, lost: Callable[[], None]) -> None:
        self._file = file
        self._lost = lost

    def write(self, text: str) -> None:
        self._bear(lambda: self._file.write(text))

    def flush(self) -> None:
        self._bear(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _bear(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            if error.errno not in _GONE:
                raise
            self._lost()
