"""Where the database is, as people write it: a plain file path or an SQLAlchemy URL."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit

from models.failures import Refused

_SECRET_OPTIONS = ("password", "sslpassword", "sslkey", "passfile")


@dataclass(frozen=True, slots=True)
class Location:
    """A database's address. Exactly one of `path` (SQLite) and `url` (Postgres) is set."""

    path: Path | None
    """The SQLite file, absolute."""
    url: str
    """The SQLAlchemy URL, credentials included: for the engine alone, never for a screen or a log."""

    @classmethod
    def parse(cls, text: str) -> Location:
        """Read a path or URL. Raises Refused for what is none, or of a database that Bridgewatch does not speak."""
        text = text.strip()
        if "://" not in text:
            return cls.file(Path(text))
        scheme, _, rest = text.partition("://")
        dialect = scheme.partition("+")[0]
        if dialect == "sqlite":
            path = unquote(rest.partition("?")[0])
            if not path.startswith("/") or len(path) < 2:
                raise Refused("That SQLite address names no file.", "Write sqlite:///FILE, or just the file's path.")
            return cls.file(Path(path[1:]))
        if dialect in ("postgresql", "postgres"):
            _check(rest)
            return cls(path=None, url=f"postgresql+psycopg://{rest}")
        raise Refused(
            f"Bridgewatch keeps incidents in SQLite or Postgres, not in {dialect!r}.",
            "Give a file path, or a postgresql:// address.",
        )

    @classmethod
    def file(cls, path: Path) -> Location:
        try:
            absolute = path.expanduser().absolute()
            named = b"\0" not in os.fsencode(absolute)
        except (RuntimeError, UnicodeError):  # nobody's home; half a character
            named = False
        if not named:
            raise Refused("That path can be no file's.", "Give the path of a database file.")
        return cls(path=absolute, url=f"sqlite:///{absolute}")

    @property
    def shown(self) -> str:
        """The address without its credentials."""
        if self.path is not None:
            return str(self.path)
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        user = user.partition(":")[0]
        query = urlencode([(k, v) for k, v in parse_qsl(parts.query) if k not in _SECRET_OPTIONS], quote_via=quote)
        return f"postgresql://{user}{at}{host}{parts.path}{query and '?'}{query}"

    def hide(self, words: str) -> str:
        """`words` of a driver with this address's credentials taken out."""
        if self.path is not None:
            return words
        parts = urlsplit(self.url)
        options = dict(parse_qsl(parts.query))
        written = parts.netloc.rpartition("@")[0].partition(":")[2]
        secrets = [unquote(written), *(options.get(k, "") for k in _SECRET_OPTIONS)]
        forms = {written, *(form for s in secrets for form in (s, quote(s), quote(s, safe=""), quote_plus(s)))}
        for form in sorted(filter(None, forms), key=len, reverse=True):
            words = words.replace(form, "***")
        return words


def _check(rest: str) -> None:
    """Raises Refused where it is unclear what of a server's address is the password, and so must not be shown."""
    try:
        parts = urlsplit(f"postgresql://{rest}")
        unclear = "@" in rest[len(parts.netloc) :] or parts.netloc.endswith(":")
        _ = parts.port
    except ValueError:
        unclear = True
    if unclear:
        raise Refused(
            "That database address cannot be read.",
            "Write it as postgresql://USER:PASSWORD@HOST:PORT/NAME; in a password, %40 is @, %2F is / and %25 is %.",
        )
