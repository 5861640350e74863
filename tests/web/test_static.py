import gzip
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient

from backchannel.web.static import Static

WORDS = 'export const words = "a script";\n' * 40


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[AsyncClient]:
    (tmp_path / "words.js").write_text(WORDS)
    (tmp_path / "letters.woff2").write_bytes(b"\x00wOF2" * 400)
    transport = ASGITransport(app=Static(tmp_path))
    async with AsyncClient(transport=transport, base_url="http://hall.example") as client:
        yield client


async def test_words_are_sent_small_and_asked_for_again_only_when_they_changed(
    client: AsyncClient, tmp_path: Path
) -> None:
    first = await client.get("/words.js")
    assert first.text == WORDS
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) == len(gzip.compress(WORDS.encode(), mtime=0)) < len(WORDS) / 10
    assert (first.headers["cache-control"], first.headers["vary"]) == ("no-cache", "Accept-Encoding")
    assert first.headers["content-type"].partition(";")[0] == "text/javascript"
    asked_again = {"If-None-Match": first.headers["etag"]}
    again = await client.get("/words.js", headers=asked_again)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    (tmp_path / "words.js").write_text("export const other = 1;\n")
    changed = await client.get("/words.js", headers=asked_again)
    assert (changed.status_code, changed.text) == (200, "export const other = 1;\n")


async def test_who_cannot_unpress_gets_the_words_as_they_stand(client: AsyncClient) -> None:
    plain = await client.get("/words.js", headers={"Accept-Encoding": "identity"})
    assert (plain.text, plain.headers.get("content-encoding")) == (WORDS, None)
    assert plain.headers["cache-control"] == "no-cache"


async def test_what_is_small_already_is_not_pressed_again(client: AsyncClient) -> None:
    font = await client.get("/letters.woff2")
    assert font.headers.get("content-encoding") is None
    assert len(font.content) == 2000


async def test_a_part_of_a_file_and_its_headers_alone_can_be_asked_for(client: AsyncClient) -> None:
    part = await client.get("/words.js", headers={"Range": "bytes=0-5"})
    assert (part.status_code, part.content) == (206, b"export")
    head = await client.head("/words.js")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(WORDS)))
