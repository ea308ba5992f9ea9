"""The command line: the same validation and the same entries as the keys, exit codes and JSON for scripts."""

import json
import os
import pty
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.location import Location
from models.store import Store
from models.verbs import VERBS
from models.views import EntryView, IncidentRow, IncidentView
from tests.postgres import PASSWORD, Cluster
from tui import cli

COMMAND = Path(sys.executable).with_name("bridgewatch")
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e[/] [@click=app.quit]x[/] 検索"
SLOW = {"pydantic", "sqlalchemy", "models.store", "models.commands", "psycopg", "alembic"}


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """What went wrong, as --json says it; nothing else was said."""
        assert self.out == ""
        error: dict[str, str] = json.loads(self.err)["error"]
        return error


class Desk:
    """The command line in this process, on one database."""

    def __init__(self, database: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.database = database
        self._capsys = capsys

    def __call__(self, *arguments: str, by: str = "ana") -> Answer:
        self._capsys.readouterr()
        try:
            code = cli.main(["--database", self.database, "--as", by, *arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        said = self._capsys.readouterr()
        assert "Traceback" not in said.err
        return Answer(code, said.out, said.err)

    def json(self, *arguments: str, by: str = "ana") -> Any:
        answer = self(*arguments, "--json", by=by)
        assert (answer.code, answer.err) == (0, "")
        return answer.json


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE", "AS", "LANG", "THEME", "CONFIG", "DEBUG"):
        monkeypatch.delenv(f"BRIDGEWATCH_{name}", raising=False)
    for name in ("DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def run(location: Location, capsys: pytest.CaptureFixture[str]) -> Desk:
    """On each kind of database in turn."""
    return Desk(location.url, capsys)


@pytest.fixture
def here(sqlite_location: Location, capsys: pytest.CaptureFixture[str]) -> Desk:
    """On an SQLite file."""
    return Desk(sqlite_location.url, capsys)


def command(*arguments: str, **variables: str) -> Answer:
    """The installed command, in a process of its own without a terminal."""
    done = subprocess.run([COMMAND, *arguments], capture_output=True, env={**os.environ, **variables}, input=b"")
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def names(view: type) -> set[str]:
    return set(view.__dataclass_fields__)  # type: ignore[attr-defined]


def test_an_incident_from_declaring_to_publishing(run: Desk) -> None:
    declared = run.json("declare", "Checkout returns 502", "--severity", "P1", "--impact", "most")
    assert set(declared) == names(IncidentView)
    assert (declared["ref"], declared["severity"], declared["impact"]) == ("INC-1", "P1", "most")
    assert (declared["phase"], declared["manager"]) == ("triage", "ana")
    entries = [
        run.json("assign", "INC-1", "secrétaire", "bo"),
        run.json("take", "1", "tech-lead", by="cy"),
        run.json("note", "inc-1", "pool exhausted", "--kind", "theory", "--at", "10 min ago", by="cy"),
        run.json("severity", "1", "p2"),
        run.json("phase", "1", "identified"),
        run.json("draft", "1", "We know why.", "--component", "API=degraded", "--component", "Web=partial_outage"),
        run.json("publish", "1"),
        run.json("category", "1", "performance"),
        run.json("impact", "1", "few"),
        run.json("rename", "1", "Checkout is slow"),
        run.json("add-role", "1", "Tech Lead", "--label", "database"),
        run.json("release", "1", "scribe"),
        run.json("revise", "1", "4", "pool exhausted by 4512", by="cy"),
        run.json("retract", "1", "4", "it was the cache", by="cy"),
        run.json("undo", "1", by="cy"),
    ]
    assert all(set(entry) == names(EntryView) for entry in entries)
    assert [entry["n"] for entry in entries] == list(range(2, 17))
    assert {entry["ref"] for entry in entries} == {"INC-1"}
    assert [entry["kind"] for entry in entries[:7]] == [
        *("assigned", "assigned", "theory", "severity", "phase", "draft", "published"),
    ]
    shown = run.json("show", "1")
    assert set(shown) == names(IncidentView) | {"entries", "updates"}
    assert (shown["title"], shown["severity"], shown["phase"]) == ("Checkout is slow", "P2", "identified")
    assert shown["updates"][0]["components"] == {"API": "degraded", "Web": "partial outage"}
    assert shown["updates"] == [shown["last_update"]]
    assert shown["entries"][0]["occurred_at"] > shown["entries"][-1]["occurred_at"]
    assert [e["text"] for e in shown["entries"] if e["kind"] == "theory"] == ["pool exhausted by 4512"]


def test_listing(run: Desk) -> None:
    assert run.json("list") == []
    for severity in ("P3", "P1", "P2"):
        run("declare", f"A {severity}", "--severity", severity)
    run("phase", "1", "resolved")
    rows = run.json("list")
    assert [row["severity"] for row in rows] == ["P1", "P2"]
    assert set(rows[0]) == names(IncidentRow)
    assert [row["ref"] for row in run.json("list", "--all")] == ["INC-3", "INC-2", "INC-1"]


def test_listing_for_people(here: Desk) -> None:
    assert here("list").out == "No incident is open. `bridgewatch declare` declares one.\n"
    assert here("list", "--all").out == "No incident yet. `bridgewatch declare` declares one.\n"
    here("declare", "検索が遅い", "--severity", "P2", "--manager", "nobody", "--at", "3m")
    here("declare", "Checkout returns 502", "--severity", "P1", "--at", "2h")
    assert here("list").out.splitlines() == [
        "    REF    TITLE                 PHASE   AGE  UPDATE   MANAGER",
        "P1  INC-2  Checkout returns 502  triage  2h   1h late  ana",
        "P2  INC-1  検索が遅い            triage  3m   in 11m   nobody",
    ]


def test_showing_for_people(here: Desk) -> None:
    here("declare", "Checkout returns 502", "--severity", "P1", "--category", "security")
    here("note", "1", "first line\nsecond line")
    here("draft", "1", "We look into it.")
    here("assign", "1", "scribe", "bo")
    out = here("show", "1").out
    assert out.startswith("INC-1  Checkout returns 502\nP1 (high) · triage · security\ndeclared by ana at ")
    assert "  scribe                  Scribe                  bo (" in out
    assert "Tech Lead               nobody; ana holds it meanwhile\n" in out
    assert "Draft\n  r1 [investigating] by ana\n  We look into it.\n" in out
    assert "ana wrote a note: first line\n      second line\n" in out
    assert "Scribe" not in here("show", "1", "--lang", "fr").out.partition("Timeline")[0]


def test_a_written_entry_is_answered_in_one_line(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P1")
    assert here("assign", "1", "scribe", "bo").out == "INC-1 #2 ana gave Scribe to bo (nobody held it)\n"


def test_the_role_book_of_later_incidents(run: Desk) -> None:
    assert run.json("init") == {"database": Location.parse(run.database).shown}
    assert run.json("init", "--book", "it-service")["book"] == "it-service"
    assert run.json("declare", "Mail is down", "--severity", "P2")["book"] == "it-service"
    refused = run("init", "--book", "none", "--json")
    assert refused.code == 1
    assert "it-service" in refused.error["remedy"]


def test_a_flag_may_stand_before_and_after_the_verb(here: Desk) -> None:
    cli.main(["--json", "--database", here.database, "declare", "A", "--severity", "P1", "--as", "bo"])
    assert here.json("list")[0]["declared_by"] == "bo"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["declare", "  ", "--severity", "P1"], "The title is empty"),
        (["declare", "x" * 1_000_000, "--severity", "P1"], "The title has 1,000,000 characters; 200 is the most"),
        (["declare", "\udcff", "--severity", "P1"], "half a character"),
        (["note", "INC-1", "\x1b[2J\u202e"], "The note is empty"),
        (["note", "INC-99", "x"], "There is no incident INC-99"),
        (["note", "INC-999999999999999", "x"], "There is no incident INC-999999999999999"),
        (["note", "x'; DROP TABLE entries", "x"], "An incident is called INC- and a number"),
        (["note", "INC-1", "x", "--at", "2099-01-01"], "That is in the future"),
        (["show", "INC-99"], "There is no incident INC-99"),
        (["show", "INC-999999999999999"], "There is no incident INC-999999999999999"),
        (["show", "checkout"], "An incident is called INC- and a number"),
        (["assign", "INC-1", "king", "bo"], "INC-1 has no role 'king'"),
        (["publish", "INC-1"], "The draft is empty"),
        (["phase", "INC-1", "closed"], "INC-1 cannot go from triage to closed"),
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
        (["note", "1", "x", "--at", "soon"], "'soon' is no time that Bridgewatch reads"),
        (["draft", "1", "x", "--component", "API"], "'API' is not NAME=STATE"),
        (["draft", "1", "x", "--component", "API=broken"], "operational, degraded"),
        (["retract", "1", "first", "why"], "first"),
        (["list", "--everything"], "--everything"),
        (["dclare", "Checkout"], "There is no verb 'dclare'. Did you mean declare?"),
        (["--sever"], "--sever"),
        (["import", "statuspage", "/nowhere.json"], "/nowhere.json cannot be read: No such file"),
        (["import", "excel", "x"], "statuspage"),
        (["list", "--as", ""], "--as: The name is empty"),
        (["list", "--database", "mysql://u:s3cret@h/d"], "SQLite or Postgres"),
        ([], "--json goes with a verb"),
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
    assert "cy gave Scribe to bo" in conflict.err
    assert run("severity", "1", "P3", "--saw", "P2", "--json").error["kind"] == "conflict"
    assert run("assign", "1", "scribe", "dee", "--saw", "bo").code == 0


def test_what_looks_like_an_option_is_text_behind_two_dashes(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P1")
    written = here("note", "--kind", "action", "--json", "--", "1", "--all-of-it")
    assert written.json["text"] == "--all-of-it"


def test_hostile_words_reach_no_terminal(run: Desk) -> None:
    run("declare", f"A {HOSTILE}", "--severity", "P1", by=f"ana{HOSTILE}"[:64])
    run("draft", "1", HOSTILE)
    run("note", "1", HOSTILE)
    run("publish", "1", by="ana")
    with Store(Location.parse(run.database))._writer.begin() as connection:  # as another tool would write
        connection.execute(text("UPDATE people SET name = :name"), {"name": HOSTILE})
        connection.execute(text("UPDATE incidents SET title = :title"), {"title": HOSTILE})
    for arguments in (["show", "1"], ["list"], ["show", "1", "--json"], ["list", "--json"], ["show", HOSTILE]):
        answer = run(*arguments)
        said = (answer.out + answer.err).replace("\n", "")
        assert said.isprintable()
        assert "\u202e" not in said
        assert "[@click=app.quit]x[/]" in said or answer.code
    assert run.json("show", "1")["title"] == HOSTILE


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path / "none" / "x.db", "does not exist. Create it"),
        (lambda path: path, "is no file"),
        (
            lambda path: _written(path / "text.db", b"not a database, and long enough to be one" * 99),
            "not a Bridgewatch",
        ),
        (lambda path: _newer(path / "newer.db"), "was upgraded by a newer Bridgewatch"),
    ],
    ids=["no folder", "a folder", "another file", "a newer schema"],
)
def test_a_file_that_is_no_database_for_us(
    make: Any, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Desk(str(make(tmp_path)), capsys)
    for arguments in (["list"], ["declare", "Checkout", "--severity", "P1"], ["init"]):
        lost = run(*arguments)
        assert (lost.code, lost.out, lost.err.count("\n")) == (4, "", 1)
        assert words in lost.err
    assert run("list", "--json").error["kind"] == "unreachable"


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _newer(path: Path, *, min_reader: int = 99) -> Path:
    store = Store(Location.file(path))
    store.open()
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET schema = 99, min_reader = ?, min_writer = 99", (min_reader,))
        connection.commit()
    return path


def test_a_newer_schema_may_still_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = Desk(str(_newer(tmp_path / "newer.db", min_reader=1)), capsys)
    assert run.json("list") == []
    lost = run("declare", "Checkout", "--severity", "P1")
    assert lost.code == 4
    assert "It can only read here" in lost.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://bridgewatch:s3cret@127.0.0.1:{port}/postgres", "refuses the password"),
        ("postgresql://bridgewatch:s3cret@127.0.0.1:1/incidents", "Nothing listens at"),
        ("postgresql://bridgewatch:{password}@127.0.0.1:{port}/nowhere", "does not exist"),
        ("postgresql://bridgewatch:s3cret@nowhere.invalid/incidents", "nowhere.invalid"),
    ],
)
def test_a_server_that_cannot_be_used(
    address: str, words: str, postgres: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    quoted = postgres.url("x").partition("bridgewatch:")[2].partition("@")[0]
    run = Desk(address.format(port=postgres.port, password=quoted), capsys)
    lost = run("list")
    assert (lost.code, lost.out, lost.err.count("\n")) == (4, "", 1)
    assert words in lost.err
    assert not any(secret in lost.err for secret in ("s3cret", PASSWORD, quoted))


def test_a_host_that_does_not_answer(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        lost = Desk(f"postgresql://u:s3cret@127.0.0.1:{port}/db?connect_timeout=2", capsys)("list")
    assert lost.code == 4
    assert "does not answer" in lost.err
    assert "s3cret" not in lost.err


def test_a_password_is_shown_nowhere(run: Desk) -> None:
    said = run("init").out + run("init", "--json").out
    assert PASSWORD not in said
    assert "***" not in said
    assert Location.parse(run.database).shown in said


def test_a_defect_is_no_traceback_and_tells_no_secret(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("postgresql://u:s3cret@host/db")

    monkeypatch.setattr("tui.actions.list_incidents", break_down)
    defect = here("list")
    assert (defect.code, defect.out) == (70, "")
    assert defect.err == "Bridgewatch has a defect (ZeroDivisionError). BRIDGEWATCH_DEBUG=1 shows where.\n"
    monkeypatch.setenv("BRIDGEWATCH_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        here("list")


def test_ctrl_c_is_quiet(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("tui.actions.list_incidents", interrupt)
    assert here("list") == Answer(130, "", "")


def test_the_version() -> None:
    assert command("--version") == Answer(0, "bridgewatch 0.1.0\n", "")


def test_a_database_of_one_s_own_is_made_at_first_use(tmp_path: Path) -> None:
    declared = command("declare", "Checkout", "--severity", "P1", "--json", BRIDGEWATCH_AS="ana")
    assert (declared.code, declared.json["ref"], declared.json["manager"]) == (0, "INC-1", "ana")
    assert (tmp_path / "data" / "bridgewatch" / "incidents.db").exists()
    assert command("list", "--json").json[0]["title"] == "Checkout"


def test_without_a_terminal_there_is_no_desk() -> None:
    for arguments in ([], ["demo"]):
        refused = command(*arguments)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err.startswith("The desk needs a terminal. ")


def test_a_reader_that_has_seen_enough(here: Desk) -> None:
    here("declare", "Checkout", "--severity", "P1")
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run([COMMAND, "--database", here.database, "list"], stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_terminal_that_knows_no_unicode(here: Desk) -> None:
    here("declare", "検索", "--severity", "P1")
    listed = command("--database", here.database, "list", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (listed.code, listed.err) == (0, "")
    assert "INC-1  ??" in listed.out


def test_on_a_narrow_terminal_the_title_gives_way(here: Desk) -> None:
    here("declare", "Checkout returns 502 to most people who pay by card", "--severity", "P1")
    terminal, inside = pty.openpty()
    size = {"COLUMNS": "72", "LINES": "24"}
    process = subprocess.Popen(
        [COMMAND, "--database", here.database, "list"], stdout=inside, env={**os.environ, **size}, stdin=inside
    )
    assert process.wait() == 0
    said = os.read(terminal, 65_536).decode().splitlines()
    os.close(inside)
    os.close(terminal)
    assert max(map(len, said)) <= 72
    assert "Checkout returns 502" in said[1]


def test_help_names_every_verb_and_imports_nothing_slow() -> None:
    script = "import sys; from tui import cli\ntry: cli.main(['--help'])\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0
    for verb in VERBS:
        assert f"  {verb.name} " in done.stdout
        assert verb.help in done.stdout
    assert not _slow(done.stderr) | {"textual", "asyncio"} & set(done.stderr.split())


def test_before_the_desk_paints_nothing_slow_is_imported() -> None:
    script = """
import sys, types
from tui import cli
class Desk:
    return_code = 7
    def __init__(self, settings): assert settings.me
    def run(self): print(*sys.modules)
sys.modules["tui.app"] = types.SimpleNamespace(Bridgewatch=Desk)
cli._need_a_terminal = lambda: None
raise SystemExit(cli.main([]))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stderr) == (7, "")
    assert not _slow(done.stdout)


def test_a_verb_imports_no_more_than_it_needs(here: Desk) -> None:
    script = "import sys; from tui import cli; cli.main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    arguments = [sys.executable, "-c", script, "--database", here.database, "list"]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 0
    assert not {"textual", "psycopg", "alembic", "models.commands.drafts"} & set(done.stderr.split())


def _slow(modules: str) -> set[str]:
    return SLOW & set(modules.split())
