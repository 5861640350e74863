from datetime import timedelta

from backchannel.screen import CODE_LASTS, LETTERS, TRIES, Attempts, code_of, read_code
from tests.store.world import NOON


def test_a_code_has_eight_letters_that_nobody_mistakes() -> None:
    taken: list[str] = []

    def choose(letters: str) -> str:
        taken.append(letters[len(taken)])
        return taken[-1]

    assert code_of(choose) == LETTERS[:8]
    assert not set("AEIOUY01") & set(LETTERS)


def test_a_code_is_read_however_it_is_typed() -> None:
    assert read_code(" bcdf-ghjk ") == "BCDFGHJK"


def test_after_five_wrong_codes_one_waits_until_the_first_of_them_is_five_minutes_old() -> None:
    attempts = Attempts()
    for number in range(TRIES):
        assert attempts.wait("Jo", NOON) is None
        attempts.wrong("Jo", NOON + timedelta(seconds=number))
    assert attempts.wait("Jo", NOON + timedelta(seconds=10)) == CODE_LASTS - timedelta(seconds=10)
    assert attempts.wait("Sam", NOON) is None
    assert attempts.wait("Jo", NOON + CODE_LASTS) is None
