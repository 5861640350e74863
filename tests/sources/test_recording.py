"""A recording is played in its own time, survives broken lines, and goes on where it was."""

import asyncio
import json
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.errors import SourceError, StartError
from backchannel.post import Author, Media, ReplyTo, Sighting
from backchannel.sources.base import Batch
from backchannel.sources.recording import BATCH_MAX, LINE_MAX, Recording
from tests.made_up import MORNING
from tests.sources.mangling import mangled

pytestmark = pytest.mark.anyio
RECORDINGS = Path(__file__).parents[1] / "recordings"


class Time:
    """A monotonic clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """What time it is."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(round(seconds, 3))
        self.now += seconds


def line(text: str = "Hello #pink11", after_s: Any = 0, kind: str = "seen", **more: Any) -> str:
    post = {"network": "mastodon", "text": text, "author": {"name": "Ines Kowalczyk"}} | more
    return json.dumps({"after_s": after_s, "kind": kind, "post": post}, ensure_ascii=False)


def recording(folder: Path, *lines: str, speed: float = 1, played_by: Time | None = None) -> Recording:
    path = folder / "tiny.jsonl"
    path.write_bytes("\n".join(lines).encode(errors="surrogateescape"))
    return at(path, speed, played_by)


def at(path: Path, speed: float = 1, played_by: Time | None = None) -> Recording:
    played_by = played_by or Time()
    return Recording(path, speed, clock=lambda: MORNING, sleep=played_by.sleep, monotonic=played_by)


async def played(recording: Recording, cursor: str | None = None) -> list[Batch]:
    """Everything, from the cursor on, without the empty batch that says that it begins."""
    async with aclosing(recording.follow(cursor)) as following:
        batches = [batch async for batch in following]
    assert batches[0] == Batch()
    return batches[1:]


def texts(*batches: Batch) -> list[str]:
    return [each.content.text if each.content else "gone" for batch in batches for each in batch.sightings]


async def test_lines_are_played_in_their_time(tmp_path: Path) -> None:
    time = Time()
    lines = [line("a", 1), line("b", 1), line("c", 3.5), line("d", None), line("e", 2), line("f", 4)]
    batches = await played(recording(tmp_path, *lines, speed=2, played_by=time))
    assert [texts(batch) for batch in batches] == [["a", "b"], ["c", "d", "e"], ["f"]]
    assert time.slept == [0.5, 1.25, 0.25]
    assert [batch.cursor for batch in batches] == ["2", "5", "6"]


async def test_time_lost_on_the_way_is_made_up(tmp_path: Path) -> None:
    time = Time()
    lines = [line("a", 1), line("b", 2), line("c", 3), line("d", 9)]
    heard = []
    async with aclosing(recording(tmp_path, *lines, played_by=time).follow(None)) as following:
        async for batch in following:
            heard.append(texts(batch))
            time.now += 2.5 if batch.sightings else 0
    assert heard == [[], ["a"], ["b", "c"], ["d"]]


async def test_a_resumed_recording_plays_the_rest_at_once(tmp_path: Path) -> None:
    time = Time()
    lines = [line("a", 10), line("b", 500), line("c", 502)]
    batches = await played(recording(tmp_path, *lines, played_by=time), cursor="1")
    assert texts(*batches) == ["b", "c"]
    assert time.slept == [2.0]


@pytest.mark.parametrize("cursor", ["3", "99"])
async def test_a_recording_that_was_played_ends(tmp_path: Path, cursor: str) -> None:
    assert await played(recording(tmp_path, line(), line(), line()), cursor) == []


async def test_many_lines_that_are_due_together_come_in_batches(tmp_path: Path) -> None:
    batches = await played(recording(tmp_path, *[line(str(number)) for number in range(250)]))
    assert [len(batch.sightings) for batch in batches] == [BATCH_MAX, BATCH_MAX, 50]
    assert texts(*batches) == [str(number) for number in range(250)]


async def test_separators_inside_a_post_do_not_cut_its_line(tmp_path: Path) -> None:
    (batch,) = await played(recording(tmp_path, line("one\u2028two\u2029three\u0085four")))
    assert texts(batch) == ["one\ntwo\nthree\nfour"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('{"after_s": 1, "kind": "se', "line 2: it is no JSON"),
        ("[]", "line 2: it is no JSON object with something in it"),
        ("\udcff\udcfe", "line 2: it is no JSON"),
        ("[" * 100_000, "line 2: it nests more than 32 deep"),
        (line("x" * LINE_MAX), "line 2: it is longer than 256 kB"),
        (line(kind="liked"), "line 2: its kind is none of seen, edited, gone"),
        (line(network="My Net"), "line 2: the post names no network"),
        (line(network=None), "line 2: the post names no network"),
        (line(author={"name": "\u202e"}), "line 2: the post has no author"),
        (line(author="Ines"), "line 2: the post has no author"),
        (line(" \u200b "), "line 2: the post is empty"),
        (line(id="x" * 2001), "line 2: the post's id is too long"),
        (line(kind="gone"), "line 2: a post that is gone needs its id"),
        ('{"kind": "seen"}', "line 2: the post names no network"),
    ],
)
async def test_a_broken_line_is_refused_and_survived(tmp_path: Path, broken: str, reason: str) -> None:
    batches = await played(recording(tmp_path, line("before"), broken, line("after"), ""))
    assert texts(*batches) == ["before", "after"]
    assert [refused for batch in batches for refused in batch.refused] == [reason]
    assert batches[-1].cursor == "3"


async def test_blank_lines_count_and_are_no_trouble(tmp_path: Path) -> None:
    (batch,) = await played(recording(tmp_path, "", line("a"), "  \r", ""))
    assert (texts(batch), batch.refused, batch.cursor) == (["a"], (), "3")


async def test_a_post_is_read_whole_and_tame(tmp_path: Path) -> None:
    whole = line(
        "Hi\u202e @noah :blob: https://a.example #Pink11",
        network="bluesky",
        id="at://1",
        author={"name": " Ines\n ", "address": "@ines@a.example", "url": "https://a.example/ines", "avatar": "data:x"},
        url="https://a.example/1",
        language="de-CH",
        media=[{"kind": "image", "url": "https://a.example/i.png", "alt": "A cat", "width": 4, "height": 3}, "odd"],
        posted_at="2026-11-17T09:00:00+01:00",
        reply_to={"name": "noah", "address": "@noah@b.example"},
        warning="queues\n",
        sensitive=True,
    )
    ((sighting,),) = [batch.sightings for batch in await played(recording(tmp_path, whole))]
    assert (sighting.network, sighting.id) == ("bluesky", "at://1")
    content = sighting.content
    assert content is not None
    assert content.author == Author("Ines", "@ines@a.example", "https://a.example/ines", id="@ines@a.example")
    assert content.text == "Hi @noah :blob: https://a.example #Pink11"
    assert [span.value for span in content.spans] == ["@noah", "https://a.example", "pink11"]
    assert content.media == (Media("image", "https://a.example/i.png", "A cat", 4, 3),)
    assert content.posted_at == datetime(2026, 11, 17, 8, tzinfo=UTC)
    assert content.reply_to == ReplyTo("noah", "@noah@b.example")
    assert (content.url, content.language, content.warning, content.sensitive) == (
        "https://a.example/1",
        "de-CH",
        "queues",
        True,
    )


async def test_a_post_without_id_is_named_by_its_line(tmp_path: Path) -> None:
    (batch,) = await played(recording(tmp_path, line("a"), line("b")))
    assert [sighting.id for sighting in batch.sightings] == ["tiny.jsonl:1", "tiny.jsonl:2"]


async def test_edits_and_deletes_are_played(tmp_path: Path) -> None:
    lines = [
        line("b", kind="edited", id="1", posted_at="2026-11-17T09:30:00Z"),
        line("c", kind="edited", id="1"),
        line(kind="gone", id="1"),
    ]
    (batch,) = await played(recording(tmp_path, *lines))
    first, second, third = batch.sightings
    assert first.content is not None
    assert second.content is not None
    assert first.content.edited_at == datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
    assert second.content.edited_at == MORNING
    assert third == Sighting("mastodon", "1", None)


@pytest.mark.parametrize("name", ["none.jsonl", "."])
def test_a_recording_that_is_not_there_stops_the_start(tmp_path: Path, name: str) -> None:
    with pytest.raises(StartError, match=r"cannot be read .*; name another file with --recording"):
        at(tmp_path / name)


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_a_speed_must_be_above_zero(tmp_path: Path, speed: float) -> None:
    with pytest.raises(StartError, match="at a speed above 0"):
        recording(tmp_path, speed=speed)


async def test_a_recording_that_vanishes_is_trouble_of_the_source(tmp_path: Path) -> None:
    vanishing = recording(tmp_path, line())
    (tmp_path / "tiny.jsonl").unlink()
    with pytest.raises(SourceError, match="can no longer be read"):
        await played(vanishing)


async def test_the_recordings_of_the_tree_are_whole() -> None:
    for path in sorted(RECORDINGS.glob("*.jsonl")):
        batches = await played(at(path, speed=1000))
        assert [refused for batch in batches for refused in batch.refused] == [], path.name
        assert len(texts(*batches)) == sum(bool(raw.strip()) for raw in path.read_bytes().split(b"\n"))


async def test_whatever_stands_in_a_line_it_is_played_or_refused(tmp_path: Path) -> None:
    lines: list[str] = []

    @settings(max_examples=60)
    @given(mangled(st.sampled_from([json.loads(line("a", 1)), json.loads(line("b", 2, "edited", id="1"))])))
    def collect(said: Any) -> None:
        lines.append(json.dumps(said))

    await asyncio.to_thread(collect)
    batches = await played(recording(tmp_path, *lines))
    assert sum(len(batch.sightings) + len(batch.refused) for batch in batches) == len(lines)
