"""What people do on a real PDS, and what becomes of it on a real wall: run by python -m tests.pds."""

import asyncio
import json
import sqlite3
from base64 import b64decode
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from backchannel.media.fetcher import Fetcher
from backchannel.sources.session import Session
from backchannel.sources.xrpc import Xrpc
from tests.pds.appview import AppView, appview
from tests.pds.bridge import bridge
from tests.pds.network import Pds, Person, running_pds
from tests.pds.wall import Wall, open_wall
from tests.sources.jetstream_server import V1, V2, JetstreamServer

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]  # on a busy machine the PDS takes a minute to start

PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@dataclass(frozen=True, slots=True)
class Network:
    """A network of one PDS."""

    pds: Pds
    jetstream: JetstreamServer
    appview: AppView

    @property
    def source(self) -> dict[str, Any]:
        """How a wall follows it."""
        return {"server": self.jetstream.url, "api": self.appview.url, "pds": self.pds.url}


@pytest.fixture(scope="session")
async def network(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Network]:
    folder = tmp_path_factory.mktemp("pds")
    async with (
        appview() as view,
        running_pds(folder, view.url) as pds,
        bridge(pds.url, view.index) as jetstream,
    ):
        yield Network(pds, jetstream, view)
    assert (jetstream.faults, view.faults) == ([], [])


@pytest.fixture
async def ines(network: Network) -> Person:
    return await network.pds.join()


@pytest.fixture
async def wall(network: Network, tmp_path: Path) -> AsyncGenerator[Wall]:
    async with open_wall(tmp_path, network.source) as wall:
        yield wall


Taking = Callable[[str], AbstractAsyncContextManager[None]]


@pytest.fixture
def taking(network: Network, record_property: Callable[[str, object], None]) -> Taking:
    """Notes how long a block took, for what is told at the end."""

    @asynccontextmanager
    async def timed(words: str) -> AsyncGenerator[None]:
        began = monotonic()
        yield
        ended = monotonic()
        since_told = ended - network.appview.told_at
        record_property("saw", f"{words} after {ended - began:.1f} s, {since_told:.1f} s after the firehose told")

    return timed


async def test_a_new_account_s_first_post_waits_for_the_moderator(wall: Wall, network: Network, taking: Taking) -> None:
    newcomer = await network.pds.join()
    rkey = await newcomer.post("My first post, at #Pink11!", langs=["en"])
    async with taking("in the queue"):
        post = await wall.the("My first post")
    assert post["url"] == f"https://bsky.app/profile/{newcomer.did}/post/{rkey}"
    assert (post["matched"], post["language"]) == (["#pink11"], "en")
    assert post["author"]["address"] == f"@{newcomer.handle}"


@pytest.mark.parametrize("path", [V2, V1])
async def test_only_what_carries_the_hashtag_comes_by_either_wire(
    network: Network, ines: Person, tmp_path: Path, path: str
) -> None:
    network.jetstream.paths = {path}
    async with open_wall(tmp_path, network.source) as wall:
        await ines.post("Nothing of the conference")
        await ines.post("Beside the text", tags=["pink11"])
        await ines.post("The last one #pink11")
        await wall.the("The last one")
        assert [each["text"] for each in await wall.posts("queued")] == ["Beside the text", "The last one #pink11"]
    network.jetstream.paths = {V1, V2}


async def test_facets_of_the_network_s_own_client_stand_where_the_words_do(
    wall: Wall, network: Network, ines: Person
) -> None:
    otto = await network.pds.join()
    link = "https://example.org/a/very/long/path/to/the/slides?of=the&talk=1"
    composed = await network.pds.compose(f"Grüße 👩🏽‍💻 an @{otto.handle} #Pink11 {link} – #日本語.")
    await ines.post(**composed)
    post = await wall.the("Grüße")
    text = post["text"]
    shown = "example.org/a/very/long/path/t…"  # as the network's own client shortens it
    assert text == f"Grüße 👩🏽‍💻 an @{otto.handle} #Pink11 {shown} – #日本語."
    spans = [(each["kind"], text[each["start"] : each["end"]], each["value"]) for each in post["spans"]]
    assert spans == [
        ("mention", f"@{otto.handle}", f"@{otto.handle}"),
        ("hashtag", "#Pink11", "pink11"),
        ("link", shown, link),
        ("hashtag", "#日本語", "日本語"),
    ]


async def test_a_picture_comes_with_its_words_by_the_name_that_the_pds_gave_it(wall: Wall, ines: Person) -> None:
    blob = await ines.upload(PICTURE, "image/png")
    picture = {"image": blob, "alt": "A pink square", "aspectRatio": {"width": 800, "height": 600}}
    await ines.post("Look #pink11", embed={"$type": "app.bsky.embed.images", "images": [picture]})
    [medium] = (await wall.the("Look"))["media"]
    cid = blob["ref"]["$link"]
    url = f"https://cdn.bsky.app/img/feed_fullsize/plain/{ines.did}/{cid}"
    assert medium == {"kind": "image", "url": url, "alt": "A pink square", "width": 800, "height": 600}


async def test_a_name_and_a_new_handle_come_with_the_next_post(wall: Wall, ines: Person) -> None:
    await ines.introduce("Ines")
    await ines.post("Before #pink11")
    assert (await wall.the("Before"))["author"]["address"] == f"@{ines.handle}"
    await ines.rename(f"new-{ines.handle}")
    await ines.post("After #pink11")
    author = (await wall.the("After"))["author"]
    assert (author["name"], author["address"]) == ("Ines", f"@{ines.handle}")


async def test_who_wants_to_be_read_by_signed_in_people_only_is_not_on_the_wall(wall: Wall, ines: Person) -> None:
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
    await ines.introduce("Ines", labels=labels)
    await ines.post("Not for walls #pink11")
    async with asyncio.timeout(10):
        while not (refused := (await wall.source())["refused"]):
            await asyncio.sleep(0.02)
    assert refused == {"the author wants to be read by signed-in people only": 1}
    assert await wall.all_of("Not for walls") == {}


async def test_an_edit_takes_an_approved_post_off_the_screens_until_it_is_read_again(
    wall: Wall, ines: Person, taking: Taking
) -> None:
    rkey = await ines.post("With a tpyo #pink11")
    key = await wall.approved("With a tpyo")
    async with wall.public() as feed:
        await ines.edit(rkey, "With a typo #pink11")
        async with taking("off the screens"):
            assert (await feed.frame("drop"))["key"] == key
        assert (await wall.the("With a typo"))["key"] == key
        await wall.approved("With a typo")
        assert (await feed.frame("put"))["post"]["text"] == "With a typo #pink11"


async def test_a_deleted_post_leaves_the_screens_and_nothing_of_it_is_kept(
    wall: Wall, ines: Person, tmp_path: Path, taking: Taking
) -> None:
    rkey = await ines.post("Soon regretted #pink11")
    key = await wall.approved("Soon regretted")
    async with wall.public() as feed:
        await ines.delete(rkey)
        async with taking("off the screens"):
            assert (await feed.frame("drop"))["key"] == key
    assert await wall.all_of("Soon regretted") == {}
    assert "Soon regretted" not in everything_in(tmp_path / "backchannel.db")


async def test_a_deactivated_account_s_posts_go_and_come_back_with_it(wall: Wall, ines: Person, taking: Taking) -> None:
    await ines.post("Approved #pink11")
    await ines.post("Waiting #pink11")
    key = await wall.approved("Approved")
    async with wall.public() as feed:
        await ines.deactivate()
        async with taking("deactivated: off the screens"):
            assert (await feed.frame("drop"))["key"] == key
        await wall.the("Waiting", "held")
        assert await wall.all_of("Approved", "Waiting") == {"Approved": "withdrawn", "Waiting": "held"}
        await ines.activate()
        async with taking("active again: on the screens"):
            assert (await feed.frame("put"))["key"] == key
        await wall.the("Waiting", "queued")
        assert await wall.all_of("Approved", "Waiting") == {"Approved": "approved", "Waiting": "queued"}


async def test_an_account_that_its_network_closes_leaves_the_screens(
    wall: Wall, network: Network, ines: Person, taking: Taking
) -> None:
    await ines.post("Against the rules #pink11")
    key = await wall.approved("Against the rules")
    async with wall.public() as feed:
        await network.pds.take_down(ines.did)
        async with taking("taken down: off the screens"):
            assert (await feed.frame("drop"))["key"] == key
        await network.pds.take_down(ines.did, applied=False)
        assert (await feed.frame("put"))["key"] == key


async def test_of_a_deleted_account_nothing_is_kept(wall: Wall, network: Network, ines: Person, tmp_path: Path) -> None:
    await ines.post("Farewell #pink11")
    await ines.post("Goodbye #pink11")
    await wall.approved("Farewell")
    await wall.the("Goodbye")
    async with wall.public() as feed:
        await network.pds.delete(ines.did)
        await feed.frame("drop")
    assert await wall.all_of("Farewell", "Goodbye") == {}
    assert "Farewell" not in everything_in(tmp_path / "backchannel.db")


async def test_posts_of_one_commit_all_come_in_their_order(wall: Wall, ines: Person) -> None:
    texts = [f"Number {number} #pink11" for number in range(1, 10)]
    await ines.post_at_once(*texts)
    await wall.the("Number 9")
    assert [each["text"] for each in await wall.posts("queued")] == texts


async def test_what_happened_while_we_were_away_is_caught_up_with(
    network: Network, ines: Person, tmp_path: Path
) -> None:
    otto = await network.pds.join()
    async with open_wall(tmp_path, network.source) as wall:
        kept, gone = await ines.post("First #pink11"), await ines.post("Second #pink11")
        await otto.post("From Otto #pink11")
        for text in ("First", "Second", "From Otto"):
            await wall.approved(text)
    await ines.delete(gone)
    await ines.edit(kept, "First, mended #pink11")
    await otto.deactivate()
    await ines.post("Third #pink11")
    async with open_wall(tmp_path, network.source) as wall:
        await wall.the("Third")
        await wall.the("From Otto", "withdrawn")
        assert await wall.all_of("First, mended", "Second", "Third") == {"First, mended": "queued", "Third": "queued"}
        assert len(await wall.posts("queued")) == 2


async def test_what_was_posted_before_is_searched_for_with_an_app_password(
    network: Network, ines: Person, tmp_path: Path
) -> None:
    await ines.introduce("Ines")
    await ines.post("Long before #earlier")
    made = await ines.tell("com.atproto.server.createAppPassword", {"name": "wall"})
    (tmp_path / "secret").write_text(made["password"])
    account = {"account": ines.handle, "app_password_file": str(tmp_path / "secret"), "hashtags": ["earlier"]}
    async with open_wall(tmp_path, network.source | account) as wall:
        assert (await wall.the("Long before"))["author"]["name"] == "Ines"
        assert (await wall.source())["error"] == ""
    assert set(network.appview.searches) == {ines.did}


async def test_a_withdrawn_app_password_is_told_with_what_to_do(network: Network, ines: Person, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("abcd-efgh-ijkl-mnop")
    account = {"account": ines.handle, "app_password_file": str(tmp_path / "secret")}
    async with open_wall(tmp_path, network.source | account) as wall:
        told = await wall.source()
        assert f"refuses the app password of {ines.handle}: Invalid identifier or password." in told["error"]
        assert "https://bsky.app/settings/app-passwords" in told["remedy"]
        await ines.post("All the same #pink11")
        await wall.the("All the same")


async def test_a_session_whose_tokens_are_good_no_longer_is_renewed_or_opened_anew(
    network: Network, ines: Person
) -> None:
    password = (await ines.tell("com.atproto.server.createAppPassword", {"name": "wall"}))["password"]
    session = Session(Xrpc(network.pds.url), ines.handle, password)
    question = ("app.bsky.feed.searchPosts", (("q", "#pink11"), ("since", "2026-01-01T00:00:00Z")))
    async with Fetcher() as fetcher:
        await session.ask(fetcher, *question)
        renewal, session._token = session._renewal, "no.longer.good"
        await session.ask(fetcher, *question)
        assert session._renewal != renewal
        session._token = session._renewal = "no.longer.good"
        await session.ask(fetcher, *question)
        assert session._renewal not in {renewal, "no.longer.good"}


async def test_a_pds_that_wants_fewer_sign_ins_is_told_of_and_the_stream_goes_on(
    network: Network, ines: Person, tmp_path: Path
) -> None:
    wrong = {"identifier": ines.handle, "password": "wrong"}
    while (await network.pds.client.post("com.atproto.server.createSession", json=wrong)).status_code != 429:
        pass
    (tmp_path / "secret").write_text("abcd-efgh-ijkl-mnop")
    account = {"account": ines.handle, "app_password_file": str(tmp_path / "secret")}
    async with open_wall(tmp_path, network.source | account) as wall:
        assert "(answer 429) wants us to ask less often." in (await wall.source())["error"]
        await ines.post("All the same #pink11")
        await wall.the("All the same")


def everything_in(database: Path) -> str:
    """All that the tables hold."""
    with sqlite3.connect(database) as connection:
        return json.dumps(list(connection.iterdump()))
