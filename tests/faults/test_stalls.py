"""A network that stalls without breaking, under a real desk and with its real patience."""

from contextlib import closing

from models.kernel.location import Location
from models.kernel.store import Store
from models.timeline.commands import Note
from tests import reads
from tests.between import Network
from tests.end_to_end.terminals import Windows, windows

__all__ = ["windows"]


def test_a_desk_says_so_keeps_every_word_and_goes_on(windows: Windows, postgres_location: Location) -> None:
    with Network(postgres_location.url) as network:
        ana = windows(Location.parse(network.url), "ana")
        ana.wait_for("● live")
        ana.keys("dCheckout returns 502\r")
        ana.wait_for_all("INC-1 · ")
        ana.keys("n")
        ana.wait_for("Add timeline entry")
        network.stall()
        ana.keys("pool exhausted\r")
        ana.wait_for_all("does not respond", "pool exhausted", "○ offline")
        with closing(Store(postgres_location)) as store:
            store.open()
            store.perform(Note(by="bo", ref="INC-1", text="meanwhile"))
        network.flow()
        ana.wait_for("● live")
        ana.keys("\r")
        ana.wait_for_all("meanwhile", "INC-1 · ")
        ana.wait_for(lambda lines: not any("Add timeline entry" in line for line in lines))
        with closing(Store(postgres_location)) as store:
            store.open()
            assert sorted(entry.text for entry in reads.newest(store, 1) if entry.kind == "note") == [
                "meanwhile",
                "pool exhausted",
            ]
        ana.kill()
