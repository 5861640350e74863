"""A lexicon finds what each of its phrases finds by itself, and their disguises."""

from hypothesis import given
from hypothesis import strategies as st

from backchannel import hashtag
from backchannel.lexicon import Lexicon
from backchannel.phrase import Phrase, folded, read

LETTERS = st.text(st.sampled_from("abBé日が한 -#'1\u0301"), max_size=12)


@given(st.lists(LETTERS.filter(Phrase), max_size=4), LETTERS)
def test_what_a_phrase_finds_by_itself_it_finds_among_many(phrases: list[str], text: str) -> None:
    tags = [(tag.start, tag.end) for tag in hashtag.find(text)]
    alone = {phrase: set(Phrase(phrase).find(read(text, tags))) for phrase in phrases}
    together = Lexicon(phrases).find(text, tags)
    for phrase, marks in alone.items():
        assert marks <= set(together.get(phrase, ()))


def test_a_phrase_is_found_as_it_is_written_and_in_disguise() -> None:
    lexicon = Lexicon(["help desk :(", "help desk"])
    assert lexicon.find("Help desk :( h3lp d3sk") == {"help desk :(": ((0, 12),), "help desk": ((0, 9), (13, 22))}
    assert Lexicon([]).find("help") == {}


@given(st.text(max_size=40) | LETTERS)
def test_what_is_folded_in_a_hurry_is_folded_the_same(text: str) -> None:
    assert folded(text) == read(text).folded
