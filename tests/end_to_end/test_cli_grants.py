"""Roles and logins on the command line, and desks with them: real logins of a Postgres database."""

from pathlib import Path

import pytest

from models.kernel.access import map_login
from models.kernel.location import Location
from tests.end_to_end.commanding import Desk
from tests.end_to_end.terminals import Windows, windows
from tests.team import Team, team, user
from tui import cli

__all__ = ["team", "windows"]


def at(location: Location, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(location.url, capsys)


class TestGrants:
    def test_are_printed_run_and_checked(self, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
        above, kim = at(team.above.location, capsys), at(team.login("kim", "keeper"), capsys)
        printed = kim("grants").out.splitlines()
        assert (printed[0], printed[-1]) == ("BEGIN;", "COMMIT;")
        assert any(line.startswith('GRANT INSERT ON "public"."entries" TO') for line in printed)
        applied = kim.json("grants", "--apply")
        assert (applied["responder"], applied["applied"]) == (team.roles.responder, True)
        assert (
            f"{team.roles.observer} can read, {team.roles.responder} works on incidents" in kim("grants", "--apply").out
        )
        assert kim("grants", "--check").out == "Permissions are correct.\n"
        team.run("GRANT DELETE ON entries TO PUBLIC")
        answer = above("grants", "--check")
        assert (answer.code, answer.out) == (1, "PUBLIC must not have DELETE on entries.\n")
        assert "To fix them, run `bridgewatch grants --apply`." in answer.err
        above("grants", "--apply")
        assert above.json("grants", "--check") == []

    def test_are_refused_to_who_may_not_give_them(self, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
        answer = at(team.login("ana", "responder"), capsys)("grants", "--apply")
        assert answer.code == 1
        assert "is not allowed to do all of this" in answer.err
        assert "Ask a superuser to run the SQL that `bridgewatch grants` prints." in answer.err
        observer = at(team.login("vera", "observer"), capsys)("grants", "--apply")
        assert (observer.code, "has read-only access" in observer.err) == (1, True)

    def test_on_sqlite_something_else_is_to_be_done(self, here: Desk) -> None:
        for how in ((), ("--apply",), ("--check",)):
            answer = here("grants", *how)
            assert answer.code == 1
            assert "SQLite has no logins" in answer.err
            assert "The modes of the file and its folder" in answer.err


class TestLogins:
    def test_are_mapped_listed_and_let_go(self, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
        kim, login = at(team.login("kim", "keeper"), capsys), user(team.login("ana", "responder"))
        assert kim("login", "list").out == "No logins are mapped: every login can act as anyone.\n"
        assert kim("login", "map", login, "ana", by="kim").out == f"{login} now acts only as ana.\n"
        (listed,) = kim.json("login", "list")
        assert (listed["login"], listed["person"], listed["mapped_by"]) == (login, "ana", "kim")
        assert kim.json("login", "map", login, "bo", by="kim")["person"] == "bo"
        assert kim("login", "list").out.startswith(f"{login}  bo  since ")
        assert kim.json("login", "unmap", login) == {"login": login, "person": None}
        assert kim("login", "unmap", login).code == 1
        assert kim("login", "map", "x" * 64, "ana").code == 2

    def test_on_sqlite_nothing_could_be_checked(self, here: Desk) -> None:
        assert here.json("login", "list") == []
        answer = here("login", "map", "ana", "ana")
        assert (answer.code, "SQLite has no logins" in answer.err) == (1, True)


class TestAs:
    def test_another_is_refused_by_name(self, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
        location = team.login("ana", "responder")
        map_login(team.above, user(location), "ana", "kim")
        answer = at(location, capsys)("declare", "Checkout returns 502", "--severity", "P1", by="bo")
        assert answer.code == 1
        assert answer.err == (
            f"Login {user(location)} belongs to ana: it cannot write as bo. Start without --as, or ask an admin to map"
            " the login: `bridgewatch login map`.\n"
        )
        assert at(location, capsys).json("list", by="bo") == []

    def test_left_out_it_is_whose_the_login_is(
        self, team: Team, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        location = team.login("ana", "responder")
        map_login(team.above, user(location), "ana", "kim")
        monkeypatch.setenv("BRIDGEWATCH_DATABASE", location.url)
        assert cli.main(["declare", "Checkout returns 502", "--severity", "P1"]) == 0
        assert "ana" in capsys.readouterr().out
        assert cli.main(["take", "1", "scribe"]) == 0
        assert at(location, capsys).json("show", "1")["entries"][0]["author"] == "ana"

    def test_left_out_on_the_desk(self, team: Team, windows: Windows, tmp_path: Path) -> None:
        location = team.login("ana", "responder")
        map_login(team.above, user(location), "ana", "kim")
        desk = windows.program(["--database", location.url], tmp_path / "somebody")
        desk.wait_for("● live")
        desk.keys("d")
        desk.wait_for("Declare")
        desk.keys("Checkout returns 502\r")
        desk.wait_for("ana declared")
        assert "ana" in desk.screen()[0]


class TestKeepers:
    def test_alone_change_what_is_agreed_on(self, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
        kim = user(team.login("kim", "keeper"))
        responder = at(team.login("ana", "responder"), capsys)
        book = responder("playbook", "export", "policy").out
        for given, deed in (
            (("rules", "set", "approval", "none"), "change the rules"),
            (("rules", "reset"), "change the rules"),
            (("templates", "reset"), "change the templates"),
            (("init", "--playbook", "policy"), "choose the default playbook"),
            (("destination", "add", "chat", "webhook", "https://chat.example.com/in"), "set up destinations"),
            (("destination", "pause", "chat"), "change destinations"),
            (("login", "map", kim, "ana"), "map logins"),
        ):
            answer = responder(*given)
            assert answer.code == 1, given
            assert f"is not allowed to {deed}; only admins are. Ask an admin (bridgewatch or {kim}).\n" in answer.err
        assert 'key = "policy"' in book

    def test_observers_read_and_are_refused_the_rest(self, team: Team, capsys: pytest.CaptureFixture[str]) -> None:
        at(team.login("ana", "responder"), capsys)("declare", "Checkout returns 502", "--severity", "P1")
        vera = at(team.login("vera", "observer"), capsys)
        for given in (
            ("list",),
            ("show", "1"),
            ("summary", "1"),
            ("who", "1"),
            ("rules",),
            ("destination", "list"),
            ("playbook", "list"),
        ):
            assert vera(*given).code == 0, given
        answer = vera("note", "1", "x")
        assert answer.code == 1
        assert "has read-only access. Ask an admin (bridgewatch) to make you a responder." in answer.err


def test_an_observers_desk_in_a_terminal(team: Team, windows: Windows, capsys: pytest.CaptureFixture[str]) -> None:
    ana = at(team.login("ana", "responder"), capsys)
    ana("declare", "Checkout returns 502", "--severity", "P1")
    desk = windows(team.login("vera", "observer"), "vera")
    desk.wait_for_all("◐ read-only", "has read-only access", "Checkout returns 502")
    desk.keys("n")
    desk.wait_for_all("to make you a responder.", "Note")
    ana("note", "1", "seen at once")
    desk.wait_for("seen at once")
