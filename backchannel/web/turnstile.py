"""The turnstile: lets in whoever only listens, as fast as they come.

A task for each, the application's layers and their objects cost several times what a viewer costs. Who comes with a
plain request is seated at once, or told that there is no room. Whatever must be waited for, and whatever else is
refused, goes the long way (`sockets`) as it came: both keep the same promises, and the same tests ask both.
"""

from collections.abc import Collection
from functools import partial
from typing import Final, Protocol

import msgspec

from backchannel.errors import Refusal
from backchannel.feed import View
from backchannel.hub.audience import Audience
from backchannel.hub.channel import Channel
from backchannel.hub.fanout import Fanout
from backchannel.hub.strand import Position
from backchannel.hub.telling import Passed
from backchannel.hub.viewer import Viewer
from backchannel.web.badges import Gate
from backchannel.web.head import Head
from backchannel.web.headers import safe_headers
from backchannel.web.replies import refusal_json
from backchannel.web.sockets import device_of, position_of
from backchannel.web.tongues import speak, tongue_of

VIEWS: Final = {"/feed/phone": View.PHONE, "/feed/posts": View.POSTS}


class Comer(Protocol):
    """Who stands at the turnstile: a connection whose handshake is read and not yet answered."""

    def seat(self, viewer: Viewer) -> bool:
        """Leave its connection to a viewer, which is still to be told that it was accepted; false where it left."""
        ...

    def pass_on(self, head: Head) -> Passed | None:
        """Leave its connection to another process, with its answer; None where that cannot be done."""

    def refuse(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        """Refuse it."""


class Turnstile:
    """Seats viewers of the feeds of phones and programs."""

    def __init__(
        self, fanout: Fanout, gate: Gate, halls: Collection[str], language: str, *, is_https: bool = False
    ) -> None:
        self._fanout = fanout
        self._gate = gate
        self._halls = halls
        self._language = language
        self._safe = {scheme: safe_headers(https=is_https or scheme == "wss") for scheme in ("ws", "wss")}

    def let_in(self, head: Head, comer: Comer) -> bool:
        """Answer a handshake; false where it must go the long way, and nothing has been done."""
        asked = self._asked(head)
        if asked is None:
            return False
        channel, audience, position, device = asked
        admission, workers = self._fanout.admission, self._fanout.workers
        try:
            admission.enter(device)
        except Refusal as refusal:
            self._refuse(comer, head, refusal)
            return True
        if workers.seat(channel, position, device, partial(comer.pass_on, head), can_inflate=head.can_inflate):
            return True
        viewer = audience.seat(position, device, can_inflate=head.can_inflate)
        if comer.seat(viewer):
            audience.welcome(viewer, head.accepted)
        else:
            admission.leave(device)
        return True

    def _asked(self, head: Head) -> tuple[Channel, Audience, Position | None, str] | None:
        """Where somebody wants to listen, from where on, and by which device; None for what is out of the ordinary."""
        view, hall = VIEWS[head.path], head.query_params.get("hall")
        speak(head.scope, self._language)
        try:
            position = position_of(head)
            if view is View.PHONE:
                self._gate.check_page(head, optional=True)
        except Refusal:
            return None
        if hall is not None and hall not in self._halls:
            return None
        channel = self._fanout.at_hand(view, hall, tongue_of(head).tag)
        audience = None if channel is None else self._fanout.audience(channel)
        if channel is None or audience is None or channel.place_of(position) > channel.ring.head:
            return None
        return channel, audience, position, device_of(head, view, self._gate)

    def _refuse(self, comer: Comer, head: Head, refusal: Refusal) -> None:
        headers = [
            (b"content-type", b"application/json"),
            (b"retry-after", b"%d" % refusal.retry_after_s),
            *self._safe[head.scope["scheme"]],
        ]
        comer.refuse(refusal.status, headers, msgspec.json.encode(refusal_json(refusal)))
