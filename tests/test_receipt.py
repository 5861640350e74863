from datetime import timedelta

from backchannel.receipt import Receipt, Reel
from tests.store.world import NOON

LEASE = timedelta(seconds=60)


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def paint(reel: Reel, seconds: float, *keys: str, page: str = "page", hall: str = "main") -> None:
    reel.painted(page, hall, keys, NOON + at(seconds), LEASE)


def told(reel: Reel) -> list[tuple[str, float, float, bool]]:
    def since(receipt: Receipt) -> tuple[str, float, float, bool]:
        came, seen = receipt.came_at - NOON, receipt.seen_at - NOON
        return receipt.key, came.total_seconds(), seen.total_seconds(), receipt.has_left

    return sorted(map(since, reel.unwritten()))


def test_a_post_comes_stays_and_leaves() -> None:
    reel = Reel("screen")
    paint(reel, 0, "a")
    assert told(reel) == [("a", 0, 0, False)]
    reel.heard("page", NOON + at(5))
    paint(reel, 8, "b")
    assert told(reel) == [("a", 0, 8, True), ("b", 8, 8, False)]
    assert told(reel) == []


def test_a_screen_that_comes_back_within_the_lease_had_its_posts_all_the_while() -> None:
    reel = Reel("screen")
    paint(reel, 0, "a", "b")
    reel.lost("page")
    assert not reel.has_pages
    paint(reel, 50, "a", page="next")
    assert told(reel) == [("a", 0, 50, False), ("b", 0, 50, True)]


def test_nothing_is_claimed_of_the_time_after_the_lease() -> None:
    reel = Reel("screen")
    paint(reel, 0, "a", "b")
    reel.lost("page")
    paint(reel, 61, "a", page="next")
    assert told(reel) == [("a", 0, 0, False), ("a", 61, 61, False), ("b", 0, 0, True)]


def test_a_screen_that_is_open_twice_counts_once() -> None:
    reel = Reel("screen")
    paint(reel, 0, "a")
    paint(reel, 1, "a", page="other")
    paint(reel, 2, "b")
    assert told(reel) == [("a", 0, 2, False), ("b", 2, 2, False)]
    paint(reel, 3, "b", page="other")
    assert told(reel) == [("a", 0, 3, True), ("b", 2, 3, False)]


def test_after_a_restart_it_goes_on_with_what_was_written() -> None:
    reel = Reel("screen", [Receipt("screen", "main", "a", NOON, NOON + at(4))])
    paint(reel, 10, "a")
    assert told(reel) == [("a", 0, 10, False)]


def test_in_another_hall_it_is_another_showing() -> None:
    reel = Reel("screen")
    paint(reel, 0, "a")
    paint(reel, 4, "a", hall="side")
    assert told(reel) == [("a", 0, 0, False), ("a", 4, 4, False)]


def test_what_could_not_be_written_is_told_again_as_it_is_now() -> None:
    reel = Reel("screen")
    paint(reel, 0, "a")
    news = reel.unwritten()
    paint(reel, 1, "a")
    reel.again(news)
    assert told(reel) == [("a", 0, 1, False)]
