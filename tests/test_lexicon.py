"""A lexicon finds what each of its phrases finds by itself."""

from hypothesis import given
from hypothesis import strategies as st

from backchannel import hashtag
from backchannel.lexicon import Lexicon
from backchannel.phrase import Phrase, read

LETTERS = st.text(st.sampled_from("abBé日が한 -#'1\u0301"), max_size=12)


@given(st.lists(LETTERS.filter(Phrase), max_size=4), LETTERS)
def test_what_a_phrase_finds_by_itself_it_finds_among_many(phrases: list[str], text: str) -> None:
    tags = [(tag.start, tag.end) for tag in hashtag.find(text)]
    alone = {phrase: set(Phrase(phrase).find(read(text, tags))) for phrase in phrases}
    together = Lexicon(phrases).find(text, tags)
    assert {phrase: set(marks) for phrase, marks in together.items()} == {
        phrase: marks for phrase, marks in alone.items() if marks
    }
