import pytest

from backchannel.web.caution import KNOWN_MAX, Caution, network_of


class Clock:
    """Seconds, as a test wants them."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_first_guesses_wait_for_nothing_and_the_next_twice_as_long_each(clock: Clock) -> None:
    caution, waits = Caution(3, 20.0, clock), []
    for _ in range(8):
        waits.append(caution.wait_s("ada"))
        clock.now += waits[-1]
        caution.guess("ada")
    assert waits == [0, 0, 0, 4, 8, 16, 20, 20]
    assert caution.wait_s("sam") == 0


def test_who_waited_may_guess_and_who_was_right_has_no_past(clock: Clock) -> None:
    caution = Caution(1, 10.0, clock)
    caution.guess("ada")
    clock.now += 1
    assert caution.wait_s("ada") == 3
    clock.now += 3
    assert caution.wait_s("ada") == 0
    caution.forgive("ada")
    caution.guess("ada")
    assert caution.wait_s("ada") == 4


def test_a_right_guess_leaves_the_wrong_ones_of_a_place(clock: Clock) -> None:
    caution = Caution(2, 100.0, clock)
    for _ in range(4):
        caution.guess("hall")
    caution.take_back("hall")
    assert caution.wait_s("hall") == 8


def test_guesses_are_forgotten_after_an_hour_and_when_too_many_came(clock: Clock) -> None:
    caution = Caution(1, 10.0, clock)
    for _ in range(9):
        caution.guess("ada")
    clock.now += 3601
    caution.guess("ada")
    assert caution.wait_s("ada") == 4
    for number in range(KNOWN_MAX):
        caution.guess(f"{number}")
    assert caution.wait_s("ada") == 0


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_a_home_of_ipv6_is_one_place(host: str, network: str) -> None:
    assert network_of(host) == network
