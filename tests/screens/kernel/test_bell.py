"""The bell rings once for each new thing, and never for what was there at first."""

from models.board.due_times import Need
from screens.desk.bell import Bell


def need(about: str = "", words: str = "update 1m overdue") -> Need:
    return Need(1, "INC-1", words, "status", "customers", about)


def test_once_for_each_new_thing() -> None:
    bell = Bell()
    assert not bell.rings_for([need()])
    assert bell.rings_for([need(), need("asked")])
    assert not bell.rings_for([need(words="update 2m overdue"), need("asked")])
    assert not bell.rings_for([need("asked")])
    assert bell.rings_for([need(), need("asked")])


def test_not_for_what_becomes_less() -> None:
    """Of several empty roles that are told of in one line, one is filled; then another one falls empty."""

    def empty(*roles: str) -> Need:
        return Need(1, "INC-1", "empty", "roster", roles[0], names=roles)

    bell = Bell()
    assert not bell.rings_for([empty("tech-lead", "scribe")])
    assert not bell.rings_for([empty("scribe")])
    assert bell.rings_for([empty("communications", "scribe")])
