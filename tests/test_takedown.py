from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.takedown import DEADLINE_S, Count, Takedown, Takedowns

ASKED = Takedown("main", 5, "post")
SCREENS = {"1": "Left", "2": "Right"}


def begun() -> Takedowns:
    takedowns = Takedowns(lasts_s=60)
    takedowns.begin(ASKED, SCREENS, 0)
    return takedowns


def test_a_takedown_that_all_confirm_is_told_once_with_what_the_slowest_took() -> None:
    takedowns = begun()
    takedowns.painted("1", "main", 5, [], 0.2)
    assert takedowns.news(0.2) == ()
    takedowns.painted("2", "main", 6, ["other"], 0.4)
    assert takedowns.news(0.4) == (Count(ASKED, 2, 2, 0.4),)
    assert takedowns.news(10) == ()
    assert takedowns.due is None


def test_who_does_not_confirm_in_time_is_named_and_told_of_again_when_it_does() -> None:
    takedowns = begun()
    takedowns.painted("1", "main", 5, [], 0.2)
    assert takedowns.due == DEADLINE_S
    assert takedowns.news(DEADLINE_S) == (Count(ASKED, 2, 1, 0.2, ("Right",)),)
    takedowns.painted("2", "main", 5, [], 9)
    assert takedowns.news(9) == (Count(ASKED, 2, 2, 9),)


def test_a_screen_that_still_shows_it_or_is_behind_or_in_another_hall_confirms_nothing() -> None:
    takedowns = begun()
    takedowns.painted("1", "main", 5, ["post"], 0.1)
    takedowns.painted("1", "main", 4, [], 0.1)
    takedowns.painted("1", "side", 9, [], 0.1)
    takedowns.painted("3", "main", 9, [], 0.1)
    assert takedowns.news(DEADLINE_S) == (Count(ASKED, 2, 0, None, ("Left", "Right")),)


def test_nobody_is_waited_for_where_no_screen_is_connected_or_the_post_is_shown_again_or_the_lease_is_over() -> None:
    takedowns = Takedowns(lasts_s=60)
    takedowns.begin(ASKED, {}, 0)
    assert takedowns.due is None
    takedowns = begun()
    takedowns.shown_again("main", "post")
    assert takedowns.news(DEADLINE_S) == ()
    takedowns = begun()
    takedowns.news(60)
    takedowns.painted("1", "main", 5, [], 61)
    assert takedowns.news(61) == ()


words = st.tuples(
    st.sampled_from("123"), st.integers(3, 7), st.booleans(), st.floats(0, 1, allow_nan=False, allow_subnormal=False)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(words, max_size=30))
def test_whatever_screens_say_each_is_counted_once_and_the_others_are_named(
    said: list[tuple[str, int, bool, float]],
) -> None:
    takedowns, now = begun(), 0.0
    first: dict[str, float] = {}
    told: list[Count] = []
    for screen, seq, shows_it, pause in said:
        now += pause
        takedowns.painted(screen, "main", seq, ["post"] if shows_it else [], now)
        if screen in SCREENS and seq >= ASKED.seq and not shows_it:
            first.setdefault(screen, now)
        told += takedowns.news(now)
        assert len(told) <= 1 + len(SCREENS)
        for count in told[-1:]:
            assert count.confirmed == len(first)
            assert set(count.late) == {name for each, name in SCREENS.items() if each not in first}
            assert count.took_s == max(first.values(), default=None)
    assert bool(told) == (now >= DEADLINE_S or len(first) == len(SCREENS))
