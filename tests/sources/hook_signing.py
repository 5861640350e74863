"""A program that signs as Standard Webhooks says: PyPI's package, and messages that are made up."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import standardwebhooks

from backchannel.networks import NETWORKS
from backchannel.sources.webhook import Webhook, WebhookSettings
from tests.made_up import MORNING

SECRET: Final = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NEXT_SECRET: Final = "whsec_" + base64.b64encode(bytes(range(100, 132))).decode()


def webhook(environ: Mapping[str, str] | None = None, /, **settings: Any) -> Webhook:
    """A webhook called crew, that trusts one secret unless told otherwise."""
    environ = {"SECRET": SECRET} if environ is None else environ
    made = WebhookSettings(**{"name": "crew", "secrets_env": ("SECRET",)} | settings)
    return Webhook(made, NETWORKS.keys(), clock=lambda: MORNING, environ=environ)


def post(text: str = "Where is hall B?", name: str = "Ines Kowalczyk", **more: Any) -> dict[str, Any]:
    """A post in our JSON shape."""
    return {"text": text, "author": {"name": name}} | more


@dataclass(frozen=True, slots=True)
class Message:
    """A body under its id, as it is signed."""

    id: str
    body: bytes

    def headers(self, secret: str = SECRET, at: datetime | None = None) -> dict[str, str]:
        """The headers that a sender with this secret puts on it."""
        at = at or datetime.now(UTC)  # noqa: TID251 (the package asks the real clock)
        return {
            "Content-Type": "application/json",
            "webhook-id": self.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": standardwebhooks.Webhook(secret).sign(self.id, at, self.body.decode()),
        }


def message(said: Any, message_id: str = "msg_1") -> Message:
    """A message that says this in JSON."""
    return Message(message_id, json.dumps(said).encode())
