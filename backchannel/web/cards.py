"""Renders pages and cards: the one Jinja environment, and the words that templates need."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from backchannel.concern import Concern, concerns_of
from backchannel.feed import View
from backchannel.hostname import is_odd, readable
from backchannel.poll import Sort
from backchannel.post import CRITICAL, Content, Post, Reason, Status, Way
from backchannel.programme import Binding, Programme, Why
from backchannel.reactions import Reaction
from backchannel.roles import MAY
from backchannel.sieve import Trait
from backchannel.sources.floor import NAMELESS
from backchannel.text import Segment, Span, SpanKind, pieces, segments, strung
from backchannel.web.catalogues import ENGLISH, Tongue, tongues
from backchannel.web.compiled import COMPILED
from backchannel.web.own import own_table, own_words
from backchannel.web.parcels import Parcels
from backchannel.web.times import clock, day_and_clock, day_in_short
from backchannel.wording import spoken

NETWORK_WORDS: Final[Mapping[str, str]] = {
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "floor": spoken("Floor"),
    "desk": spoken("At the desk"),
    "feed": spoken("Blog"),
    "x": "X",
    "webhook": spoken("Chat"),
    "matrix": "Matrix",
    # What webhooks bring names itself; these are written otherwise than their word with a capital.
    "sms": "SMS",
    "whatsapp": "WhatsApp",
}
BOWLS: Final[Mapping[Status, str]] = {
    Status.QUEUED: "queued",
    Status.HELD: "held",
    Status.APPROVED: "shown",
    Status.REJECTED: "rejected",
    Status.WITHDRAWN: "withdrawn",
    Status.GONE: "withdrawn",
    Status.COPY: "queued",
}
REASON_WORDS: Final[Mapping[Reason, str]] = {
    Reason.SPAM: spoken("Advertising or spam"),
    Reason.ATTACK: spoken("Attacks a person"),
    Reason.PRIVATE: spoken("Shares private details"),
    Reason.OFF_TOPIC: spoken("Not about the conference"),
    Reason.UNREADABLE: spoken("Cannot be read by the hall"),
    Reason.OPT_OUT: spoken("Asked to be left out"),
    Reason.REPEAT: spoken("Said before"),
    Reason.UNSAFE: spoken("Not safe for the hall"),
}
REASONS_FOR_POSTERS: Final[Mapping[Reason, str]] = {
    Reason.SPAM: spoken("It reads like advertising. In other words, gladly."),
    Reason.ATTACK: spoken("It is hard on a person. Say it about the matter, and it can go up."),
    Reason.PRIVATE: spoken("Private details were in it. Without them, gladly."),
    Reason.OFF_TOPIC: spoken("It is not about the conference. The next one may be."),
    Reason.UNREADABLE: spoken("The last row could not have read it. Shorter or plainer, gladly."),
    Reason.OPT_OUT: spoken("Somebody asked to be left out of it."),
    Reason.REPEAT: spoken("It has been said before, and the hall has seen it."),
    Reason.UNSAFE: spoken("Not everybody in a hall should have to see it. The matter itself, gladly."),
}
NO_REASON: Final = spoken("The desk decided not to show it.")
REACTION_WORDS: Final[Mapping[Reaction, str]] = {
    Reaction.MHM: spoken("mm-hm"),
    Reaction.YES: spoken("yes!"),
    Reaction.HA: spoken("ha!"),
    Reaction.HM: spoken("hm?"),
}
WAY_WORDS: Final[Mapping[Way, str]] = {
    Way.PHONE: spoken("Phone"),
    Way.KIOSK: spoken("Kiosk"),
    Way.RUNNER: spoken("Runner"),
    Way.CARD: spoken("Card"),
}
TRAIT_WORDS: Final[Mapping[Trait, str]] = {
    Trait.MEDIA: spoken("Pictures"),
    Trait.LINK: spoken("Links"),
    Trait.REPLY: spoken("Replies"),
    Trait.WARNING: spoken("Warnings"),
}
WHY_WORDS: Final[Mapping[Why, str]] = {
    Why.PERSON: spoken("says the desk"),
    Why.HASHTAG: spoken("by its hashtag"),
    Why.SPEAKER: spoken("by its speaker"),
    Why.HALL: spoken("by its hall"),
    Why.TIME: spoken("by the time"),
}
CONCERN_WORDS: Final[Mapping[Concern, str]] = {
    Concern.MEDIA: spoken("media"),
    Concern.LINKS: spoken("a link"),
    Concern.FIRST: spoken("the author's first post"),
}
SORT_WORDS: Final[Mapping[Sort, str]] = {Sort.VOTES: spoken("Most wanted"), Sort.NEWEST: spoken("Newest")}
MEDIA_WORDS: Final[Mapping[str, str]] = {
    "image": spoken("Picture"),
    "gifv": spoken("Moving picture"),
    "video": spoken("Film"),
    "audio": spoken("Sound"),
}
CRITICAL_WORDS: Final = spoken("Critical, and shown")
X_NAME: Final = re.compile(r"@([A-Za-z0-9_]{1,50})")
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")


def network_word(network: str) -> str:
    """What people call a network."""
    return NETWORK_WORDS.get(network, network.capitalize())


def reason_words(reason: str, words: Mapping[Reason, str] = REASON_WORDS, tongue: Tongue = ENGLISH) -> str:
    """A reason in words; a reason somebody typed stays as it is."""
    if reason == CRITICAL:
        return tongue.say(CRITICAL_WORDS)
    return tongue.say(words[Reason(reason)]) if reason in set(Reason) else own_words(reason, tongue)


def host_of(url: str) -> str:
    """The host an address truly leads to, in letters that nobody takes for others."""
    return readable(_host_in(url))


def odd_host(url: str) -> str:
    """The same where it does not read as it is written; else empty."""
    host = _host_in(url)
    return readable(host) if is_odd(host) else ""


def _host_in(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def web_address(url: str) -> str:
    """An address a browser may be sent to; empty for every other scheme."""
    return url if url.lower().startswith(("https://", "http://")) and host_of(url) else ""


def list_address(name: str, line: str = "", **place: int) -> str:
    """Where a list of the desk stands, with what is looked for in it and from which place on."""
    return f"/console?{urlencode({'list': name, **({'q': line} if line else {}), **place})}"


def titled(content: Content) -> Span | None:
    """The first link that leads to a page whose title we were told."""
    links = (span for span in content.spans if span.kind is SpanKind.LINK and span.beside)
    return next((link for link in links if web_address(link.value)), None)


def initials(name: str) -> str:
    """The first letters of the first and the last word of a name; one in scripts whose letters join or are wide."""
    letters = [letter for word in name.split() if (letter := next(filter(str.isalnum, word), ""))]
    with_case = [letter for letter in letters if letter.lower() != letter.upper()]
    return f"{with_case[0]}{with_case[-1]}".upper() if len(with_case) > 1 else "".join(letters[:1]).upper()


def place_on_x(run: Segment) -> str:
    """Where a hashtag or a mention leads on X; empty for anything else."""
    if run.kind is SpanKind.HASHTAG and run.value:
        return f"https://x.com/hashtag/{quote(run.value, safe='')}"
    found = X_NAME.fullmatch(run.value) if run.kind is SpanKind.MENTION else None
    return f"https://x.com/{found[1]}" if found else ""


def language(tag: str) -> str:
    """A language tag that looks like BCP 47, else nothing: a wrong `lang` makes a screen reader speak nonsense."""
    return tag if LANGUAGE.fullmatch(tag) else ""


def marked(content: Content, marks: Sequence[tuple[int, int]] = ()) -> list[tuple[Segment, list[tuple[str, bool]]]]:
    """The runs of a text, each with its pieces: what a rule matched, and what stands around it."""
    runs, at = [], 0
    for run in segments(content.text, content.spans):
        runs.append((run, pieces(run.text, at, marks)))
        at += len(run.text)
    return runs


class Cards:
    """Renders templates for one conference; `zone` is where its clocks hang, `programme` is the one in force.

    `two_people` are the concerns for which it takes two people to show a post.
    """

    def __init__(
        self,
        templates: Path,
        zone: ZoneInfo,
        programme: Callable[[], Programme] = Programme,
        two_people: Collection[Concern] = (),
    ) -> None:
        self.parcels = Parcels(templates.parent / "static")
        self._zone = zone
        self._two_people = frozenset(two_people)
        self._programme = programme
        self._templates = FileSystemLoader(templates)
        self._envs: dict[str, Environment] = {}

    def _env(self, tongue: Tongue) -> Environment:
        """The environment of a language; what is compiled is the same for all."""
        if (known := self._envs.get(tongue.tag)) is not None:
            return known
        env = Environment(
            loader=self._templates,
            autoescape=True,
            bytecode_cache=COMPILED,
            auto_reload=False,  # else every card asks the file system whether its templates are still the same
            optimized=False,  # else words that do not vary are put into the compiled code, in one language
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        env.policies["ext.i18n.trimmed"] = True
        words = tongue.words
        env.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
        env.filters |= self._filters(tongue)
        env.globals |= self._globals(tongue)
        self._envs[tongue.tag] = env
        return env

    def _filters(self, tongue: Tongue) -> Mapping[str, Callable[..., Any]]:
        return {
            "clock": lambda at: clock(at, self._zone),
            "day_and_clock": lambda at: day_and_clock(at, self._zone, tongue),
            "concerns": lambda post: [tongue.say(words) for words in self._concerns(post)],
            "commands": lambda role: " ".join(sorted(MAY[role])),
            "host": host_of,
            "odd_host": odd_host,
            "initials": initials,
            "language": language,
            "list_address": list_address,
            "marked": marked,
            "media_word": lambda kind: tongue.say(MEDIA_WORDS.get(kind, "Picture")),
            "network_word": lambda network: tongue.say(network_word(network)),
            "place_on_x": place_on_x,
            "reason_words": lambda reason, words=REASON_WORDS: reason_words(reason, words, tongue),
            "second": self._second,
            "said_at": lambda post: self._said_at(post, tongue),
            "session_title": self._session_title,
            "strung": strung,
            "segments": lambda content: segments(content.text, content.spans),
            "titled": titled,
            "web_address": web_address,
        }

    def _globals(self, tongue: Tongue) -> Mapping[str, Any]:
        return {
            "BOWLS": BOWLS,
            "REACTION_WORDS": REACTION_WORDS,
            "WAY_WORDS": WAY_WORDS,
            "REASON_WORDS": REASON_WORDS,
            "REASONS_FOR_POSTERS": REASONS_FOR_POSTERS,
            "WHY_WORDS": WHY_WORDS,
            "NAMELESS": NAMELESS,
            "NO_REASON": NO_REASON,
            "has_programme": lambda: bool(self._programme()),
            "SORT_WORDS": SORT_WORDS,
            "own": own_table(tongue),
            "parcel": lambda name: self.parcels.address(name, tongue),
            "tongue": tongue,
            "tongues": tongues(),
        }

    def page(self, name: str, tongue: Tongue, **context: Any) -> str:
        """A whole page; `name` without `.html`."""
        return self._env(tongue).get_template(f"{name}.html").render(context)

    def card(self, view: View, post: Post, tongue: Tongue = ENGLISH) -> str:
        """The card of a post as one view shows it, for a live frame."""
        module = self._env(tongue).get_template("_post.html").module
        return str(module.card(post, view.value))  # type: ignore[attr-defined]

    def now(self, standing: Any, tongue: Tongue = ENGLISH) -> Markup:
        """The phone's block of the programme."""
        module = self._env(tongue).get_template("_now.html").module
        return Markup(module.now_block(standing))  # type: ignore[attr-defined]  # noqa: S704 (our own template)

    def asked(self, asking: Any, tongue: Tongue = ENGLISH) -> Markup:
        """The phone's list of questions."""
        module = self._env(tongue).get_template("_asked.html").module
        return Markup(module.asked_block(asking))  # type: ignore[attr-defined]  # noqa: S704 (our own template)

    def _session_title(self, binding: Binding | None) -> str:
        session = self._programme().find(binding.session) if binding else None
        return session.title if session else ""

    def _concerns(self, post: Post) -> list[str]:
        """For what it takes two people to show a post, in words; empty where it takes one, or none."""
        if post.status not in {Status.QUEUED, Status.HELD}:
            return []
        found = concerns_of(post, self._two_people)
        return [words for concern, words in CONCERN_WORDS.items() if concern in found]

    def _second(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M:%S")

    def _said_at(self, post: Post, tongue: Tongue) -> str:
        """When it was written: the author's claim, unless that lies in the future; a day only if it came late."""
        received, claimed = post.received_at, post.content.posted_at or post.received_at
        said = min(claimed, received)
        is_same_day = said.astimezone(self._zone).date() == received.astimezone(self._zone).date()
        return clock(said, self._zone) if is_same_day else day_in_short(said, self._zone, tongue)
