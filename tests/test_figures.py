import pytest

from backchannel.figures import Histogram


def test_what_took_as_long_as_a_bound_counts_up_to_it() -> None:
    histogram = Histogram(bounds=(0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 3.0):
        histogram.observe(seconds)
    assert list(histogram.buckets()) == [("0.1", 2), ("1.0", 3), ("+Inf", 4)]
    assert histogram.count == 4
    assert histogram.total == pytest.approx(3.65)


def test_the_worst_is_told_once() -> None:
    histogram = Histogram()
    histogram.observe(0.4)
    histogram.observe(0.2)
    assert histogram.take_worst() == 0.4
    assert histogram.take_worst() == 0
