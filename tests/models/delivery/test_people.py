"""People are known by any spelling of their names; and what one asked for once is done once."""

import pytest
from pydantic import ValidationError

from models.board.board import read_board
from models.kernel.failures import Refused
from models.kernel.store import Store
from models.roles.commands import Assign, Release, Take
from models.timeline.commands import Note
from tests.models.acting import Acting, count


@pytest.fixture
def incident(store: Store) -> Acting:
    return Acting(store)


class TestPeople:
    @pytest.mark.parametrize(
        ("first", "again"),
        [("Zoë Łącka", "ZOË  łącka"), ("Zoë", "Zoe\u0308"), ("bo", " Bo"), ("ＢＯ", "bo"), ("Straße", "STRASSE")],
    )
    def test_spellings_are_one_person(self, incident: Acting, first: str, again: str) -> None:
        before = count(incident.store, "SELECT count(*) FROM people")
        entry = incident(Note, first, text="one")
        assert incident(Note, again, text="two").author == entry.author
        assert count(incident.store, "SELECT count(*) FROM people") == before + 1
        incident(Take, again, role="scribe")
        with pytest.raises(Refused, match="already"):
            incident(Assign, "ana", role="scribe", person=first)

    def test_other_letters_are_other_people(self, incident: Acting) -> None:
        incident(Note, "Zoe", text="one")
        incident(Note, "Zoë", text="two")
        assert {"Zoe", "Zoë"} <= set(read_board(incident.store).people)

    def test_unknown_ones_are_added_by_being_named(self, incident: Acting) -> None:
        incident(Assign, "ana", role="scribe", person="new here")
        assert "new here" in read_board(incident.store).people

    def test_a_refused_command_adds_nobody(self, incident: Acting) -> None:
        with pytest.raises(Refused):
            incident(Release, "passer-by", role="scribe", person="another")
        assert read_board(incident.store).people == ("ana",)

    def test_a_name_that_grows_when_it_is_compared(self, incident: Acting) -> None:
        name = "ﷺ" * 64
        incident(Take, name, role="scribe")
        assert incident.holders("scribe") == (name,)

    @pytest.mark.parametrize("name", ["", "\u200b", "x" * 65, "\x1b[2J"])
    def test_what_is_no_name(self, name: str) -> None:
        with pytest.raises(ValidationError):
            Take(by=name, ref="INC-1", role="scribe")


class TestOnce:
    def test_the_same_command_twice_is_done_once(self, incident: Acting) -> None:
        command = Take(by="bo", ref=incident.ref, role="tech-lead", saw=())
        first = incident.store.perform(command)
        again = incident.store.perform(command)
        assert not first.already
        assert again.already
        assert again.entry == first.entry
        assert incident.now.version == 2

    def test_a_refused_one_may_be_tried_again(self, incident: Acting) -> None:
        command = Release(by="bo", ref=incident.ref, role="scribe")
        with pytest.raises(Refused):
            incident.store.perform(command)
        incident(Take, "bo", role="scribe")
        assert not incident.store.perform(command).already
