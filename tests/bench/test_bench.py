"""The benches run; what they measure is nobody's promise."""

import math
from collections.abc import Callable

import pytest

from tests.bench import jetstream
from tests.bench.besieged import besiege
from tests.bench.sayings import SAYINGS


def test_frames_are_told_apart_from_memory_and_through_a_socket(capsys: pytest.CaptureFixture[str]) -> None:
    assert jetstream.main(["--frames", "600", "--runs", "1"]) == 0
    told = capsys.readouterr().out
    assert told.count(jetstream.OURS) == told.count(jetstream.DECODING) == 2
    assert f"SKIPPED: {jetstream.PACKAGE}" in told


async def test_a_burst_is_queued_whole() -> None:
    siege = await besiege("different", 60, 0.2, bursts=1, warm=5, rest_s=0)
    assert (siege.queued, siege.copies) == (65, 0)
    assert siege.late_max_ms >= siege.late_p99_ms
    assert all(size > 0 or math.isnan(size) for size in siege.memory)


@pytest.mark.parametrize("saying", SAYINGS.values())
def test_a_crowd_says_the_same_every_time_and_nobody_misses_the_hashtag(saying: Callable[[int], str]) -> None:
    said = [saying(number) for number in range(50)]
    assert said == [saying(number) for number in range(50)]
    assert all("#pink11" in text for text in said)
