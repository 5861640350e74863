"""Posts that other programs hand in, over a real server, signed by PyPI's package."""

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from httpx2 import Response
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.post import Post, Status
from backchannel.store.base import Query
from tests.provision import CI
from tests.served import Served, made_config, served
from tests.sources.hook_signing import NEXT_SECRET, SECRET, Message, message, post

README = Path(__file__).parents[2] / "README.md"
HOOK = {"network": "webhook", "name": "crew", "secrets_env": ["OLD_SECRET", "NEW_SECRET"]}
DESK = {"network": "webhook", "name": "desk", "secrets_env": ["OLD_SECRET"]}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLD_SECRET", SECRET)
    monkeypatch.setenv("NEW_SECRET", NEXT_SECRET)


@asynccontextmanager
async def opened(folder: Path, **more: Any) -> AsyncGenerator[Served]:
    async with served(made_config(folder, **{"sources": [{"network": "floor"}, HOOK, DESK]} | more)) as house:
        yield house


@pytest.fixture
async def hooked(tmp_path: Path) -> AsyncGenerator[Served]:
    async with opened(tmp_path) as house:
        yield house


async def send(house: Served, sent: Message, to: str = "crew", **changed: Any) -> Response:
    return await house.client.post(f"/hooks/{to}", content=sent.body, headers=sent.headers() | changed)


async def handed_in(house: Served, said: Any, message_id: str = "msg_1") -> list[str]:
    answer = await send(house, message(said, message_id))
    assert answer.status_code == 202, answer.text
    keys: list[str] = answer.json()["keys"]
    return keys


async def queued(house: Served) -> list[str]:
    return [each.content.text for each in (await house.store.posts.page(Query(Status.QUEUED, limit=200))).posts]


async def found(house: Served, key: str) -> Post:
    kept = await house.store.posts.find(key)
    assert kept is not None
    return kept


async def test_a_signed_post_is_on_disk_and_waits_for_a_person_when_it_is_answered(hooked: Served) -> None:
    answer = await send(hooked, message(post("Where is hall B?", network="slack")))
    assert answer.status_code == 202
    [key] = answer.json()["keys"]
    assert answer.json() == {"keys": [key], "refused": []}
    assert key.startswith("slack:")
    assert await queued(hooked) == ["Where is hall B?"]
    assert (await hooked.client.get("/api/posts")).json()["posts"] == []


async def test_neither_cookie_nor_origin_is_asked_for_nor_believed(hooked: Served) -> None:
    assert (await send(hooked, message(post()), Origin="https://n8n.example")).status_code == 202
    headers = {"Content-Type": "application/json"} | await hooked.badge() | hooked.from_page
    assert (await hooked.client.post("/hooks/crew", json=post(), headers=headers)).status_code == 401


async def test_both_secrets_of_a_rotation_sign(hooked: Served) -> None:
    for number, secret in enumerate((SECRET, NEXT_SECRET)):
        sent = message(post(f"post {number}"), f"msg_{number}")
        answer = await hooked.client.post("/hooks/crew", content=sent.body, headers=sent.headers(secret))
        assert answer.status_code == 202
    sent = message(post(), "msg_3")
    assert (
        await hooked.client.post("/hooks/desk", content=sent.body, headers=sent.headers(NEXT_SECRET))
    ).status_code == 401


async def test_an_old_message_is_refused_and_one_from_the_future(hooked: Served) -> None:
    sent = message(post())
    for seconds in (-330, 330):
        at = datetime.now(UTC) + timedelta(seconds=seconds)  # noqa: TID251 (the package asks the real clock)
        answer = await hooked.client.post("/hooks/crew", content=sent.body, headers=sent.headers(at=at))
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signature")
    assert await queued(hooked) == []


async def test_malformed_headers_are_no_signature(hooked: Served) -> None:
    wrong = {
        "webhook-signature": ["v1,AAAA", "v1", "v1,not base64", "v1,a,b", "v1 v1", "v1," * 500, ""],
        "webhook-timestamp": ["yesterday", "nan", "1e99", ""],
        "webhook-id": ["msg_2", ""],
    }
    for name, values in wrong.items():
        for value in values:
            assert (await send(hooked, message(post()), **{name: value})).status_code == 401, (name, value)
    for garbled in (b"\xff\xfe", b"v1,\xc3\xa9"):
        headers = {name.encode(): value.encode() for name, value in message(post()).headers().items()}
        headers[b"webhook-signature"] = garbled
        answer = await hooked.client.post("/hooks/crew", content=message(post()).body, headers=headers)
        assert answer.status_code == 401
    assert await queued(hooked) == []


async def test_a_body_that_was_changed_on_the_way_is_refused_and_counted_for_the_moderator(hooked: Served) -> None:
    headers = message(post()).headers()
    for body in (message(post("other words")).body, b"\xff\xfe", b""):
        assert (await hooked.client.post("/hooks/crew", content=body, headers=headers)).status_code == 401
    await handed_in(hooked, post())  # is taken after what was refused before it
    told = (await hooked.client.get("/api/sources", headers=await hooked.badge())).json()["sources"]
    crew = next(each for each in told if each["name"] == "webhook:crew")
    assert crew["refused"] == {"a message was not signed as it should be": 3}
    assert crew["received"] == 1


async def test_the_same_message_again_has_the_same_answer_and_changes_nothing(hooked: Served) -> None:
    said = {"posts": [post("a"), post("b", id="7"), {"text": "nobody's"}]}
    sent = message(said)
    answers = [(await send(hooked, sent)).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["refused"] == [{"at": 2, "reason": "the post has no author"}]
    assert await queued(hooked) == ["a", "b"]


async def test_a_message_that_comes_many_times_at_once_brings_its_posts_once(hooked: Served) -> None:
    answers = await asyncio.gather(*(send(hooked, message(post())) for _ in range(10)))
    assert {tuple(answer.json()["keys"]) for answer in answers} == {tuple(answers[0].json()["keys"])}
    assert await queued(hooked) == ["Where is hall B?"]


async def test_a_restart_forgets_no_message(tmp_path: Path) -> None:
    first, edit = message(post("Helo", id="7")), message(post("Hello", id="7", kind="edited"), "msg_2")
    async with opened(tmp_path) as house:
        [key] = (await send(house, first)).json()["keys"]
        await send(house, edit)
        await house.decide("approve", key)
    async with opened(tmp_path) as house:
        later = datetime.now(UTC) + timedelta(seconds=2)  # noqa: TID251 (the package asks the real clock)
        for sent in (first, edit):
            again = await house.client.post("/hooks/crew", content=sent.body, headers=sent.headers(at=later))
            assert again.json() == {"keys": [key], "refused": []}
        kept = await found(house, key)
        assert (kept.status, kept.content.text) == (Status.APPROVED, "Hello")


async def test_an_edit_that_comes_again_does_not_undo_a_later_one(hooked: Served) -> None:
    [key] = await handed_in(hooked, post("a", id="7"), "msg_1")
    await handed_in(hooked, post("b", id="7", kind="edited"), "msg_2")
    await handed_in(hooked, post("c", id="7", kind="edited"), "msg_3")
    await handed_in(hooked, post("b", id="7", kind="edited"), "msg_2")
    assert (await found(hooked, key)).content.text == "c"


async def test_a_post_is_edited_and_deleted_by_its_id(hooked: Served) -> None:
    [key] = await handed_in(hooked, post("Helo", id="7", network="slack"), "msg_1")
    await hooked.decide("approve", key)
    assert await handed_in(hooked, post("Hello", id="7", network="slack", kind="edited"), "msg_2") == [key]
    edited = await found(hooked, key)
    assert (edited.status, edited.content.text) == (Status.QUEUED, "Hello")
    assert await handed_in(hooked, {"kind": "gone", "id": "7", "network": "slack"}, "msg_3") == [key]
    assert (await found(hooked, key)).status is Status.GONE
    await handed_in(hooked, post("Back", id="7", network="slack"), "msg_4")
    assert (await found(hooked, key)).status is Status.GONE


async def test_one_webhook_cannot_reach_the_posts_of_another_nor_of_a_network(hooked: Served) -> None:
    [key] = await handed_in(hooked, post("mine", id="7"))
    theirs = await send(hooked, message({"kind": "gone", "id": "7"}), to="desk")
    assert theirs.json()["keys"] != [key]
    assert (await found(hooked, key)).status is Status.QUEUED
    typed = await hooked.post("typed in the hall")
    answer = await send(hooked, message({"kind": "gone", "id": "7", "network": "floor"}, "msg_2"))
    assert (answer.status_code, answer.json()["refused"][0]["at"]) == (400, 0)
    assert (await found(hooked, typed)).status is Status.QUEUED


async def test_rules_judge_what_webhooks_bring(tmp_path: Path) -> None:
    rules = {"blocked_words": ["spam"], "rules": [{"name": "crew", "verdict": "approve", "networks": ["slack"]}]}
    async with opened(tmp_path, moderation=rules) as house:
        keys = await handed_in(house, [post("Doors open", network="slack"), post("Buy spam", network="slack")])
        assert [(await found(house, key)).status for key in keys] == [Status.APPROVED, Status.HELD]


async def test_what_is_excluded_or_not_followed_is_told_and_is_no_mistake(tmp_path: Path) -> None:
    hook = HOOK | {"hashtags": ["pink11"], "exclude": ["#spam"]}
    async with opened(tmp_path, sources=[hook]) as house:
        answer = await send(house, message([post("#pink11 #spam"), post("Lunch?")]))
        assert (answer.status_code, answer.json()) == (
            202,
            {
                "keys": [],
                "refused": [
                    {"at": 0, "reason": "the post is excluded by the settings"},
                    {"at": 1, "reason": "nothing in it is followed here"},
                ],
            },
        )


async def test_what_brings_no_post_is_refused(hooked: Served) -> None:
    wrong = {
        400: [b"", b"{", b"[" * 9000, b'"\\ud800"', b"null", b"[]", b'{"posts": []}', b'[{"text": "nobody"}, 7]'],
        413: [
            b"[" + b",".join([b'{"text":"a","author":{"name":"b"}}'] * 101) + b"]",
            b'{"text": "' + b"x" * 300_000 + b'"}',
        ],
    }
    for status, bodies in wrong.items():
        for body in bodies:
            answer = await send(hooked, Message("msg_1", body))
            assert answer.status_code == status, body[:40]
            assert "html" not in answer.headers["content-type"]


async def test_a_hundred_posts_are_taken_together(hooked: Served) -> None:
    assert len(set(await handed_in(hooked, [post(f"post {number}") for number in range(100)]))) == 100
    assert len(await queued(hooked)) == 100


async def test_an_unknown_webhook_another_type_and_a_long_id_are_refused(hooked: Served) -> None:
    assert (await send(hooked, message(post()), to="nobody")).status_code == 404
    assert (await send(hooked, message(post()), **{"Content-Type": "text/plain"})).status_code == 415
    assert (await send(hooked, message(post(), "x" * 201))).status_code == 400
    assert (await hooked.client.get("/hooks/crew")).status_code == 405


async def test_a_sender_is_told_to_come_again_where_the_store_takes_nothing(
    hooked: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backchannel.web.hooks.KEPT_WITHIN_S", 0.0)
    answer = await send(hooked, message(post()))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "busy")
    assert "Retry-After" in answer.headers


async def test_a_card_names_the_network_that_the_sender_named(hooked: Served) -> None:
    keys = await handed_in(hooked, [post("a", network="sms"), post("b"), post("c", network="discord")])
    await hooked.decide("approve", *keys)
    page = (await hooked.client.get("/")).text
    for network, word in {"sms": "SMS", "webhook": "Chat", "discord": "Discord"}.items():
        assert f'data-network="{network}">{word}<' in page


async def test_the_example_of_the_readme_works_as_it_stands(hooked: Served, tmp_path: Path) -> None:
    if missing := [program for program in ("bash", "curl", "openssl") if which(program) is None]:
        (pytest.fail if CI else pytest.skip)(f"README's example needs {', '.join(missing)}")
    [example] = [part for part in README.read_text().split("```") if part.startswith("\nHOOK=")]
    (tmp_path / "crew.secret").write_text(SECRET + "\n")
    script = example.replace("http://127.0.0.1:8011", hooked.url)
    running = await asyncio.create_subprocess_exec("bash", "-c", script, cwd=tmp_path, stdout=PIPE, stderr=PIPE)
    answer, _ = await running.communicate()
    assert json.loads(answer)["refused"] == []
    assert await queued(hooked) == ["Where is hall B?"]


leaves = st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["seen", "gone", "slack", "floor"])
said: st.SearchStrategy[Any] = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["posts", "post", "kind", "id", "network", "text", "author", "name"]), inner)
    ),
    max_leaves=12,
)
bent = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["kind", "id", "network", "text", "author", "media", "edited_at"], said)
).map(lambda more: post() | more)


async def test_no_body_breaks_the_server(hooked: Served) -> None:
    sent: list[Message] = []

    @settings(max_examples=40)
    @given(bent | st.lists(bent, max_size=3) | said)
    def collect(body: Any) -> None:
        sent.append(message(body, f"msg_{len(sent)}"))

    await asyncio.to_thread(collect)
    statuses = {(await send(hooked, each)).status_code for each in sent}
    assert 202 in statuses
    assert statuses <= {202, 400}
