"""Places that updates go to, and what is put into the outbox for them."""

from __future__ import annotations

import sys
import types
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from models.delivery.destinations import NewDestination, filled
from models.delivery.secrets import hidden, missing, secrets
from models.delivery.views import secret_names
from models.imports.statuspage import load
from models.kernel.failures import Conflict, Refused
from models.kernel.store import Store
from models.timeline.commands import Undo
from models.updates.editing import EditDraft
from models.updates.maintenance import Schedule
from models.updates.publishing import Publish
from tests.conftest import Clock
from tests.models.acting import Acting, count
from tests.models.delivery.test_sender import set_up

UNSENT = "SELECT count(*) FROM deliveries"


class TestNewPlace:
    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"address": "ftp://x.example"}, "The URL must start with https:// and contain a host"),
            ({"address": "https://"}, "The URL must start with https:// and contain a host"),
            ({"address": "https://ana:pw@x.example"}, "The URL must not contain a user or password"),
            ({"address": "http://x.example/{token}"}, "over https:// only"),
            (
                {"address": "https://x.example/{Token}"},
                "Use the name of a secret in braces: lowercase letters, digits and hyphens",
            ),
            ({"address": "https://x.example/\nb"}, "one line"),
            (
                {"address": "https://x.example", "headers": {"Authorization": "Bearer abc"}},
                "contains a secret, which must not be stored: write it as",
            ),
            (
                {"address": "https://x.example", "headers": {"X-Api-Key": "abc"}},
                "contains a secret, which must not be stored: write it as",
            ),
            ({"address": "https://x.example", "headers": {"X: y": "abc"}}, "match pattern"),
            ({"address": "https://x.example", "headers": {"X-Team": "a\r\nb"}}, "one line"),
            ({"address": "https://x.example", "key": "Chat"}, "lowercase letters"),
            ({"address": "slack://T1/B2/abc", "kind": "apprise"}, "contains a secret"),
            ({"address": "{s}", "kind": "apprise", "headers": {"X-A": "b"}}, "An Apprise URL cannot have headers"),
            ({"address": "https://x.example", "kind": "statuspage", "audiences": ("team",)}, "for customers only"),
            ({"address": "https://x.example", "audiences": ()}, "at least 1 item"),
        ],
    )
    def test_what_cannot_be_one(self, fields: dict[str, Any], said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            NewDestination(**{"key": "chat", "kind": "webhook", **fields})

    def test_what_can(self) -> None:
        place = NewDestination(
            key="chat",
            kind="webhook",
            address="https://x.example/{path}",
            headers={"Authorization": "Bearer {token}", "X-Team": "payments"},
        )
        assert secret_names(place.address, *place.headers.values()) == ("path", "token")
        assert filled(place.address, {"path": "a{b}"}) == "https://x.example/a{b}"
        assert NewDestination(key="c", kind="webhook", address="http://127.0.0.1:1/{t}").audiences == ("customers",)


class TestSecrets:
    def test_the_environment_comes_before_the_keyring(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ring = types.ModuleType("keyring")
        kept = {("bridgewatch", "chat"): "from the ring", ("bridgewatch", "mail"): "ring"}
        monkeypatch.setattr(ring, "get_password", lambda service, name: kept.get((service, name)), raising=False)
        monkeypatch.setitem(sys.modules, "keyring", ring)
        monkeypatch.setenv("BRIDGEWATCH_SECRET_CHAT", "from the environment")
        found = secrets(("chat", "mail", "none"))
        assert found == {"chat": "from the environment", "mail": "ring"}
        assert missing(("chat", "mail", "none"), found) == "BRIDGEWATCH_SECRET_NONE"

    def test_a_keyring_that_fails_has_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ring = types.ModuleType("keyring")

        def locked(service: str, name: str) -> str:
            raise RuntimeError("locked")

        monkeypatch.setattr(ring, "get_password", locked, raising=False)
        monkeypatch.setitem(sys.modules, "keyring", ring)
        assert secrets(("chat",)) == {}

    def test_they_are_hidden_however_they_are_written(self) -> None:
        assert hidden("at https://x/a%2Fb%20c?t=a/b c\nand \ud800", ["a/b c"]) == "at https://x/…?t=… and ?"

    def test_so_are_the_parts_of_one_that_is_an_address(self) -> None:
        said = hidden("Slack refused T1JJ3T3L2A of me", ["slack://T1JJ3T3L2A/A1BRTD4JD9/me"])
        assert said == "Slack refused … of me"
        assert hidden("abc", ["abc"]) == "abc"


class TestPutting:
    def test_what_was_not_published_is_not_sent(self, store: Store) -> None:
        set_up(store, "https://x.example", audiences=("customers", "team"))
        incident = Acting(store)
        draft = incident(EditDraft, "ana", text="We know.", title="Payments fail")
        assert count(store, UNSENT) == 0
        with pytest.raises(Conflict):
            incident(Publish, "ana", saw=draft.data["revision"] + 1)
        assert count(store, UNSENT) == 0
        incident(Publish, "ana")
        assert count(store, UNSENT) == 1

    def test_a_command_that_is_tried_twice_sends_once(self, store: Store) -> None:
        set_up(store, "https://x.example")
        incident = Acting(store)
        incident(EditDraft, "ana", text="We know.", title="Payments fail")
        command = Publish(by="ana", ref=incident.ref)
        store.perform(command)
        assert store.perform(command).already
        assert count(store, UNSENT) == 1

    def test_a_published_update_cannot_be_undone(self, store: Store) -> None:
        set_up(store, "https://x.example")
        incident = Acting(store)
        incident(EditDraft, "ana", text="We know.", title="Payments fail")
        incident(Publish, "ana")
        with pytest.raises(Refused, match="A published update cannot be undone"):
            incident(Undo, "ana")
        assert count(store, UNSENT) == 1

    def test_a_maintenance_is_sent(self, store: Store, clock: Clock) -> None:
        set_up(store, "https://x.example")
        starts = clock.now + timedelta(hours=2)
        store.perform(Schedule(by="ana", title="New cables", text="We replace.", starts_at=starts, lasts=60))
        assert count(store, UNSENT) == 1

    def test_an_imported_page_is_not_sent(self, store: Store) -> None:
        set_up(store, "https://x.example")
        history = files("models.imports").joinpath("githubstatus-incidents.json").read_bytes()
        load(store, history, "ana")
        assert count(store, "SELECT count(*) FROM status_updates") > 0
        assert count(store, UNSENT) == 0
