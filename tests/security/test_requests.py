"""Who may ask, by what browsers and proxies say of a request; and how long is waited for one."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from anyio import sleep_forever
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from backchannel.admission import Admission
from backchannel.clock import now
from backchannel.config import Config, Server
from backchannel.errors import Refusal
from backchannel.roles import Role
from backchannel.store.base import Badge
from backchannel.web import badges, bodies
from backchannel.web.headers import STRICT_TRANSPORT
from server import uvicorn_config
from tests.security.test_headers import FILES, METHODS, addresses
from tests.served import Served, made_config, served

HTTPS = "https://pink.example"
FORM = [(b"content-type", b"application/x-www-form-urlencoded")]


@pytest.fixture
async def behind(tmp_path: Path) -> AsyncGenerator[Served]:
    """A house behind a proxy that speaks https, and whose headers nobody believes."""
    async with served(made_config(tmp_path, server={"port": 0, "public_url": HTTPS})) as running:
        yield running


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-origin", 202), ("none", 202)])
async def test_what_a_browser_says_that_another_site_sent_is_refused(house: Served, site: str, status: int) -> None:
    headers = house.from_page | {"Sec-Fetch-Site": site}
    assert (await house.client.post("/posts", json={"text": "x"}, headers=headers)).status_code == status


async def test_a_badge_in_the_header_does_not_make_another_site_ours(house: Served) -> None:
    badge = await house.badge("Ada", Role.OWNER)
    asked = {"name": "Sam", "role": "host"}
    for more, status in (({"Sec-Fetch-Site": "cross-site"}, 403), ({}, 201)):
        answer = await house.client.post("/api/invitations", json=asked, headers=badge | more)
        assert answer.status_code == status


async def test_no_socket_opens_for_another_site_but_the_one_that_is_for_all(house: Served) -> None:
    for view in ("screen", "phone"):
        with pytest.raises(InvalidStatus) as refused:
            async with house.feed(f"/feed/{view}", {"Sec-Fetch-Site": "cross-site"}):
                pass
        assert refused.value.response.status_code == 403, view
    async with house.feed("/feed/posts", {"Sec-Fetch-Site": "cross-site"}) as feed:
        assert (await feed.frame("hello"))["op"] == "hello"


async def test_whoever_came_by_https_stays_there_on_every_page_and_with_every_refusal(behind: Served) -> None:
    lacks = []
    for path in (*addresses(), *FILES):
        for method in METHODS:
            answer = await behind.client.request(method, path, headers={"Origin": HTTPS})
            if answer.headers.get("strict-transport-security") != STRICT_TRANSPORT:
                lacks.append((method, path))
    await behind.client.get("/")
    plain = {"Content-Type": "application/json", "Cookie": "__Host-device=mine", "Origin": HTTPS}
    answer = await behind.client.post("/reactions", content=b'{"word": "yes"}', headers=plain)
    assert answer.status_code == 204
    assert answer.headers["strict-transport-security"] == STRICT_TRANSPORT
    with pytest.raises(InvalidStatus) as refused:
        async with connect(behind.url.replace("http", "ws", 1) + "/feed/console"):
            pass
    assert refused.value.response.headers["strict-transport-security"] == STRICT_TRANSPORT
    assert lacks == []


async def test_every_cookie_of_https_is_bound_to_our_host(behind: Served) -> None:
    invitation = await badges.invite(behind.store.badges, Badge("Sam", Role.VIEWER), now())
    asked = [
        ("GET", "/", {}),
        ("POST", "/api/screens/code", {}),
        ("POST", "/join", {"invitation": invitation, "name": "Sam"}),
        ("POST", "/language", {"lang": "de", "to": "/"}),
    ]
    names = []
    for method, path, form in asked:
        answer = await behind.client.request(method, path, headers={"Origin": HTTPS}, data=form)
        [cookie] = answer.headers.get_list("set-cookie")
        names.append(cookie.partition("=")[0])
        for word in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
            assert word in cookie, path
        assert "Domain" not in cookie
    assert names == ["__Host-device", "__Host-screen", "__Host-badge", "__Host-language"]
    german = await behind.client.get("/", headers={"Cookie": "__Host-language=de"})
    assert '<html lang="de"' in german.text


async def client_of(proxies: tuple[str, ...], came_from: str, forwarded: str) -> tuple[str, str]:
    """Whom the application takes for its client, and by which scheme."""
    told: list[tuple[str, str]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told.append((scope["client"][0], scope["scheme"]))

    config = uvicorn_config(Config(server=Server(trusted_proxies=proxies)), app, Admission.of_all())
    config.load()
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")]
    scope: dict[str, Any] = {"type": "http", "client": (came_from, 1), "scheme": "http", "headers": headers}
    await config.loaded_app(scope, None, None)
    return told[0]


@pytest.mark.parametrize(
    ("proxies", "came_from", "forwarded", "client", "scheme"),
    [
        ((), "192.0.2.1", "6.6.6.6", "192.0.2.1", "http"),  # nobody is believed
        (("10.0.0.1",), "192.0.2.1", "6.6.6.6", "192.0.2.1", "http"),  # nor is a stranger
        (("10.0.0.1",), "10.0.0.1", "6.6.6.6, 192.0.2.1", "192.0.2.1", "https"),  # what the proxy itself saw
        (("10.0.0.0/8",), "10.0.0.1", "6.6.6.6, 192.0.2.1, 10.9.9.9", "192.0.2.1", "https"),  # through two of ours
        (("10.0.0.1", "2001:db8::/32"), "2001:db8::7", "6.6.6.6, 2001:db9::1", "2001:db9::1", "https"),
    ],
)
async def test_proxies_are_read_from_the_right_as_far_as_they_are_ours(
    proxies: tuple[str, ...], came_from: str, forwarded: str, client: str, scheme: str
) -> None:
    assert await client_of(proxies, came_from, forwarded) == (client, scheme)


async def test_a_body_that_does_not_come_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_S", 0.02)
    sent = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def drip() -> Message:
        if (first := next(sent, None)) is not None:
            return first
        await sleep_forever()
        raise AssertionError

    for read in (bodies.whole, _form):
        with pytest.raises(Refusal) as late:
            await read(Request({"type": "http", "method": "POST", "headers": FORM}, drip))
        assert late.value.status == 408


async def _form(request: Request) -> None:
    async with bodies.form_of(request, part_max=100):
        pass
