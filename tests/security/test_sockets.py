"""Whatever comes in by a socket, the server lives, remembers nothing of it, and everybody else is served.

`python -m tests.security.fuzz` is the long form: ten thousand frames.
"""

import gc
import logging
import tracemalloc

import pytest
from structlog.testing import capture_logs

from tests.security.fuzz import Storm
from tests.served import Served

SHORT = 300


async def test_frames_of_every_kind_end_a_socket_at_most(house: Served, caplog: pytest.LogCaptureFixture) -> None:
    storm = Storm(house, seed=11)
    await storm.rage(SHORT // 3)  # so that what is made once is there
    tracemalloc.start()
    try:
        with capture_logs() as lines:
            await storm.rage(SHORT)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert grown < 3 * 1024 * 1024, grown
    assert storm.sent >= SHORT
    assert storm.closed, "nothing was refused: the storm is no storm"
    assert storm.closed.keys() <= {1000, 1001, 1002, 1003, 1006, 1007, 1008, 1009}
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []
    assert (await house.client.get("/healthz")).status_code == 200
    async with house.feed("/feed/screen") as feed:
        assert (await feed.frame("hello"))["op"] == "hello"
