"""The addresses people type: where the pages are, and whether a phone in the hall can reach them."""

import socket
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import segno
from markupsafe import Markup

from backchannel.web.headers import is_loopback
from backchannel.wording import spoken


@dataclass(frozen=True, slots=True)
class Door:
    """The way in that a screen shows: the address in print, and its QR code as an SVG drawing."""

    url: str
    url_text: str
    qr: Markup


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where we are reached. `public` is what phones type, empty where only this machine reaches us."""

    local: str
    public: str

    @property
    def best(self) -> str:
        """The address to print and to put into links."""
        return self.public or self.local

    def door(self, hall: str = "", room: str = "") -> Door | None:
        """The way in for phones, or None where none could come in. Whoever takes its code is in that hall.

        `room` is what proves it (rooms.py); the printed address stays one that people type.
        """
        if not self.public:
            return None
        asked = "&".join(f"{name}={value}" for name, value in (("hall", hall), ("room", room)) if value)
        url = f"{self.public}/?{asked}" if asked else self.public
        return Door(url, _text_of(self.public), _qr(url, _text_of(self.public)))

    @property
    def hint(self) -> str:
        """What to do so that phones can come in; empty where they can."""
        if self.public:
            return ""
        return spoken(
            "Phones cannot reach this server yet: set [server] public_url, or host = “0.0.0.0” on the hall’s network."
        )


def addresses(host: str, port: int, public_url: str, *, has_tls: bool = False) -> Addresses:
    """The addresses of a server bound to `host` and `port`, which speaks TLS itself or does not."""
    scheme = "https" if has_tls else "http"
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 (compared, not bound)
        own = _own_address()
        local, reachable = f"{scheme}://127.0.0.1:{port}", f"{scheme}://{own}:{port}" if own else ""
    else:
        shown = f"[{host}]" if ":" in host else host
        local = f"{scheme}://{shown}:{port}"
        reachable = "" if host == "localhost" or is_loopback(host) else local
    return Addresses(local, public_url.rstrip("/") or reachable)


def _own_address() -> str:
    """This machine's address on the network that leads outside; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        address = str(probe.getsockname()[0])
    return "" if is_loopback(address) else address


def _text_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc + parts.path.rstrip("/")


@lru_cache(maxsize=64)  # one a hall; each page shows one
def _qr(url: str, title: str) -> Markup:
    # segno draws one path of strokes; the page's stylesheet gives it its colour, for inline ones are forbidden.
    drawing = segno.make(url, error="m").svg_inline(
        border=3, omitsize=True, svgclass=None, lineclass=None, dark="#10201B", title=f"QR code for {title}"
    )
    return Markup(drawing)  # noqa: S704 (segno escapes the title; the rest is digits)
