"""What the command line answers when the thing is not done: the exit code, one line in words, and no secret."""

import signal
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from models.board.board import read_board
from models.kernel.location import Location
from models.kernel.store import Store
from models.live.remembered import RememberedBoard
from tests.end_to_end.commanding import Answer, Desk
from tests.postgres import PASSWORD, Cluster


def written(path: Path) -> Path:
    path.write_bytes(b"not a database, and long enough to be one" * 99)
    return path


def newer(path: Path, *, min_reader: int = 99) -> Path:
    store = Store(Location.file(path))
    store.open()
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET schema = 99, min_reader = ?, min_writer = 99", (min_reader,))
        connection.commit()
    return path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["declare", "  ", "--severity", "P1"], "The title is empty"),
        (["declare", "x" * 1_000_000, "--severity", "P1"], "The title has 1,000,000 characters; the limit is 200"),
        (["declare", "\udcff", "--severity", "P1"], "contains an incomplete character, which cannot be stored"),
        (["note", "INC-1", "\x1b[2J\u202e"], "The note is empty"),
        (["note", "INC-99", "x"], "There is no incident INC-99"),
        (["note", "INC-999999999999999", "x"], "There is no incident INC-999999999999999"),
        (["note", "x'; DROP TABLE entries", "x"], "Not a valid incident. Examples: INC-31"),
        (["note", "INC-1", "x", "--at", "2099-01-01"], "This time is in the future"),
        (["show", "INC-99"], "There is no incident INC-99"),
        (["show", "INC-999999999999999"], "There is no incident INC-999999999999999"),
        (["show", "checkout"], "Not a valid incident. Examples: INC-31"),
        (["assign", "INC-1", "king", "bo"], "INC-1 has no role 'king'"),
        (["publish", "INC-1"], "The draft is empty"),
        (["phase", "INC-1", "closed"], "INC-1 cannot change from triage to closed"),
        (["severity", "INC-1", "P1"], "already P1"),
        (["draft", "INC-1", "x", "--component", f"{'x' * 65}=degraded"], "The component has 65 characters"),
    ],
)
def test_what_a_rule_forbids_is_refused_in_words(run: Desk, arguments: list[str], words: str) -> None:
    run("declare", "Checkout", "--severity", "P1")
    refused = run(*arguments)
    assert (refused.code, refused.out) == (1, "")
    assert words in refused.err
    assert refused.err.count("\n") == 1
    error = run(*arguments, "--json").error
    assert error["kind"] == "refused"
    assert f"{error['message']} {error['remedy']}".strip() == refused.err.strip()
    assert [entry["n"] for entry in run.json("show", "1")["entries"]] == [1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["declare", "Checkout"], "required: --severity"),
        (["declare", "Checkout", "--severity", "P9"], "P9"),
        (["phase", "1", "over"], "over"),
        (["note", "1"], "required: TEXT"),
        (["note", "1", "x", "--at", "soon"], "'soon' is not a valid time"),
        (["draft", "1", "x", "--component", "API"], "'API' is not NAME=STATE"),
        (["draft", "1", "x", "--component", "API=broken"], "operational, degraded"),
        (["retract", "1", "first", "why"], "first"),
        (["list", "--everything"], "--everything"),
        (["dclare", "Checkout"], "Unknown verb 'dclare'. Did you mean declare?"),
        (["--sever"], "--sever"),
        (["import", "statuspage", "/nowhere.json"], "/nowhere.json cannot be read: No such file"),
        (["import", "excel", "x"], "statuspage"),
        (["list", "--as", ""], "--as: The name is empty"),
        (["list", "--database", "mysql://u:s3cret@h/d"], "supports SQLite and Postgres"),
        ([], "--json needs a verb"),
    ],
)
def test_a_slip_in_the_command_is_said_in_one_line(here: Desk, arguments: list[str], words: str) -> None:
    slip = here(*arguments, "--json")
    assert (slip.code, slip.error["kind"]) == (2, "usage")
    assert words in f"{slip.error['message']} {slip.error['remedy']}"
    assert "s3cret" not in slip.err


def test_a_conflict_says_who_did_what_when(run: Desk) -> None:
    run("declare", "Checkout", "--severity", "P1")
    run("assign", "1", "scribe", "bo", by="cy")
    conflict = run("assign", "1", "scribe", "dee", "--saw", "nobody")
    assert (conflict.code, conflict.out) == (3, "")
    assert "cy assigned Scribe to bo" in conflict.err
    assert run("severity", "1", "P3", "--saw", "P2", "--json").error["kind"] == "conflict"
    assert run("assign", "1", "scribe", "dee", "--saw", "bo").code == 0


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path / "none" / "x.db", "does not exist. Create it"),
        (lambda path: path, "is not a file"),
        (
            lambda path: written(path / "text.db"),
            "not a Bridgewatch",
        ),
        (lambda path: newer(path / "newer.db"), "was upgraded by a newer version of Bridgewatch"),
    ],
    ids=["no folder", "a folder", "another file", "a newer schema"],
)
def test_a_file_that_is_no_database_for_us(
    make: Callable[[Path], Path], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Desk(str(make(tmp_path)), capsys)
    for arguments in (["declare", "Checkout", "--severity", "P1"], ["init"]):
        lost = run(*arguments)
        assert (lost.code, lost.out, lost.err.count("\n")) == (1, "", 1)
        assert words in lost.err
    assert run("list", "--json").error["kind"] == "refused"
    assert run("list").code == 1


def test_a_newer_schema_may_still_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Desk(str(newer(tmp_path / "newer.db", min_reader=1)), capsys)
    assert run.json("list") == []
    lost = run("declare", "Checkout", "--severity", "P1")
    assert lost.code == 1
    assert "This version can only read it" in lost.err


@pytest.mark.parametrize(
    ("address", "words", "code"),
    [
        ("postgresql://bridgewatch:s3cret@127.0.0.1:{port}/postgres", "rejected the password", 1),
        ("postgresql://nobody_there:s3cret@127.0.0.1:{port}/postgres", "rejected the password", 1),
        ("postgresql://bridgewatch:{password}@127.0.0.1:{port}/nowhere", "does not exist", 1),
        ("postgresql://bridgewatch:s3cret@127.0.0.1:{port}/postgres?sslmode=require", "A verified connection", 1),
        ("postgresql://bridgewatch:s3cret@127.0.0.1:1/incidents", "Connection refused by", 4),
        ("postgresql://bridgewatch:s3cret@nowhere.invalid/incidents", "nowhere.invalid", 4),
    ],
)
def test_a_server_that_cannot_be_used(
    address: str, words: str, code: int, postgres: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    quoted = postgres.url("x").partition("bridgewatch:")[2].partition("@")[0]
    run = Desk(address.format(port=postgres.port, password=quoted), capsys)
    lost = run("list")
    assert (lost.code, lost.out, lost.err.count("\n")) == (code, "", 1)
    assert words in lost.err
    assert run("list", "--json").error["kind"] == {1: "refused", 4: "unreachable"}[code]
    assert not any(secret in lost.err for secret in ("s3cret", PASSWORD, quoted))


def test_a_host_that_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        lost = Desk(f"postgresql://u:s3cret@127.0.0.1:{port}/db?connect_timeout=2", capsys)("list")
    assert lost.code == 4
    assert "does not respond" in lost.err
    assert "s3cret" not in lost.err


def test_a_password_is_shown_nowhere(run: Desk) -> None:
    said = run("init").out + run("init", "--json").out
    assert PASSWORD not in said
    assert "***" not in said
    assert Location.parse(run.database).shown in said


def test_a_file_that_a_desk_has_met_is_made_anew_only_when_it_is_asked_for(here: Desk, tmp_path: Path) -> None:
    assert here("declare", "Checkout", "--severity", "P1").code == 0
    location = Location.parse(here.database)
    memory = RememberedBoard(tmp_path / "cache" / "bridgewatch", location, "ana")
    with closing(Store(location)) as store:
        store.open()
        memory.note(read_board(store))
        memory.save()
    assert location.path
    location.path.unlink()
    gone = here("list")
    assert (gone.code, gone.out) == (4, "")
    assert gone.err.startswith(f"{location.path} is missing. It may have been moved, or its disk is not mounted.")
    assert not location.path.exists()
    assert here("init").code == here("list").code == 0


def test_a_defect_is_no_traceback_and_tells_no_secret(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("postgresql://u:s3cret@host/db")

    monkeypatch.setattr("tui.incident.list_incidents", break_down)
    defect = here("list")
    assert (defect.code, defect.out) == (70, "")
    assert defect.err == "Internal error (ZeroDivisionError). Please report it. For details, set BRIDGEWATCH_DEBUG=1.\n"
    monkeypatch.setenv("BRIDGEWATCH_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        here("list")


def test_ctrl_c_is_quiet(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("tui.incident.list_incidents", interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what runs behind it ignore it
    try:
        assert here("list") == Answer(130, "", "")
    finally:
        signal.signal(signal.SIGINT, before)
