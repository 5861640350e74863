"""Where people come from is nobody's business: addresses are written down nowhere."""

import logging
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.served import made_config, served

SEEN = "203.0.113.77"


def written(folder: Path) -> tuple[bool, list[str]]:
    """Whether there is any file at all, and in which the address stands."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return bool(files), [file.name for file in files if SEEN.encode() in file.read_bytes()]


async def test_no_address_of_a_phone_is_written_down(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as lines:
        await come(tmp_path)
    assert SEEN not in caplog.text
    assert SEEN not in str(lines)
    assert "invitation refused" in str(lines)


async def come(tmp_path: Path) -> None:
    config = made_config(tmp_path, server={"port": 0, "trusted_proxies": ["127.0.0.1"]})
    async with served(config) as house:
        came = house.from_page | {"X-Forwarded-For": SEEN, "Cookie": "device=phone"}
        for address in ("/", "/?tab=write", "/nowhere", "/api/sources", "/posts/mine.json"):
            await house.client.get(address, headers=came)
        for number in range(12):  # the last ones are refused
            await house.client.post("/posts", json={"text": f"Hello {number}"}, headers=came)
        await house.client.post("/posts", data={"text": "by form", "made": house.made}, headers=came)
        await house.client.post("/join", data={"invitation": "wrong"}, headers=came)
        assert written(tmp_path) == (True, [])
