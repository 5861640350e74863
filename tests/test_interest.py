"""What a source follows: hashtags, authors and phrases, and what outweighs them."""

from hypothesis import given
from hypothesis import strategies as st

from backchannel.interest import Following, Interest
from tests.made_up import content

EVERYTHING = Interest(
    ["pink11", "#Café"], ["@ines@social.example"], ["help desk :("], ["#ad", "@bot@x.example", "free money"]
)


def test_a_post_says_everything_that_it_is_wanted_for_as_people_wrote_it() -> None:
    wanted = Interest(["Pink11", "other"], ["@INES@social.example"], ["runbook"])
    assert wanted.matched(content("The runbook #PINK11")) == ("#Pink11", "@INES@social.example", "runbook")


def test_a_hashtag_that_the_network_tells_of_counts_like_one_in_the_text() -> None:
    by_tag = Interest(["pink11"])
    assert by_tag.matched(content("no sign of it"), named=["Pink11"]) == ("#pink11",)
    assert by_tag.matched(content("no sign of it")) == ()


def test_a_phrase_is_found_whole_whatever_its_case() -> None:
    phrase = Interest(phrases=["help desk :("])
    assert phrase.matched(content("HELP  desk :( again")) == ("help desk :(",)
    assert phrase.matched(content("help desks :(")) == ()


def test_an_author_is_known_by_address_or_profile_and_never_by_name() -> None:
    assert Interest(accounts=["ines@social.example/"]).matched(content()) == ("ines@social.example/",)
    assert Interest(accounts=["Ines Kowalczyk"]).matched(content()) == ()


def test_what_is_excluded_outweighs_everything() -> None:
    assert EVERYTHING.matched(content("#pink11 #Cafe")) == ("#pink11", "#Café", "@ines@social.example")
    for text in ("#pink11 #AD", "#pink11 Free Money!"):
        assert EVERYTHING.matched(content(text)) == ()
        assert EVERYTHING.is_excluded(content(text))
    assert not EVERYTHING.is_excluded(content("free of money"))
    assert Interest(["pink11"], exclude=["@ines@social.example"]).matched(content("#pink11")) == ()


def test_hashtags_lose_their_doubles_and_their_sign() -> None:
    assert Interest(["#pink11", "PINK11", "＃Other", "!"]).hashtags == ("PINK11", "Other")


def test_no_hashtags_means_the_conferences_and_some_mean_only_those() -> None:
    assert Following().interest(["pink11"]).hashtags == ("pink11",)
    assert Following(hashtags=("other",)).interest(["pink11"]).hashtags == ("other",)


@given(st.text(max_size=80), st.lists(st.text(max_size=20), max_size=4))
def test_no_text_and_no_wish_raises(text: str, wishes: list[str]) -> None:
    odd = Interest(wishes, wishes, wishes, wishes)
    assert isinstance(odd.matched(content(text), wishes), tuple)
