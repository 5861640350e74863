"""What a server with Mastodon's API says of itself, and so what can be asked of it.

https://docs.joinmastodon.org/methods/instance/ and what GoToSocial, Pleroma, Akkoma, Pixelfed, Friendica and Sharkey
make of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from re import compile as pattern
from typing import Final
from urllib.parse import urlsplit

from backchannel.sources.fields import Fields

MASTODON: Final = "Mastodon"
GOTOSOCIAL: Final = "GoToSocial"
PUBLIC: Final = "public"
DISABLED: Final = "disabled"

# Where people make access tokens; servers that are not listed have no page for it.
TOKEN_PAGES: Final[Mapping[str, str]] = {
    MASTODON: "/settings/applications",
    GOTOSOCIAL: "/settings/user/applications",
    "Pixelfed": "/settings/applications",
}
NO_SEARCH: Final = frozenset({GOTOSOCIAL, "Pixelfed"})
MANY_SINCE: Final = (4, 3)  # from then on Mastodon tells of several statuses in one answer
STREAM_PATH: Final = "/api/v1/streaming"
NAME_MAX: Final = 40

_COMPATIBLE: Final = pattern(r"\(compatible; ([\w.-]+) v?(\d+)\.(\d+)")
_VERSION: Final = pattern(r"v?(\d{1,6})\.(\d{1,6})")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a server is and lets people see; a server that says nothing is taken for a Mastodon that is open.

    `streaming` is where its stream is, where it tells. `local` and `remote` say who may see its own people's posts,
    and other servers' posts, on a hashtag's timeline.
    """

    flavour: str = MASTODON
    version: tuple[int, int] = (0, 0)
    streaming: str = ""
    local: str = PUBLIC
    remote: str = PUBLIC

    @property
    def token_page(self) -> str:
        """The path of the page on which people make access tokens, or nothing."""
        return TOKEN_PAGES.get(self.flavour, "")

    @property
    def searches(self) -> bool:
        """Whether it may look for words in posts; some that say so find nothing."""
        return self.flavour not in NO_SEARCH

    @property
    def tells_of_many(self) -> bool:
        """Whether it answers for several statuses at once."""
        return self.flavour == MASTODON and self.version >= MANY_SINCE

    def stream(self, server: str) -> str:
        """The address of its stream; a token never goes there in the clear where `server` is not asked so."""
        home = urlsplit(server)
        told = urlsplit(self.streaming)
        host = told.netloc if told.scheme in {"ws", "wss", "http", "https"} and "@" not in told.netloc else ""
        path = told.path.rstrip("/") if host else ""
        scheme = "ws" if home.scheme == "http" and told.scheme in {"ws", "http", ""} else "wss"
        return f"{scheme}://{host or home.netloc}{path.removesuffix(STREAM_PATH)}{STREAM_PATH}"


def read(instance: object) -> Capabilities:
    """What the answer of `/api/v2/instance`, or of `/api/v1/instance`, says."""
    fields = Fields(instance)
    configuration = fields.one("configuration")
    feeds = configuration.one("timelines_access").one("hashtag_feeds")
    flavour, version = _software(fields.text("version"), fields.text("source_url"))
    streaming = configuration.one("urls").text("streaming") or fields.one("urls").text("streaming_api")
    return Capabilities(
        flavour,
        version,
        streaming if _is_address(streaming) else "",
        feeds.text("local") or PUBLIC,
        feeds.text("remote") or PUBLIC,
    )


def _software(version: str, source_url: str) -> tuple[str, tuple[int, int]]:
    """Name and version; what is not Mastodon names itself beside the version that it is compatible with."""
    if named := _COMPATIBLE.search(version[:200]):
        return named[1][:NAME_MAX], (int(named[2][:6]), int(named[3][:6]))
    found = _VERSION.match(version[:200])
    numbers = (int(found[1]), int(found[2])) if found else (0, 0)
    # GoToSocial names only where its source is, and before it did, its versions began with 0 as none of Mastodon's do.
    is_gotosocial = "gotosocial" in source_url.lower() or (found is not None and numbers[0] == 0)
    return GOTOSOCIAL if is_gotosocial else MASTODON, numbers


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0 and url.isprintable() and len(url) <= 500
    except ValueError:
        return False
