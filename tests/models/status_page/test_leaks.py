"""Only what was published to customers leaves the house: no draft, no note, no name, no title of ours."""

import re
from pathlib import Path

from sqlalchemy import select, text

from models.board.reader import Reader
from models.imports import statuspage
from models.incident.declare import Declare
from models.incident.fields import Rename
from models.kernel.columns import metadata
from models.kernel.notes import NoteKind
from models.kernel.store import Store
from models.policy.audience import Audience, ComponentState
from models.roles.commands import AddRole, Assign
from models.roles.handover import Offer
from models.status_page.read import read_published
from models.status_page.writer import Site
from models.tasks.commands import AddTask
from models.timeline.commands import Note
from models.updates.editing import EditDraft
from models.updates.maintenance import Schedule
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.status_page.pages import REAL
from tests.rows import write_rows

NAMES = ("Anastazja", "Bonawentura", "Cyprian")
INSIDE = "zq-inside"
"""In every word that stays in the house."""
OUTSIDE = "zq-outside"


def busy(store: Store, clock: Clock) -> None:
    """Every kind of word that people write, inside and outside."""
    ana, bo, cy = NAMES
    statuspage.load(store, REAL, ana)
    store.perform(Rename(by=bo, ref="INC-1", title=f"{INSIDE} title of an imported one"))
    ref = store.perform(Declare(by=ana, title=f"{INSIDE} title", severity="P2")).ref
    store.perform(Assign(by=ana, ref=ref, role="scribe", person=bo))
    store.perform(AddRole(by=ana, ref=ref, name=f"{INSIDE} role"))
    store.perform(Offer(by=ana, ref=ref, role="incident-manager", person=cy, brief=f"{INSIDE} brief"))
    store.perform(AddTask(by=ana, ref=ref, title=f"{INSIDE} task", person=cy))
    for kind in NoteKind:
        store.perform(Note(by=bo, ref=ref, text=f"{INSIDE} {kind}", as_kind=kind))
    for audience in Audience:
        where = OUTSIDE if audience is Audience.CUSTOMERS else INSIDE
        edit = EditDraft(
            by=bo,
            ref=ref,
            audience=audience,
            title=f"{where} title",
            text=f"{where} text",
            components={f"{where} component": ComponentState.DEGRADED},
        )
        store.perform(edit)
        store.perform(Publish(by=bo, ref=ref, audience=audience))
        store.perform(EditDraft(by=bo, ref=ref, audience=audience, title=f"{INSIDE} new", text=f"{INSIDE} draft"))
    never = store.perform(Declare(by=cy, title=f"{INSIDE} never told", severity="P2")).ref
    store.perform(EditDraft(by=cy, ref=never, text=f"{INSIDE} never published", title=f"{INSIDE} public?"))
    store.perform(
        Schedule(
            by=cy, title=f"{OUTSIDE} upkeep", text=f"{OUTSIDE} cables", starts_at=clock().replace(hour=23), lasts=9
        )
    )


def test_nothing_else_leaves(store: Store, clock: Clock, tmp_path: Path) -> None:
    busy(store, clock)
    with store.reading(Reader) as read:
        published = read_published(read, None)
        everything = repr([read._rows(select(table)) for table in metadata.sorted_tables])
    folder = tmp_path / "page"
    Site(folder, name="Acme", url="https://status.example.com").write(published, clock())
    pages = {file: file.read_bytes().decode() for file in folder.rglob("*") if file.is_file()}
    assert len(pages) > 40
    assert everything.count(INSIDE) > 20
    for word in (INSIDE, *NAMES, "INC-", "scribe", "P2"):
        assert word in everything or word == "INC-"
        # whole, if it is short: an id is made by chance, and may hold two letters of any word; and pages say subscribe
        whole = len(word) < 4 or word == "scribe"
        wanted = re.compile(rf"\b{word}\b" if whole else re.escape(word), re.IGNORECASE)
        assert [file for file, content in pages.items() if wanted.search(content)] == [], word
    front = pages[folder / "index.html"]
    for word in ("title", "text", "component", "upkeep", "cables"):
        assert f"{OUTSIDE} {word}" in front


def test_what_another_tool_wrote_cannot_break_a_page(store: Store, clock: Clock, tmp_path: Path) -> None:
    busy(store, clock)
    hostile = "\x1b]0;owned\x07 \x00\x01 \u202e x".replace("\x00", "")
    with write_rows(store) as connection:
        connection.execute(text("UPDATE components SET name = :name WHERE name LIKE 'zq%'"), {"name": hostile})
    with store.reading(Reader) as read:
        Site(tmp_path / "page", name="Acme").write(read_published(read, None), clock())
    assert b"\x1b" not in (tmp_path / "page" / "index.html").read_bytes()
