"""The database goes away under open desks, or is away at the start: what they show, and that no word is lost."""

from models.incident.declare import Declare
from models.kernel.location import Location
from models.timeline.commands import Note
from tests.end_to_end.outages import Breakable, breakable
from tests.end_to_end.terminals import Window, Windows, windows
from tests.postgres import PASSWORD, Cluster

__all__ = ["breakable", "windows"]


def with_incident(windows: Windows, location: Location, *people: str) -> list[Window]:
    desks = [windows(location, person) for person in people]
    for desk in desks:
        desk.wait_for("● live")
    desks[0].keys("dCheckout returns 502\r")
    for desk in desks:
        desk.wait_for("INC-1 · ")
    return desks


def test_desks_outlive_the_database(windows: Windows, breakable: Breakable) -> None:
    ana, bo = with_incident(windows, breakable.location, "ana", "bo")
    ana.keys("e")
    ana.wait_for("Esc Close")

    breakable.go()
    for desk in (ana, bo):
        desk.wait_for_all("○ offline", "Showing data from", "Checkout returns 502")
    ana.keys("We know.")
    ana.wait_for_all("We know.", "not saved yet, kept on this computer")
    bo.keys("n")
    bo.wait_for("Add timeline entry")
    bo.keys("pool exhausted\r")
    bo.wait_for_all("pool exhausted", "Restore the file" if breakable.location.path else "Connection refused by")

    breakable.write(Note(by="cy", ref="INC-1", text="written meanwhile"))
    breakable.come_back()
    for desk in (ana, bo):
        desk.wait_for_all("● live", "written meanwhile")
        desk.wait_for(lambda lines: not any("Showing data from" in line for line in lines))
    ana.wait_for("saved")
    bo.wait_for("We know.")
    bo.keys("\r")
    ana.wait_for("pool exhausted")


def test_away_at_the_start(windows: Windows, breakable: Breakable) -> None:
    (ana,) = with_incident(windows, breakable.location, "ana")
    ana.keys("q")
    assert ana.exit_code() == 0
    breakable.go()
    again = windows(breakable.location, "ana")
    again.wait_for_all("Checkout returns 502", "○ offline", "Showing data from", "s old).")
    assert not any("● live" in line for line in again.screen())
    breakable.write(Declare(by="bo", title="Search is slow", severity="P1"))
    breakable.come_back()
    again.wait_for_all("● live", "Search is slow", "Checkout returns 502")


def test_away_at_the_very_first_start(windows: Windows, breakable: Breakable) -> None:
    breakable.go()
    ana = windows(breakable.location, "ana")
    ana.wait_for("○ offline")
    breakable.come_back()
    ana.wait_for_all("● live", "No open incidents")


def test_words_outlive_a_crash_of_the_terminal(windows: Windows, breakable: Breakable) -> None:
    (ana,) = with_incident(windows, breakable.location, "ana")
    ana.keys("e")
    ana.wait_for("Esc Close")
    breakable.go()
    ana.wait_for("○ offline")
    ana.keys("We know.")
    ana.wait_for("We know.")
    ana.kill()
    breakable.come_back()
    again = windows(breakable.location, "ana")
    again.wait_for_all("● live", "INC-1 · ")
    again.keys("e")
    again.wait_for_all("We know.", "Restored your unsaved text")
    bo = windows(breakable.location, "bo")
    bo.wait_for("We know.")


def test_a_desk_killed_while_typing(windows: Windows, location: Location) -> None:
    (ana,) = with_incident(windows, location, "ana")
    ana.keys("e")
    ana.wait_for("Esc Close")
    ana.keys("We know.")
    ana.wait_for("We know.")
    ana.kill()
    again = windows(location, "ana")
    again.wait_for_all("● live", "INC-1 · ")
    again.keys("e")
    again.wait_for_all("We know.", "Esc Close")


def test_a_password_is_never_shown(windows: Windows, postgres: Cluster) -> None:
    secret = "wr0ng-s3cret"
    url = postgres.new_database()
    database = url.rpartition("/")[2]
    windows_of = {
        "rejected the password": postgres.url(database, password=secret),
        "does not exist": postgres.url("no_such_database"),
    }
    for words, address in windows_of.items():
        desk = windows(Location.parse(address), "ana")
        desk.wait_for(words)
        for kept in (secret, PASSWORD, "p%40ss"):
            assert kept.encode() not in desk.raw
