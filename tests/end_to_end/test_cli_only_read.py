"""A database that can only be read is read; what would change it says why it cannot."""

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import make_url

from models.kernel.location import Location
from tests.end_to_end.commanding import Answer, Desk
from tests.end_to_end.test_cli_nothing_there import READING
from tests.models.kernel.test_failures_sqlite import as_somebody_else
from tests.postgres import PASSWORD, Cluster, Standby
from tui import cli

READ: list[tuple[str, ...]] = [verb for verb in READING if verb[0] not in ("relay", "grants", "status-page")]
CHANGING: list[tuple[str, ...]] = [
    ("note", "1", "x"),
    ("take", "1", "scribe"),
    ("declare", "Search fails", "--severity", "P3"),
    ("rules", "set", "approval", "none"),
    ("people", "add", "vera"),
    ("mend",),
]

Ask = Callable[..., Answer]


@pytest.fixture(params=["transactions", "login"])
def server(
    request: pytest.FixtureRequest, postgres: Cluster, postgres_location: Location, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """One that begins transactions read-only, and one where the login has only SELECT."""
    Desk(postgres_location.url, capsys)("declare", "Checkout returns 502", "--severity", "P1")
    name = make_url(postgres_location.url).database or ""
    if request.param == "transactions":
        statement = sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on")
        postgres.administer(statement.format(sql.Identifier(name)))
        return Desk(postgres_location.url, capsys)
    login = f"reader of {name}"
    make = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(login), sql.Literal(PASSWORD))
    postgres.administer(make, name)
    postgres.administer(
        sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(login)), name
    )
    return Desk(postgres.url(name, user=login.replace(" ", "%20")), capsys)


@pytest.fixture(params=[(0o444, 0o777), (0o444, 0o555), (0o666, 0o555)], ids=["file", "both", "folder"])
def file(request: pytest.FixtureRequest, sqlite_template: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Ask]:
    """A file, its folder, or both may only be read; asked by somebody whom root's rights do not help."""
    file_mode, folder_mode = request.param
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        path = Path(name) / "desk.db"
        shutil.copy(sqlite_template, path)
        desk = Desk(f"sqlite:///{path}", capsys)
        desk("declare", "Checkout returns 502", "--severity", "P1")
        for verb in (*READ, *CHANGING):  # what is imported late is read before the rights to read it are gone
            Desk(f"sqlite:///{shutil.copy(path, f'{path}.other')}", capsys)(*verb)
        path.chmod(file_mode)
        path.parent.chmod(folder_mode)

        def ask(*verb: str) -> Answer:
            def run() -> str:
                for place in ("DATA", "CONFIG", "CACHE"):
                    os.environ[f"XDG_{place}_HOME"] = f"{name}/none"
                written, err = io.BytesIO(), io.StringIO()
                out = io.TextIOWrapper(written, encoding="utf-8")
                with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                    code = cli.main(["--database", str(path), "--as", "ana", *verb])
                return "\0".join((str(code), written.getvalue().decode(), err.getvalue()))

            code, out, err = as_somebody_else(run).split("\0")
            return Answer(int(code), out, err)

        yield ask
        path.parent.chmod(0o755)


@pytest.mark.parametrize("verb", READ, ids=" ".join)
def test_a_server_is_read(server: Ask, verb: tuple[str, ...]) -> None:
    told = server(*verb)
    assert (told.code, told.err) == (0, "")
    assert told.out


@pytest.mark.parametrize("verb", CHANGING, ids=" ".join)
def test_a_server_says_why_not(server: Ask, verb: tuple[str, ...]) -> None:
    told = server(*verb)
    assert (told.code, told.out) == (1, "")
    assert "is read-only right now." in told.err or "has read-only access." in told.err


def test_a_standby_is_read_and_says_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    with Cluster() as primary:
        url = make_url(primary.new_database())
        Desk(url.render_as_string(hide_password=False), capsys)("declare", "Checkout", "--severity", "P1")
        with Standby(primary) as standby:
            desk = Desk(standby.url(url.database or ""), capsys)
            for verb in READ:
                assert (desk(*verb).code, desk(*verb).err) == (0, ""), verb
            for verb in CHANGING:
                told = desk(*verb)
                assert (told.code, told.out) == (1, ""), verb
                assert "is a standby and read-only. To make changes, use the address of the primary." in told.err, verb


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_file_is_read_and_says_why_not(file: Ask) -> None:
    for verb in READ:
        told = file(*verb)
        assert (told.code, told.err) == (0, ""), verb
        assert told.out, verb
    for verb in CHANGING:
        told = file(*verb)
        assert (told.code, told.out) == (1, ""), verb
        assert "is read-only for you. Ask for write access to the file and its folder." in told.err, verb
