"""Which language a page speaks: what its address says, else what was chosen here, else what the browser asks for."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backchannel.web.catalogues import SOURCE, Tongue, known_tags, tongue
from backchannel.web.head import Asking

COOKIE: Final = "language"
OVER_HTTPS: Final = f"__Host-{COOKIE}"  # as browsers take it from nobody but this very host
PLACE: Final = "backchannel.language"  # in the scope of a request
WISHES_MAX: Final = 20
WORDS_MAX: Final = 500


class Spoken:
    """Notes for every request which language is spoken to who asks for none of ours."""

    def __init__(self, app: ASGIApp, default: str = SOURCE) -> None:
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note it, and go on."""
        speak(scope, self._default)
        await self._app(scope, receive, send)


def speak(scope: Scope, language: str) -> None:
    """Note which language is spoken where nobody asks for another."""
    scope[PLACE] = language


def tongue_of(connection: Asking) -> Tongue:
    """The language that an answer speaks."""
    return tongue(chosen(connection, known_tags(), connection.scope.get(PLACE, SOURCE)))


def conference_tongue_of(connection: Asking) -> Tongue:
    """What the conference speaks, and its screens where nothing else is said."""
    return tongue(connection.scope.get(PLACE, SOURCE))


def venue_tongue_of(connection: Asking) -> Tongue:
    """What a screen speaks: its address says, else the conference. A projector's browser means nothing by its own."""
    wish = connection.query_params.get("lang", "")
    return tongue(wish) if wish in known_tags() else conference_tongue_of(connection)


def chosen(connection: Asking, known: Sequence[str], default: str) -> str:
    """The language of an answer, of those that are known."""
    kept = (connection.cookies.get(name, "") for name in (OVER_HTTPS, COOKIE))
    for wish in (connection.query_params.get("lang", ""), *kept):
        if wish in known:
            return wish
    return best(connection.headers, known) or default


def best(headers: Headers | Mapping[str, str], known: Sequence[str]) -> str:
    """What a browser likes best of what is known, as RFC 9110 has it say so; empty where it likes none."""
    return _best(headers.get("accept-language", "")[:WORDS_MAX], tuple(known))


@lru_cache(maxsize=1024)
def _best(accepted: str, known: tuple[str, ...]) -> str:
    wishes: list[tuple[float, str]] = []
    for part in accepted.split(",")[:WISHES_MAX]:
        name, _, weight = part.strip().partition(";")
        wishes.append((_weight(weight), name.strip()))
    liked = [wish for wish in sorted(wishes, key=lambda wish: -wish[0]) if wish[0] > 0]
    for _, tag in liked:
        for name in (tag, tag.partition("-")[0]):
            found = next((each for each in known if each.lower() == name.lower()), "")
            if found:
                return found
    return ""


def _weight(words: str) -> float:
    name, _, value = words.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
