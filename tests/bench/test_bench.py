"""The benches run; what they measure is nobody's promise."""

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import contest, disguises, hours, jetstream, rules, table, viewers
from tests.bench.besieged import besiege
from tests.bench.sayings import SAYINGS
from tests.provision import CI


def test_frames_are_told_apart_from_memory_and_through_a_socket(capsys: pytest.CaptureFixture[str]) -> None:
    assert jetstream.main(["--frames", "600", "--runs", "1"]) == 0
    told = capsys.readouterr().out
    assert told.count(jetstream.OURS) == told.count(jetstream.DECODING) == 2
    assert f"SKIPPED: {jetstream.PACKAGE}" in told


def test_rules_are_measured_beside_loops(capsys: pytest.CaptureFixture[str]) -> None:
    assert rules.main(["--rules", "20", "--posts", "30", "--runs", "1"]) == 0
    assert rules.OURS in capsys.readouterr().out


def test_disguises_are_measured_by_kind() -> None:
    shares = disguises.caught(disguises.WORDS[:5], each=1, seed=1)
    assert shares.keys() == disguises.ways().keys()
    assert shares["case"] == 1


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


@pytest.mark.skipif(not (CI or shutil.which("gcc")), reason="NO GCC FOUND: the load client in C is not built")
def test_viewers_are_told_beside_the_yardstick_in_c(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    history = tmp_path / "history.jsonl"
    python_and_c = {name: each for name, each in contest.CONTESTANTS.items() if name in {contest.BARE, contest.OURS}}
    monkeypatch.setattr(viewers, "CONTESTANTS", python_and_c)
    assert (
        viewers.main(
            ["--viewers", "20", "--sizes", "600", "--rounds", "1", "--messages", "2", "--history", str(history)]
        )
        == 0
    )
    told = capsys.readouterr().out
    assert f"\n{contest.OURS}" in told
    assert f"beside {contest.BARE}" in told
    [kept] = map(json.loads, history.read_text().splitlines())
    assert {"name", "value", "unit", "goal", "met"} == set(kept["rows"][0])


def test_a_goal_that_is_missed_is_told() -> None:
    figures = {"last_ms_med": 10.0, "srv_us_per_delivery": 2.0, "rss_kib_per_conn": 5.0, "conn_per_s": 3000.0}
    rows = viewers.rows_of(10_000, 600, {contest.OURS: figures, contest.BARE: figures | {"last_ms_med": 8.0}})
    assert [row.met for row in rows] == [False, True, False, True]
    told = table.markdown(rows, rounds=3)
    assert "| 1.25 × | ≤ 1.2 | **missed** |" in told
    assert "| 3,000.00 1/s | ≥ 2,000 | met |" in told


def test_readme_has_one_place_for_the_table() -> None:
    readme = table.README.read_text(encoding="utf-8")
    assert readme.count(table.BEGINS) == readme.count(table.ENDS) == 1
    assert readme.index(table.BEGINS) < readme.index(table.ENDS)


def test_memory_that_grows_is_told_from_noise() -> None:
    slope, noise = hours.slope_of([100, 102, 104.1, 105.9, 108])
    assert slope == pytest.approx(2, abs=0.05)
    assert slope > 2 * noise
    slope, noise = hours.slope_of([100, 101, 99.5, 100.8, 99.9])
    assert abs(slope) <= 2 * noise
