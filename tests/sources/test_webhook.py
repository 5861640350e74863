"""What a webhook believes, and what it reads out of a message."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks.webhooks
from hypothesis import given
from hypothesis import strategies as st

from backchannel.config import load
from backchannel.errors import Refusal, StartError
from backchannel.networks import NETWORKS
from backchannel.post import Content, Sighting
from backchannel.sources.webhook import POSTS_MAX, Webhook, WebhookSettings
from backchannel.web.openapi import DESCRIPTION
from backchannel.web.replies import Json
from backchannel.web.wire import post_json
from tests.made_up import MORNING
from tests.made_up import post as told_post
from tests.shared import fixtures
from tests.sources.hook_signing import NEXT_SECRET, SECRET, message, post, webhook
from tests.sources.mangling import mangled


def read(said: Any, message_id: str = "msg_1", **settings: Any) -> list[Sighting | str]:
    return webhook(**settings).read(said, message_id)


def content(said: dict[str, Any], **settings: Any) -> Content:
    [found] = read(said, **settings)
    assert isinstance(found, Sighting), found
    assert found.content is not None
    return found.content


def test_a_post_of_nothing_but_words_and_a_name_is_read() -> None:
    [found] = read(post())
    assert isinstance(found, Sighting)
    assert (found.network, found.id, found.ref, found.matched) == ("webhook", "crew/msg_1/0", "msg_1/0", ())
    assert found.content is not None
    assert (found.content.text, found.content.author.name) == ("Where is hall B?", "Ines Kowalczyk")


@pytest.mark.parametrize("said", [[post("a"), post("b")], {"posts": [post("a"), post("b")]}])
def test_a_message_may_bring_many_posts(said: object) -> None:
    assert [each.content.text for each in read(said) if isinstance(each, Sighting) and each.content] == ["a", "b"]


def test_a_line_of_a_recording_is_read_too() -> None:
    [found] = read({"after_s": 1, "kind": "gone", "post": {"network": "slack", "id": "7"}})
    assert found == Sighting("slack", "crew:7", None)


def test_no_more_posts_are_read_than_one_group_takes() -> None:
    assert len(read([post()] * POSTS_MAX)) == POSTS_MAX
    with pytest.raises(Refusal) as refused:
        read([post()] * (POSTS_MAX + 1))
    assert refused.value.status == 413


def test_names_of_posts_are_the_webhooks_own() -> None:
    said = [post(id="7"), post(id="msg_1/1"), post()]
    ids = [found.id for name in ("crew", "desk") for found in read(said, name=name) if isinstance(found, Sighting)]
    assert len(set(ids)) == len(ids) == 6


def test_authors_of_one_name_are_told_apart_by_an_id_that_nobody_is_shown() -> None:
    first, second = (content(post(name="By SMS") | {"author": {"name": "By SMS", "id": number}}) for number in "12")
    assert first.author.id != second.author.id
    assert (first.author.name, first.author.address, first.author.url) == ("By SMS", "", "")


@pytest.mark.parametrize("network", sorted(set(NETWORKS) - {"webhook"}))
def test_the_name_of_a_network_that_is_followed_by_itself_is_refused(network: str) -> None:
    assert read(post(network=network)) == [f"{network} is a network of its own here; name another one"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "it is no object with something in it"),
        (7, "it is no object with something in it"),
        (post(network="My Chat"), "its network is no word of small letters, such as slack"),
        (post(kind="liked"), "its kind is none of seen, edited, gone"),
        ({"text": "Hello"}, "the post has no author"),
        (post(" "), "the post is empty"),
        (post(kind="edited"), "a post that is edited needs its id"),
        ({"kind": "gone"}, "a post that is gone needs its id"),
        (post(id="x" * 2001), "the post's id is too long"),
        (post("Off the record #NoWall"), "the author opted out in the post"),
    ],
)
def test_what_is_no_post_is_refused_with_a_reason(said: object, reason: str) -> None:
    assert read(said) == [reason]


def test_nothing_that_is_excluded_comes_in() -> None:
    said = [post("Buy #spam"), post("Buy spam"), post("Me", author={"name": "A", "address": "@a@b.example"}), post()]
    found = read(said, exclude=("#spam", "buy spam", "@a@b.example"))
    assert [isinstance(each, Sighting) for each in found] == [False, False, False, True]
    assert found[0] == "the post is excluded by the settings"


def test_where_something_is_followed_only_that_comes_in() -> None:
    found = read(
        [post("Hello #pink11"), post("Lunch?"), post("help desk?")], hashtags=("pink11",), phrases=("help desk",)
    )
    assert [each if isinstance(each, str) else each.matched for each in found] == [
        ("#pink11",),
        "nothing in it is followed here",
        ("help desk",),
    ]


def test_an_edit_says_when_and_the_last_one_of_a_message_stands() -> None:
    early = content(post(id="7", kind="edited", edited_at="2026-11-17T08:00:00Z"))
    assert early.edited_at == datetime(2026, 11, 17, 8, tzinfo=UTC)
    first, second = read([post("a", id="7", kind="edited"), post("b", id="7", kind="edited")])
    assert isinstance(first, Sighting)
    assert isinstance(second, Sighting)
    assert first.content is not None
    assert second.content is not None
    assert first.content.edited_at == MORNING
    assert second.content.edited_at == MORNING + timedelta(microseconds=1)


def test_an_edit_that_is_not_wanted_only_changes_what_is_known_and_an_opt_out_takes_it_back() -> None:
    strayed, out = read(
        [post("No more", id="7", kind="edited"), post("#nowall", id="7", kind="edited")], hashtags=("pink11",)
    )
    assert isinstance(strayed, Sighting)
    assert isinstance(out, Sighting)
    assert (strayed.only_known, strayed.matched, out.is_gone) == (True, (), True)


def test_a_message_is_believed_whichever_of_the_two_secrets_signed_it() -> None:
    rotating = webhook({"OLD": SECRET, "NEW": NEXT_SECRET}, secrets_env=("OLD", "NEW"))
    sent = message(post())
    for secret in (SECRET, NEXT_SECRET):
        assert rotating.signed(sent.body, sent.headers(secret)) == sent.id
    assert not webhook().signed(sent.body, sent.headers(NEXT_SECRET))
    assert webhook({"SECRET": SECRET.removeprefix("whsec_").rstrip("=")}).signed(sent.body, sent.headers())


def test_svix_may_put_its_own_name_before_the_headers() -> None:
    sent = message(post())
    branded = {name.replace("webhook-", "svix-"): told for name, told in sent.headers().items()}
    assert webhook().signed(sent.body, branded) == sent.id
    assert not webhook().signed(sent.body, branded | {"webhook-id": "msg_2"})


headers = st.text(st.characters(max_codepoint=255)) | st.sampled_from(
    ["", "v1", "v1,", "v1,=", "v1,é", "nan", "inf", "-1"]
)


@given(st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), headers), st.binary())
def test_garbled_headers_and_bodies_are_no_signature(garbled: dict[str, str], body: bytes) -> None:
    sent = message(post())
    signed = sent.headers()
    assert not webhook().signed(body, signed | garbled)
    assert not webhook().signed(sent.body, signed | garbled) or signed | garbled == signed


@pytest.mark.parametrize(
    ("environ", "settings", "words"),
    [
        ({}, {"secrets_env": ()}, "has no secret; name a file that holds one in secrets_files"),
        ({}, {}, "secrets_env: the environment has no SECRET"),
        ({"SECRET": "whsec_not base64!"}, {}, "secrets_env: SECRET holds no secret of a webhook"),
        ({"SECRET": "whsec_ümlaut"}, {}, "secrets_env: SECRET holds no secret of a webhook"),
        ({"SECRET": "whsec_" + base64.b64encode(b"too short").decode()}, {}, "at least 24 random bytes"),
        ({"SECRET": SECRET}, {"name": "The Crew"}, "name: 'The Crew' can stand in no address"),
        ({"SECRET": SECRET}, {"secrets_files": ("a",)}, "secrets_files and secrets_env are both set"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(
    environ: dict[str, str], settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(StartError, match=r"^\[\[sources\]\] \(webhook\) ") as refused:
        webhook(environ, **settings)
    assert words in str(refused.value)
    assert environ.get("SECRET", "whsec_") not in str(refused.value)


def test_files_of_secrets_are_found_from_the_settings_folder(tmp_path: Path) -> None:
    (tmp_path / "crew.secret").write_text(SECRET + "\n")
    toml = '[[sources]]\nnetwork = "webhook"\nname = "crew"\nsecrets_files = ["crew.secret"]\n'
    (tmp_path / "config.toml").write_text(toml)
    [settings] = load(tmp_path / "config.toml", NETWORKS).sources
    assert isinstance(settings, WebhookSettings)
    sent = message(post())
    assert Webhook(settings, NETWORKS.keys(), clock=lambda: MORNING).signed(sent.body, sent.headers())


def test_three_secrets_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[[sources]]\nnetwork = "webhook"\nname = "crew"\nsecrets_env = ["A", "B", "C"]\n'
    )
    with pytest.raises(StartError, match="secrets_env"):
        load(tmp_path / "config.toml", NETWORKS)


WHOLE: dict[str, Any] = {"kind": "edited", "edited_at": "2026-11-17T09:05:00Z"} | post(
    id="1",
    network="slack",
    url="https://chat.example/1",
    language="en",
    media=[
        {
            "kind": "video",
            "url": "https://a.example/1.mp4",
            "alt": "A lake",
            "still": "https://a.example/1.jpg",
            "width": 640,
            "height": 480,
            "look": "L0",
        }
    ],
    warning="Soup",
    sensitive=True,
    reply_to={"name": "Noah", "address": "@noah"},
    posted_at="2026-11-17T09:00:00Z",
    author={
        "name": "Ines Kowalczyk",
        "address": "@ines",
        "url": "https://chat.example/ines",
        "avatar": "https://chat.example/ines.png",
        "id": "U1",
    },
)


def test_what_the_api_describes_of_a_post_that_is_handed_in_is_read() -> None:
    described = DESCRIPTION["components"]["schemas"]["HandedIn"]["properties"]
    assert described.keys() == WHOLE.keys()
    for name, inner in (("author", WHOLE["author"]), ("media", WHOLE["media"][0]), ("reply_to", WHOLE["reply_to"])):
        schema = described[name].get("items") or next(iter(described[name].get("anyOf", [described[name]])))
        assert schema["properties"].keys() == inner.keys()
    for name in described:
        assert read({each: said for each, said in WHOLE.items() if each != name}) != read(WHOLE), name
    [film] = content(WHOLE).media
    assert (film.look, film.still) == ("L0", "https://a.example/1.jpg")


def test_a_post_as_the_api_tells_it_can_be_handed_in() -> None:
    whole = content(WHOLE)
    told = json.loads(bytes(Json(post_json(told_post(content=whole), for_moderator=True)).body))
    handed_in = content(told | {"network": "slack"})
    assert handed_in == replace(whole, edited_at=None, author=replace(whole.author, id="crew:@ines"))


@given(mangled(st.sampled_from([WHOLE, [WHOLE, WHOLE], {"posts": [WHOLE]}, {"kind": "seen", "post": WHOLE}])))
def test_whatever_a_message_says_each_post_is_read_or_refused(said: object) -> None:
    for found in read(said):
        assert found if isinstance(found, str) else found.id.startswith(("crew:", "crew/"))


def test_the_vectors_of_the_specification_are_judged_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = json.loads(fixtures("webhooks", "standard-webhooks-vectors.json").read_text())
    for vector in vectors:
        at = vector["now"]

        class Then(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> "Then":
                return cls.fromtimestamp(at, tz)  # noqa: B023 (used within the round)

        monkeypatch.setattr(standardwebhooks.webhooks, "datetime", Then)
        believed = webhook({"SECRET": vector["secret"]}).signed(vector["payload"].encode(), vector["headers"])
        assert bool(believed) is vector["expect"], vector["name"]
