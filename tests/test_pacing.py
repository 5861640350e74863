"""Promises of pacing: nothing is shown too short, nothing vanishes, the order of approval is kept, calm is calm."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from backchannel.direction import directed
from backchannel.lineup import ARCHIVE_MAX, Entry, Lineup
from backchannel.pacing import (
    CALM_EVERY_S,
    FLOOR_S,
    WAITING_MAX,
    Pace,
    dwell_s,
    floor_s,
    pace_of,
    stay_s,
    upcoming,
)
from backchannel.sponsor import NO_SPONSORS, Rota
from backchannel.stage import NEXT_MAX, ON_AIR_MAX, PLACES, WITHOUT_POSTS, Layout, Panic, Relief, Stage
from tests.made_up import MORNING


def after(seconds: float) -> datetime:
    return MORNING + timedelta(seconds=seconds)


def entry(number: int, dwell: float = 6.0) -> Entry:
    return Entry(f"post {number}", number, dwell)


@dataclass
class Room:
    """A hall in which time passes. `waits` tells when each post was put on air, and when it left the sure places."""

    stage: Stage = field(default_factory=lambda: Stage("main"))
    lineup: Lineup = field(default_factory=Lineup)
    now: datetime = MORNING
    due: datetime | None = None
    first_seen: list[str] = field(default_factory=list)
    came: dict[str, datetime] = field(default_factory=dict)
    stays: list[tuple[str, float]] = field(default_factory=list)
    aged_out: list[str] = field(default_factory=list)
    changes: list[datetime] = field(default_factory=list)
    dwells: dict[str, float] = field(default_factory=dict)
    rota: Rota = NO_SPONSORS

    def approve(self, number: int, dwell: float = 6.0) -> None:
        self.approve_together({number: dwell})

    def approve_together(self, dwells: Mapping[int, float]) -> None:
        """What was approved before the director looked again."""
        for number, dwell in dwells.items():
            self.dwells[f"post {number}"] = dwell
            self.lineup = self.lineup.received(entry(number, dwell))
        self.look()

    def withdraw(self, key: str) -> None:
        self.came.pop(key, None)
        self.lineup = self.lineup.dropped(key)
        self.stage = self.stage.without({key})
        self.look()

    def pass_by(self, seconds: float) -> None:
        until = self.now + timedelta(seconds=seconds)
        while self.due is not None and self.due <= until:
            self.now = max(self.due, self.now)
            self.look()
        self.now = until
        self.look()

    def look(self) -> None:
        for _ in range(3):
            direction = directed(self.stage, self.lineup, self.now, self.rota)
            self.due = direction.due
            if direction.stage == self.stage:
                return
            self._note(direction.stage, direction.turn.aged_out if direction.turn else ())
            self.stage, self.lineup = direction.stage, direction.lineup
        raise AssertionError("the director does not come to rest")

    def _note(self, turned: Stage, aged_out: tuple[str, ...]) -> None:
        self.aged_out += aged_out
        if (turned.on_air, turned.layout) == (self.stage.on_air, self.stage.layout):
            return
        self.changes.append(self.now)
        sure = turned.on_air[: PLACES[turned.layout]]
        for key in [key for key in self.came if key not in sure]:
            self.stays.append((key, (self.now - self.came.pop(key)).total_seconds()))
        for key in reversed(sure):
            self.came.setdefault(key, self.now)
            if key not in self.first_seen:
                self.first_seen.append(key)


# What happens: so many posts are approved with these dwells, time passes, or something on air or waiting is withdrawn.
BURST = 12  # more than so many come at once
DWELLS = st.sampled_from([6.0, 6.0, 9.5, 20.0])
STEPS = st.lists(
    st.one_of(
        st.lists(DWELLS, min_size=1, max_size=BURST),
        st.lists(DWELLS, min_size=60, max_size=150),
        st.floats(0.1, 90),
        st.just(None),
    ),
    max_size=14,
)
MODEST = settings(
    max_examples=settings().max_examples * 3 // 10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes longer than a test may; failures are short
)
LAYOUTS = st.sampled_from([layout for layout in Layout if layout not in WITHOUT_POSTS])


def played(steps: list[list[float] | float | None], layout: Layout, *, calm: bool = False) -> tuple[Room, list[str]]:
    """A room after these steps, and what was withdrawn in it."""
    room, approved, withdrawn = Room(Stage("main", layout=layout, calm=calm)), 0, []
    for step in steps:
        if isinstance(step, list):
            numbered = [*enumerate(step, approved + 1)]
            approved += len(step)
            together = len(step) if len(step) > BURST else 1
            for first in range(0, len(step), together):
                room.approve_together(dict(numbered[first : first + together]))
        elif step is None:
            for key in [*room.stage.on_air[:1], *(each.key for each in room.lineup.waiting[-1:])]:
                withdrawn.append(key)
                room.withdraw(key)
        else:
            room.pass_by(step)
    return room, withdrawn


@MODEST
@given(STEPS, LAYOUTS, st.booleans())
def test_nothing_is_shown_for_less_than_its_floor(
    steps: list[list[float] | float | None], layout: Layout, calm: bool
) -> None:
    room, _ = played(steps, layout, calm=calm)
    for key, stayed in room.stays:
        assert stayed >= max(room.dwells[key] * 0.7, FLOOR_S) - 1e-6


@MODEST
@given(STEPS, LAYOUTS, st.booleans())
def test_every_approved_post_comes_on_air_in_order_or_is_counted(
    steps: list[list[float] | float | None], layout: Layout, calm: bool
) -> None:
    room, withdrawn = played(steps, layout, calm=calm)
    while room.lineup.waiting:
        room.pass_by(60)
    seen = [key for key in room.first_seen if key not in room.aged_out]
    assert seen == sorted(seen, key=lambda key: int(key.split()[1]))
    assert set(room.dwells) <= {*room.first_seen, *room.aged_out, *withdrawn}
    assert room.stage.aged_out == len(room.aged_out)
    assert room.lineup.position >= max(
        [int(key.split()[1]) for key in room.first_seen if key not in withdrawn], default=0
    )


@MODEST
@given(STEPS, LAYOUTS)
def test_in_calm_one_change_comes_in_30_s(steps: list[list[float] | float | None], layout: Layout) -> None:
    room, _ = played([step for step in steps if step is not None], layout, calm=True)
    for one, other in zip(room.changes, room.changes[1:], strict=False):
        assert (other - one).total_seconds() >= CALM_EVERY_S


@MODEST
@given(STEPS, LAYOUTS, st.booleans())
def test_the_same_posts_at_the_same_times_make_the_same_stage(
    steps: list[list[float] | float | None], layout: Layout, calm: bool
) -> None:
    assert played(steps, layout, calm=calm)[0].stage == played(steps, layout, calm=calm)[0].stage


@MODEST
@given(STEPS, LAYOUTS, st.booleans())
def test_no_post_stands_in_two_lists_or_is_lost(
    steps: list[list[float] | float | None], layout: Layout, calm: bool
) -> None:
    room, withdrawn = played(steps, layout, calm=calm)
    keys = [each.key for each in room.lineup.entries]
    assert len(keys) == len(set(keys))
    assert tuple(each.key for each in room.lineup.on_air) == room.stage.on_air
    assert not set(withdrawn) & {*keys, *room.stage.keys}
    assert len(room.stage.on_air) <= ON_AIR_MAX


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 6),
        ("x" * 48, 6),
        ("x" * 120, 12),
        ("x" * 5000, 20),
        ("字" * 40, 12),
        ("e\u0301" * 120, 12),
        ("字" * 500, 20),
    ],
)
def test_dwell_follows_what_there_is_to_read(text: str, seconds: float) -> None:
    assert dwell_s(text) == pytest.approx(seconds)


def test_in_a_burst_the_gaps_close_first_and_then_the_stay_shrinks_to_its_floor() -> None:
    stays = [stay_s(entry(1, 10.0), pace_of(waiting)) for waiting in (0, 1, 4, 9, 21)]
    assert stays == [20, 14, 10, 7, 7]
    assert floor_s(entry(1, 6.0)) == FLOOR_S


def test_the_first_post_comes_on_air_at_once_and_the_next_after_its_time() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    room.approve(1)
    room.approve(2)
    assert (room.stage.on_air, room.stage.next) == (("post 1",), ("post 2",))
    room.pass_by(9.9)
    assert room.stage.on_air == ("post 1",)
    room.pass_by(0.1)
    assert (room.stage.on_air, room.stage.next) == (("post 2",), ("post 1",))


def test_columns_fill_one_by_one_and_keep_eight() -> None:
    room = Room()
    for number in range(1, 13):
        room.approve(number)
    room.pass_by(300)
    assert room.changes[0] == MORNING
    assert all((b - a).total_seconds() >= 1.25 for a, b in zip(room.changes, room.changes[1:], strict=False))
    assert len(room.stage.on_air) == ON_AIR_MAX
    assert room.first_seen == [f"post {number}" for number in range(1, 13)]


def test_too_much_for_the_spotlight_brings_columns_until_the_burst_is_over() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    for number in range(1, 40):
        room.approve(number)
    room.pass_by(6)
    assert (room.stage.layout, room.stage.relief) == (Layout.COLUMNS, Relief.ON)
    room.pass_by(120)
    assert (room.stage.layout, room.stage.relief) == (Layout.SPOTLIGHT, Relief.OFF)
    assert len(room.stage.on_air) == 1


def test_a_moderator_who_wants_the_spotlight_in_a_burst_keeps_it() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    for number in range(1, 60):
        room.approve(number)
    room.pass_by(6)
    room.stage = room.stage.laid_out(Layout.SPOTLIGHT, room.now)
    room.lineup = room.lineup.showing(room.stage.on_air, room.now)
    room.pass_by(60)
    assert (room.stage.layout, room.stage.relief) == (Layout.SPOTLIGHT, Relief.DECLINED)
    room.pass_by(400)
    assert room.stage.relief is Relief.OFF


def test_what_waits_too_long_goes_to_the_archive_counted_and_comes_first_when_it_is_quiet() -> None:
    room = Room()
    for number in range(1, WAITING_MAX + 12):
        room.approve(number)
    room.pass_by(2)
    assert room.aged_out == [f"post {number}" for number in range(3, 12 + 1)][: len(room.aged_out)]
    assert room.stage.aged_out == len(room.aged_out) > 0
    room.pass_by(600)
    assert set(room.aged_out) <= set(room.first_seen)


def test_in_quiet_every_post_is_played_again_before_any_comes_twice() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    for number in range(1, 6):
        room.approve(number)
    room.pass_by(60)
    room.stays.clear()
    room.pass_by(20 * 10)
    played_again = [key for key, _ in room.stays]
    assert set(played_again[:5]) == set(played_again[5:10]) == {f"post {number}" for number in range(1, 6)}
    assert all(stayed >= 20 for _, stayed in room.stays[1:])


def test_a_replay_makes_room_for_news_after_its_floor() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    room.approve(1, 20.0)
    room.approve(2)
    room.pass_by(24 + 21)  # the first is on air again
    assert room.stage.on_air == ("post 1",)
    room.approve(3)
    room.pass_by(14)
    assert room.stage.on_air == ("post 3",)


def test_a_post_that_is_withdrawn_makes_room_at_once() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT, calm=True))
    room.approve(1)
    room.approve(2)
    room.withdraw("post 1")
    assert room.stage.on_air == ("post 2",)


def test_at_a_panic_level_the_director_changes_nothing() -> None:
    for panic in (Panic.FREEZE, Panic.HOLDING, Panic.BLACK):
        room = Room(Stage("main", panic=panic))
        room.approve(1)
        room.pass_by(100)
        assert room.stage == Stage("main", panic=panic)


@pytest.mark.parametrize("layout", [Layout.NOW_NEXT, Layout.QUESTIONS])
def test_while_no_posts_are_shown_none_has_its_turn_and_none_is_lost(layout: Layout) -> None:
    room = Room()
    room.approve(1)
    room.stage = room.stage.laid_out(layout, room.now)
    room.approve(2)
    room.pass_by(100)
    assert (room.stage.on_air, room.stage.aged_out) == (("post 1",), 0)
    room.stage = room.stage.laid_out(Layout.COLUMNS, room.now)
    room.look()
    room.pass_by(20)
    assert room.stage.on_air == ("post 2", "post 1")


def test_calm_columns_bring_several_posts_with_one_change() -> None:
    room = Room(Stage("main", calm=True))
    for number in range(1, 8):
        room.approve(number)
    room.pass_by(30)
    assert room.stage.on_air == ("post 5", "post 4", "post 3", "post 2", "post 1")


def test_what_is_next_comes_next() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    for number in range(1, 9):
        room.approve(number)
    for _ in range(12):
        coming = room.stage.next
        assert len(coming) == NEXT_MAX
        before = room.stage.on_air
        while room.stage.on_air == before:
            room.pass_by(1)
        assert room.stage.on_air == coming[:1]


def test_a_pinned_post_in_the_spotlight_holds_everything_back() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    room.approve(1)
    room.stage = room.stage.pinned("post 1", room.now)
    room.approve(2)
    room.pass_by(500)
    assert (room.stage.on_air, room.stage.next) == (("post 1",), ("post 2",))


def test_the_rounds_begin_with_the_newest() -> None:
    lineup = Lineup(archive=tuple(map(entry, (3, 1, 2))))
    assert upcoming(lineup, 1, 3, None) == ("post 3", "post 2", "post 1")
    assert pace_of(0) is Pace.QUIET


def test_a_flood_from_one_network_leaves_every_second_place_to_the_floor() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    for number in range(1, 9):
        room.lineup = room.lineup.received(replace(entry(number), channel="plaza"))
    for number in (9, 10):
        room.lineup = room.lineup.received(replace(entry(number), channel="floor"))
    room.look()
    room.pass_by(60)
    assert room.first_seen[:5] == ["post 1", "post 9", "post 2", "post 10", "post 3"]


def by(author: str, *numbers: int) -> dict[int, Entry]:
    return {number: replace(entry(number), author=author) for number in numbers}


@pytest.mark.parametrize("calm", [False, True])
def test_somebody_who_writes_a_lot_never_has_more_than_half_of_the_wall_while_others_have_something_to_show(
    calm: bool,
) -> None:
    room = Room(Stage("main", calm=calm))
    entries = by("loud", *range(1, 20)) | by("b", 20) | by("c", 21) | by("d", 22)
    for number in sorted(entries):
        room.lineup = room.lineup.received(entries[number])
    authors = {each.key: each.author for each in entries.values()}
    room.look()
    for _ in range(60):
        room.pass_by(10)
        sure = [authors[key] for key in room.stage.on_air[: PLACES[Layout.COLUMNS]]]
        assert len(sure) < 4 or sure.count("loud") <= 2
    assert set(room.first_seen) == set(authors)


def test_who_writes_alone_fills_the_wall() -> None:
    room = Room()
    for each in by("loud", 1, 2, 3, 4, 5).values():
        room.lineup = room.lineup.received(each)
    room.look()
    room.pass_by(120)
    assert room.first_seen == [f"post {number}" for number in range(1, 6)]


def test_what_is_lined_up_comes_before_all_that_waits_and_leaves_the_line_when_it_is_on_air() -> None:
    room = Room(Stage("main", layout=Layout.SPOTLIGHT))
    for number in range(1, 6):
        room.approve(number)
    room.stage = room.stage.lining_up(["post 4", "post 1", "post 3"])
    assert (room.stage.lined_up, room.stage.next) == (("post 4", "post 3"), ("post 4", "post 3", "post 2"))
    room.look()
    room.pass_by(60)
    assert room.first_seen == [f"post {number}" for number in (1, 4, 3, 2, 5)]
    assert room.stage.lined_up == ()
    again = room.lineup.archive[-1].key
    room.stage = room.stage.lining_up([again])
    room.pass_by(20)
    assert room.stage.on_air == (again,)


def test_what_is_lined_up_from_long_ago_is_not_forgotten_while_a_burst_goes_to_the_archive() -> None:
    room = Room(Stage("main", layout=Layout.LOWER_THIRD))
    for number in range(1, 4):
        room.approve(number)
        room.pass_by(30)
    room.stage, earlier = room.stage.lining_up(["post 1", "post 2", "post 3"]), len(room.stays)
    room.approve_together(dict.fromkeys(range(4, WAITING_MAX + 2 * ARCHIVE_MAX), 6.0))
    room.pass_by(60)
    assert len(room.lineup.archive) == ARCHIVE_MAX
    assert room.stage.lined_up == ()
    assert {"post 1", "post 2", "post 3"} <= {key for key, _ in room.stays[earlier:]}


@MODEST
@given(STEPS, LAYOUTS, st.booleans(), st.lists(st.integers(1, 12), max_size=6))
def test_a_line_changes_the_order_and_nothing_else(
    steps: list[list[float] | float | None], layout: Layout, calm: bool, line: list[int]
) -> None:
    room, _ = played(steps, layout, calm=calm)
    known = {each.key for each in room.lineup.entries}
    room.stage = room.stage.lining_up([key for number in line if (key := f"post {number}") in known])
    wanted, earlier = room.stage.lined_up, len(room.stays)
    assert room.stage.next[: len(wanted)] == wanted[:NEXT_MAX]
    room.look()
    for _ in wanted:
        room.pass_by(60)
    assert room.stage.lined_up == ()
    for key, stayed in room.stays:
        assert stayed >= max(room.dwells[key] * 0.7, FLOOR_S) - 1e-6
    keys = [each.key for each in room.lineup.entries]
    assert len(keys) == len(set(keys))
    assert set(wanted) <= {*room.came, *(key for key, _ in room.stays[earlier:])}
