"""Where updates go besides the published page: what a place is, and what became of an update on its way there.

An address and its headers hold no secret, only its name in braces: `{chat-token}`. The secret itself comes from the
environment or the keyring of whoever sends (`models.delivery.secrets`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from models.delivery.views import SECRET, secret_names
from models.policy.audience import Audience
from models.policy.delivery import DestinationKind

STATUSPAGE = "https://api.statuspage.io/v1/pages/"
"""Before a page's id: its address in Statuspage's REST API."""

_BRACES = re.compile(r"[{}]")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_TELLING = re.compile(r"auth|token|secret|password|cookie|api-?key", re.IGNORECASE)
"""Headers that can hold nothing but a secret."""


def statuspage(key: str, page: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The address and headers of a page at Statuspage, given its id; its API key is the secret `<key>-key`."""
    address = page if re.search(r"[/{]", page) else f"{STATUSPAGE}{page}"
    return address.rstrip("/"), {"Authorization": f"OAuth {{{key}-key}}", **headers}


def filled(words: str, secrets: Mapping[str, str]) -> str:
    """The text with its secrets. Raises KeyError for one that is not there."""
    return SECRET.sub(lambda found: secrets[found[1]], words)


def may_be_sent_to(address: str, *, secret: bool) -> str:
    """Why an address is none that JSON can be sent to; empty: it is one. A secret goes over https alone."""
    try:
        parts = urlsplit(address)
        host, user = parts.hostname, parts.username or parts.password
    except ValueError:
        return "Not a valid URL."
    if parts.scheme not in ("https", "http") or not host:
        return "The URL must start with https:// and contain a host."
    if user:
        return "The URL must not contain a user or password. Put them in a header, as {name}."
    if secret and parts.scheme == "http" and host not in _LOOPBACK:
        return "Secrets are sent over https:// only."
    return ""


def _plain(words: str) -> str:
    words = words.strip()
    if not words or not words.isprintable() or len(words) > 2_000:
        raise ValueError("The URL and each header must be one line of at most 2,000 characters.")
    if _BRACES.search(SECRET.sub("", words)):
        raise ValueError("Use the name of a secret in braces: lowercase letters, digits and hyphens.")
    return words


def _key(key: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", key):
        raise ValueError("The name can have lowercase letters, digits and hyphens.")
    return key


Words = Annotated[str, AfterValidator(_plain)]


class NewDestination(BaseModel):
    """A place as somebody sets it up, checked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, AfterValidator(_key)]
    kind: DestinationKind
    address: Words
    headers: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")], Words] = {}
    audiences: Annotated[tuple[Audience, ...], Field(min_length=1)] = (Audience.CUSTOMERS,)

    @model_validator(mode="after")
    def _fits(self) -> NewDestination:
        names = secret_names(self.address, *self.headers.values())
        for name, value in self.headers.items():
            if _TELLING.search(name) and not secret_names(value):
                raise ValueError(f"{name} contains a secret, which must not be stored: write it as a {{name}}.")
        if self.kind is DestinationKind.APPRISE:
            if not names:
                raise ValueError("An Apprise URL contains a secret: write it as {name}, such as slack://{chat-token}.")
            if self.headers:
                raise ValueError("An Apprise URL cannot have headers.")
        elif not self.address.startswith("{"):
            wrong = may_be_sent_to(self.address, secret=bool(names))
            if wrong:
                raise ValueError(wrong)
        if self.kind is DestinationKind.STATUSPAGE and self.audiences != (Audience.CUSTOMERS,):
            raise ValueError("Statuspage is for customers only.")
        return self
