"""Approved posts are asked for again: who is gone leaves the wall, and who only cannot be asked stays on it."""

from collections.abc import AsyncGenerator

import pytest

from backchannel.errors import SourceError
from backchannel.post import Sighting
from backchannel.sources.mastodon import Mastodon
from tests.sources.mastodon_api import MastodonServer
from tests.sources.mastodon_ear import ids, listening, source
from tests.sources.mastodon_server import mastodon_server
from tests.sources.mastodon_shapes import made_up
from tests.sources.mastodon_trouble import Mode
from tests.sources.virtual_time import VirtualTime

pytestmark = pytest.mark.anyio


@pytest.fixture
async def server() -> AsyncGenerator[MastodonServer]:
    async with mastodon_server() as server:
        yield server
    assert server.faults == []


async def informed(server: MastodonServer) -> Mastodon:
    """A source that has asked the server once what it is."""
    time = VirtualTime()
    mastodon = source(server, time=time)
    async with listening(mastodon, time) as ear:
        await ear.next()
    return mastodon


@pytest.mark.parametrize("version", ["4.5.0", "3.5.3"])
async def test_a_post_that_the_server_no_longer_has_is_told_to_be_gone(server: MastodonServer, version: str) -> None:
    server.about["version"] = version
    kept, deleted = server.post(made_up()), server.post(made_up())
    mastodon = await informed(server)
    server.delete(deleted["uri"])
    batch = await mastodon.revisit([kept["id"], deleted["id"]])
    still, gone = batch.sightings
    assert (still.id, still.matched, still.only_known) == (kept["uri"], ("#pink11",), False)
    assert gone == Sighting("mastodon", "", None, ref=deleted["id"])


async def test_many_posts_take_few_requests_where_the_server_answers_for_many(server: MastodonServer) -> None:
    posted = [server.post(made_up()) for _ in range(30)]
    mastodon = await informed(server)
    before = len(server.asked)
    batch = await mastodon.revisit([each["id"] for each in posted])
    assert (len(batch.sightings), len(server.asked) - before) == (30, 2)


async def test_a_post_whose_hashtag_was_edited_away_matches_nothing_any_more(server: MastodonServer) -> None:
    posted = server.post(made_up())
    mastodon = await informed(server)
    server.edit(posted["uri"], content="<p>No sign of it</p>", tags=[], edited_at="2026-11-17T09:05:00.000Z")
    [strayed] = (await mastodon.revisit([posted["id"]])).sightings
    assert strayed.content
    assert (strayed.matched, strayed.only_known, strayed.content.text) == ((), True, "No sign of it")


@pytest.mark.parametrize("mode", [Mode.FORBIDDEN, Mode.TROUBLE, Mode.LIMITED])
async def test_a_server_that_refuses_says_nothing_of_the_posts(server: MastodonServer, mode: Mode) -> None:
    posted = server.post(made_up())
    mastodon = await informed(server)
    server.modes["statuses"] = server.modes["status"] = mode
    with pytest.raises(SourceError):
        await mastodon.revisit([posted["id"]])


async def test_a_404_that_is_not_the_servers_own_takes_nothing_down(server: MastodonServer) -> None:
    posted = server.post(made_up())
    mastodon = await informed(server)
    server.modes["statuses"] = server.modes["status"] = Mode.HTML
    assert (await mastodon.revisit([posted["id"]])).sightings == ()


async def test_an_account_is_followed_without_a_hashtag_and_says_why(server: MastodonServer) -> None:
    server.accounts["ines@social.example"] = "7"
    said = server.post(made_up("No hashtag here", tags=()))
    time = VirtualTime()
    async with listening(source(server, time=time, accounts=("@ines@social.example",)), time) as ear:
        batches = await ear.until(1)
    assert ids(*batches) == [said["uri"]]
    [sighting] = [sighting for batch in batches for sighting in batch.sightings]
    assert sighting.matched == ("@ines@social.example",)


async def test_an_account_that_nobody_has_is_told_and_disturbs_nothing_else(server: MastodonServer) -> None:
    said = server.post(made_up())
    time = VirtualTime()
    async with listening(source(server, time=time, accounts=("@nobody@social.example",)), time) as ear:
        batches = [await ear.next(), await ear.next()]
    assert ids(*batches) == [said["uri"]]
    assert "nobody@social.example" in batches[-1].trouble


async def test_phrases_are_searched_for_with_a_token_and_told_of_without(server: MastodonServer) -> None:
    said = server.post(made_up("The opening keynote was long", tags=()))
    server.post(made_up("The keynote was the opening", tags=()))
    time = VirtualTime()
    async with listening(source(server, time=time, phrases=("opening keynote",)), time) as ear:
        told = [await ear.next(), await ear.next()]
    assert "searches only for its own people" in told[-1].trouble
    assert "read:search" in told[-1].remedy
    server.token = "sesame"
    async with listening(source(server, time=time, token="sesame", phrases=("opening keynote",)), time) as ear:
        found = await ear.until(1)
    assert ids(*found) == [said["uri"]]
