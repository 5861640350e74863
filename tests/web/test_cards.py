"""Cards: every view of nasty posts, with not one tag or attribute that came from outside."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from backchannel.feed import View
from backchannel.picture import Picture
from backchannel.post import EMOJI_SHOWN, Author, Content, Decision, Media, Post, Reason, ReplyTo, Status, Verb
from backchannel.reactions import Reaction
from backchannel.text import Emoji, Span, SpanKind
from backchannel.web.cards import REASONS_FOR_POSTERS, Cards, initials, language, web_address
from backchannel.web.catalogues import ENGLISH
from backchannel.web.mine import Own
from tests.made_up import MORNING, content, post

ROOT = Path(__file__).resolve().parents[2]
CARDS = Cards(ROOT / "templates", ZoneInfo("Europe/Helsinki"))
VIEWS = ("screen", "phone", "console", "mine")
MINE = re.compile(r'<article class="post mine" data-key.*?</article>', re.DOTALL)
FOREIGN = '<script>alert(1)</script><img src=x onerror=alert(1)>" onload="x\' </article>{{ 7*7 }}'


class Tree(HTMLParser):
    """What a browser would make of a card: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def outline(self) -> set[tuple[str, frozenset[str]]]:
        """The kinds of tags with the names of their attributes; a language may be left out."""
        return {(tag, frozenset(attributes) - {"lang"}) for tag, attributes in self.tags}

    @property
    def links(self) -> list[str | None]:
        return [attributes["href"] for tag, attributes in self.tags if tag == "a" and "data-again" not in attributes]

    @property
    def article(self) -> dict[str, str | None]:
        (found,) = [attributes for tag, attributes in self.tags if tag == "article"]
        return found


def card(made: Post, view: str) -> str:
    if view != "mine":
        return CARDS.card(View(view), made)
    page = phone_page(mine=(Own(made),))
    (found,) = MINE.findall(page)
    return str(found)


def phone_page(*, posts: tuple[Post, ...] = (), mine: tuple[Own, ...] = ()) -> str:
    return CARDS.page(
        "phone",
        ENGLISH,
        conference={"name": "Service Days", "hashtags": ("pink11",)},
        tab="live",
        wall=Markup().join(Markup(CARDS.card(View.PHONE, each)) for each in posts),  # noqa: S704 (our own template)
        mine=mine,
        epoch="e",
        seq=1,
        now={"html": "", "again_in_s": ""},
        halls={},
        draft={"text": "", "name": "", "idem": "made-up", "again": "", "kind": "remark"},
        hall="main",
        asked=None,
        asked_again_in_s=60,
        told="",
        refusal="",
        sent=False,
        gone=False,
        is_shell=False,
        is_kiosk=False,
        react_halls={"main": {"slug": "main", "name": "Main hall"}},
        react_hall="main",
        reactions={"main": dict.fromkeys(Reaction, 0)},
        floor_is_open=True,
        floor_is_paused=False,
        made="",
        trap="homepage",
        text_max=300,
        name_max=40,
    )


def decided(verb: Verb, reason: str = "") -> Decision:
    return Decision("Sam", verb, reason, MORNING)


def everywhere(foreign: str, *, status: Status = Status.APPROVED, network: str = "mastodon") -> Post:
    """A post that brings the same foreign words in every place that a network fills."""
    link = Span(SpanKind.LINK, len(foreign) // 2, len(foreign), f"https://evil.example/{foreign}", foreign)
    said = Content(
        Author(foreign, foreign, foreign, foreign, foreign),
        foreign,
        (link,) if foreign else (),
        url=foreign,
        language=foreign,
        media=(Media(foreign, foreign, foreign), Media("image")),
        warning=foreign,
        reply_to=ReplyTo(foreign, foreign),
        posted_at=MORNING,
    )
    made = post("mastodon:1", content=said, status=status, reasons=(foreign,), decision=decided(Verb.REJECT, foreign))
    return replace(made, network=network)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_of_every_status_is_one_article_that_names_its_post(view: str, status: Status) -> None:
    tree = Tree(card(everywhere("", status=status), view))
    assert tree.article["data-key"] == "mastodon:1"
    assert tree.article["data-status"] == status
    assert tree.article["data-version"] == "1"


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("view", VIEWS)
def test_no_foreign_tag_or_attribute_survives(view: str, status: Status) -> None:
    tree = Tree(card(everywhere(FOREIGN, status=status), view))
    assert tree.outline <= Tree(card(everywhere("harmless", status=status), view)).outline
    assert "alert(1)" in tree.text  # it is shown, as words
    assert "49" not in tree.text


@pytest.mark.parametrize("network", ["mastodon", "x"])
@given(foreign=st.text(min_size=1, max_size=60))
def test_whatever_a_network_sends_stays_text(network: str, foreign: str) -> None:
    for view in VIEWS:
        sent = Tree(card(everywhere(foreign, network=network), view))
        assert sent.outline <= Tree(card(everywhere("harmless", network=network), view)).outline


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=60))
def test_a_phone_shows_every_letter_of_a_text_and_no_more(text: str) -> None:
    said = re.search(r'<p class="post-text"[^>]*>(.*)</p></article>', card(post(text=f".{text}."), "phone"), re.DOTALL)
    assert said and Tree(said[1]).text == f".{text}."


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://", "HTTPS:/x"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_link_leads_to_the_web_or_nowhere(view: str, url: str) -> None:
    said = content("here", spans=(Span(SpanKind.LINK, 0, 4, url),), url="")
    assert Tree(card(post(content=said), view)).links == []
    assert web_address(url) == ""


def test_a_screen_can_say_who_apart_from_what_was_said_and_when() -> None:
    html = card(post(content=content("the words")), "screen")
    who, said = html.split("</header>")
    assert "<time>" in who
    assert said.strip().startswith('<div class="post-said">')
    assert "the words" in said


def test_nobody_can_follow_a_link_on_a_screen() -> None:
    said = content("see https://a.example/b/c", spans=(Span(SpanKind.LINK, 4, 25, "https://a.example/b/c"),))
    assert Tree(card(post(content=said), "phone")).links == ["https://a.example/b/c"]
    on_screen = Tree(card(post(content=said), "screen"))
    assert on_screen.links == []
    assert on_screen.text.endswith("see a.example")


def test_hashtags_and_mentions_keep_their_place_in_text_that_runs_the_other_way() -> None:
    said = content("مرحبا #pink11", spans=(Span(SpanKind.HASHTAG, 6, 13, "pink11"),), language="ar")
    for view in VIEWS:
        html = card(post(content=said), view)
        assert "<bdi>#pink11</bdi></p>" in html
        assert 'dir="auto" lang="ar"' in html


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hans-CN", "gsw"])
def test_a_sane_language_is_named(tag: str) -> None:
    assert language(tag) == tag


@pytest.mark.parametrize("tag", ["", "e", "english!", 'en" onload="x', "en_GB", "en-", "en\n", "x" * 40])
def test_a_language_that_is_none_is_left_out(tag: str) -> None:
    assert language(tag) == ""
    assert "lang=" not in card(post(content=content(language=tag)), "phone")


def test_a_picture_is_told_in_words_until_it_is_there() -> None:
    shown = (Media("image", "https://a.example/1.png", alt="Five boxes"), Media("video"))
    for view in VIEWS[:2]:
        html = card(post(content=content(media=shown)), view)
        assert "a.example" not in html
        assert "Picture: Five boxes" in Tree(html).text
    assert "Film without a description" in Tree(card(post(content=content(media=shown)), "phone")).text


PHOTO = Media("image", "https://a.example/1.png", alt="Five boxes")
KEPT = Picture(PHOTO.url, "a1", 1600, 900, MORNING)
SHOWN = '<img src="/media/a1.webp" width="1600" height="900" alt="Five boxes"'


def with_photo(**more: Any) -> Post:
    shown = post(content=content(media=(PHOTO,)), pictures=(KEPT,), status=Status.APPROVED)
    return replace(shown, **({"decision": decided(Verb.APPROVE)} | more))


def test_a_picture_is_shown_from_our_own_address_once_it_is_there() -> None:
    for view in VIEWS[:3]:
        assert SHOWN in card(with_photo(), view)
        assert "a.example" not in card(with_photo(), view)
    film = replace(PHOTO, kind="video", url="https://a.example/1.mp4", still=PHOTO.url)
    assert SHOWN in card(with_photo(content=content(media=(film,))), "screen")


def test_no_screen_shows_a_picture_that_came_after_somebody_approved() -> None:
    late = with_photo(pictures=(replace(KEPT, at=MORNING + timedelta(seconds=1)),))
    assert SHOWN not in card(late, "screen") + card(late, "phone")
    assert SHOWN in card(late, "console")
    assert "came after the approval" in card(late, "console")
    assert "came after the approval" not in card(with_photo(), "console")
    by_rule = replace(late, decision=replace(decided(Verb.APPROVE), by="rule: friends"))
    assert SHOWN in card(by_rule, "screen")
    assert SHOWN not in card(replace(by_rule, content=replace(by_rule.content, sensitive=True)), "phone")


def test_a_custom_emoji_is_a_picture_of_ours_or_its_name_and_never_another_servers() -> None:
    blob = Span(SpanKind.EMOJI, 5, 11, "blob", KEPT.url)
    shown = with_photo(content=content("Yes! :blob:", spans=(blob,)))
    for view in VIEWS[:3]:
        assert '<img class="emoji" src="/media/a1.webp" width="1600" height="900" alt=":blob:">' in card(shown, view)
        without = card(replace(shown, pictures=()), view)
        assert "Yes! :blob:" in Tree(without).text
        assert "a.example" not in without
    late = replace(shown, pictures=(replace(KEPT, at=MORNING + timedelta(seconds=1)),))
    assert "<img" not in card(late, "screen")
    assert shown.picture_urls == (KEPT.url,)
    assert len(replace(shown, content=content(spans=many_emoji())).picture_urls) == EMOJI_SHOWN


def test_names_and_warnings_show_the_emoji_whose_pictures_we_keep_and_say_the_same_without() -> None:
    blob = Emoji(3, ":blob:", KEPT.url)
    said = content("Hello", author=Author("Ada", emoji=(blob,)), warning="a <b>", warning_emoji=(replace(blob, at=2),))
    shown = with_photo(content=said)
    picture = '<img class="emoji" src="/media/a1.webp" width="1600" height="900" alt=":blob:">'
    for view in VIEWS[:3]:
        assert f'dir="auto">Ada{picture}</b>' in card(shown, view)
        assert f"<bdi>a {picture}&lt;b&gt;</bdi>" in card(shown, view)
        without = card(replace(shown, pictures=()), view)
        assert 'dir="auto">Ada</b>' in without
        assert "<bdi>a &lt;b&gt;</bdi>" in without
    late = replace(shown, pictures=(replace(KEPT, at=MORNING + timedelta(seconds=1)),))
    assert "<img" not in card(late, "screen") + card(late, "phone")
    assert shown.picture_urls == (KEPT.url,)


def many_emoji() -> tuple[Span, ...]:
    return tuple(Span(SpanKind.EMOJI, at, at + 1, "x", f"https://a.example/{at}.png") for at in range(20))


def test_a_link_tells_what_its_page_is_called_and_where_it_is() -> None:
    link = Span(SpanKind.LINK, 6, 16, "https://www.a.example/b", "All the slides")
    said = post(content=content("Slides\na.example/", spans=(replace(link, start=7, end=17),)))
    on_screen = Tree(card(said, "screen"))
    assert on_screen.text.endswith("Slides\nAll the slides www.a.example")
    assert on_screen.links == []
    for view in ("phone", "console"):
        assert Tree(card(said, view)).links.count("https://www.a.example/b") == 2
    pictured = replace(said, content=replace(said.content, media=(PHOTO,)))
    assert "All the slides" not in card(pictured, "screen")  # the picture has the room
    assert Tree(card(pictured, "screen")).text.count("a.example") == 1


def test_a_sensitive_picture_is_covered_and_on_no_screen() -> None:
    for more in ({"sensitive": True}, {"warning": "spiders"}):
        covered = with_photo(content=content(media=(PHOTO,), **more))
        assert SHOWN not in card(covered, "screen")
        for view in ("phone", "console"):
            assert re.search(rf"<details[^>]*>(?:(?!</details>).)*{SHOWN}", card(covered, view), re.DOTALL)


def test_a_warning_stands_before_the_words_and_covers_them_on_a_phone() -> None:
    warned = post(content=content("the words", warning="incidents"))
    assert re.search(r"incidents.*the words", card(warned, "screen"), re.DOTALL)
    assert re.search(
        r"<details.*<summary>.*incidents.*</summary>.*the words.*</details>", card(warned, "phone"), re.DOTALL
    )


def test_a_time_from_the_future_is_not_believed_and_one_of_another_day_has_its_day() -> None:
    def time(**more: Any) -> str:
        said = re.search(r"<time>(.*)</time>", card(post(content=content(**more)), "phone"))
        return said[1] if said else ""

    assert time(posted_at=None) == time(posted_at=MORNING + timedelta(days=2)) == "11:00"  # Helsinki is two hours on
    assert time(posted_at=MORNING - timedelta(minutes=5)) == "10:55"
    assert time(posted_at=MORNING - timedelta(days=1)) == "16 Nov, 11:00"


@pytest.mark.parametrize("view", ["screen", "phone", "mine"])
def test_who_is_no_moderator_learns_neither_who_decided_nor_which_rule(view: str) -> None:
    for status in Status:
        made = post(status=status, reasons=("a private rule",), decision=decided(Verb.REJECT, "a private reason"))
        text = Tree(card(made, view)).text
        assert not any(word in text for word in ("Sam", "a private rule", "a private reason"))


@pytest.mark.parametrize("reason", list(Reason))
def test_a_poster_is_told_kindly_why_a_post_is_not_shown(reason: Reason) -> None:
    made = post(status=Status.REJECTED, decision=decided(Verb.REJECT, reason))
    assert REASONS_FOR_POSTERS[reason] in Tree(card(made, "mine")).text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.QUEUED, "Queued"),
        (Status.HELD, "Queued"),
        (Status.APPROVED, "Shown"),
        (Status.REJECTED, "Not shown"),
        (Status.WITHDRAWN, "Taken down"),
        (Status.GONE, "Taken down"),
    ],
)
def test_a_poster_sees_what_became_of_a_post(status: Status, words: str) -> None:
    assert Tree(card(post(status=status), "mine")).text.startswith(words)


def test_the_phone_counts_what_still_waits() -> None:
    waiting = tuple(Own(post(f"floor:{status}", status=status)) for status in Status)
    assert re.search(r'id="waiting">2<', phone_page(mine=waiting))
    assert re.search(r'id="waiting" hidden>0<', phone_page())


def test_a_live_card_is_the_card_of_the_first_page() -> None:
    made = replace(everywhere(FOREIGN), decision=None)
    assert card(made, "phone") in phone_page(posts=(made,))


INES = Author("Ines Kowalczyk", "@ines_pm", "https://x.com/ines_pm", "https://pbs.example/ines.jpg", "7")


def on_x(text: str = "See #pink11, @desk: a.example/b…", **more: Any) -> Post:
    spans = (
        Span(SpanKind.HASHTAG, 4, 11, "pink11"),
        Span(SpanKind.MENTION, 13, 18, "@desk"),
        Span(SpanKind.LINK, 20, 32, "https://a.example/b/c"),
    )
    said = Content(INES, text, spans, url="https://x.com/ines_pm/status/1", posted_at=MORNING, **more)
    return post("x:1", content=said, status=Status.APPROVED)


@pytest.mark.parametrize("view", VIEWS[:3])
def test_a_post_of_x_has_its_authors_name_and_address_the_time_and_the_mark_and_says_so_once(view: str) -> None:
    tree = Tree(card(on_x(), view))
    assert all(
        words in tree.text for words in ("Ines Kowalczyk", "@ines_pm", "11:00", "See #pink11, @desk: a.example/b…")
    )
    nets = [attributes for tag, attributes in tree.tags if attributes.get("class") == "net"]
    assert [attributes["data-network"] for attributes in nets] == ["x"]
    html = card(on_x(), view)
    assert html.index("@ines_pm") < html.index("See <")


@pytest.mark.parametrize("view", VIEWS[:3])
def test_the_text_of_a_post_of_x_is_shown_unchanged(view: str) -> None:
    text = "One.\n\nTwo https://a.example/long/way"
    said = replace(on_x().content, text=text, spans=(Span(SpanKind.LINK, 10, 36, "https://a.example/long/way"),))
    html = card(replace(on_x(), content=said), view)
    assert "One.\n\nTwo" in html
    assert ("https://a.example/long/way" in Tree(html).text) is (
        view != "screen"
    )  # as X allows where nobody can follow


@pytest.mark.parametrize("view", ["phone", "console"])
def test_everything_in_a_post_of_x_leads_to_its_place_on_x(view: str) -> None:
    assert Tree(card(on_x(), view)).links == [
        "https://x.com/ines_pm",
        "https://x.com/ines_pm/status/1",
        "https://x.com/hashtag/pink11",
        "https://x.com/desk",
        "https://a.example/b/c",
    ]
    assert "View on X" in Tree(card(on_x(), view)).text
    assert Tree(card(on_x(), "screen")).links == []


@pytest.mark.parametrize("view", VIEWS[:3])
def test_an_edited_post_of_x_says_that_it_was_edited(view: str) -> None:
    assert ", edited" not in card(on_x(), view)
    assert "11:00, edited" in Tree(card(on_x(edited_at=MORNING + timedelta(minutes=5)), view)).text


@pytest.mark.parametrize("view", VIEWS[:3])
def test_no_page_asks_x_for_a_picture(view: str) -> None:
    html = card(on_x(), view)
    assert "pbs.example" not in html
    assert '<span class="avatar" aria-hidden="true">IK</span>' in html
    kept = Picture(INES.avatar, "a1", 48, 48, MORNING)
    shown = replace(on_x(), pictures=(kept,), status=Status.APPROVED, decision=decided(Verb.APPROVE))
    assert '<img class="avatar" src="/media/a1.webp" width="48" height="48" alt="">' in card(shown, view)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ines Kowalczyk", "IK"),
        ("rhea van der nakamura", "RN"),
        ("Oyelaran", "O"),
        ("佐藤 美咲", "佐"),
        ("سميرة بن يوسف", "س"),
        ("🚀 (Tomás)", "T"),
        ("4 Ways", "4"),
        ("🚀", ""),
        ("", ""),
    ],
)
def test_initials_fit_into_their_box(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize("value", ["@desk@social.example", "@a b", "desk", "@", "@" + "x" * 51])
def test_a_mention_that_is_none_on_x_leads_nowhere(value: str) -> None:
    said = replace(on_x().content, spans=(Span(SpanKind.MENTION, 13, 18, value),))
    assert Tree(card(replace(on_x(), content=said), "phone")).links[2:] == []


@pytest.mark.parametrize("network", ["mastodon", "slack"])
def test_other_networks_have_no_picture_and_no_mark_of_x(network: str) -> None:
    html = card(replace(on_x(), network=network), "phone")
    assert "avatar" not in html
    assert "View on X" not in html


STYLES = ROOT / "static" / "css"


def rules_of(style: str, selector: str) -> list[str]:
    """The declarations of every rule with this selector."""
    found = re.findall(re.escape(selector) + r"\s*\{([^{}]*)\}", style)
    return [re.sub(r"\s+", " ", rules).strip() for rules in found]


def test_both_copies_of_the_board_palette_are_equal() -> None:
    tokens = (STYLES / "tokens.css").read_text()
    (board,) = rules_of(tokens, '[data-theme="board"]')
    (night,) = rules_of(tokens, ":root:not([data-theme])")
    assert board == night
    assert "--ground: #0e1f1a" in board.lower()


def test_every_theme_names_every_colour() -> None:
    tokens = (STYLES / "tokens.css").read_text()
    themes = [rules_of(tokens, f'[data-theme="{theme}"]')[0] for theme in ("paper", "board", "break")]
    paper, board, lively = (set(re.findall(r"--[a-z-]+(?=:)", theme)) for theme in themes)
    assert paper == board == lively


def test_only_the_tokens_name_a_colour() -> None:
    for style in STYLES.rglob("*.css"):
        if style.name != "tokens.css":
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)|\b(?:rgb|hsl|oklch)a?\(", style.read_text()) == [], (
                style.name
            )


def test_a_screen_clamps_names_and_texts() -> None:
    style = (STYLES / "screen" / "columns.css").read_text()
    assert "-webkit-line-clamp: var(--lines, 6);" in rules_of(style, ".columns .post-text")[0]
    assert "-webkit-line-clamp: 2;" in rules_of(style, ".columns .post-name")[0]


@pytest.mark.parametrize("page", sorted((ROOT / "templates").glob("*.html")), ids=lambda page: page.stem)
def test_no_template_has_inline_style_or_script(page: Path) -> None:
    html = page.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
