"""Import incidents of another tool."""

from __future__ import annotations

from argparse import Namespace

from tui import printing
from tui.database import me, opened
from tui.files import given
from tui.settings import Settings


def read_in(arguments: Namespace, settings: Settings) -> None:
    from models.imports import statuspage

    source = given(arguments.file)
    with opened(settings) as store:
        imported = statuspage.load(store, source, me(store, settings))
    if "json" in arguments:
        printing.document(imported)
    else:
        counts = f"{imported.new} new, {imported.updated} updated, {imported.unchanged} unchanged"
        printing.say(f"Imported incidents from {arguments.file}: {counts}.")
