import pytest

from backchannel.turning import turns


@pytest.mark.parametrize("word", ["not", "never", "nicht", "keine", "pas", "нет", "不", "4", "10am", "三", "b", "👎"])
def test_who_adds_a_no_a_number_or_a_letter_says_something_else(word: str) -> None:
    assert turns(word)


@pytest.mark.parametrize("word", ["great", "indeed", "sehr", "大", "の", "がら", "été"])
def test_other_words_add_nothing_that_matters(word: str) -> None:
    assert not turns(word)
