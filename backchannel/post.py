"""A post: what a network said (content), where it stands (status), and the one table of moves between statuses."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Final

from backchannel.picture import Picture
from backchannel.programme import Binding
from backchannel.question import Question
from backchannel.text import Emoji, Span, SpanKind, fold
from backchannel.text import folded_address as folded_address

MEDIA_MAX: Final = 4
EMOJI_SHOWN: Final = 8  # so many custom emoji of a post are shown as pictures
WITH_AVATARS: Final = "x"  # the network that asks for its authors' pictures on their posts
RULE: Final = "rule"  # who decides where no person does; a rule of the conference adds its name


class Status(StrEnum):
    """Where a post stands."""

    QUEUED = "queued"  # waits for a person
    HELD = "held"  # put aside, by a person or a rule
    APPROVED = "approved"  # shown on screens and phones
    REJECTED = "rejected"  # not shown
    WITHDRAWN = "withdrawn"  # was shown, is shown no longer
    GONE = "gone"  # deleted at its network, or forgotten: nothing of it is kept but its key
    COPY = "copy"  # says what an earlier post says, which stands for it: no list and no stream shows it by itself


class Verb(StrEnum):
    """What the record says that somebody did with a post. All but the last are a moderator's to order."""

    APPROVE = "approve"
    REJECT = "reject"
    HOLD = "hold"
    WITHDRAW = "withdraw"
    RESTORE = "restore"  # every move back to the queue: the undo, and out of a copy a post of its own
    FORGET = "forget"  # its author was forgotten, and with them every post


class Reason(StrEnum):
    """Why a post is not shown. "Critical" is not among them, on purpose."""

    SPAM = "spam"
    ATTACK = "attack"
    PRIVATE = "private"
    OFF_TOPIC = "off_topic"
    UNREADABLE = "unreadable"
    OPT_OUT = "opt_out"
    REPEAT = "repeat"
    UNSAFE = "unsafe"


# A moderator's mark on what was approved although it disagrees: the reason of an approval, and of nothing else.
CRITICAL: Final = "critical"

TARGET: Final[Mapping[Verb, Status]] = {
    Verb.APPROVE: Status.APPROVED,
    Verb.REJECT: Status.REJECTED,
    Verb.HOLD: Status.HELD,
    Verb.WITHDRAW: Status.WITHDRAWN,
    Verb.RESTORE: Status.QUEUED,
    Verb.FORGET: Status.GONE,
}
ORDERED: Final = tuple(verb for verb in Verb if verb is not Verb.FORGET)  # what one may order of a post

# A network's delete, or forgetting, moves any status to GONE, and a copy whose first post goes takes its place: these
# are no moderator's verbs and stand in no row.
MOVES: Final[Mapping[Status, frozenset[Status]]] = {
    Status.QUEUED: frozenset({Status.APPROVED, Status.REJECTED, Status.HELD}),
    Status.HELD: frozenset({Status.APPROVED, Status.REJECTED, Status.QUEUED}),
    Status.APPROVED: frozenset({Status.WITHDRAWN, Status.QUEUED}),
    Status.REJECTED: frozenset({Status.QUEUED}),
    Status.WITHDRAWN: frozenset({Status.QUEUED}),
    Status.GONE: frozenset(),
    Status.COPY: frozenset({Status.QUEUED}),
}


def moved(status: Status, verb: Verb) -> Status | None:
    """The status that `verb` leads to from `status`, or None where the table has no such move."""
    target = TARGET[verb]
    return target if target in MOVES[status] else None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a post. `id` is the network's own name for the person and never leaves the server.

    `created_at` is when the account was made and `followers` how many follow it, as far as the network tells. `emoji`
    stand in the name where it is shown with pictures; without them it says the same.
    """

    name: str
    address: str = ""
    url: str = ""
    avatar: str = ""
    id: str = ""
    created_at: datetime | None = None
    followers: int | None = None
    emoji: tuple[Emoji, ...] = field(default=(), compare=False)

    @property
    def addresses(self) -> frozenset[str]:
        """What the author is known by, as it is compared. Names are anybody's to choose, and not among it.

        A phone has no address: it is known by what the floor calls it.
        """
        known = frozenset({folded_address(self.address), folded_address(self.url)} - {""})
        return known or frozenset({folded_address(f"id:{self.id}")} if self.id else ())


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, sound or film that belongs to a post; width and height in pixels, 0 where unknown.

    `look` is the same wherever the same picture is posted, as far as its network tells: a blurhash, or a hash of its
    bytes. It says nothing that is not to be seen, so no version of a post differs by it. `still` is where a frame of a
    film is, as far as its network tells.
    """

    kind: str
    url: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0
    look: str = field(default="", compare=False, repr=False)
    still: str = field(default="", compare=False, repr=False)

    @property
    def picture_url(self) -> str:
        """Where the picture is that stands for it; empty where there is none."""
        return self.url if self.kind == "image" else self.still


@dataclass(frozen=True, slots=True)
class Description:
    """What a moderator says of a picture that its author left without words; `place` and `url` tell which one."""

    place: int
    url: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Whom a post answers."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a network says of a post, already tame: text and spans, never foreign HTML.

    `posted_at` is the author's claim and may lie; `edited_at` orders the versions of one post. `warning` is the
    author's own content warning. `language` is a BCP 47 tag or empty.
    """

    author: Author
    text: str
    spans: tuple[Span, ...] = ()
    url: str = ""
    language: str = ""
    media: tuple[Media, ...] = ()
    warning: str = ""
    sensitive: bool = False
    reply_to: ReplyTo | None = None
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    warning_emoji: tuple[Emoji, ...] = field(default=(), compare=False)

    @property
    def told_beside(self) -> int:
        """Of how many spans more is told than they say; networks learn of pages that links lead to after the post."""
        return sum(1 for span in self.spans if span.beside)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One report from a source: the post `id` of `network` reads `content`, or is gone (None).

    `id` is the network's own name for the post and an opaque string; for the fediverse it is the ActivityPub uri.
    `boost` is the network's name of the boost that carried the post here, where one did; `quotes` is its name of the
    post that this one shows beneath its own words.
    `only_known` says that the report means nothing unless we have the post: nothing is kept of it otherwise.
    `ref` is the source's own name for the post where that is another one than `id`, or where the source can be asked
    for it again: a delete may come with `ref` alone. `matched` says what of its interest the source found in it.
    `is_portrait` says that nothing in `content` is new but who its author is. `hall` is the slug of the hall that it
    came from, empty where nobody knows. What asks the speaker is a `question`, to `session` of the programme.
    `is_rephrased` says that its author said otherwise what was not shown: it is read anew, however like that it is.
    `booster` is the network's own name for who boosted it. `leaver` is that of an author who asks by this post, which
    is never kept, that nothing of theirs be on the wall.
    """

    network: str
    id: str
    content: Content | None
    boost: str = ""
    quotes: str = ""
    only_known: bool = False
    ref: str = ""
    matched: tuple[str, ...] = ()
    is_portrait: bool = False
    hall: str = ""
    question: Question | None = None
    session: str = ""
    is_rephrased: bool = False
    booster: str = ""
    leaver: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether the network deleted the post."""
        return self.content is None


class Presence(StrEnum):
    """Whether a network shows what an author wrote."""

    HERE = "here"
    AWAY = "away"  # all of it is hidden, and may come back
    GONE = "gone"  # the account is deleted, and with it every post
    LEFT = "left"  # the author asked that nothing of it be here


@dataclass(frozen=True, slots=True)
class Absence:
    """A report from a source on everything that the author `author_id` wrote; `presence` HERE ends an earlier one."""

    network: str
    author_id: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class Portrait:
    """A report from a source on who an author is, by `author.id`, learnt after posts had come without it."""

    network: str
    author: Author


@dataclass(frozen=True, slots=True)
class Decision:
    """The last decision on a post: who, what, why, when."""

    by: str
    verb: Verb
    reason: str
    at: datetime

    @property
    def is_by_rule(self) -> bool:
        """Whether no person took it."""
        return is_rule(self.by)


class Way(StrEnum):
    """What a post that was typed here came by."""

    PHONE = "phone"
    KIOSK = "kiosk"
    RUNNER = "runner"
    CARD = "card"


WAYS: Final = {  # by their channels
    "floor": Way.PHONE, "floor/kiosk": Way.KIOSK, "desk/line": Way.RUNNER, "desk/card": Way.CARD
}  # fmt: skip
ANSWER: Final = "desk/answer"  # the channel of what who spoke writes to a question
TYPED_HERE: Final = frozenset({"floor", "desk"})  # on phones and kiosks; by runners, from lines and cards


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the store knows it.

    `version` counts every change and is what a decision compares. `halls` is None for all halls. `arrived` and `moved`
    are numbers of the desk stream: when it came in, and when its status last changed; the queue is ordered by the
    first, every other list by the second. `marks` are the places in the text that a rule matched, from where to before
    where. `similar` counts the copies that this post stands for; it is no part of the version, since a copy changes
    nothing that somebody decided on. `copy_of` names the post that stands for this one, where it is a copy. `fold` is
    what `fold_of` made of its words, empty where nothing can be a copy of it to the letter; `bands` are where to look
    for what is nearly the same; `saying` is the same for all who say it (gist.py). `matched` is what of its interest
    the source found in the post: hashtags with their sign, authors, phrases. `session` is what of the programme it
    belongs to, and no part of the version either. `descriptions` are the desk's words on pictures. `remarks` grows with
    every note on it, and tells pages to read them again; it is no part of the version. `release_at` is when a post that
    a rule holds for a time is shown, unless somebody decides before. What asks the speaker is a `question`; how far it
    has come is no part of the version. `is_first` says that no post of its author was approved when it was
    judged, where anybody asks for that. `pictures` are those that we keep; one more changes nothing that somebody
    decided on, so they are no part of the version either.
    """

    key: str
    network: str
    status: Status
    version: int
    content: Content
    received_at: datetime
    arrived: int
    moved: int
    halls: tuple[str, ...] | None = None
    reasons: tuple[str, ...] = ()
    decision: Decision | None = None
    marks: tuple[tuple[int, int], ...] = ()
    similar: int = 0
    copy_of: str = ""
    fold: str = ""
    bands: tuple[int, ...] = ()
    matched: tuple[str, ...] = ()
    saying: str = ""
    release_at: datetime | None = None
    session: Binding | None = None
    descriptions: tuple[Description, ...] = ()
    remarks: int = 0
    question: Question | None = None
    is_first: bool = False
    pictures: tuple[Picture, ...] = ()

    @property
    def channel(self) -> str:
        """How it came: its network, or what it was typed on here, which the id of its author begins with."""
        way, is_said, _ = self.content.author.id.partition("/")
        return f"{self.network}/{way}" if is_said and self.network in TYPED_HERE else self.network

    @property
    def way(self) -> Way | None:
        """The same where it was typed here, as people call it."""
        return WAYS.get(self.channel)

    @property
    def is_answer(self) -> bool:
        """Whether who spoke answers a question with it, in writing."""
        return self.channel == ANSWER

    @property
    def approver(self) -> str:
        """Who approved it, where it takes somebody else besides to show it; empty where nobody did."""
        decision = self.decision
        if self.status is not Status.QUEUED or decision is None or decision.is_by_rule:
            return ""
        return decision.by if decision.verb is Verb.APPROVE else ""

    @property
    def media(self) -> tuple[Media, ...]:
        """What belongs to it, with the desk's words where the author has none."""
        described = (self.description_of(place) for place in range(len(self.content.media)))
        return tuple(
            replace(media, alt=found.text) if found else media
            for media, found in zip(self.content.media, described, strict=True)
        )

    @property
    def picture_urls(self) -> tuple[str, ...]:
        """Where the pictures are that its cards show."""
        avatar = self.content.author.avatar if self.network == WITH_AVATARS else ""
        named = [span.beside for span in self.content.spans if span.kind is SpanKind.EMOJI]
        strung = [each.url for each in (*self.content.author.emoji, *self.content.warning_emoji)]
        emoji = dict.fromkeys([*named, *strung])
        shown = (*(media.picture_url for media in self.content.media), avatar, *[*emoji][:EMOJI_SHOWN])
        return tuple(url for url in dict.fromkeys(shown) if url)

    def picture_of(self, url: str, *, is_public: bool) -> Picture | None:
        """The picture that we keep of an address; in public only one that was there when somebody decided to show it.

        What a rule shows nobody saw before, neither words nor pictures; of that, what is sensitive stays unseen.
        """
        kept = next((each for each in self.pictures if url and each.url == url), None)
        if kept is None or not is_public:
            return kept
        decision = self.decision
        if self.status is not Status.APPROVED or decision is None:
            return None
        was_seen = not self.content.sensitive if decision.is_by_rule else kept.at <= decision.at
        return kept if was_seen else None

    def description_of(self, place: int) -> Description | None:
        """What the desk says of a picture: nothing where the author does, or shows another one there by now."""
        media = self.content.media[place]
        said = (each for each in self.descriptions if (each.place, each.url) == (place, media.url))
        return None if media.alt else next(said, None)

    def described(self, description: Description) -> "Post":
        """With a picture described anew, or no longer where there are no words."""
        others = tuple(each for each in self.descriptions if each.place != description.place)
        said = (*others, description) if description.text else others
        return replace(self, descriptions=said, version=self.version + 1)

    @property
    def stands(self) -> bool:
        """Whether it stands by itself: the desk hears of it, and others can be its copies."""
        return self.status not in {Status.GONE, Status.COPY}

    @property
    def has_words(self) -> bool:
        """Whether it says something of its own: a boost does not, nor a quote that adds nothing."""
        return self.fold != "" or self.bands != ()


@dataclass(frozen=True, slots=True)
class Order:
    """What a moderator asks for. `versions` holds what the moderator saw; a post that changed since is a conflict."""

    posts: tuple[str, ...]
    verb: Verb
    by: str
    reason: str = ""
    halls: tuple[str, ...] | None = None
    versions: Mapping[str, int] = field(default_factory=dict)
    idem: str = ""


class Result(StrEnum):
    """What became of one post of an order."""

    DONE = "done"
    CONFLICT = "conflict"  # somebody else was first: by, at and status say who, when and what
    UNKNOWN = "unknown"  # no such post
    REFUSED = "refused"  # the table of moves has no such move


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer for one post of an order, with where the post stands now and who brought it there."""

    key: str
    outcome: Result
    status: Status | None = None
    version: int = 0
    by: str = ""
    at: datetime | None = None


def is_rule(by: str) -> bool:
    """Whether a name in the record is a rule's, and no person's."""
    return by == RULE or by.startswith(f"{RULE}: ")


def fold_of(network: str, content: Content, secret: bytes) -> str:
    """The same for two posts that certainly say the same; empty for a post that nothing can be certain of.

    Certain is: one author of one network, the same words but for case, width and blanks, leading to the same places,
    with the same pictures and warning, and answering the same person.
    """
    words = " ".join(fold(content.text).split())
    if not words or not content.author.id:
        return ""
    links = [span.value for span in content.spans if span.kind is SpanKind.LINK]
    said = (network, content.author.id, words, links, content.media, content.warning, content.reply_to)
    # repr, unlike an encoder, takes whatever a network calls its people.
    return blake2b(repr(said).encode(), key=secret, digest_size=16).hexdigest()


def key_of(network: str, post_id: str, secret: bytes) -> str:
    """The name a post has with us: it survives forgetting, and tells nobody the network's own id."""
    return f"{network}:{blake2b(post_id.encode(errors='surrogatepass'), key=secret, digest_size=16).hexdigest()}"
