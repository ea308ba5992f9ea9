"""Where the site is written: whole files or none, and nothing of others."""

import os
import stat
import threading
from pathlib import Path

import pytest

from models.kernel.failures import Refused
from models.status_page.files import MARK, Folder


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "page")
    folder.take()
    contents = [letter.encode() * 300_000 for letter in "ab"]
    folder.put([("index.html", contents[0])])
    done = threading.Event()
    seen = set()

    def read() -> None:
        while not done.is_set():
            seen.add((tmp_path / "page" / "index.html").read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(60):
        folder.put([("index.html", contents[n % 2])])
    done.set()
    reader.join()
    assert seen <= set(contents)
    assert {file.name for file in (tmp_path / "page").iterdir()} == {MARK, "index.html"}


def test_a_web_server_may_read_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "page")
    folder.take()
    folder.put([("en/index.html", b"x")])
    assert stat.S_IMODE((tmp_path / "page" / "en" / "index.html").stat().st_mode) == 0o644


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.put([("a", b"1")])
    before = (tmp_path / "a").stat()
    assert not folder.put([("a", b"1")])
    assert (tmp_path / "a").stat() == before
    assert folder.put([("a", b"2")])


def test_when_it_fails_the_old_file_stays_and_nothing_is_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Folder(tmp_path)
    folder.put([("a", b"old")])

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.put([("a", b"new")])
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a", b"old")]


class TestWhoseFolder:
    def test_one_with_files_of_others_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("mine")
        with pytest.raises(Refused, match="contains files that do not belong to this page"):
            Folder(tmp_path).take()
        assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]

    def test_files_that_join_later_stay(self, tmp_path: Path) -> None:
        Folder(tmp_path / "page").take()
        (tmp_path / "page" / "robots.txt").write_text("mine")
        Folder(tmp_path / "page").take()
        assert (tmp_path / "page" / "robots.txt").read_text() == "mine"

    def test_a_file_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "page").write_text("")
        with pytest.raises(Refused, match="is not a folder"):
            Folder(tmp_path / "page").take()

    def test_a_link_in_the_folder_is_replaced_and_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("mine")
        folder = Folder(tmp_path / "page")
        folder.take()
        (tmp_path / "page" / "index.html").symlink_to(tmp_path / "secret")
        folder.put([("index.html", b"page")])
        assert (tmp_path / "secret").read_text() == "mine"
