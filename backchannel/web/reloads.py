"""The phone's page asked for again: where all that it was made of is as it was, it is neither rendered nor sent.

Ten thousand phones reload at once when something happens on stage. The ETag of a page tells what it was made of, and by
which name its form sends a post: without JavaScript a name that was used once would make the next post the same one.
"""

from collections.abc import Awaitable, Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from re import fullmatch
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

# What an address may say of a page that is only read.
PLAIN: Final = frozenset({"tab", "hall", "lang", "sort"})
TAG: Final = r'(?:W/)?"([0-9a-f]{24})\.([A-Za-z0-9_-]{1,100})"'

IsUsed = Callable[[str, str], Awaitable[bool]]


class Reloads:
    """Knows a page again. `is_used` tells whether a device has sent a post by a name already."""

    def __init__(self, is_used: IsUsed, folders: Iterable[Path]) -> None:
        self._is_used = is_used
        self._made_by = _mark(*(_files(folder) for folder in folders))

    def state(self, *made_of: Any) -> str:
        """What a page was made of, in short."""
        return _mark(self._made_by, *made_of)

    async def unchanged(self, request: Request, device: str, state: str) -> Response | None:
        """The answer that a browser has this page already; None where it must be sent."""
        asked = fullmatch(TAG, request.headers.get("if-none-match", ""))
        if asked is None or asked[1] != state or await self._is_used(device, asked[2]):
            return None
        return Response(status_code=304, headers=headers(state, asked[2]))


def headers(state: str, idem: str) -> dict[str, str]:
    """What a page is sent with that may be asked for again: it is kept by its own browser, which asks every time."""
    return {
        "ETag": f'W/"{state}.{idem}"',
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Accept-Language",
    }


def is_plain(request: Request) -> bool:
    """Whether a page is only read: it says nothing that was just done, and begins no form."""
    return request.method == "GET" and PLAIN.issuperset(request.query_params)


def _mark(*made_of: Any) -> str:
    return blake2b(repr(made_of).encode(errors="surrogatepass"), digest_size=12).hexdigest()


def _files(folder: Path) -> list[tuple[str, int, int]]:
    """Every file below a folder as it stands at the start: another version of ours makes other pages."""
    stands = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return [(path.name, stat.st_size, stat.st_mtime_ns) for path, stat in stands]
