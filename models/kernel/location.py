"""Where the database is, as people write it: a plain file path or an SQLAlchemy URL."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlencode, urlsplit

from models.kernel.failures import Refused

_SECRET_OPTIONS = ("password", "sslpassword", "sslkey", "passfile")
_PLACE = re.compile(r"(\[[^][]*\]|[^][]*)(:[^][]*)?")
"""A host, which may be an address of IPv6, and its port."""


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
                raise Refused(
                    "The SQLite address contains no file.", "Use sqlite:///FILE, or only the path of the file."
                )
            return cls.file(Path(path[1:]))
        if dialect in ("postgresql", "postgres"):
            _check(rest)
            _check_name(rest)
            return cls(path=None, url=_with_hosts_as_options(f"postgresql+psycopg://{rest}"))
        raise Refused(
            f"Bridgewatch supports SQLite and Postgres, not {dialect!r}.",
            "Enter a file path, or a postgresql:// address.",
        )

    @classmethod
    def file(cls, path: Path) -> Location:
        try:
            absolute = path.expanduser().absolute()
            named = b"\0" not in os.fsencode(absolute)
        except (RuntimeError, UnicodeError):  # nobody's home; half a character
            named = False
        if not named:
            raise Refused("This path is not valid.", "Enter the path of a database file.")
        return cls(path=absolute, url=f"sqlite:///{absolute}")

    @property
    def shown(self) -> str:
        """The address without its credentials."""
        if self.path is not None:
            return str(self.path)
        parts = urlsplit(self.url)
        user, at, host = parts.netloc.rpartition("@")
        user = user.partition(":")[0]
        options = [(k, v) for k, v in parse_qsl(parts.query) if k not in _SECRET_OPTIONS]
        if not host and (several := _several(dict(options))):
            host = several
            options = [(k, v) for k, v in options if k not in ("host", "port")]
        query = urlencode(options, quote_via=quote)
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


def _with_hosts_as_options(url: str) -> str:
    """SQLAlchemy takes several hosts, each with its port, among the options alone; one host stays where it is."""
    parts = urlsplit(url)
    user, at, places = parts.netloc.rpartition("@")
    if "," not in places:
        return url
    hosts, ports = zip(*map(_host_and_port, places.split(",")), strict=True)
    options = [("host", ",".join(hosts)), ("port", ",".join(ports)), *parse_qsl(parts.query)]
    return f"{parts.scheme}://{user}{at}{parts.path}?{urlencode(options, quote_via=quote)}"


def _host_and_port(place: str) -> tuple[str, str]:
    """Raises ValueError where the port is none; an empty one is Postgres's own."""
    parts = urlsplit(f"//{place}")
    _ = parts.port
    host, _, port = place.rpartition(":") if parts.port is not None else (place.removesuffix(":"), "", "")
    return host.strip("[]"), port


def _several(options: dict[str, str]) -> str:
    """The hosts among the options as people write them; empty: there are not several, or they are folders."""
    hosts = options.get("host", "").split(",")
    ports = options.get("port", "").split(",")
    if len(hosts) < 2 or any("/" in host for host in hosts):
        return ""
    ports += ports[-1:] * (len(hosts) - len(ports))
    named = (f"[{host}]" if ":" in host else host for host in hosts)
    return ",".join(f"{host}:{port}" if port else host for host, port in zip(named, ports, strict=False))


def _check_name(rest: str) -> None:
    """Raises Refused where no database is named: the driver would take one that is named as the user, or `postgres`."""
    parts = urlsplit(f"postgresql://{rest}")
    options = dict(parse_qsl(parts.query))
    if not parts.path.strip("/") and not options.keys() & {"dbname", "service"}:
        raise Refused(
            "The database address names no database.",
            "Add its name: postgresql://USER@HOST/NAME. To make one, use `createdb NAME`.",
        )


def _check(rest: str) -> None:
    """Raises Refused where it is unclear what of a server's address is the password, and so must not be shown."""
    try:
        parts = urlsplit(f"postgresql://{rest}")
        unclear = "@" in rest[len(parts.netloc) :] or parts.netloc.endswith(":")
        user, _, places = parts.netloc.rpartition("@")
        unclear |= any(sign in user for sign in "@[]")  # the driver ends a password at the first @
        for place in places.split(","):
            _host_and_port(place)
            unclear |= _PLACE.fullmatch(place) is None
    except ValueError:
        unclear = True
    if unclear:
        raise Refused(
            "The database address is not valid.",
            "Use postgresql://USER:PASSWORD@HOST:PORT/NAME; in a password, %40 is @, %2F is / and %25 is %.",
        )
