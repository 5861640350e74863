"""Asking a server of the AT Protocol: its trouble in plain words, its wishes for a pause."""

from collections.abc import AsyncGenerator

import pytest

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher
from backchannel.sources.xrpc import PAUSE_MAX_S, PAUSE_S, Xrpc, XrpcRefusal, pause_s
from tests.sources.appview_server import NOW, RESET_S, AppViewServer, Mode, appview_server

pytestmark = pytest.mark.anyio

METHOD = "app.bsky.actor.getProfiles"


@pytest.fixture
async def server() -> AsyncGenerator[AppViewServer]:
    async with appview_server() as server:
        yield server


async def asked(server: AppViewServer) -> SourceError:
    async with Fetcher(deadline_s=5) as fetcher:
        with pytest.raises(SourceError) as told:
            await Xrpc(server.url).ask(fetcher, METHOD, [("actors", "ines.example")])
    return told.value


@pytest.mark.parametrize(
    ("mode", "words", "pause"),
    [
        (Mode.BAD, "(answer 400) refuses. It says: The words of the server", None),
        (Mode.UNKNOWN, "(answer 401) refuses. It says: The words of the server", None),
        (Mode.FORBIDDEN, "(answer 403) refuses. It says: The words of the server", None),
        (Mode.LIMITED, "(answer 429) wants us to ask less often.", RESET_S),
        (Mode.TROUBLE, "(answer 500) is in trouble itself. It says: The words of the server", None),
        (Mode.WARMING, "(answer 503) is in trouble itself.", PAUSE_S),
    ],
)
async def test_a_refusal_is_told_in_plain_words(
    server: AppViewServer, mode: Mode, words: str, pause: float | None
) -> None:
    server.mode = mode
    error = await asked(server)
    assert words in str(error)
    assert error.retry_after_s == pause
    assert isinstance(error, XrpcRefusal)
    assert (error.name, error.status) == ("Trouble", int(mode.value))


@pytest.mark.parametrize("mode", [Mode.HTML, Mode.BROKEN_JSON])
async def test_what_is_no_answer_is_told(server: AppViewServer, mode: Mode) -> None:
    server.mode = mode
    assert not isinstance(await asked(server), XrpcRefusal)


async def test_an_answer_of_another_shape_reads_as_empty(server: AppViewServer) -> None:
    server.mode = Mode.LIST
    async with Fetcher() as fetcher:
        assert not await Xrpc(server.url).ask(fetcher, METHOD, [("actors", "ines.example")])


async def test_a_server_of_something_else_is_told(server: AppViewServer) -> None:
    async with Fetcher() as fetcher:
        with pytest.raises(SourceError, match=r"There is no server of Bluesky at .*\(answer 404\)"):
            await Xrpc(server.url).ask(fetcher, "odd")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "9"}, 9),
        ({"retry-after": "99999"}, PAUSE_MAX_S),
        ({"retry-after": "soon"}, PAUSE_S),
        ({"ratelimit-reset": "1794916807", "date": NOW}, 7),
        ({"ratelimit-reset": "1", "date": NOW}, 1),
        ({"ratelimit-reset": "1794916807", "date": "odd"}, PAUSE_S),
        ({}, PAUSE_S),
    ],
)
def test_a_pause_is_as_long_as_the_server_says_by_its_own_clock(headers: dict[str, str], seconds: float) -> None:
    assert pause_s(headers) == seconds
