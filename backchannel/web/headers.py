"""What every answer carries, and who may send commands: the pages' strict policy and the Origin rule."""

from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backchannel.errors import Refusal
from backchannel.web.head import Asking

ANCESTORS: Final = "frame-ancestors 'self'"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        ANCESTORS,
        "require-trusted-types-for 'script'",
        "trusted-types backchannel",
    )
)
FRAMES_OWN: Final = f"{POLICY}; frame-src 'self'"  # for the page that shows screens in small
SAFE: Final = {
    "Content-Security-Policy": POLICY,
    # With no-referrer browsers send `Origin: null` on form posts, and the Origin rule would refuse our own form.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
STRICT_TRANSPORT: Final = "max-age=31536000"
CROSS_SITE: Final = "cross-site"  # a sibling of our host is refused by its Origin


def framed_by(sites: Sequence[str]) -> Mapping[str, str]:
    """The headers of a page that these sites may show in a frame, and nobody else."""
    ancestors = " ".join(("frame-ancestors", *(sites or ("'none'",))))
    return {
        "Content-Security-Policy": POLICY.replace(ANCESTORS, ancestors),
        "Cross-Origin-Resource-Policy": "cross-origin" if sites else "same-origin",
    }


class SafeHeaders:
    """Puts the safe headers on every HTTP answer; what an endpoint set itself stays.

    `is_https` says that people come by https, whatever a proxy made of the request.
    """

    def __init__(self, app: ASGIApp, *, is_https: bool = False) -> None:
        self._app = app
        self._is_https = is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wrap one request."""
        https = self._is_https or scope.get("scheme") in {"https", "wss"}

        async def send_safely(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                _complete(message, https=https)
            await send(message)

        await self._app(scope, receive, send_safely)


def safe_headers(*, https: bool) -> list[tuple[bytes, bytes]]:
    """The safe headers of an answer that sets none of them itself."""
    message: Message = {"headers": []}
    _complete(message, https=https)
    return list(message["headers"])


def _complete(message: MutableMapping[str, Any], *, https: bool) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SAFE.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if https:
        headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)


class OriginRule:
    """Commands come from our own pages only.

    public_url's own origin always may, whatever a proxy made of the request. Any other Origin must equal the request's
    scheme and Host, and that Host must be a loopback name or the address that the request came to: else a stranger's
    name pointed at us (DNS rebinding) would pass. Where a browser tells by Sec-Fetch-Site that another site sent it,
    it is believed, too.
    """

    def __init__(self, public_url: str) -> None:
        self._public = origin_of(public_url) if public_url else None

    def check(self, connection: Asking, *, optional: bool) -> None:
        """Raise Refusal for a foreign Origin; a missing one passes only where it is `optional`."""
        origin = connection.headers.get("origin")
        is_foreign = connection.headers.get("sec-fetch-site") == CROSS_SITE
        if origin is None and optional and not is_foreign:
            return
        if origin is None or is_foreign or not self._is_ours(origin, connection):
            raise Refusal(403, "origin", "This came from another page than ours. Open our page and send it from there.")

    def _is_ours(self, origin: str, connection: Asking) -> bool:
        scheme = {"ws": "http", "wss": "https"}.get(connection.scope["scheme"], connection.scope["scheme"])
        server = connection.scope.get("server")
        asked = f"{scheme}://{connection.headers.get('host', '')}"
        return _is_ours(origin, asked, server[0] if server else "", self._public)


@lru_cache(maxsize=256)
def _is_ours(origin: str, asked: str, bound: str, public: tuple[str, str, int | None] | None) -> bool:
    theirs = origin_of(origin)
    if theirs is None:
        return False
    return theirs == public or (theirs == origin_of(asked) and _is_near(theirs[1], bound))


def origin_of(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of an address, spelt alike however it was written; None where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def _is_near(name: str, bound: str) -> bool:
    return name in {"localhost", bound} or name.endswith(".localhost") or is_loopback(name)


def is_loopback(name: str) -> bool:
    """Whether a host name is an address of this machine only."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
