"""Foreign HTML, read once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.html import HTML_MAX, from_html
from backchannel.text import TEXT_MAX
from tests.shared import fixtures
from tests.test_text import NASTY, check

MENTION = '<span class="h-card"><a href="https://host.example/@ann" class="u-url mention">@<span>ann</span></a></span>'
LONG = "https://www.host.example/a/very/long/path/that/goes/on"
LINK = (
    f'<a href="{LONG}"><span class="invisible">https://www.</span>'
    '<span class="ellipsis">host.example/a/very/long/path/</span><span class="invisible">that/goes/on</span></a>'
)


def read(html: str) -> tuple[str, list[tuple[str, str, str]]]:
    text = from_html(html)
    return text.plain, [(span.kind.value, text.plain[span.start : span.end], span.value) for span in text.spans]


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("  <p> one\n two </p>\n\n<p>\tthree</p>  ", "one two\n\nthree"),
        ("one<br/>two <br> three", "one\ntwo\nthree"),
        ("one<br><br><br><br>two", "one\n\ntwo"),
        (
            "<p>see</p><ul><li>one</li><li>two<ul><li>inner</li></ul></li></ul><p>end</p>",
            "see\n\n• one\n• two\n• inner\n\nend",
        ),
        ("<blockquote><p>said</p><p>more</p></blockquote>answer", "> said\n\n> more\n\nanswer"),
        ("<pre><code>if x:\n    y\n</code></pre>done", "if x:\n    y\n\ndone"),
        ("<h1>Title</h1><div>text</div><hr>after", "Title\n\ntext\n\nafter"),
        ("<b>bold</b> &amp; &lt;i&gt; &#39;quoted&#39; &nbsp;x", "bold & <i> 'quoted' \u00a0x"),
        ("<script>alert(1)</script><style>p{}</style>words<!-- unseen -->", "words"),
        ("<svg><a xlink:href='https://a.example'>unseen</a></svg><img src=x onerror=alert(1) alt='a cat'>", "a cat"),
        ("one<iframe src='https://a.example/'> <b>unseen</b></iframe> two", "one two"),
        ("one<noscript><img src='https://a.example/' alt='unseen'></noscript><noembed><b>unseen</b></noembed>", "one"),
        ("one<title>unseen</title><template><p>unseen</p></template>", "one"),
        ("bare words, no tags", "bare words, no tags"),
        (
            "<p>words</p><div class='gts-system-message'><hr><p>a note <a href='https://a.example/'>x</a></p></div>",
            "words",
        ),
        ("<p", ""),
        ("", ""),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_html_reads_as_a_browser_shows_it(html: str, plain: str) -> None:
    assert read(html)[0] == plain


def test_a_mention_carries_its_address() -> None:
    assert read(MENTION) == ("@ann", [("mention", "@ann", "@ann@host.example")])
    told = from_html(MENTION, mentions={"https://host.example/@ann": "@ann@other.example"})
    assert [span.value for span in told.spans] == ["@ann@other.example"]


def test_a_hashtag_is_folded_whatever_the_server() -> None:
    mastodon = '<a href="https://host.example/tags/Pink11" class="mention hashtag" rel="tag">#<span>Pink11</span></a>'
    pleroma = '<a class="hashtag" data-tag="pink11" href="https://host.example/tag/pink11">#Pink11</a>'
    assert (
        read(mastodon)
        == read(pleroma)
        == read('<a href="https://host.example/">#Pink11</a>')
        == read("#Pink11")
        == ("#Pink11", [("hashtag", "#Pink11", "pink11")])
    )


def test_each_part_of_an_address_is_printed_once() -> None:
    words = "host.example/a/very/long/path/…"
    assert read(LINK) == (words, [("link", words, LONG)])
    assert read(f'<a href="{LONG}">{LONG}</a>') == read(LINK)


@pytest.mark.parametrize(
    ("href", "words", "plain"),
    [
        ("https://evil.example/", "bank.example", "bank.example [evil.example]"),
        ("https://evil.example/", "https://bank.example/login", "bank.example/login [evil.example]"),
        ("https://evil.example/", "go to bank.example now", "go to bank.example now [evil.example]"),
        ("https://bank.example.evil.example/", "bank.example", "bank.example [bank.example.evil.example]"),
        (
            "https://evil.example/",
            '<span class="invisible">https://evil.example/</span>bank.example',
            "bank.example [evil.example]",
        ),
        ("https://www.bank.example/x", "bank.example", "bank.example"),
        ("https://xn--mnchen-3ya.example/", "münchen.example", "münchen.example"),
        ("https://bank.example/", "our bank", "our bank"),
        ("https://bank.example/", "", "bank.example/"),
    ],
)
def test_a_link_that_names_another_host_shows_the_true_one(href: str, words: str, plain: str) -> None:
    assert read(f'<a href="{href}">{words}</a>') == (plain, [("link", plain.split(" [")[0], href)])


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/local", "https://u@evil.example", "https://[", ""],
)
def test_a_link_that_leads_nowhere_fit_is_words(href: str) -> None:
    assert read(f'<a href="{href}" class="mention">@ann</a>')[1] in ([], [("mention", "@ann", "@ann")])
    assert read(f'<a href="{href}">here</a>') == ("here", [])


def test_a_class_alone_makes_no_mention() -> None:
    assert read('<a class="mention hashtag" href="https://a.example/">win money</a>')[1] == [
        ("link", "win money", "https://a.example/")
    ]


def test_only_known_emoji_are_emoji() -> None:
    text = from_html('<p>:blob: :none: <img class="emoji" alt=":blob:" src="x"></p>', emoji={"blob"})
    assert text.plain == ":blob: :none: :blob:"
    assert [(span.start, span.end, span.value) for span in text.spans] == [(0, 6, "blob"), (14, 20, "blob")]


def test_words_after_the_bound_are_cut_and_it_shows() -> None:
    assert from_html("<p>x</p>" * HTML_MAX).plain.endswith("…")
    long = from_html(LINK + "<p>" + "x" * 6000)
    assert len(long.plain) == TEXT_MAX
    assert [span.value for span in long.spans] == [LONG]


TAGS = ["<p>", "</p>", "<br>", "<ul>", "<li>", "</ul>", "<pre>", "</pre>", "<blockquote>", "</blockquote>", "</a>"]
MARKUP = ["</span>", "&amp;", "&#8238;", "<", ">", "&"]
LINKS = [
    "<a href='https://a.example/'>",
    "<a class='mention' href='https://b.example/@c'>",
    "<a class='hashtag' href='https://b.example/d'>",
]
SPANS = ["<span class='invisible'>", "<span class='ellipsis'>", "@c", "#d", ":blob:", "https://e.example", "f.example"]
PIECES = [*TAGS, *MARKUP, *LINKS, *SPANS, *NASTY]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_html_gives_spans_in_order(pieces: list[str]) -> None:
    check(from_html("".join(pieces), emoji={"blob"}))


@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_read_as_html(text: str) -> None:
    check(from_html(text))


def test_hostile_feeds_and_naughty_strings_are_read() -> None:
    for path in [*fixtures("feeds", "feedparser-sanitize").iterdir(), fixtures("text") / "blns.txt"]:
        check(from_html(path.read_text()))
    for line in (fixtures("text") / "blns.txt").read_text().split("\n"):
        check(from_html(line))


def test_tags_nested_beyond_reason_are_left_out_and_the_words_stay() -> None:
    read = from_html("<ul><li>" * 1000 + "deep down" + "</li></ul>" * 1000).plain
    assert read == "deep down"
    assert "•" in from_html("<ul><li>" * 10 + "not deep" + "</li></ul>" * 10).plain
