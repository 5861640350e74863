"""Whoever writes an address into a post, or sends us on from one, reaches nothing that is not public."""

import gzip
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from websockets.exceptions import SecurityError

from backchannel.errors import SourceError
from backchannel.media.fetcher import Fetcher
from backchannel.sources.handshake import Straight
from tests.media.wire import Names, Wire, guarded
from tests.sources.serving import serving

GOOD = "93.184.215.14"
BAD = (
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "100.100.100.200", "0.0.0.0", "192.0.0.170", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.7",
    "203.0.113.9", "224.0.0.251", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:93.184.215.14", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::5db8:d70e", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1",
    "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:5db8:d70e::1", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "ff0e::1", "4000::1",
)  # fmt: skip

DISGUISED = (
    "127.0.0.1", "localhost", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0X7F.1", "0177.0.0.1",
    "017700000001", "127.0.0.1.", "0", "0.0.0.0", "134744072", "0x08080808", "8.8.2056", "010.8.8.8", "[::1]",
    "[::]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]",
    "[2002:7f00:0001::]", "[fe80::1]", "[fd00:ec2::254]", "169.254.169.254", "①②⑦.⓪.⓪.①", "127。0。0。1",
    "%31%32%37.0.0.1", "localhost%00.example",
)  # fmt: skip
SENT_ON = (
    "http://127.0.0.1/", "http://inner.example/", "http://[::1]/", "//169.254.169.254/latest/meta-data/",
    "http://2130706433/", "http://public.example:8080/", "http://public.example:22/", "ftp://public.example/",
    "file:///etc/passwd", "gopher://public.example/", "http://user@127.0.0.1/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    asked: list[str]
    wire: Wire


async def answer(request: Request) -> Response:
    request.app.state.asked.append(f"{request.headers['host']}{request.url.path}")
    if to := request.query_params.get("to"):
        return RedirectResponse(to, 302)
    if request.query_params.get("packed"):
        return Response(gzip.compress(b"x" * 1000), headers={"content-encoding": "gzip"})
    return Response(request.headers["accept-encoding"].encode())


@asynccontextmanager
async def network() -> AsyncGenerator[Seen]:
    app = Starlette(routes=[Route("/{path:path}", answer)])
    app.state.asked = []
    async with serving(app) as url:
        yield Seen(app.state.asked, Wire(url))


async def fetched(seen: Seen, url: str, **answers: Sequence[Sequence[str]]) -> bytes:
    """What comes of an address that somebody wrote into a post; `answers` are those of names at .example."""
    names = Names({f"{name}.example": each for name, each in answers.items()})
    way = guarded(seen.wire, names)
    async with Fetcher(transport=way, beyond=way, unpacks=False, deadline_s=5) as fetcher:
        return (await fetcher.get(url)).body


async def refused(seen: Seen, url: str, **answers: Sequence[Sequence[str]]) -> str:
    """Why nothing came of it; empty where something did."""
    try:
        await fetched(seen, url, **answers)
    except SourceError as error:
        return str(error)
    return ""


async def test_what_is_public_is_dialled_by_its_number_and_asked_by_its_name() -> None:
    async with network() as seen:
        assert (
            await fetched(seen, "http://pictures.example/a", pictures=[[GOOD, "2606:4700::6810:84e5"]]) == b"identity"
        )
    assert seen.wire.dialled == [(GOOD, 80)]
    assert seen.asked == ["pictures.example/a"]


async def test_no_name_leads_to_a_place_that_is_not_public() -> None:
    async with network() as seen:
        for address in BAD:
            assert "not public" in await refused(seen, "http://inner.example/", inner=[[address]]), address
    assert (seen.wire.dialled, seen.asked) == ([], [])


async def test_no_way_of_writing_a_number_leads_there() -> None:
    async with network() as seen:
        for host in DISGUISED:
            assert await refused(seen, f"http://{host}/"), host
    assert (seen.wire.dialled, seen.asked) == ([], [])


async def test_a_name_with_one_bad_address_is_refused_whole() -> None:
    async with network() as seen:
        for answers in ([GOOD, "10.0.0.1"], ["10.0.0.1", GOOD], [GOOD, "::1"], []):
            assert "not public" in await refused(seen, "http://mixed.example/", mixed=[answers]), answers
    assert seen.wire.dialled == []


async def test_a_name_that_changes_its_mind_is_dialled_by_what_was_checked() -> None:
    names = Names({"rebind.example": [[GOOD], ["127.0.0.1"]]})
    async with network() as seen:
        way = guarded(seen.wire, names)
        async with Fetcher(transport=way, beyond=way, unpacks=False) as fetcher:
            await fetcher.get("http://rebind.example/")
    assert names.asked == ["rebind.example"]  # once: there is no second answer to fall for
    assert seen.wire.dialled == [(GOOD, 80)]


async def test_nobody_is_sent_on_to_such_a_place() -> None:
    async with network() as seen:
        for to in SENT_ON:
            assert await refused(seen, f"http://public.example/?to={to}", public=[[GOOD]], inner=[["10.1.2.3"]]), to
    assert set(seen.wire.dialled) == {(GOOD, 80)}
    assert seen.asked == ["public.example/"] * len(SENT_ON)


async def test_a_name_is_checked_anew_when_it_is_sent_on_to_itself() -> None:
    async with network() as seen:
        with pytest.raises(SourceError):
            await fetched(seen, "http://a.example/?to=http://b.example/", a=[[GOOD]], b=[["127.0.0.1"]])
        with pytest.raises(SourceError, match="more than 3 times"):
            await fetched(seen, "http://a.example/" + "?to=http://a.example/" * 8, a=[[GOOD]])
    assert {place for place, _ in seen.wire.dialled} == {GOOD}


async def test_only_the_webs_own_ports_are_dialled() -> None:
    async with network() as seen:
        for port in (21, 22, 25, 81, 6379, 8080, 8443, 65535):
            assert "not public" in await refused(seen, f"http://public.example:{port}/", public=[[GOOD]]), port
    assert seen.wire.dialled == []


async def test_what_comes_packed_is_not_unpacked() -> None:
    async with network() as seen:
        with pytest.raises(SourceError, match="unpacked"):
            await fetched(seen, "http://public.example/?packed=1", public=[[GOOD]])


async def test_a_server_of_the_operators_may_be_near_but_does_not_send_us_to_others() -> None:
    names = Names({"inner.example": [["10.1.2.3"]], "public.example": [[GOOD]]})
    async with network() as inner, network() as seen:
        here = f"http://{inner.wire.address}"
        async with Fetcher(beyond=guarded(seen.wire, names)) as fetcher:
            assert (await fetcher.get(f"{here}/?to={here}/again")).is_fine
            assert (await fetcher.get(f"{here}/?to=http://public.example/")).is_fine
            with pytest.raises(SourceError, match="not public"):
                await fetcher.get(f"{here}/?to=http://inner.example/")
            with pytest.raises(SourceError, match="not public"):
                await fetcher.get(f"{here}/?to=http://{seen.wire.address}/")
    assert seen.wire.dialled == [(GOOD, 80)]


async def test_no_proxy_of_the_environment_is_asked_in_our_place(monkeypatch: pytest.MonkeyPatch) -> None:
    async with network() as seen:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{seen.wire.address}")
        with pytest.raises(SourceError, match="not public"):
            await fetched(seen, "http://inner.example/", inner=[["10.0.0.1"]])
    assert seen.asked == []


async def test_no_socket_of_a_network_is_sent_on_to_another_host() -> None:
    async with network() as inner, network() as near:
        to = f"ws://localhost:{urlsplit(inner.wire.url).port}/"
        with pytest.raises(SecurityError, match="sent on"):
            await Straight(f"{near.wire.url.replace('http', 'ws', 1)}/?to={to}")
    assert len(near.asked) == 1
    assert inner.asked == []
