"""Several desks on one database, each in a terminal of its own: what one does, the others see."""

from models.kernel.location import Location
from tests.end_to_end.terminals import Window, Windows, both, windows

__all__ = ["windows"]


def declare(desk: Window, title: str) -> None:
    desk.keys("d")
    desk.wait_for("Declare incident")
    desk.keys(f"{title}\r")


def test_what_one_does_the_others_see(windows: Windows, location: Location) -> None:
    ana, bo = windows(location, "ana"), windows(location, "bo", (80, 24))
    for desk in (ana, bo):
        desk.wait_for("● live")

    declare(ana, "Checkout returns 502")
    bo.wait_for_all("Checkout returns 502", "INC-1", "P2 1")
    bo.wait_for(both("Incident Manager", "ana"))

    bo.keys("t")
    bo.wait_for("Take over role")
    bo.keys("tech\r")
    ana.wait_for(both("Tech Lead", "bo"))
    ana.wait_for(both("bo", "took over Tech Lead"))

    ana.keys("n")
    ana.wait_for("Add timeline entry · INC-1")
    ana.keys("pool exhausted\r")
    bo.wait_for("pool exhausted")

    bo.keys("e")
    bo.wait_for("Esc Close")
    bo.keys("We are looking into it.")
    ana.wait_for_all("We are looking into it.", "✎ bo is editing")

    bo.keys("\x1b")
    bo.wait_for(lambda lines: not any("Esc Close" in line for line in lines))
    bo.keys("P")
    bo.wait_for("Update title")
    bo.keys("\r")
    bo.wait_for("Publish r2 for customers")
    bo.keys("y")
    ana.wait_for_all("─ published", "by bo", "no draft")

    cy = windows(location, "cy", (50, 20))
    cy.wait_for_all("● live", "Checkout returns 502")
    cy.keys("3")
    cy.wait_for("pool exhausted")
    cy.keys("s")
    cy.wait_for("Change severity · INC-1")
    cy.keys("1")
    for desk in (ana, bo):
        desk.wait_for("P1 1")

    for desk in (ana, bo, cy):
        desk.keys("q")
        assert desk.exit_code() == 0


def test_two_who_type_one_draft_lose_no_word(windows: Windows, location: Location) -> None:
    ana, bo = windows(location, "ana"), windows(location, "bo")
    for desk in (ana, bo):
        desk.wait_for("● live")
    declare(ana, "Checkout returns 502")
    bo.wait_for("INC-1 · ")
    for desk in (ana, bo):
        desk.keys("e")
        desk.wait_for("Esc Close")
    ana.keys("Cards fail.")
    bo.wait_for("Cards fail.")
    bo.keys("\x1b[1;5F Vouchers work.")
    ana.wait_for("Vouchers work.")
    ana.wait_for("Cards fail.")


def test_who_was_slower_is_asked(windows: Windows, location: Location) -> None:
    ana, bo = windows(location, "ana"), windows(location, "bo")
    for desk in (ana, bo):
        desk.wait_for("● live")
    declare(ana, "Checkout returns 502")
    bo.wait_for("INC-1 · ")
    bo.keys("t")
    bo.wait_for("Take over role")
    ana.keys("t")
    ana.wait_for("Take over role")
    ana.keys("scribe\r")
    ana.wait_for("took over Scribe")
    bo.keys("scribe\r")
    bo.wait_for_all("Changed by someone else", "ana")
    bo.press("k", lambda lines: not any("Changed by someone else" in line for line in lines))
    bo.wait_for(both("Scribe", "ana"))
