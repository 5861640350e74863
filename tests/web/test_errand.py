from datetime import timedelta

import pytest

from backchannel.web.errand import LASTS, Errands
from tests.made_up import Clock


def test_a_browser_is_known_again_on_every_server_for_a_while() -> None:
    clock = Clock()
    line, errand = Errands(b"secret", clock).begin()
    other = Errands(b"secret", clock)
    assert other.of(line) == errand
    clock.at += LASTS - timedelta(seconds=1)
    assert other.of(line) == errand
    clock.at += timedelta(seconds=1)
    assert other.of(line) is None


def test_no_two_errands_are_alike_and_no_part_tells_of_another() -> None:
    errands = Errands(b"secret", Clock())
    made = [errands.begin() for _ in range(20)]
    parts = [part for line, errand in made for part in (line, errand.state, errand.nonce, errand.verifier)]
    assert len(set(parts)) == 80
    assert all(43 <= len(errand.verifier) <= 128 for _, errand in made)  # RFC 7636, 4.1


def test_who_writes_the_time_themselves_has_another_errand() -> None:
    clock = Clock()
    errands = Errands(b"secret", clock)
    line, errand = errands.begin()
    clock.at += LASTS
    later = f"{int(clock.at.timestamp())}.{line.partition('.')[2]}"
    found = errands.of(later)
    assert found is not None
    assert {found.state, found.nonce, found.verifier}.isdisjoint({errand.state, errand.nonce, errand.verifier})
    assert Errands(b"other", clock).of(later) != found


@pytest.mark.parametrize("line", ["", ".", "x.y", "-1.x", "1" * 30, "٣.x", "99999999999.x", "1e9.x"])
def test_what_is_no_line_of_ours_is_no_errand(line: str) -> None:
    assert Errands(b"secret", Clock()).of(line) is None
