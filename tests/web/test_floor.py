import asyncio
import json
from pathlib import Path

import pytest
from starlette.requests import Request

from backchannel.post import Status
from backchannel.store.base import Query
from backchannel.web.floor import TEXT_MAX, address_of
from tests.served import Served, made_config, served


async def queued(house: Served) -> list[str]:
    return [post.content.text for post in (await house.store.posts.page(Query(Status.QUEUED, limit=200))).posts]


async def test_a_post_typed_on_a_phone_waits_for_a_person(house: Served) -> None:
    answer = await house.client.post("/posts", json={"text": "Hello hall"}, headers=house.from_page)
    assert (answer.status_code, answer.json()["status"]) == (202, "queued")
    assert await queued(house) == ["Hello hall"]
    assert "Hello hall" not in (await house.client.get("/api/posts")).text


async def test_without_javascript_the_form_comes_back_to_the_posts_of_this_phone(house: Served) -> None:
    await house.client.get("/")
    answer = await house.client.post(
        "/posts", data={"text": "From a form", "name": "Row 14", "made": house.made}, headers=house.from_page
    )
    assert answer.status_code == 303
    mine = await house.client.get(answer.headers["location"])
    assert "From a form" in mine.text


async def test_a_phone_sees_its_own_posts_and_nobody_elses(house: Served) -> None:
    await house.client.get("/")
    await house.post("mine alone")
    house.client.cookies.clear()
    assert "mine alone" not in (await house.client.get("/?tab=mine")).text


async def test_sending_twice_posts_once(house: Served) -> None:
    await house.client.get("/")
    first, again = await house.post("Once", idem="a"), await house.post("Once", idem="a")
    assert first == again
    assert await queued(house) == ["Once"]


async def test_the_same_idem_on_another_phone_is_another_post(house: Served) -> None:
    await house.client.get("/")
    first = await house.post("Once", idem="a")
    house.client.cookies.clear()
    await house.client.get("/")
    assert await house.post("Once", idem="a") != first


async def test_a_repeat_is_told_what_became_of_the_post(house: Served) -> None:
    await house.client.get("/")
    key = await house.post("Once", idem="a")
    await house.decide("approve", key)
    answer = await house.client.post("/posts", json={"text": "Once", "idem": "a"}, headers=house.from_page)
    assert answer.json() == {"key": key, "status": "approved"}


async def test_one_phone_is_slowed_and_the_next_one_on_the_same_wifi_is_not(house: Served) -> None:
    await house.client.get("/")
    for number in range(10):
        await house.post(f"post {number}")
    answer = await house.client.post("/posts", json={"text": "one too many"}, headers=house.from_page)
    assert (answer.status_code, answer.json()["error"]["code"]) == (429, "pace")
    assert "Retry-After" in answer.headers
    house.client.cookies.clear()
    await house.client.get("/")
    await house.post("from the next seat")


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n\t ", "empty"), ("\u202e\u200b", "empty"), ("x" * (TEXT_MAX + 1), "long")]
)
async def test_what_cannot_be_shown_is_refused_with_the_words_kept_in_the_form(
    house: Served, text: str, code: str
) -> None:
    answer = await house.client.post("/posts", json={"text": text}, headers=house.from_page)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    form = await house.client.post(
        "/posts", data={"text": text, "name": "Row 14", "made": house.made}, headers=house.from_page
    )
    assert form.status_code == 422
    assert "Row 14" in form.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 9000, "application/json", 400),
        (b'{"text": "\xff"}', "application/json", 400),
        (b'{"text": 3}', "application/json", 400),
        (b"text=hello", "text/plain", 415),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 422),
        (b"text=%FF%FE", "application/x-www-form-urlencoded", 303),
    ],
)
async def test_a_broken_body_is_refused(house: Served, body: bytes, kind: str, status: int) -> None:
    answer = await house.client.post("/posts", content=body, headers={"Content-Type": kind} | house.from_page)
    assert answer.status_code == status


async def test_posts_sent_all_at_once_do_not_slip_through_the_pace(house: Served) -> None:
    await house.client.get("/")
    sending = (
        house.client.post("/posts", json={"text": f"post {number}"}, headers=house.from_page) for number in range(30)
    )
    answers = await asyncio.gather(*sending)
    assert sorted(answer.status_code for answer in answers) == [202] * 10 + [429] * 20


async def test_programs_without_a_phone_share_one_pace(house: Served) -> None:
    answers = [
        await house.client.post("/posts", json={"text": f"post {number}"}, headers=house.from_page)
        for number in range(12)
    ]
    assert [answer.status_code for answer in answers] == [202] * 10 + [429] * 2


@pytest.mark.parametrize("charset", ["unicode_escape", "undefined", "punycode", "utf-7"])
async def test_only_utf8_forms_are_read(house: Served, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="idem"\r\n\r\n\\ud800\r\n--x--\r\n'
    kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
    assert (await house.client.post("/posts", content=body, headers=kind | house.from_page)).status_code == 415
    await house.post("the floor is still open")


async def test_a_double_tap_without_javascript_posts_once(house: Served) -> None:
    page = (await house.client.get("/?tab=write")).text
    idem = page.partition('name="idem" value="')[2].partition('"')[0]
    for _ in range(2):
        form = {"text": "Twice", "idem": idem, "made": house.made}
        assert (await house.client.post("/posts", data=form, headers=house.from_page)).status_code == 303
    assert await queued(house) == ["Twice"]


async def test_many_phones_at_once_are_all_kept(house: Served) -> None:
    keys = await asyncio.gather(*(house.post(f"post {number}", idem=str(number)) for number in range(60)))
    assert len(set(keys)) == 60
    assert sorted(await queued(house)) == sorted(f"post {number}" for number in range(60))


async def test_a_nameless_poster_has_a_seat_in_the_hall(house: Served) -> None:
    await house.post("no name given")
    [post] = (await house.store.posts.page(Query(Status.QUEUED))).posts
    assert post.content.author.name == "Somebody in the hall"


async def test_a_conference_may_close_the_floor(tmp_path: Path) -> None:
    closed = made_config(tmp_path, sources=[{"network": "mastodon", "server": "http://127.0.0.1:9"}])
    async with served(closed) as quiet:
        answer = await quiet.client.post("/posts", json={"text": "hello"}, headers=quiet.from_page)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "closed")


async def test_a_phone_is_told_at_once_what_the_rules_made_of_its_post(tmp_path: Path) -> None:
    rules = {"blocked_words": ["spam"], "rules": [{"name": "hall", "verdict": "approve", "networks": ["floor"]}]}
    async with served(made_config(tmp_path, moderation=rules)) as house:
        told = {}
        for text in ("Welcome.", "Buy spam"):
            answer = await house.client.post("/posts", json={"text": text}, headers=house.from_page)
            told[text] = answer.json()["status"]
        assert told == {"Welcome.": "approved", "Buy spam": "held"}
        shown = (await house.client.get("/api/posts")).json()["posts"]
        assert [(post["text"], post["similar"]) for post in shown] == [("Welcome.", 0)]
        assert "rule" not in json.dumps(shown)


def test_phones_of_ipv4_that_come_to_a_socket_of_ipv6_are_not_one_place() -> None:
    seen = [
        address_of(Request({"type": "http", "headers": [], "client": (host, 1)}))
        for host in ("::ffff:192.0.2.7", "::ffff:192.0.2.8", "2001:db8::1", "2001:db8::2", "testclient")
    ]
    assert seen == ["192.0.2.7", "192.0.2.8", "2001:db8::/64", "2001:db8::/64", "testclient"]
