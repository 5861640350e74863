from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.http11 import Request
from websockets.streams import StreamReader

from backchannel.web.head import Head, head_of

FIELDS: Final = {
    "Host": "pink11.example",
    "Connection": "keep-alive, Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def read(first: str = "GET /feed/phone?epoch=e&since=3 HTTP/1.1", /, **changed: str | None) -> Head | None:
    """A head with some fields changed, or left out by None."""
    fields: Mapping[str, str | None] = FIELDS | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value is not None]
    return head_of("\r\n".join([first, *lines, "", ""]).encode("latin-1"), {"scheme": "ws"})


def test_a_plain_head_is_read() -> None:
    head = read(Cookie="device=ines; language=de", Origin="https://pink11.example")
    assert head is not None
    assert (head.path, dict(head.query_params)) == ("/feed/phone", {"epoch": "e", "since": "3"})
    assert head.cookies == {"device": "ines", "language": "de"}
    assert head.headers["origin"] == "https://pink11.example"
    assert b"sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in head.accepted
    assert b"permessage-deflate" not in head.accepted


@pytest.mark.parametrize(
    "first",
    [
        "POST /feed/phone HTTP/1.1",
        "GET /feed/phone HTTP/1.0",
        "GET /feed/screen HTTP/1.1",
        "GET /feed/phone/ HTTP/1.1",
        "GET /feed/phone#part HTTP/1.1",
        "GET  /feed/phone HTTP/1.1",
        "GET http://pink11.example/feed/phone HTTP/1.1",
        "GET /feed/phone?name=\xe4 HTTP/1.1",
        "GET /feed/phone HTTP/1.1\r\n folded: line",
        "GET /feed/phone HTTP/1.1\r\nhost: another.example",
        "GET /feed/phone HTTP/1.1\r\nbad name: x",
        "GET /feed/phone HTTP/1.1\r\nbare: a\nb",
        "GET /feed/phone HTTP/1.1\r\nnull: a\0b",
    ],
)
def test_a_request_that_is_out_of_the_ordinary_goes_the_long_way(first: str) -> None:
    assert read(first) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"Host": None},
        {"Connection": "keep-alive"},
        {"Upgrade": "h2c"},
        {"Sec_WebSocket_Version": "8"},
        {"Sec_WebSocket_Key": "short"},
        {"Sec_WebSocket_Key": None},
        {"Content_Length": "0"},
        {"Transfer_Encoding": "chunked"},
        {"Expect": "100-continue"},
    ],
)
def test_a_handshake_that_is_out_of_the_ordinary_goes_the_long_way(changed: dict[str, str | None]) -> None:
    assert read(**changed) is None


@given(cut=st.integers(0, 170))
def test_a_head_that_is_not_whole_is_not_read(cut: int) -> None:
    lines = [f"{name}: {value}" for name, value in FIELDS.items()]
    whole = "\r\n".join(["GET /feed/phone HTTP/1.1", *lines, "", ""]).encode()
    assert head_of(whole, {}) is not None
    assert head_of(whole[:cut], {}) is None
    assert head_of(whole + b"x", {}) is None


@given(names=st.lists(st.text("-!aZ9", min_size=1, max_size=6), unique_by=str.lower, max_size=4), data=st.data())
def test_fields_are_read_as_the_websockets_package_reads_them(names: list[str], data: st.DataObject) -> None:
    words = st.text(st.characters(min_codepoint=33, max_codepoint=126) | st.just(" "), max_size=20)
    told = {name: data.draw(words) for name in names}
    head = read(**told)
    lines = [f"{name}: {value}" for name, value in {**FIELDS, **told}.items()]
    reader = StreamReader()
    reader.feed_data("\r\n".join(["GET /feed/phone HTTP/1.1", *lines, "", ""]).encode())
    parsing = Request.parse(reader.read_line)
    with pytest.raises(StopIteration) as parsed:
        next(parsing)
    theirs = {name.lower(): value for name, value in parsed.value.value.headers.raw_items()}
    assert head is not None
    assert dict(head.headers) == theirs


@pytest.mark.parametrize(
    ("offered", "is_pressed"),
    [
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate; server_max_window_bits=10", False),
        ("permessage-deflate; server_max_window_bits=10, permessage-deflate", True),
        ("x-other", False),
    ],
)
def test_messages_are_pressed_in_a_form_that_can_be_shared_or_not_at_all(offered: str, is_pressed: bool) -> None:
    head = read(Sec_WebSocket_Extensions=offered)
    assert head is not None
    assert head.can_inflate is is_pressed
    assert (b"sec-websocket-extensions: permessage-deflate" in head.accepted) is is_pressed
