"""What was typed into a form and not sent, for the desk after this one."""

import os
import time
from pathlib import Path

import pytest

from models.kernel.location import Location
from models.live.remembered import KEPT_SECONDS, UnsavedForms


@pytest.fixture
def location(tmp_path: Path) -> Location:
    return Location.file(tmp_path / "x.db")


def test_the_next_desk_finds_what_was_typed_until_it_is_sent(tmp_path: Path, location: Location) -> None:
    UnsavedForms(tmp_path, location, "ana").keep("note INC-1", {"text": "half \ud800 a thought"})
    UnsavedForms(tmp_path, location, "ana").keep("note INC-1", {"text": "half a thought"})
    again = UnsavedForms(tmp_path, location, "ana")
    assert again.left("note INC-1") == {"text": "half a thought"}
    assert again.left("note INC-1") == {}  # it is this one's now
    assert again.kept("note INC-1") == {"text": "half a thought"}
    again.forget("note INC-1")
    assert UnsavedForms(tmp_path, location, "ana").left("note INC-1") == {}


def test_it_is_one_persons_on_one_database_in_one_form(tmp_path: Path, location: Location) -> None:
    UnsavedForms(tmp_path, location, "ana").keep("note INC-1", {"text": "mine"})
    assert UnsavedForms(tmp_path, location, "bo").left("note INC-1") == {}
    assert UnsavedForms(tmp_path, Location.file(tmp_path / "y.db"), "ana").left("note INC-1") == {}
    assert UnsavedForms(tmp_path, location, "ana").left("note INC-2") == {}


def test_others_cannot_read_it(tmp_path: Path, location: Location) -> None:
    UnsavedForms(tmp_path, location, "ana").keep("note INC-1", {"text": "mine"})
    (file,) = tmp_path.rglob("form-*.json")
    assert file.stat().st_mode & 0o077 == 0


def test_after_a_day_it_is_not_offered(tmp_path: Path, location: Location) -> None:
    UnsavedForms(tmp_path, location, "ana").keep("declare", {"title": "of last week"})
    (file,) = tmp_path.rglob("form-*.json")
    before = time.time() - KEPT_SECONDS - 60
    os.utime(file, (before, before))
    assert UnsavedForms(tmp_path, location, "ana").left("declare") == {}


@pytest.mark.parametrize("junk", [b"", b"[]", b"{", b"\xff", b'{"form": "declare", "answers": 3}', b"[" * 100_000])
def test_a_file_that_cannot_be_read_is_none(tmp_path: Path, location: Location, junk: bytes) -> None:
    UnsavedForms(tmp_path, location, "ana").keep("declare", {"title": "x"})
    (file,) = tmp_path.rglob("form-*.json")
    file.write_bytes(junk)
    assert UnsavedForms(tmp_path, location, "ana").left("declare") == {}


def test_where_nothing_can_be_written_it_is_kept_as_long_as_the_desk_lives(location: Location) -> None:
    forms = UnsavedForms(Path(os.devnull), location, "ana")
    forms.keep("declare", {"title": "x"})
    assert forms.kept("declare") == {"title": "x"}
    forms.forget("declare")
    assert forms.kept("declare") == {}
