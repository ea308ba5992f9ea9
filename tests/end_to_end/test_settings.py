"""Who somebody is and where their incidents are, by everything that can say so."""

from argparse import Namespace
from pathlib import Path

import pytest

from tests.end_to_end.commanding import Desk
from tui.settings import Settings, Usage, load


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An account that has chosen nothing."""
    for name in ("DATABASE", "AS", "LANG", "THEME", "CONFIG"):
        monkeypatch.delenv(f"BRIDGEWATCH_{name}", raising=False)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LOGNAME", "account")
    return tmp_path


def write(home: Path, text: str) -> Path:
    file = home / ".config" / "bridgewatch" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def given(**flags: object) -> Settings:
    return load(Namespace(**flags))


def test_without_any_choice(home: Path) -> None:
    settings = given()
    assert settings.database.path == home / ".local" / "share" / "bridgewatch" / "incidents.db"
    assert settings.cache == home / ".cache" / "bridgewatch"
    assert (settings.me, settings.language, settings.theme, settings.keys, settings.bell) == (
        "account",
        "en",
        None,
        {},
        True,
    )


def test_the_folder_of_the_default_database_is_made_for_its_owner_alone() -> None:
    path = given().database.path
    assert path is not None
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not path.exists()


def test_no_other_folder_is_made(home: Path) -> None:
    given(database=str(home / "elsewhere" / "x.db"))
    assert list(home.iterdir()) == []


def test_the_xdg_places(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", "not/absolute")  # which the rules say to ignore
    write(home, 'as = "bo"')
    settings = given()
    assert settings.database.path == home / "data" / "bridgewatch" / "incidents.db"
    assert settings.cache == home / "cache" / "bridgewatch"
    assert settings.me == "bo"


def test_the_file_then_the_environment_then_the_flags(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        home, 'as = "file"\ndatabase = "/file.db"\nlanguage = "fr"\ntheme = "file"\nbell = false\n[keys]\nnote = "Q"\n'
    )
    settings = given()
    assert (settings.me, settings.database.shown, settings.language) == ("file", "/file.db", "fr")
    assert (settings.theme, settings.bell, settings.keys) == ("file", False, {"note": "Q"})
    monkeypatch.setenv("BRIDGEWATCH_AS", "environment")
    monkeypatch.setenv("BRIDGEWATCH_DATABASE", "/environment.db")
    monkeypatch.setenv("BRIDGEWATCH_LANG", "pl")
    monkeypatch.setenv("BRIDGEWATCH_THEME", "environment")
    settings = given()
    assert (settings.me, settings.database.shown) == ("environment", "/environment.db")
    assert (settings.language, settings.theme) == ("pl", "environment")
    settings = given(**{"as": "flag", "database": "/flag.db", "language": "en", "theme": "flag"})
    assert (settings.me, settings.database.shown) == ("flag", "/flag.db")
    assert (settings.language, settings.theme) == ("en", "flag")


def test_a_key_for_the_earlier_name_of_a_verb(home: Path) -> None:
    write(home, '[keys]\nrevise = "Q"\ngive = "alt+g"\n')
    assert given().keys == {"edit": "Q", "assign-task": "alt+g"}


def test_another_settings_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, 'as = "usual"')
    other = home / "other.toml"
    other.write_text('as = "other"')
    monkeypatch.setenv("BRIDGEWATCH_CONFIG", str(other))
    assert given().me == "other"
    other.unlink()
    with pytest.raises(Usage, match="does not exist"):
        given()


@pytest.mark.parametrize(
    ("locale", "language"),
    [("fr_CA.UTF-8", "fr"), ("pl_PL", "pl"), ("de_DE.UTF-8", "en"), ("C", "en"), ("", "en")],
)
def test_the_language_of_the_system(locale: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", locale)
    assert given().language == language
    monkeypatch.setenv("LC_ALL", "pl_PL.UTF-8")
    assert given().language == "pl"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('as = "ana"\nbell =\n', r"config\.toml is not valid TOML: .*line 2"),
        ('\ncolour = "red"\n', r"config\.toml, line 2: unknown setting 'colour'. The settings: database, as,"),
        ('as = "ana"\nbell = "yes"\n', r"config\.toml, line 2: bell must be true or false"),
        ("as = 3", r"config\.toml, line 1: as must be text in quotes"),
        ('keys = "N"', r"config\.toml, line 1: keys must be a section, \[keys\]"),
        ('[keys]\nnote = "N"\nnoet = "N"', r"config\.toml, line 3: unknown verb 'noet'.* note,"),
        (
            '[keys]\nedit = "r"\nrevise = "R"',
            r"config\.toml, line 3: revise is the earlier name of edit, which has a key too\. Remove one\.",
        ),
        ("[keys]\nnote = 3", r'config\.toml, line 2: the key of note must be text in quotes, such as "n"'),
        ('[keys]\nnote = "N"', r"config\.toml: \[keys\] assigns 'N' to both 'note' and 'add-task'\. Choose another"),
        ('[keys]\nnote = "ctrl+i"', r"config\.toml: \[keys\] has 'ctrl\+i', which is Tab to a terminal"),
        ('as = "  "', r"config\.toml, line 1: The name is empty"),
        ('language = "de"', r"config\.toml, line 1: unknown language 'de'. Choose en, fr, pl"),
        (
            'database = "mysql://u:s3cret@h/d"',
            r"config\.toml, line 1: Bridgewatch supports SQLite and Postgres",
        ),
    ],
)
def test_a_slip_in_the_file_is_named_with_its_line(home: Path, text: str, words: str) -> None:
    write(home, text)
    with pytest.raises(Usage, match=words) as slip:
        given()
    assert "s3cret" not in str(slip.value)
    assert slip.value.exit_code == 2


def test_a_file_that_is_no_text(home: Path) -> None:
    write(home, "").write_bytes(b"as = '\xff'")
    with pytest.raises(Usage, match="Save it as UTF-8"):
        given()


def test_a_file_that_cannot_be_read(home: Path) -> None:
    (home / ".config" / "bridgewatch" / "config.toml").mkdir(parents=True)
    with pytest.raises(Usage, match=r"config\.toml cannot be read"):
        given()


def test_names_are_cleaned() -> None:
    assert given(**{"as": "  ana\x1b]0;owned\x07 \u202elopez "}).me == "ana lopez"
    with pytest.raises(Usage, match=r"--as: The name has 65 characters; the limit is 64"):
        given(**{"as": "a" * 65})


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:s3cret/x@host/db",
        "postgresql://u:12/s3cret@host/db",
        "postgresql://u:12?s3cret@host/db",
        "postgresql://u:12#s3cret@host/db",
        "postgresql://u:s3cret@host:port/db",
        "postgresql://u:s3cret@host:/db",
        "postgresql://u:s3cret@[::1/db",
        "mysql://u:s3cret@host/db",
    ],
)
def test_an_address_that_cannot_be_followed_is_not_repeated(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEWATCH_DATABASE", address)
    with pytest.raises(Usage, match=r"^BRIDGEWATCH_DATABASE: ") as slip:
        given()
    assert "s3cret" not in str(slip.value)


def test_an_account_without_a_name_or_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", unknown)
    with pytest.raises(Usage, match="Set your name with --as NAME or BRIDGEWATCH_AS"):
        given()
    assert given(**{"as": "ana"}).me == "ana"
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(Usage, match="no home folder"):
        given(**{"as": "ana"})
    assert given(**{"as": "ana", "database": "/x.db"}).me == "ana"


@pytest.mark.parametrize("place", ["/dev/null", "/nowhere/at/all", "no/folder", "a file"])
def test_a_home_that_is_no_folder(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As accounts of services have it: there are no settings, nothing is kept there, and all else works."""
    if place == "a file":
        (tmp_path / "file").write_text("")
        place = str(tmp_path / "file")
    monkeypatch.setenv("HOME", place)
    monkeypatch.chdir(tmp_path)
    desk = Desk(str(tmp_path / "x.db"), capsys)
    assert desk("declare", "Checkout", "--severity", "P3").code == 0
    assert desk("note", "1", "hi").code == 0
    assert len(desk.json("list")) == 1
    assert {file.name for file in tmp_path.iterdir()} <= {"x.db", "x.db.lock", "x.db-wal", "x.db-shm", "file"}


@pytest.mark.parametrize("place", ["/dev/null", "no/folder"])
def test_a_database_cannot_be_in_a_home_that_is_no_folder(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", place)
    with pytest.raises(Usage, match=r"no home folder for a database\. Set BRIDGEWATCH_DATABASE, HOME or XDG_DATA_HOME"):
        given()


def test_a_home_of_nobody_named_for_the_settings_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGEWATCH_CONFIG", "~nobody-at-all/x.toml")
    with pytest.raises(Usage, match=r"~nobody-at-all/x\.toml, which does not exist"):
        given()


@pytest.mark.parametrize("text", ["bell = " + "9" * 5_000, "a." * 50 + "b = 1"], ids=["digits", "levels"])
def test_a_file_that_no_parser_should_follow(home: Path, text: str) -> None:
    write(home, text)
    with pytest.raises(Usage, match=r"is not valid TOML: (Exceeds the limit for|Nested more than 32 levels)"):
        given()
