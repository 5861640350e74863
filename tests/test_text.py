"""Taming and spans."""

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backchannel.text import (
    ADDRESS_MAX,
    SPANS_MAX,
    TEXT_MAX,
    Emoji,
    Segment,
    Span,
    SpanKind,
    Text,
    fold,
    from_plain,
    segments,
    strung,
    tame,
    tame_line,
    weave,
    web_url,
)
from tests.shared import fixtures

NASTY = (
    "\u202e\u2066\u200b\u200c\u200d\u0301\u0e47\u094d\ufe0f\u20e3\n\r\t\u2028\u00a0\u2800\u3164\U000e0067\U000e007f"
    "\u1102\u1161\U0001f1e9\U0001f3fd\U0001f3f4 a#@:1é👩"
)
texts = st.text(
    st.one_of(st.sampled_from(NASTY), st.characters(codec=None), st.characters(categories=["Mn", "Me"])), max_size=80
)

WORDS = {
    "Vietnamese": "Tiếng Việt rất đẹp, người dùng thử",
    "Thai": "ที่นี่มีน้ำใจและเสื้อผ้า",
    "Thai with break opportunities": "ภาษา\u200bไทย",
    "Lao": "ສະບາຍດີ ທີ່ນີ້",
    "Khmer": "ភាសា\u200bខ្មែរ ស្ត្រី",
    "Burmese": "မြန်မာ လျှို့ဝှက် ကျွန်ုပ်",
    "Hebrew with niqqud": unicodedata.normalize("NFC", "בְּרֵאשִׁ֖ית בָּרָ֣א שָּׁלוֹם"),
    "Arabic with tashkeel": unicodedata.normalize("NFC", "الرَّحْمَٰنِ الرَّحِيمِ مُحَمَّدٌ"),
    "Persian with joiners": "می\u200cخواهم کتاب\u200cها ۱۲\u200cام",
    "Devanagari": "क्षत्रिय हिन्दी ड़ाँ क्\u200dष श्री".replace("\u095c", "\u0921\u093c"),
    "Malayalam with an old chillu": "അവന്\u200d പറഞ്ഞു",
    "Bengali": "র\u200d্যাব বাংলা",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Tibetan": "བསྒྲུབས་ ཧཱུྃ",
    "Korean": "한국어",
    "Old Korean": "ᄒᆞᆫ글",
    "Japanese": "がぎぐ ﾊﾟ 東京",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "IPA": "ˈtʰɹ̩̃ː",
    "Greek": "ᾧ τινι ἄνθρωπος",
    "right-to-left marks": "מחיר: 5\u200e שקלים\u200f",
    "keycaps": "1️⃣ #️⃣ *️⃣",
    "families": "👩‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🙂‍↔️ 🐈‍⬛",
    "flags": "🇩🇪🇨🇿 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "new emoji": "\U0001fae9 \U0001f6d8",
    "hearts": "❤️‍🔥 ☺︎",
    "code": "if x:\n    y = 1",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_real_writing_survives(words: str) -> None:
    assert tame(words, 200) == words


def test_every_emoji_survives() -> None:
    for row in (fixtures("text") / "emoji-test.txt").read_text().splitlines():
        if row and not row.startswith("#"):
            emoji = "".join(chr(int(point, 16)) for point in row.split(";")[0].split())
            assert tame(emoji, 50) == emoji, row.split(";")[0]


@pytest.mark.parametrize(
    ("raw", "tamed"),
    [
        ("e\u0301", "é"),
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d\u2029e\u0085f", "a\nb\nc\nd\ne\nf"),
        ("\u202eevil\u202c \u2067x\u2069", "evil x"),
        ("H" + "\u0310" * 40 + "i", "H" + "\u0310" * 3 + "i"),
        ("ก" + "\u0e47" * 40, "ก" + "\u0e47" * 3),
        ("b\u200ba\u00add\u2060 w\ufeffo\u3164rd", "bad word"),
        ("a\u200d\u200d\u200db", "a\u200db"),
        ("a \u200d b", "a  b"),
        ("hi\U000e0069\U000e0067\U000e006e", "hi"),
        ("x\ud800y", "x\ufffdy"),
        ("\ud83d\ude00", "😀"),
        ("\n\n a \n \n\n\n b \n", "a\n\n b"),
        ("\u3164\u2800 ", ""),
        ("", ""),
    ],
)
def test_what_hides_or_overturns_is_tamed(raw: str, tamed: str) -> None:
    assert tame(raw, 200) == tamed


def test_lines_are_bounded_and_no_word_is_lost() -> None:
    tamed = tame("\n".join(map(str, range(90))), TEXT_MAX)
    assert tamed.count("\n") == 40
    assert tamed.split() == list(map(str, range(90)))


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        ("ab🇩🇪🇨🇿", 5, "ab🇩🇪…"),
        ("ab🇩🇪🇨🇿", 4, "ab…"),
        ("x👩‍👩‍👧", 5, "x…"),
        ("xy👍🏽z", 4, "xy…"),
        ("aक्षb", 4, "a…"),
        ("xyg\u0323\u0302!", 4, "xy…"),
        ("\u200d".join("👩" * 99), 50, "\u200d".join("👩" * 25) + "…"),
        ("abc", 1, "…"),
    ],
)
def test_a_cut_never_parts_a_character(text: str, limit: int, short: str) -> None:
    assert tame(text, limit) == short


def test_a_name_is_one_line() -> None:
    assert tame_line(" Ann\n\n\u202eB. \t ", 100) == "Ann B."


@given(texts, st.integers(1, 60))
@example("\u0301", 1)
@example("\u0301\u0301\u0301\u20e3\u094d", 9)  # the keycap keeps the marks around it from changing places
def test_taming_what_is_tame_changes_nothing(text: str, limit: int) -> None:
    once = tame(text, limit)
    assert tame(once, limit) == once
    assert len(once) <= limit
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@given(texts)
def test_taming_a_line_twice_changes_nothing(text: str) -> None:
    once = tame_line(text, 20)
    assert tame_line(once, 20) == once
    assert "\n" not in once


def check(text: Text) -> None:
    """Spans in order, inside, apart; nothing lost in segments; and the text is tame."""
    assert "".join(segment.text for segment in segments(text.plain, text.spans)) == text.plain
    assert len(text.spans) <= SPANS_MAX
    at = 0
    for span in text.spans:
        assert at <= span.start < span.end <= len(text.plain)
        at = span.end
    assert tame(text.plain, TEXT_MAX) == text.plain


@given(
    st.lists(st.sampled_from(["https://a.example/b", "#tag", "@user@host.example", ":blob:", " ", ".", "…", *NASTY]))
)
def test_spans_are_in_order_and_apart(pieces: list[str]) -> None:
    check(from_plain("".join(pieces), {"blob"}))


runs = st.builds(Segment, st.sampled_from([None, *SpanKind]), texts, st.just("value"))


@given(st.lists(runs, max_size=8), st.integers(1, 200))
def test_woven_runs_are_one_tame_text(run_list: list[Segment], limit: int) -> None:
    check(weave(run_list, limit=limit))


@given(st.lists(st.sampled_from(["one", "#two", "https://three.example", "@four", ":five:"]), max_size=6))
def test_weaving_segments_gives_the_text_back(words: list[str]) -> None:
    text = from_plain(" ".join(words), {"five"})
    assert weave(segments(text.plain, text.spans), {"five"}) == text


def test_a_told_span_stands_where_its_words_stand() -> None:
    text = weave([Segment(None, "  see "), Segment(SpanKind.LINK, "here", "https://a.example"), Segment(None, " #now")])
    assert text == Text(
        "see here #now", (Span(SpanKind.LINK, 4, 8, "https://a.example"), Span(SpanKind.HASHTAG, 9, 13, "now"))
    )


def test_a_told_span_goes_along_where_taming_takes_blanks_away() -> None:
    runs = [
        Segment(None, "one \n\n\n\n two \n"),
        Segment(SpanKind.LINK, " here ", "https://a.example"),
        Segment(None, "!"),
    ]
    assert weave(runs) == Text("one\n\n two\n here !", (Span(SpanKind.LINK, 11, 15, "https://a.example"),))


def test_a_told_span_before_a_cut_is_kept_and_one_behind_it_falls() -> None:
    text = weave(
        [Segment(SpanKind.LINK, "a", "https://a.example"), Segment(None, " b" * 9), Segment(SpanKind.LINK, "c", "u")],
        limit=9,
    )
    assert text == Text("a b b b…", (Span(SpanKind.LINK, 0, 1, "https://a.example"),))


def found(text: str, emoji: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    spans = from_plain(text, emoji).spans
    plain = from_plain(text, emoji).plain
    return [(span.kind.value, plain[span.start : span.end], span.value) for span in spans]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://a.example.", "https://a.example"),
        ("(https://a.example/x)", "https://a.example/x"),
        ("https://a.example/x_(y)!", "https://a.example/x_(y)"),
        ("HTTPS://A.example/?q=#frag, and", "HTTPS://A.example/?q=#frag"),
        ("“http://a.example:8080/”", "http://a.example:8080/"),
        ("https://пример.example/ж", "https://пример.example/ж"),
    ],
)
def test_a_bare_link_is_found_without_the_sentence_around_it(text: str, link: str) -> None:
    assert ("link", link, link) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://",
        "https://[::1",
        "https://a:b:c/",
        "https://bank.example@evil.example/",
        "javascript:alert(1)",
        "https://cut.example/off…",
        "xhttp://a.example",
    ],
)
def test_what_leads_nowhere_fit_is_no_link(text: str) -> None:
    assert not [kind for kind, _, _ in found(text) if kind == "link"]


def test_hashtags_mentions_and_known_emoji_are_found() -> None:
    text = "#Pink11 @ann @bob@host.example: :blob: :none: mail me@host.example https://a.example/#no @c.d."
    assert found(text, frozenset({"blob"})) == [
        ("hashtag", "#Pink11", "pink11"),
        ("mention", "@ann", "@ann"),
        ("mention", "@bob@host.example", "@bob@host.example"),
        ("emoji", ":blob:", "blob"),
        ("link", "https://a.example/#no", "https://a.example/#no"),
        ("mention", "@c.d", "@c.d"),
    ]


def test_spans_are_bounded() -> None:
    assert len(from_plain("#a " * 1000).spans) == SPANS_MAX
    assert from_plain("@" + "a" * (ADDRESS_MAX + 1)).spans == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/" + "x" * 2000,
        "ftp://a.example",
        "https://a.example/ b",
        "https://a.example/\u202e",
        "//a.example",
        "",
    ],
)
def test_an_unfit_address_is_none(url: str) -> None:
    assert web_url(url) == ""


def test_folding_forgets_width_case_and_joiners() -> None:
    assert fold("Ｓtraße\u200d") == fold("STRASSE")
    assert fold("Müll") != fold("Mull")


def test_naughty_strings_are_tamed() -> None:
    for text in json.loads((fixtures("text") / "blns.json").read_text()):
        check(from_plain(text))


def test_the_conformance_texts_of_twitter_are_tamed() -> None:
    for name in ("twitter-text-extract.yml", "twitter-text-validate.yml", "GraphemeBreakTest.txt"):
        for text in (fixtures("text") / name).read_text().split("\n"):
            check(from_plain(text))


@given(st.text(NASTY + "ab: ", max_size=20), st.lists(st.integers(0, 25), max_size=4))
def test_a_line_cut_at_its_emoji_loses_nothing(line: str, places: list[int]) -> None:
    emoji = [Emoji(at, ":x:", "") for at in sorted(places)]
    pieces = strung(line, emoji)
    assert "".join(piece for piece, _ in pieces) == line
    assert [each for _, each in pieces] == [*emoji, None]
