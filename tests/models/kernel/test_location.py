"""Addresses of databases as people write them, and that no password in one is ever shown."""

from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from models.kernel.failures import Refused
from models.kernel.location import Location
from models.kernel.store import Store


class TestFiles:
    @pytest.mark.parametrize(
        ("written", "path"),
        [
            ("/srv/desk.db", "/srv/desk.db"),
            (" /srv/desk.db ", "/srv/desk.db"),
            ("sqlite:////srv/desk.db", "/srv/desk.db"),
            ("sqlite+pysqlite:////srv/desk.db", "/srv/desk.db"),
            ("sqlite:////srv/a%20b.db?timeout=3", "/srv/a b.db"),
            ("/srv/50%.db", "/srv/50%.db"),
            ("/srv/a b?c#d.db", "/srv/a b?c#d.db"),
            ("/srv/żółw.db", "/srv/żółw.db"),
        ],
    )
    def test_absolute(self, written: str, path: str) -> None:
        location = Location.parse(written)
        assert (location.path, location.shown) == (Path(path), path)

    @pytest.mark.parametrize("written", ["desk.db", "./desk.db", "sqlite:///desk.db"])
    def test_relative(self, written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert Location.parse(written).path == tmp_path / "desk.db"

    def test_at_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        assert Location.parse("~/desk.db").path == tmp_path / "desk.db"

    @pytest.mark.parametrize("written", ["sqlite://", "sqlite:///", "sqlite://desk.db"])
    def test_that_name_no_file(self, written: str) -> None:
        with pytest.raises(Refused, match=r"contains no file\. Use sqlite:///FILE"):
            Location.parse(written)

    @pytest.mark.parametrize("name", ["% ?#ż.db", "a%20b.db", "x:y@z.db"])
    def test_any_name_can_be_opened(self, tmp_path: Path, name: str) -> None:
        store = Store(Location.parse(str(tmp_path / name)))
        store.open()
        store.close()
        assert (tmp_path / name).stat().st_size > 0


class TestServers:
    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("postgresql://ana:secret@db/desk", "postgresql://ana@db/desk"),
            ("postgres://ana:secret@db:5433/desk", "postgresql://ana@db:5433/desk"),
            ("postgresql+psycopg://ana:secret@db/desk", "postgresql://ana@db/desk"),
            ("postgresql+asyncpg://ana@db/desk", "postgresql://ana@db/desk"),
            ("postgresql://db/desk", "postgresql://db/desk"),
            ("postgresql:///desk", "postgresql:///desk"),
            ("postgresql://ana:p%40ss@db/desk?sslmode=require", "postgresql://ana@db/desk?sslmode=require"),
            ("postgresql://db/desk?user=ana&password=secret&x=1", "postgresql://db/desk?user=ana&x=1"),
            ("postgresql://db/desk?sslpassword=secret", "postgresql://db/desk"),
            ("postgresql://[::1]:5432/desk", "postgresql://[::1]:5432/desk"),
            ("postgresql://ana:secret@a:5432,b:5433/desk", "postgresql://ana@a:5432,b:5433/desk"),
            (
                "postgresql://ana:secret@a,b:5433/desk?target_session_attrs=read-write",
                "postgresql://ana@a,b:5433/desk?target_session_attrs=read-write",
            ),
            ("postgresql://ana:secret@[::1]:5432,[::2]/desk", "postgresql://ana@[::1]:5432,[::2]/desk"),
            ("postgresql://ana:secret@/desk?host=a,b&port=1,2", "postgresql://ana@a:1,b:2/desk"),
            ("postgresql:///desk?host=/run/a,/run/b", "postgresql:///desk?host=%2Frun%2Fa%2C%2Frun%2Fb"),
        ],
    )
    def test_shown(self, written: str, shown: str) -> None:
        location = Location.parse(written)
        assert location.path is None
        assert location.shown == shown
        assert make_url(location.url).drivername == "postgresql+psycopg"

    @pytest.mark.parametrize(
        "written",
        ["postgresql://ana@db", "postgresql://db:5433/", "postgresql://ana@a,b", "postgres://", "postgresql:///"],
    )
    def test_one_that_names_no_database_is_refused(self, written: str) -> None:
        """The driver would take the one that is called as the user."""
        with pytest.raises(Refused, match=r"The database address names no database\. Add its name"):
            Location.parse(written)

    @pytest.mark.parametrize("written", ["postgresql://db?dbname=desk", "postgresql://?service=desk"])
    def test_it_may_be_named_among_the_options(self, written: str) -> None:
        assert Location.parse(written).path is None

    @pytest.mark.parametrize("dialect", ["mysql", "mysql+pymysql", "oracle", "http", "mssql", ""])
    def test_dialects_that_are_not_spoken(self, dialect: str) -> None:
        with pytest.raises(Refused, match=r"SQLite and Postgres, not .*a file path") as told:
            Location.parse(f"{dialect}://ana:secret@db/desk")
        assert "secret" not in str(told.value)

    def test_several_hosts_reach_the_driver_each_with_its_port(self) -> None:
        url = make_url(Location.parse("postgresql://ana:p%40ss@a:5432,[::1],b:5433/desk?sslmode=require").url)
        _, options = url.get_dialect()().create_connect_args(url)
        assert options == {
            "user": "ana",
            "password": "p@ss",
            "host": "a,::1,b",
            "port": "5432,,5433",
            "dbname": "desk",
            "sslmode": "require",
        }

    @pytest.mark.parametrize("port", ["x", "99999999", "-1", "1,db:x", "1,db:"])
    def test_ports_that_are_none(self, port: str) -> None:
        with pytest.raises(Refused, match="is not valid"):
            Location.parse(f"postgresql://ana:secret@db:{port}/desk")

    @pytest.mark.parametrize(
        "written",
        ["ana:sec@ret@db/desk", "ana:sec@@db/desk", "db[::1]/desk", "[::1]db/desk", "[::]:@", "ana[:]@db/desk"],
    )
    def test_what_the_driver_would_read_in_another_way(self, written: str) -> None:
        """It ends a password at the first @, and takes what follows for the host, which it names when it fails."""
        with pytest.raises(Refused, match="is not valid") as told:
            Location.parse(f"postgresql://{written}")
        assert "sec" not in str(told.value)


# Letters that nothing else in the addresses below holds, and every sign that means something in one.
SECRETS = st.text("QXZ£€§@:/?#[]%&= +\\\"'", min_size=3).filter(lambda text: set(text) & set("QXZ£€§"))


def leaks(secret: str, words: str) -> bool:
    telling = {word for word in secret_words(secret) if word in words}
    return bool(telling)


def secret_words(secret: str) -> set[str]:
    """The runs of letters in it, which stand nowhere else in the address."""
    letters = "".join(letter if letter in "QXZ£€§" else " " for letter in secret)
    return set(letters.split())


@given(SECRETS)
def test_a_password_is_never_shown(secret: str) -> None:
    for written in (
        f"postgresql://ana:{quote(secret, safe='')}@db:5432/desk",
        f"postgresql://db/desk?user=ana&password={quote(secret, safe='')}",
        f"postgresql://ana:{quote(secret, safe='')}@db/desk?sslpassword={quote(secret, safe='')}",
        f"postgresql://ana:{quote(secret, safe='')}@db:1,db:2/desk?sslpassword={quote(secret, safe='')}",
    ):
        location = Location.parse(written)
        assert not leaks(secret, location.shown)
        for words in (
            f'connection failed: FATAL: password "{secret}" is wrong',
            f"could not connect to {location.url}",
            f"could not connect to {written}",
            f"invalid: {quote(secret)} or {quote(secret, safe='')}",
        ):
            assert not leaks(secret, location.hide(words))


@given(SECRETS)
def test_a_password_that_was_not_quoted_is_never_shown(secret: str) -> None:
    """Then nobody can tell where it ends: the address is refused without being repeated, or its password left out."""
    try:
        shown = Location.parse(f"postgresql://ana:{secret}@db:5432/desk").shown
    except Refused as refused:
        shown = str(refused)
    assert not leaks(secret, shown)


PIECES = (
    "postgresql",
    "sqlite",
    "://",
    "/",
    ":",
    "@",
    "?",
    "&",
    "=",
    "password",
    "host",
    "secret",
    "ana",
    "db",
    "5",
    ",",
    "%40",
    "[::1]",
    " ",
    "é",
)
ADDRESSES = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)


@given(st.text() | ADDRESSES | ADDRESSES.map("postgresql://{}".format) | ADDRESSES.map("sqlite:////{}".format))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    """A file's address has no credentials and is shown as it is; a server's is shown without any, and hides them."""
    try:
        location = Location.parse(text)
    except Refused:
        return
    if location.path is not None:
        assert location.path.is_absolute()
        assert (location.shown, location.hide(text)) == (str(location.path), text)
        return
    shown = urlsplit(location.shown)
    assert shown.scheme == "postgresql"
    assert ":" not in shown.netloc.rpartition("@")[0]
    assert not {"password", "sslpassword"} & {name for name, _ in parse_qsl(shown.query)}
    url = make_url(location.url)
    for secret in filter(None, (url.password, url.query.get("password"))):
        assert location.hide(f"<{secret}>") == "<***>"
