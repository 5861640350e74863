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
from backchannel.poll import Sort
from backchannel.post import CRITICAL, Content, Post, Reason, Status
from backchannel.programme import Binding, Programme, Why
from backchannel.reactions import Reaction
from backchannel.roles import MAY
from backchannel.sieve import Trait
from backchannel.text import Segment, SpanKind, pieces, segments
from backchannel.web.compiled import COMPILED
from backchannel.web.parcels import Parcels

NETWORK_WORDS: Final[Mapping[str, str]] = {
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "floor": "Floor",
    "desk": "At the desk",
    "feed": "Blog",
    "x": "X",
    "webhook": "Chat",
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
    Reason.SPAM: "Advertising or spam",
    Reason.ATTACK: "Attacks a person",
    Reason.PRIVATE: "Shares private details",
    Reason.OFF_TOPIC: "Not about the conference",
    Reason.UNREADABLE: "Cannot be read by the hall",
    Reason.OPT_OUT: "Asked to be left out",
    Reason.REPEAT: "Said before",
    Reason.UNSAFE: "Not safe for the hall",
}
REASONS_FOR_POSTERS: Final[Mapping[Reason, str]] = {
    Reason.SPAM: "It reads like advertising. In other words, gladly.",
    Reason.ATTACK: "It is hard on a person. Say it about the matter, and it can go up.",
    Reason.PRIVATE: "Private details were in it. Without them, gladly.",
    Reason.OFF_TOPIC: "It is not about the conference. The next one may be.",
    Reason.UNREADABLE: "The last row could not have read it. Shorter or plainer, gladly.",
    Reason.OPT_OUT: "Somebody asked to be left out of it.",
    Reason.REPEAT: "It has been said before, and the hall has seen it.",
    Reason.UNSAFE: "Not everybody in a hall should have to see it. The matter itself, gladly.",
}
REACTION_WORDS: Final[Mapping[Reaction, str]] = {
    Reaction.MHM: "mm-hm",
    Reaction.YES: "yes!",
    Reaction.HA: "ha!",
    Reaction.HM: "hm?",
}
TRAIT_WORDS: Final[Mapping[Trait, str]] = {
    Trait.MEDIA: "Pictures",
    Trait.LINK: "Links",
    Trait.REPLY: "Replies",
    Trait.WARNING: "Warnings",
}
WHY_WORDS: Final[Mapping[Why, str]] = {
    Why.PERSON: "says the desk",
    Why.HASHTAG: "by its hashtag",
    Why.SPEAKER: "by its speaker",
    Why.HALL: "by its hall",
    Why.TIME: "by the time",
}
CONCERN_WORDS: Final[Mapping[Concern, str]] = {
    Concern.MEDIA: "media",
    Concern.LINKS: "a link",
    Concern.FIRST: "the author's first post",
}
SORT_WORDS: Final[Mapping[Sort, str]] = {Sort.VOTES: "Most wanted", Sort.NEWEST: "Newest"}
MEDIA_WORDS: Final[Mapping[str, str]] = {
    "image": "Picture",
    "gifv": "Moving picture",
    "video": "Film",
    "audio": "Sound",
}
X_NAME: Final = re.compile(r"@([A-Za-z0-9_]{1,50})")
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")


def network_word(network: str) -> str:
    """What people call a network."""
    return NETWORK_WORDS.get(network, network.capitalize())


def reason_words(reason: str, words: Mapping[Reason, str] = REASON_WORDS) -> str:
    """A reason in words; a reason somebody typed stays as it is."""
    if reason == CRITICAL:
        return "Critical, and shown"
    return words.get(Reason(reason), reason) if reason in set(Reason) else reason


def host_of(url: str) -> str:
    """The host an address truly leads to."""
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
        self._env = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            bytecode_cache=COMPILED,
            auto_reload=False,  # else every card asks the file system whether its templates are still the same
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= {
            "clock": self._clock,
            "day_and_clock": self._day_and_clock,
            "concerns": self._concerns,
            "commands": lambda role: " ".join(sorted(MAY[role])),
            "host": host_of,
            "initials": initials,
            "language": language,
            "list_address": list_address,
            "marked": marked,
            "media_word": lambda kind: MEDIA_WORDS.get(kind, "Picture"),
            "network_word": network_word,
            "place_on_x": place_on_x,
            "reason_words": reason_words,
            "second": self._second,
            "said_at": self._said_at,
            "session_title": self._session_title,
            "segments": lambda content: segments(content.text, content.spans),
            "web_address": web_address,
        }
        self._env.globals |= {
            "BOWLS": BOWLS,
            "REACTION_WORDS": REACTION_WORDS,
            "REASON_WORDS": REASON_WORDS,
            "REASONS_FOR_POSTERS": REASONS_FOR_POSTERS,
            "WHY_WORDS": WHY_WORDS,
            "has_programme": lambda: bool(programme()),
            "SORT_WORDS": SORT_WORDS,
            "parcel": self.parcels.address,
        }

    def page(self, name: str, **context: Any) -> str:
        """A whole page; `name` without `.html`."""
        return self._env.get_template(f"{name}.html").render(context)

    def card(self, view: View, post: Post) -> str:
        """The card of a post as one view shows it, for a live frame."""
        module = self._env.get_template("_post.html").module
        return str(module.card(post, view.value))  # type: ignore[attr-defined]

    def now(self, standing: Any) -> Markup:
        """The phone's block of the programme."""
        module = self._env.get_template("_now.html").module
        return Markup(module.now_block(standing))  # type: ignore[attr-defined]  # noqa: S704 (our own template)

    def asked(self, asking: Any) -> Markup:
        """The phone's list of questions."""
        module = self._env.get_template("_asked.html").module
        return Markup(module.asked_block(asking))  # type: ignore[attr-defined]  # noqa: S704 (our own template)

    def _day_and_clock(self, at: datetime) -> str:
        there = at.astimezone(self._zone)
        return f"{there:%A} {there.day} {there:%B}, {there:%H:%M}"

    def _session_title(self, binding: Binding | None) -> str:
        session = self._programme().find(binding.session) if binding else None
        return session.title if session else ""

    def _concerns(self, post: Post) -> list[str]:
        """For what it takes two people to show a post, in words; empty where it takes one, or none."""
        if post.status not in {Status.QUEUED, Status.HELD}:
            return []
        found = concerns_of(post, self._two_people)
        return [words for concern, words in CONCERN_WORDS.items() if concern in found]

    def _clock(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M")

    def _second(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M:%S")

    def _said_at(self, post: Post) -> str:
        """When it was written: the author's claim, unless that lies in the future; a day only if it came late."""
        received = post.received_at.astimezone(self._zone)
        said = min(post.content.posted_at or post.received_at, post.received_at).astimezone(self._zone)
        return said.strftime("%H:%M") if said.date() == received.date() else f"{said.day} {said:%b}, {said:%H:%M}"
