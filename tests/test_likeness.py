"""Whether two posts say the same: made-up posts, and what people and machines make of them on the way."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backchannel.gist import Gist, gist_of
from backchannel.likeness import ALIKE, ANYBODY_WORDS, FEW_WORDS, bands, nearness, says_little
from backchannel.post import Author, Content, Media, ReplyTo
from backchannel.text import from_plain

SECRET: Final = b"secret"
NOW: Final = timedelta(0)
VOCABULARY: Final = """
    ask baked before bridge careful charts coffee common could deploys drawer every failing fixing garden ground half
    kettle ladder larger lessons listen loud machine maybe memory mirror nearly office other pager paper people pocket
    quiet ready river runbook screens second server slowly small spare spoon stairs station stories summer talks team
    ticket twice under village walked window winter wooden wrote yellow
"""
WORDS: Final = VOCABULARY.split()
LONG: Final = "Ask who wrote the runbook before the pager goes off, then buy that team a good coffee"
LINK: Final = "https://a.example/runbooks/"


def gist(
    text: str, who: str = "Ines", network: str = "mastodon", name: str | None = None, pictures: int = 0, **more: Any
) -> Gist:
    said = from_plain(text)
    author = Author(name or who, f"@{who.lower()}@{network}.example", id=f"{network}/{who}")
    media = tuple(Media("image", f"https://{network}.example/{number}") for number in range(pictures))
    return gist_of(network, Content(author, said.plain, said.spans, media=media, **more))


def near(one: Gist, other: Gist, apart: timedelta = NOW) -> float:
    assert nearness(one, other, apart) == nearness(other, one, apart)
    return nearness(one, other, apart)


def meet(one: Gist, other: Gist) -> bool:
    return not set(bands(one, SECRET)).isdisjoint(bands(other, SECRET))


Change = Callable[[str], str]
LOOKS: Final[list[Change]] = [
    str.upper,
    lambda text: text.replace(" ", "  \n"),
    lambda text: text.replace(",", " –") + "!!!",
    lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
]
SETTINGS: Final[list[Change]] = [
    lambda text: f"{text} #pink11 #talks",
    lambda text: f"#talks #pink11 {text}",
    lambda text: f"RT @ines: {text}",
    lambda text: f"“@ines: {text}”",
    lambda text: f"{text} via @ines 🎉",
    lambda text: f"{text} {LINK}",
]


@pytest.mark.parametrize("again", [*LOOKS, *SETTINGS, lambda text: f"{text} #pink11 #talks via @ines 🎉"])
def test_what_only_looks_different_is_the_same(again: Change) -> None:
    one, other = gist(LONG), gist(again(LONG), "Eve")
    assert near(one, other) == 1
    assert meet(one, other)


@pytest.mark.parametrize(
    "text",
    [
        f"So true! {LONG}",
        f"{LONG}, yes indeed",
        LONG.replace("good ", ""),
        f"Yes! RT @ines: {LONG} #pink11",
    ],
)
def test_few_words_more_make_no_other_post(text: str) -> None:
    assert ALIKE <= near(gist(LONG), gist(text, "Eve")) < 1


@pytest.mark.parametrize(
    "text",
    [
        LONG.replace("good coffee", "good tea"),
        LONG.replace("before", "not before"),
        LONG.replace("runbook", "2 runbook"),
        LONG.replace("that team", "team B"),
        LONG.replace("before", "after"),
        f"{LONG} 👎",
        f"{LONG}, or better walk over and talk to them",
        "Buy that team a good coffee, then ask who wrote the runbook before the pager goes off",
        f"@jo {LONG} @eve",
    ],
)
def test_what_says_something_else_is_another_post_however_long_it_is(text: str) -> None:
    assert near(gist(f"@ann {LONG}"), gist(text, "Eve")) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Room 4 moved to hall B", "Room 5 moved to hall B"),
        ("The bar is open", "The bar is not open"),
        ("Great talk! #pink11", "Great talk! #pink11"),
        (f"Worth reading: {LINK}", f"Worth reading: {LINK}"),
        (
            "Looking forward to the keynote this afternoon #pink11",
            "Looking forward to the keynote this afternoon #pink11",
        ),
        ("会場は三号館です", "会場は四号館です"),
    ],
)
def test_short_posts_of_two_people_are_two_posts(one: str, other: str) -> None:
    assert near(gist(one), gist(other, "Eve")) == 0
    assert near(gist(one), gist(other, "Eve", network="bluesky")) == 0


TEXTS = st.lists(st.sampled_from(WORDS), max_size=ANYBODY_WORDS - 1).map(" ".join)


@given(TEXTS, TEXTS)
def test_no_post_below_the_floor_is_folded_into_somebody_elses(one: str, other: str) -> None:
    assert near(gist(one), gist(other, "Eve", network="bluesky")) == 0


LONG_TEXTS = st.lists(st.sampled_from(WORDS), min_size=ANYBODY_WORDS, max_size=40, unique=True)


@given(LONG_TEXTS, st.data())
def test_who_changes_one_word_for_another_says_something_else(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    other = [*words[:place], data.draw(st.sampled_from([*WORDS, "4", "not"])), *words[place + 1 :]]
    assume(sorted(other) != sorted(words))
    assert near(gist(" ".join(words)), gist(" ".join(other), "Eve")) == 0


@given(LONG_TEXTS, st.lists(st.sampled_from(LOOKS), max_size=2), st.lists(st.sampled_from(SETTINGS), max_size=3))
def test_likeness_outlasts_what_is_done_to_the_looks(
    words: list[str], looks: list[Change], set_in: list[Change]
) -> None:
    text = " ".join(words)
    for change in (*looks, *set_in):
        text = change(text)
    one, other = gist(" ".join(words)), gist(text, "Eve")
    assert near(one, other) == 1
    assert meet(one, other)


@given(st.permutations(["#pink11", "#talks", "#ops", "#coffee"]), st.booleans())
def test_the_order_of_hashtags_at_the_ends_says_nothing(tags: list[str], is_before: bool) -> None:
    text = f"{' '.join(tags)} {LONG}" if is_before else f"{LONG} {' '.join(tags)}"
    assert near(gist(f"{LONG} #pink11 #talks #ops #coffee"), gist(text, "Eve")) == 1


@given(st.sampled_from(["bit.ly", "t.co", "youtu.be"]), st.text("abcxyz", min_size=1, max_size=8))
def test_a_short_link_in_place_of_a_long_one_says_the_same(host: str, path: str) -> None:
    assert near(gist(f"{LONG} {LINK}"), gist(f"{LONG} https://{host}/{path}", "Eve")) == 1


def test_one_article_shared_twice_is_alike_and_two_articles_of_one_host_are_not() -> None:
    title = "Seven lessons of our very long outage"
    one = gist(f"{title} {LINK}?utm_source=feed")
    assert near(one, gist(f"{title} – {LINK}", "Eve")) == 1
    assert near(one, gist(f"{title} {LINK}other", "Eve")) == 0
    assert near(gist(f"{LONG} {LINK}"), gist(f"{LONG} {LINK}other", "Eve")) == 0


def test_two_short_links_of_one_account_lead_to_two_places_and_of_two_people_maybe_to_one() -> None:
    one, later = gist(f"{LONG} https://bit.ly/one"), gist(f"{LONG} https://bit.ly/two")
    assert near(one, later) == 0
    assert near(one, gist(f"{LONG} https://bit.ly/two", "Eve")) == 1


def test_hashtags_or_mentions_that_each_has_alone_part_two_posts() -> None:
    assert near(gist(f"{LONG} #room4"), gist(f"{LONG} #room5", "Eve")) == 0
    assert near(gist(f"@jo {LONG}"), gist(f"@ann {LONG}", "Eve")) == 0
    assert near(gist(f"{LONG} #ops"), gist(f"{LONG} #ops #room5", "Eve")) == 1


def test_replies_to_different_people_are_no_copies() -> None:
    to_jo, to_ann = (gist(LONG, who, reply_to=ReplyTo(name)) for who, name in (("Ines", "Jo"), ("Eve", "Ann")))
    assert near(to_jo, to_ann) == 0
    assert near(to_jo, gist(LONG, "Eve")) == 0
    assert near(to_jo, gist(LONG, "Eve", reply_to=ReplyTo("Jo"))) == 1


def test_what_was_cut_off_is_a_copy_of_the_whole() -> None:
    whole = f"{LONG}, for they were awake when nobody else was and wrote it all down for you"
    assert near(gist(whole), gist(f"RT @ines: {LONG}, for they were awa…", "Eve")) == ALIKE
    assert near(gist(whole), gist("RT @ines: Ask who wrote the runb…", "Eve")) == 0
    assert near(gist(whole), gist(f"RT @ines: {LONG}, for they were asleep whe…", "Eve")) == 0


def test_one_account_with_another_picture_says_another_thing() -> None:
    assert near(gist(LONG, pictures=1), gist(LONG, pictures=2)) == 0
    assert near(gist(LONG, pictures=1), gist(LONG, pictures=1)) == 1


SHORT: Final = "What a lovely first day #pink11"


def test_one_voice_on_two_networks_is_one_post_though_it_is_short() -> None:
    here = gist(SHORT, "ines", name="Ines Kowalczyk", pictures=1)
    for there in (
        gist(SHORT, "ines", network="bluesky", pictures=1),
        gist(SHORT.lower(), "ik", network="bluesky", name="Ines  KOWALCZYK", pictures=1),
    ):
        assert near(here, there, timedelta(hours=23)) == 1
        assert meet(here, there)
        assert near(here, there, timedelta(hours=25)) == 0


@pytest.mark.parametrize(
    "other",
    [
        gist(SHORT, "ines", network="mastodon", pictures=2),
        gist(SHORT, "ines", network="bluesky"),
        gist(f"{SHORT} #talks", "ines", network="bluesky", pictures=1),
        gist(f"{SHORT} {LINK}", "ines", network="bluesky", pictures=1),
        gist("What a lovely second day #pink11", "ines", network="bluesky", pictures=1),
        gist(SHORT, "eve", network="bluesky", pictures=1),
        gist("Lovely day #pink11", "ines", network="bluesky", pictures=1),
    ],
)
def test_one_voice_that_says_anything_else_says_another_thing(other: Gist) -> None:
    assert near(gist(SHORT, "ines", pictures=1), other) == 0
    assert near(gist("Lovely day #pink11", "ines", pictures=1), other) == 0


def test_who_repeats_somebody_and_says_so_makes_a_copy_though_it_is_short() -> None:
    first, again = gist(SHORT, "ines", pictures=1), gist(f"RT @ines: {SHORT}", "eve")
    assert near(first, again) == 1
    assert meet(first, again)
    assert near(gist(SHORT, "jo"), again) == 0


def test_an_unspaced_script_is_compared_by_its_characters() -> None:
    text = "発表のスライドは会議のあとで全員に公開される予定ですから写真は要りません"
    assert near(gist(text), gist(f"{text}！ #pink11", "Eve")) == 1
    assert near(gist(text), gist(f"{text} 皆さま", "Eve")) > ALIKE
    assert near(gist(text), gist(text.replace("される", "されない"), "Eve")) == 0
    assert near(gist("おはようございます"), gist("おはようございます", "Eve")) == 0


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_takes_any_text_and_is_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= near(gist(one), gist(other, "Eve")) <= 1
    assert all(-(2**63) <= band < 2**63 for band in bands(gist(one), SECRET))


def test_nobody_can_read_a_band_without_the_secret() -> None:
    assert bands(gist(LONG), SECRET) == bands(gist(LONG, "Eve"), SECRET)
    assert set(bands(gist(LONG), SECRET)).isdisjoint(bands(gist(LONG), b"other"))


def test_what_is_too_short_to_be_a_copy_is_nowhere_to_be_found() -> None:
    assert bands(gist("Great talk! #pink11"), SECRET) == ()
    assert bands(gist(""), SECRET) == ()


def test_nearly_all_near_copies_meet_in_a_band() -> None:
    chance = random.Random(11)  # noqa: S311 (the same words each time)
    met = total = 0
    while total < 400:
        words = chance.sample(WORDS, chance.randint(ANYBODY_WORDS, 30))
        added = list(words)
        for _ in range(chance.randint(1, FEW_WORDS)):
            added.insert(chance.choice([0, len(added), chance.randrange(len(added))]), chance.choice(WORDS))
        one, other = gist(" ".join(words)), gist(" ".join(added), "Eve")
        if near(one, other):
            total += 1
            met += meet(one, other)
    assert met / total > 0.9


@pytest.mark.parametrize(
    ("text", "is_little"),
    [
        ("", True),
        ("This! #pink11", True),
        ("Couldn’t agree more 🎉 @jo", False),
        ("So very true", True),
        ("Not true", False),
        ("RE: https://social.example/@ines/1 This", True),
        (f"See {LINK}", False),
        ("See https://bit.ly/x", False),
    ],
)
def test_a_quote_adds_little_or_says_something(text: str, is_little: bool) -> None:
    assert says_little(gist(text), "https://social.example/users/ines/statuses/1") is is_little


def test_a_quote_with_a_picture_says_something() -> None:
    assert not says_little(gist("This!", pictures=1), "at://did:plc:a/app.bsky.feed.post/1")
