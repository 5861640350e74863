"""What was posted before the stream begins is searched for, once, and what is wrong with the search is told."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta
from typing import Any

import pytest

from backchannel.errors import StartError
from backchannel.media.fetcher import Fetcher
from backchannel.sources.base import Batch
from backchannel.sources.bluesky import Bluesky, BlueskySettings
from backchannel.sources.jetstream import Jetstream
from backchannel.sources.session import Session
from backchannel.sources.xrpc import Xrpc
from tests.made_up import Clock
from tests.sources.appview_server import Mode, label
from tests.sources.jetstream_server import DID, NOON, V1, JetstreamServer, jetstream_server, made_up
from tests.sources.pds_server import PdsServer, pds_server, view

pytestmark = pytest.mark.anyio

SECRET = {"BLUESKY": "abcd-efgh"}
NAMELESS = {"api": "http://127.0.0.1:9"}  # nobody listens there
STALE = '{"seq":1000,"time_us":1794916800000000}'


@pytest.fixture
async def server() -> AsyncGenerator[JetstreamServer]:
    async with jetstream_server() as server:
        yield server
    assert server.faults == []


@pytest.fixture
async def pds() -> AsyncGenerator[PdsServer]:
    async with pds_server() as pds:
        yield pds
    assert pds.faults == []


def source(server: JetstreamServer, pds: PdsServer, **more: Any) -> Bluesky:
    settings: dict[str, Any] = (
        {"account": "@desk.example", "app_password_env": "BLUESKY", "pds": pds.url} | NAMELESS | more
    )
    return Bluesky(
        BlueskySettings(server.url, fallbacks=(), **settings),
        ("pink11",),
        clock=Clock(NOON + timedelta(seconds=1)),
        jetstream=lambda url: Jetstream(url, open_s=5),
        environ=SECRET,
        every_s=0.05,
    )


async def heard(bluesky: Bluesky, rkey: str, cursor: str | None = None) -> list[Batch]:
    """The batches until a post is heard."""
    batches: list[Batch] = []
    async with aclosing(bluesky.follow(cursor)) as following:
        while rkeys(batches)[-1:] != [rkey]:
            batches.append(await anext(following))
    return batches


def rkeys(batches: list[Batch]) -> list[str]:
    return [each.id.rpartition("/")[2] for batch in batches for each in batch.sightings]


async def test_at_the_first_start_the_last_days_are_searched_for_and_come_first(
    server: JetstreamServer, pds: PdsServer
) -> None:
    pds.posts = [view("3old", at="2026-11-01T00:00:00.000Z"), *(view(f"3p{number:03}") for number in range(230))]
    await server.post("3live")
    batches = await heard(source(server, pds), "3live")
    assert rkeys(batches) == [*(f"3p{number:03}" for number in range(230)), "3live"]
    assert all(len(batch.sightings) <= 100 for batch in batches)
    assert [batch.caught_up for batch in batches if batch.sightings] == [False, False, False, True]
    assert [batch.cursor for batch in batches[:3]] == [None] * 3
    assert pds.searches[0] == {
        "q": "#pink11",
        "tag": "pink11",
        "sort": "latest",
        "since": "2026-11-10T12:00:01.000Z",
        "limit": "100",
    }
    assert pds.calls == ["create", *["search"] * 3]
    content = batches[0].sightings[0].content
    assert content is not None
    assert (content.author.name, content.author.address, batches[0].sightings[0].matched) == (
        "Ines", "@ines.example", ("#pink11",),
    )  # fmt: skip


async def test_a_post_has_the_same_id_by_search_and_by_stream(server: JetstreamServer, pds: PdsServer) -> None:
    pds.posts = [view("3both")]
    await server.post("3both")
    await server.post("3last")
    batches = await heard(source(server, pds), "3last")
    both = [each.id for batch in batches for each in batch.sightings if each.id.endswith("3both")]
    assert len(both) == 2
    assert len(set(both)) == 1


async def test_where_a_place_is_known_nothing_is_searched_for(server: JetstreamServer, pds: PdsServer) -> None:
    await server.post("3live")
    await heard(source(server, pds), "3live", STALE)
    assert pds.calls == []


async def test_what_no_server_remembers_is_searched_for_once_from_the_place_on(
    server: JetstreamServer, pds: PdsServer
) -> None:
    for number in range(5):
        await server.post(f"3s{number}")
    server.floor = 1003
    pds.posts = [view("3before", at="2026-11-17T11:59:00.000Z"), view("3missed", at="2026-11-17T12:00:00.500Z")]
    batches = await heard(source(server, pds), "3s4", STALE)
    assert rkeys(batches) == ["3missed", "3s3", "3s4"]
    assert [each["since"] for each in pds.searches] == ["2026-11-17T12:00:00.000Z"]


async def test_an_old_server_that_passes_over_what_it_forgot_is_not_believed(
    server: JetstreamServer, pds: PdsServer
) -> None:
    server.paths = {V1}
    pds.posts = [view("3missed", at="2026-11-16T01:00:00.000Z")]
    await server.post("3live")
    batches = await heard(source(server, pds), "3live", '{"time_us":1794780000000000}')  # 38 hours ago
    assert rkeys(batches) == ["3missed", "3live"]
    assert "does not remember that far back" in batches[-1].trouble
    assert len(pds.searches) == 1


async def test_only_what_is_wanted_and_for_everybody_s_eyes_is_taken(server: JetstreamServer, pds: PdsServer) -> None:
    stranger = {"did": "did:plc:otto", "handle": "otto.example", "labels": [label("!no-unauthenticated")]}
    pds.posts = [
        view("3other", record={"text": "nothing of ours"}),
        view("3out", record={"text": "not this #pink11 #nobot"}),
        view("3hidden", labels=[label("!hide")]),
        view("3secret", did="did:plc:otto", author=stranger),
        view("3rude", labels=[label("porn")]),
        {"uri": "at://x", "record": 7, "indexedAt": "2026-11-17"},
        view("3fine", record={"text": "Other", "tags": ["pink11"]}),
    ]
    batches = await heard(source(server, pds), "3fine")
    assert rkeys(batches) == ["3rude", "3fine"]
    assert [each.content.sensitive for each in batches[0].sightings if each.content] == [True, False]
    assert len(batches[0].refused) == 3


async def test_phrases_are_searched_for_too(server: JetstreamServer, pds: PdsServer) -> None:
    pds.posts = [view("3said", record={"text": "The opening keynote"})]
    await heard(source(server, pds, phrases=("opening keynote",)), "3said")
    assert [each["q"] for each in pds.searches] == ["#pink11", '"opening keynote"']


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("AuthenticationRequired", "The words of the server"),
        ("AuthFactorTokenRequired", "it is the main password"),
        ("AccountTakedown", "the account is closed"),
    ],
)
async def test_a_refused_password_is_told_with_what_to_do_and_the_stream_goes_on(
    server: JetstreamServer, pds: PdsServer, refusal: str, words: str
) -> None:
    pds.refusal = refusal
    bluesky = source(server, pds)
    await server.post("3live")
    batches = await heard(bluesky, "3live")
    assert "refuses the app password of desk.example" in batches[-1].trouble
    assert words in batches[-1].trouble
    assert "https://bsky.app/settings/app-passwords" in batches[-1].remedy
    assert "abcd-efgh" not in f"{batches[-1]}"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (Mode.LIMITED, "wants us to ask less often"),
        (Mode.FORBIDDEN, "refuses. It says: The words of the server"),
        (Mode.TROUBLE, "is in trouble itself"),
        (Mode.HTML, "answered with text/html"),
        (Mode.BROKEN_JSON, "broken JSON"),
    ],
)
async def test_a_search_in_trouble_is_told_for_a_while_and_the_stream_goes_on(
    server: JetstreamServer, pds: PdsServer, mode: Mode, words: str
) -> None:
    pds.mode = mode
    await server.post("3live")
    batches = await heard(source(server, pds), "3live")
    assert "could not be searched for" in batches[-1].trouble
    assert words in batches[-1].trouble


@pytest.mark.parametrize("mode", [Mode.NONSENSE, Mode.LIST])
async def test_nonsense_is_nothing_found(server: JetstreamServer, pds: PdsServer, mode: Mode) -> None:
    pds.mode = mode
    await server.post("3live")
    batches = await heard(source(server, pds), "3live")
    assert (rkeys(batches), batches[-1].trouble) == (["3live"], "")


async def test_more_than_may_be_asked_for_is_told(server: JetstreamServer, pds: PdsServer) -> None:
    pds.posts = [view(f"3p{number}") for number in range(1001)]
    batches = await heard(source(server, pds), "3p1000")
    assert len(rkeys(batches)) == 1000
    assert "the oldest posts are missing" in batches[0].trouble


@pytest.mark.parametrize(("renewals", "calls"), [(False, ["refresh"]), (True, ["refresh", "create"])])
async def test_a_session_that_grew_old_is_renewed_or_opened_anew(
    pds: PdsServer, renewals: bool, calls: list[str]
) -> None:
    session = Session(Xrpc(pds.url), "desk.example", "abcd-efgh")
    query = [("q", "x"), ("since", "2026"), ("limit", "1")]
    async with Fetcher() as fetcher:
        await session.ask(fetcher, "app.bsky.feed.searchPosts", query)
        pds.expire(renewals=renewals)
        assert (await session.ask(fetcher, "app.bsky.feed.searchPosts", query)).texts("posts", 1) == ()
    assert pds.calls == ["create", "search", "search", *calls, "search"]


async def test_tokens_that_the_server_has_never_given_are_replaced(pds: PdsServer) -> None:
    session = Session(Xrpc(pds.url), "desk.example", "abcd-efgh")
    session._token = session._renewal = "of.another.server"
    async with Fetcher() as fetcher:
        await session.ask(fetcher, "app.bsky.feed.searchPosts", [("q", "x"), ("since", "2026"), ("limit", "1")])
    assert pds.calls == ["search", "refresh", "create", "search"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"account": ""}, "an account and its app password come together"),
        ({"app_password_env": ""}, "an account and its app password come together"),
        ({"app_password_env": "MISSING"}, "the environment has no MISSING"),
        ({"api": "ftp://x"}, "api: 'ftp://x' is no server"),
    ],
)
async def test_settings_that_do_not_fit_stop_the_start(
    server: JetstreamServer, pds: PdsServer, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(StartError, match=words):
        source(server, pds, **settings)


def test_a_made_up_view_has_the_network_s_shape() -> None:
    assert view("3l")["uri"] == f"at://{DID}/app.bsky.feed.post/3l"
    assert view("3l", record={"text": "x"})["record"] == made_up("x")
