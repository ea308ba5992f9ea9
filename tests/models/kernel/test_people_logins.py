"""On Postgres, admins keep people; a login that was one name's goes on as whoever that is."""

import pytest

from models.kernel import people
from models.kernel.access import map_login
from models.kernel.failures import Refused
from models.timeline.commands import EditNote, Note
from tests.models.acting import Acting
from tests.team import Team, team, user

__all__ = ["team"]


def test_admins_keep_people_and_responders_add_them_by_naming_them(team: Team) -> None:
    responder, keeper = team.store("ana", "responder"), team.store("kim", "keeper")
    responder.open()
    keeper.open()
    incident = Acting(responder, by="ana")
    note = incident(Note, "jsoe", text="The pool is full")
    for change in (
        lambda: people.rename(responder, "jsoe", "Jose", "ana"),
        lambda: people.merge(responder, "jsoe", "ana", "ana"),
        lambda: people.retire(responder, "jsoe", "ana"),
        lambda: people.add(responder, "di", "ana"),
    ):
        with pytest.raises(Refused, match="is not allowed to change people; only admins are"):
            change()
    people.add(keeper, "Jose", "kim")
    map_login(keeper, user(responder.location), "jsoe", "kim")
    people.merge(keeper, "jsoe", "Jose", "kim")
    responder.open()
    assert responder.person == "Jose"
    assert incident(Note, "jsoe", text="as before").author == "Jose"
    assert incident(EditNote, "Jose", n=note.n, text="It is not full").author == "Jose"
