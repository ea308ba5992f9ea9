"""Who somebody is and where their incidents are: defaults, then the settings file, the environment, the flags."""

from __future__ import annotations

import getpass
import os
import re
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from models.kernel import bounded
from models.kernel.failures import Failure, Refused
from models.kernel.location import Location
from models.kernel.text import LIMITS, checked
from models.kernel.verbs import by_name, today
from tui.keymap import keymap

LANGUAGES = ("en", "fr", "pl")

MOST_BYTES = 1_000_000
"""A settings file that is longer is none."""


class Usage(Failure):
    """The command, the settings file or the environment says what Bridgewatch cannot follow."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What somebody has chosen, checked."""

    database: Location
    me: str
    """Who acts."""
    said: bool = True
    """Somebody said who acts; else it is whose account this is, unless the database knows whose its login is."""
    new_person: bool = False
    """A name that looks like a known one, or that somebody had who has left, is meant."""
    language: str = "en"
    """The one that roles are named in, of LANGUAGES."""
    theme: str | None = None
    """None: the program's own choice."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """The user's keys, by the verb's name."""
    bell: bool = True
    """Ring the terminal's bell when something needs the user."""
    cache: Path
    """The folder for what may be lost, such as the last known board."""


_FILE_TYPES: dict[str, type] = {
    "database": str,
    "as": str,
    "language": str,
    "theme": str,
    "bell": bool,
    "keys": dict,
}
_CALLED = {str: 'text in quotes, such as "…"', bool: "true or false", dict: "a section, [keys]"}
_ENVIRONMENT = {
    "database": "BRIDGEWATCH_DATABASE",
    "as": "BRIDGEWATCH_AS",
    "language": "BRIDGEWATCH_LANG",
    "theme": "BRIDGEWATCH_THEME",
}
_FLAGS = {"database": "--database", "as": "--as", "language": "--lang", "theme": "--theme"}


class _Choice(NamedTuple):
    value: Any
    source: str
    """Where somebody chose it, for a message about it."""


def load(arguments: Namespace) -> Settings:
    """The settings of this run; `arguments` has what was given of `database`, `as`, `language` and `theme`.

    Raises Usage for what cannot be followed. The folder of the default database is made; no other is.
    """
    chosen = _from_file()
    for name, variable in _ENVIRONMENT.items():
        if os.environ.get(variable):
            chosen[name] = _Choice(os.environ[variable], variable)
    for name, flag in _FLAGS.items():
        if getattr(arguments, name, None) is not None:
            chosen[name] = _Choice(getattr(arguments, name), flag)
    return Settings(
        database=_database(chosen.get("database")),
        me=_me(chosen.get("as")),
        said="as" in chosen,
        new_person=getattr(arguments, "new_person", False),
        language=_language(chosen.get("language")),
        theme=chosen["theme"].value if "theme" in chosen else None,
        keys=chosen["keys"].value if "keys" in chosen else {},
        bell=chosen["bell"].value if "bell" in chosen else True,
        cache=_folder("XDG_CACHE_HOME", ".cache"),
    )


def _folder(variable: str, usual: str) -> Path:
    """Our folder in the place that the XDG rules name, which are the same on every system."""
    given = os.environ.get(variable, "")
    if os.path.isabs(given):
        return Path(given) / "bridgewatch"
    home = os.path.expanduser("~")
    # an account of a service may have no home: nothing can be in its place, and nothing is kept there
    return Path(home if os.path.isabs(home) else os.devnull) / usual / "bridgewatch"


def _from_file() -> dict[str, _Choice]:
    named = os.environ.get("BRIDGEWATCH_CONFIG")
    file = Path(os.path.expanduser(named)) if named else _folder("XDG_CONFIG_HOME", ".config") / "config.toml"
    try:
        text = bounded.read(file, MOST_BYTES).decode()
    except (FileNotFoundError, NotADirectoryError):
        if named:
            raise Usage(f"BRIDGEWATCH_CONFIG names {file}, which does not exist.") from None
        return {}
    except OSError as error:
        raise Usage(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise Usage(f"{file} is not UTF-8.", "Save it as UTF-8.") from None
    return _read(text, file)


def _read(text: str, file: Path) -> dict[str, _Choice]:
    from models.kernel import toml_depth

    try:
        read = toml_depth.loads(text)
    except ValueError as error:
        raise Usage(f"{file} is not valid TOML: {error}.", "Fix that line.") from None
    for name, value in read.items():
        where = _where(name, text, file)
        wanted = _FILE_TYPES.get(name)
        if wanted is None:
            raise Usage(f"{where}: unknown setting {name!r}.", f"The settings: {', '.join(_FILE_TYPES)}.")
        if not isinstance(value, wanted):
            raise Usage(f"{where}: {name} must be {_CALLED[wanted]}.")
    if "keys" in read:
        read["keys"] = _keys(read["keys"], text, file)
    return {name: _Choice(value, _where(name, text, file)) for name, value in read.items()}


def _keys(given: dict[str, Any], text: str, file: Path) -> dict[str, str]:
    """The user's keys by the names that their verbs have today."""
    keys: dict[str, str] = {}
    for name, key in given.items():
        where, verb = _where(name, text, file), by_name().get(today(name))
        if verb is None:
            raise Usage(f"{where}: unknown verb {name!r}.", f"The verbs: {', '.join(by_name())}.")
        if not isinstance(key, str) or not key:
            raise Usage(f'{where}: the key of {name} must be text in quotes, such as "{verb.key}".')
        if verb.name in keys:
            raise Usage(f"{where}: {name} is the earlier name of {verb.name}, which has a key too.", "Remove one.")
        keys[verb.name] = key
    try:
        keymap(keys)
    except Refused as refused:
        raise Usage(f"{file}: {refused.message}", refused.remedy) from None
    return keys


def _where(name: str, text: str, file: Path) -> str:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[?\s*[\"']?{re.escape(name)}[\"']?\s*[\]=.]", line):
            return f"{file}, line {number}"
    return str(file)


def _database(choice: _Choice | None) -> Location:
    if choice is None:
        folder = _folder("XDG_DATA_HOME", ".local/share")
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except NotADirectoryError:
            raise Usage(
                "This account has no home folder for a database.", "Set BRIDGEWATCH_DATABASE, HOME or XDG_DATA_HOME."
            ) from None
        except OSError:  # opening the database says what is wrong
            pass
        return Location.file(folder / "incidents.db")
    try:
        return Location.parse(choice.value)
    except Refused as refused:
        raise Usage(f"{choice.source}: {refused.message}", refused.remedy) from None


def _me(choice: _Choice | None) -> str:
    choice = choice or _Choice(_account(), "your account")
    try:
        return checked(choice.value, what="name", limit=LIMITS["name"], lines=False)
    except ValueError as error:
        raise Usage(f"{choice.source}: {error}", "Set your name with --as NAME.") from None


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):
        raise Usage("This account has no name.", "Set your name with --as NAME or BRIDGEWATCH_AS.") from None


def _language(choice: _Choice | None) -> str:
    if choice is None:
        spoken = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
        return spoken[:2] if spoken[:2] in LANGUAGES else LANGUAGES[0]
    if choice.value not in LANGUAGES:
        raise Usage(f"{choice.source}: unknown language {choice.value!r}.", f"Choose {', '.join(LANGUAGES)}.")
    return str(choice.value)
