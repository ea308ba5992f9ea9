"""Requests to a place, with a limit to everything, and their failures in words without secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import monotonic, time
from typing import Any

import requests

from models.delivery.destinations import filled, may_be_sent_to
from models.delivery.sending import NotSent
from models.delivery.views import DestinationView

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
"""How long to wait for a connection, and for each part of an answer."""

WHOLE_SECONDS = 40.0
"""How long all requests of one sending may take, so that it is over before its lease is (`models.outbox.LEASE`)."""

MOST_BYTES = 10_000_000
"""The longest answer that is read: a page's list of incidents can have a million or two."""

LONGEST_REST = 3600.0
"""The longest that a place may ask us to stay away, in seconds."""

_PASSING = (408, 420, 425, 429)
"""Statuses below 500 that go away by themselves; 420 is what Statuspage says of too many requests."""


class Missing(NotSent):
    """There is nothing at the path that was asked for."""


class Session:
    """A line to a place, for the requests of one sending."""

    def __init__(self, place: DestinationView, secrets: Mapping[str, str]) -> None:
        self._place = place
        self._secrets = secrets
        self._end = monotonic() + WHOLE_SECONDS

    def ask(self, method: str, path: str = "", *, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """Ask the place, below its address; returns the JSON that it answers with, None for anything else.

        Raises NotSent. Redirects are not followed: they could carry a secret to another host.
        """
        address = filled(self._place.address, self._secrets)
        wrong = may_be_sent_to(address, secret=bool(self._place.secrets))
        if wrong:
            raise NotSent(wrong, lasting=True)
        own = {name: filled(value, self._secrets) for name, value in self._place.headers.items()}
        told = {"User-Agent": "bridgewatch", "Accept": "application/json", **(headers or {}), **own}
        left = self._end - monotonic()
        if left <= 0:
            raise NotSent("Timed out.")
        try:
            with requests.request(
                method,
                address + path,
                data=None if body is None else json.dumps(body).encode(),
                headers={"Content-Type": "application/json", **told} if body is not None else told,
                timeout=(min(CONNECT_SECONDS, left), min(READ_SECONDS, left)),
                allow_redirects=False,
                auth=_unchanged,
                stream=True,
            ) as answer:
                return self._answered(answer)
        except requests.RequestException as error:
            lasting = isinstance(error, requests.exceptions.InvalidURL | ValueError)
            raise NotSent(_reason(error), lasting=lasting) from None
        except UnicodeError:  # a header that HTTP has no letters for
            raise NotSent("A header or the URL contains a character that cannot be sent.", lasting=True) from None

    def _answered(self, answer: requests.Response) -> Any:
        content = bytearray()
        for part in answer.iter_content(65_536):
            content += part
            if len(content) > MOST_BYTES or monotonic() > self._end:
                break
        try:
            document = json.loads(content)
        except (RecursionError, ValueError):
            document = None
        status = answer.status_code
        if 200 <= status < 300:
            return document
        named = f"{status} {answer.reason}" if answer.reason else str(status)
        if 300 <= status < 400:
            raise NotSent(f"Redirected to another URL ({named}). Use that URL for the destination.", lasting=True)
        if status >= 500 or status in _PASSING:
            raise NotSent(
                f"Temporarily unavailable ({named}).", after=seconds_to_wait(answer.headers.get("Retry-After", ""))
            )
        kind = Missing if status == 404 else NotSent
        raise kind(f"Rejected ({named}){_why(document)}.", lasting=True)


def _unchanged(asked: requests.PreparedRequest) -> requests.PreparedRequest:
    # without an `auth` of its own, the library would put what ~/.netrc holds over our header
    return asked


def _why(document: Any) -> str:
    """What Statuspage says is wrong, and others who answer alike."""
    said = document.get("error") if isinstance(document, dict) else None
    if isinstance(said, list):
        said = "; ".join(part for part in said if isinstance(part, str))
    return f": {said.strip().rstrip('.')}" if isinstance(said, str) and said.strip() else ""


def seconds_to_wait(given: str) -> float:
    """Seconds, from seconds or a date; 0: nothing that can be read."""
    if given.isascii() and given.isdecimal():
        return min(float(given), LONGEST_REST)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return 0.0
    return min(max(until.timestamp() - time(), 0.0), LONGEST_REST)


def _reason(error: requests.RequestException) -> str:
    # never the error's own words: they hold the address, and so perhaps a secret
    if isinstance(error, requests.exceptions.SSLError):
        return "The TLS certificate is not trusted."
    if isinstance(error, requests.exceptions.ProxyError):
        return "The proxy does not respond."
    if isinstance(error, requests.Timeout):
        return "No response."
    if isinstance(error, requests.ConnectionError):
        if "NameResolutionError" in repr(error):
            return "Unknown host."
        return "Connection refused."
    return f"Request failed ({type(error).__name__})."
