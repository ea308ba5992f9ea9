"""Generate the public status page as static files."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from signal import SIGTERM, signal

from models.kernel.failures import Refused
from tui import output, printing
from tui.database import opened
from tui.settings import Settings, Usage


def status_page(arguments: Namespace, settings: Settings) -> None:
    from models.status_page.watching import PageUpdater
    from models.status_page.writer import Site

    url = arguments.url.rstrip("/")
    if url and not url.startswith(("https://", "http://")):
        raise Usage(f"{url!r} is not a valid URL.", "Enter the full URL, such as https://status.example.com.")
    written = Site(Path(arguments.folder), name=arguments.name, url=url, language=arguments.page_language)
    with opened(settings, make=False) as store:
        if arguments.watch:
            signal(SIGTERM, lambda number, frame: sys.exit(0))
            PageUpdater(written, store, lambda line: output.tell(printing.safe(line))).run()
            return
        try:
            page = PageUpdater(written, store, lambda line: None).write()
        except OSError as error:
            raise Refused(f"{error.filename or arguments.folder} cannot be written: {error.strerror}.") from None
    indicator, description = page.indicator
    if "json" in arguments:
        counts = {"unresolved": len(page.unresolved), "upcoming": len(page.upcoming), "active": len(page.active)}
        printing.document({"folder": arguments.folder, "indicator": indicator, **counts})
    else:
        printing.say(f"Status page written to {arguments.folder}: {description}.")
