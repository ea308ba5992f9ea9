"""An update to people, through the library Apprise: chat, mail, and whatever else it knows."""

from __future__ import annotations

import logging
from threading import get_ident

from models.delivery.destinations import filled
from models.delivery.sending import Message, NotSent, Sent
from models.delivery.views import DestinationView


def send(place: DestinationView, secrets: dict[str, str], message: Message) -> Sent:
    _notify(place, secrets, *words(message))
    return Sent()


def test(place: DestinationView, secrets: dict[str, str]) -> str:
    _notify(place, secrets, "Bridgewatch", f"Test message: destination “{place.key}” sends updates here.")
    return "Test message sent."


def words(message: Message) -> tuple[str, str]:
    """The title and the text that people read."""
    inside = message.inside
    title = f"[{message.phase}] {message.title or (inside.title if inside else '')}".rstrip()
    if inside is not None:
        title = f"{inside.ref} {inside.severity} {title}"
    lines = [message.text, *(f"{name}: {state}" for name, state in message.components.items())]
    if message.window is not None and message.window.canceled_at is None:
        lines.append(f"From {message.window.starts_at:%Y-%m-%d %H:%M} to {message.window.ends_at:%Y-%m-%d %H:%M} UTC")
    for what, at in (("Next update by", message.next_update_at), ("Expected resolution by", message.expected_at)):
        if at is not None:
            lines.append(f"{what} {at:%H:%M} UTC")
    return title, "\n".join(lines)


class _Reasons(logging.Handler):
    """Keeps what the library says of its failures; it goes nowhere else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = get_ident()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:  # others send to other places, which have other secrets
            self.said.append(record.getMessage())


def _notify(place: DestinationView, secrets: dict[str, str], title: str, body: str) -> None:
    import apprise

    library = logging.getLogger("apprise")
    library.propagate = False  # what it logs may hold the address, and so a secret
    reasons = _Reasons()
    library.addHandler(reasons)
    try:
        people = apprise.Apprise()
        if not people.add(filled(place.address, secrets)):
            raise NotSent("Apprise does not know this URL. See the Apprise documentation for the format.", lasting=True)
        if not people.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT):
            raise NotSent(reasons.said[-1] if reasons.said else "Delivery failed.")
    finally:
        library.removeHandler(reasons)
