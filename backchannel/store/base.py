"""The ports of the store. One class a purpose; every engine passes the contract suite in tests/store.

Invariants: a change of a post, its decision and its numbered updates are one transaction. Numbers of a stream have no
holes and become visible in order. The log holds references, never text. What a call returned is on disk.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from backchannel.concern import Concern
from backchannel.forgotten import Forgot, Leaving
from backchannel.likeness import Common
from backchannel.poll import Ballot, Counted, Poll, Totals
from backchannel.post import Order, Outcome, Post, Sighting, Status
from backchannel.programme import Binding
from backchannel.question import State
from backchannel.receipt import Receipt, ReceiptQuery, Showing, Told
from backchannel.record import Account, RecordPage, RecordQuery, Share
from backchannel.roles import Role
from backchannel.rulebook import Rulebook
from backchannel.screen import Opening, Pairing, Screen
from backchannel.service import Flow
from backchannel.sieve import EVERYTHING, Sieve
from backchannel.stage import Stage
from backchannel.takedown import Count
from backchannel.updates import DESK, Update

PAGE_MAX: Final = 200
CLAIM_LASTS: Final = timedelta(seconds=20)
MEMBER: Final = "member:"  # begins whom an organisation vouches for


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sighting with its key and the verdict on it: `rule` is who judged, empty where no rule matched.

    `fold` is what `fold_of` made of the words; posts with the same one are copies of the first. `bands` are where to
    look for posts that say nearly the same (likeness.py). `boost` is the key of the boost that carried the post here,
    `quotes` that of the post which it quotes without saying more. `session` is what of the programme it belongs to.
    `saying` is what `saying_of` made of the words. What the verdict holds for `hold_s` seconds is due then. `is_first`
    says that no post of the author is approved. By `known_by` the author is refused who was forgotten, by `carried_by`
    who boosted it (forgotten.py).
    """

    key: str
    sighting: Sighting
    status: Status = Status.QUEUED
    reasons: tuple[str, ...] = ()
    rule: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    fold: str = ""
    bands: tuple[int, ...] = ()
    boost: str = ""
    quotes: str = ""
    session: Binding | None = None
    saying: str = ""
    hold_s: int = 0
    is_first: bool = False
    known_by: frozenset[str] = frozenset()
    carried_by: str = ""


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a source goes on after a restart."""

    source: str
    cursor: str


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a batch: counts, and the streams that have news.

    `known` are repeats that changed nothing; `copies` were folded into the posts that they repeat; `refused` are by
    authors who were forgotten: nothing of them is kept.
    """

    new: int = 0
    changed: int = 0
    gone: int = 0
    known: int = 0
    copies: int = 0
    refused: int = 0
    streams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcomes of an order, in the order's own order, and the streams that have news."""

    outcomes: tuple[Outcome, ...]
    streams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Query:
    """A page of posts. The queue runs oldest first, every other list newest first.

    `also` lists further statuses beside `status`, never with the queue. `after` is the `next` of the page before;
    `before` asks for the page that ends before a place, and is the `previous` of the page after. `hall` keeps posts
    shown in that hall, `sieve` those that answer to it, and `among`, where it is given, those with one of these keys.
    `stream` is the one whose position the page carries, so that a socket can go on from there.
    """

    status: Status
    stream: str = DESK
    hall: str | None = None
    after: int | None = None
    limit: int = 50
    also: tuple[Status, ...] = ()
    before: int | None = None
    sieve: Sieve = EVERYTHING
    among: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Posts as they were at position (epoch, seq) of the query's stream.

    `next` is None on the last page, and `previous` on the first. A page that was asked for by `after` does not know
    whether anything still stands before it: its `previous` may lead to nothing.
    """

    epoch: str
    seq: int
    posts: tuple[Post, ...]
    next: int | None = None
    previous: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How many posts of a list a sieve leaves: in all, by network, and by why they were decided as they were."""

    posts: int = 0
    by_network: Mapping[str, int] = field(default_factory=dict)
    by_reason: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many posts stand where, and since when the oldest of the queue waits."""

    by_status: Mapping[Status, int] = field(default_factory=dict)
    oldest_queued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """An update with its post as it is now, joined when read: None where nothing of it may be told.

    An update of kind stage comes with the hall's stage as it is now, and no post.
    """

    update: Update
    post: Post | None
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Heads:
    """The last number of every stream, the epoch the numbers belong to, and the halls' stages that ever turned."""

    epoch: str
    seqs: Mapping[str, int]
    stages: Mapping[str, Stage] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """The stage that stands now, whether it is the one that was asked for, and the streams that have news."""

    stage: Stage
    done: bool
    streams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """An approved post as a source knows it; `place` is where the next look goes on from."""

    ref: str
    key: str
    place: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A moderator who is at the desk. `key` is the post in hand `since` then, empty for none. It keeps nobody away."""

    by: str
    key: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Folded:
    """A post with its copies, newest first; `boosts` counts those without words."""

    first: Post
    copies: tuple[Post, ...] = ()
    boosts: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """The rulebook that stands now, and whether it is the one that was asked for."""

    book: Rulebook
    done: bool


@dataclass(frozen=True, slots=True)
class History:
    """What became of the other posts of an author here, but for copies: `waiting` are queued or held."""

    shown: int = 0
    not_shown: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Badge:
    """Who somebody is. The secret that proves it is known only to its holder; the store keeps its hash.

    `id` names the badge to those who may end it; it is empty before the store keeps it. `who` is whose password goes
    with it, or begins with MEMBER and is whom an organisation vouched for; empty where there is neither.
    """

    name: str
    role: Role
    id: str = field(default="", compare=False)
    who: str = field(default="", compare=False)

    @property
    def is_members(self) -> bool:
        """Whether its holder came by their organisation's own sign-in."""
        return self.who.startswith(MEMBER)


@dataclass(frozen=True, slots=True)
class Term:
    """How long a badge works: before `until`, and while it was used within `idle`; without one, it has no such end."""

    until: datetime | None = None
    idle: timedelta | None = None

    def ends_at(self, used_at: datetime) -> datetime | None:
        """When it ends by itself where it is not used again."""
        ends = [self.until] if self.until else []
        return min([*ends, used_at + self.idle] if self.idle else ends, default=None)


FOR_EVER: Final = Term()


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in: the holder of a badge, since when, and when they last asked anything, to some minutes.

    `browser` is empty for a bearer badge.
    """

    badge: Badge
    since: datetime
    seen_at: datetime | None = None
    term: Term = FOR_EVER
    browser: str = ""

    @property
    def ends_at(self) -> datetime | None:
        """When they are signed out by themselves, where they ask nothing any more."""
        return self.term.ends_at(self.seen_at or self.since)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation that still works: what it gives, until when, and who made it; `id` names it to who may end it."""

    id: str
    badge: Badge
    until: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """A post that waits, and in what it is like another one."""

    post: Post
    common: frozenset[Common]


class Posts(Protocol):
    """Posts, and every change of them."""

    async def receive(
        self, arrivals: Sequence[Arrival], at: datetime, bookmark: Bookmark | None = None, source: str = ""
    ) -> Received:
        """Take a batch in, in one transaction with its cursor and the names that `source` has for its posts.

        New posts get their verdict's status; one other than queued is a decision by the rule. A post gone before it was
        seen stays gone. A later edit, by its `edited_at`, replaces the content; an approved post that would look
        different goes back to the queue with a reason, since nobody approved its new words. Then the verdict on the new
        words moves the post as it would move a new one, unless a person decided last: what a person put aside, or put
        back, stays there. A post that is gone loses its content.

        A new post that says what one says that stands by itself becomes its copy, whatever became of the first: it
        stands in no list and no stream, and deciding the first covers it. To the letter that is one with its fold, of
        any age; nearly (likeness.py) one of the last two days, unless a rule, and no person, put the first aside and
        not the copy. A boost is a copy without words, and so is a quote that adds nothing to a post that stands. Where
        the first goes, or says something else, the oldest living copy takes its place for all that say the same:
        rejected where the first was rejected or withdrawn, held where it was held, else queued; so nobody is shown
        words that nobody approved or that are gone. A copy that says something else becomes a post of its own. Raises
        ValueError, with nothing written, for words that no database takes. A sighting that is `only_known` leaves no
        trace where the post is not known.
        """

    async def decide(self, order: Order, at: datetime, two_people: Collection[Concern] = ()) -> Decided:
        """Carry an order out, in one transaction: statuses, decisions, numbered updates, and the answer under `idem`.

        A repeated `idem` of the same person gets the first answer and changes nothing. A post whose version is not the
        order's is a conflict; one that `moved` refuses is refused. Posts that are done are written in order of arrival.
        A restored copy is a post of its own from then on, and its first has one less; a boost is refused.

        Where one of `two_people` concerns a post, its first approval is a decision that leaves it in the queue, or
        brings it there. The second one shows it, if it is somebody else's; the same person's is refused. Every other
        decision ends the first approval, and so does an edit; `restore` takes it back.
        """

    async def page(self, query: Query) -> Page:
        """A page of posts and the position it was read at, from one read transaction."""

    async def find(self, key: str) -> Post | None:
        """One post, or None."""

    async def of_authors(self, network: str, author_ids: Collection[str], limit: int) -> tuple[Post, ...]:
        """The latest posts of each author, so many of each, newest first, whatever became of them.

        Copies are among them; gone ones are left out.
        """

    async def counts(self) -> Counts:
        """How many posts stand where."""


class Finds(Protocol):
    """What a search finds."""

    async def found(self, query: Query) -> Found:
        """How much of a whole list there is; of the query its pages do not matter."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A post with the session that it belongs to now, None where there is no such post; and the streams with news."""

    post: Post | None
    streams: frozenset[str] = frozenset()


class Bindings(Protocol):
    """Which session of the programme a post belongs to."""

    async def bind(self, key: str, session: str | None, at: datetime) -> Bound:
        """Say that a post belongs to a session, or to none, in one transaction; no later edit of it says otherwise.

        It is no decision, and the post's version stays. Nothing can be said of a post that is gone.
        """


class Votes(Protocol):
    """Who wants which question answered. A copy's votes count for the question that it was merged into, once each."""

    async def cast(self, ballots: Sequence[Ballot], at: datetime) -> tuple[Counted, ...]:
        """Count votes, or take them back, in one transaction; of several of a device for a question the last counts."""

    async def voted(self, device: str, keys: Collection[str]) -> frozenset[str]:
        """Which of these questions a device wants answered."""

    async def totals(self, hall: str, session: str) -> Totals:
        """What of a poll changes from second to second."""


class Questions(Protocol):
    """What asks whoever speaks, and how far each question has come."""

    async def poll(self, hall: str, session: str) -> Poll:
        """The questions to a session that may be shown, wherever they were asked; without one those of a hall."""

    async def said(self, session: str, limit: int) -> tuple[Post, ...]:
        """What else was said in a session and may be shown, the oldest first: the last so many."""

    async def mark(self, key: str, state: State, by: str, at: datetime) -> Bound:
        """Say how far a question has come, in one transaction; what was current in its session is open again.

        A note keeps who said so. It is no decision, and the post's version stays. No post where it is no question, or
        may not be shown.
        """

    async def merge(self, key: str, into: str, by: str, at: datetime) -> Bound:
        """Make a question a copy of another one, with its own copies; to restore it undoes that.

        A note on both keeps who did. No post where either is no question, or was put aside, or they are one.
        """


class Log(Protocol):
    """The numbered updates of every stream."""

    async def heads(self) -> Heads:
        """Where every stream stands. A stream that never had an update stands at 0."""

    async def since(self, stream: str, seq: int, limit: int) -> tuple[Logged, ...]:
        """The updates after `seq`, in order, at most `limit`.

        On public streams `post` is None for a post that may not be shown there now, so that a put is encoded as a drop
        with the same number.
        """


class Stages(Protocol):
    """What every hall shows. A post that leaves a hall's stream leaves its stage in the same transaction."""

    async def read(self, hall: str) -> Stage:
        """The stage of a hall; version 0 where it never turned."""

    async def all(self) -> tuple[Stage, ...]:
        """The stages of all halls, in their order."""

    async def change(self, after: Stage, at: datetime, again: Sequence[str] = ()) -> Changed:
        """Put `after` in the place of the version that it was made from, as the next one, in one transaction.

        Posts that may not be shown in the hall are left out of it. One numbered update of kind stage goes to the hall's
        stream and to the desk; before it the hall's stream gets a put of every post of `again` that may be shown. Where
        the version is no longer the present one, nothing is done.
        """


class Sightings(Protocol):
    """By which name of its own each source knows a post. Nothing is kept of a post that is gone."""

    async def keys(self, source: str, refs: Collection[str]) -> Mapping[str, str]:
        """The keys of the posts that a source knows under these names; unknown ones are left out."""

    async def refs(self, source: str, keys: Collection[str]) -> Mapping[str, str]:
        """The names that a source has for these posts, by key; posts that it does not know are left out."""

    async def shown(self, source: str, after: int, limit: int) -> tuple[Shown, ...]:
        """The approved posts that a source knows, in the order in which they came, from a place on; 0 is the first."""


class Record(Protocol):
    """What was decided, by whom and why, and how the desk keeps up with what comes in."""

    async def decisions(self, query: RecordQuery) -> RecordPage:
        """A page of the record, each decision with its post as it is now; of a post that is gone nothing is told."""

    async def shares(self, since: datetime | None = None) -> tuple[Share, ...]:
        """What was decided last on each post, from a moment on: how often which verb for which reason by whom."""

    async def flow(self, at: datetime) -> Flow:
        """How posts came in and were decided in the hour before `at`, how long they wait, and what halls have ahead."""


class Accounts(Protocol):
    """What the public is told of the desk."""

    async def account(self) -> Account:
        """What became of all posts until now, from one read transaction."""


class Copies(Protocol):
    """What a post stands for, and what is like it."""

    async def of(self, key: str, limit: int) -> Folded | None:
        """A post with its latest copies; None where it is not known, or gone."""

    async def alike(self, key: str, limit: int) -> tuple[Alike, ...] | None:
        """The queued posts that are like a post, those with most in common first, then the oldest; None as above.

        Who was ever approved, or where an approved post leads, is shared with the good ones: that alone makes nobody
        alike.
        """


class Holds(Protocol):
    """What a rule holds for a time only."""

    async def due(self, at: datetime, limit: int) -> tuple[Post, ...]:
        """The held posts whose time is over, those that are due for longest first."""


class Sayings(Protocol):
    """What was said before."""

    async def said(self, sayings: Collection[str]) -> Mapping[str, str]:
        """Which of these were said, each with the key of the post that said it first: a copy may, a gone one not."""


class Rulebooks(Protocol):
    """The desk's rules. A version is never changed: whoever changes a rule writes the next one, whole."""

    async def newest(self) -> Rulebook:
        """The newest version; version 0, empty, where nobody wrote one. Raises ValueError where it cannot be read."""

    async def version(self) -> int:
        """The number of the newest version; 0 where nobody wrote one."""

    async def versions(self, before: int | None = None, limit: int = PAGE_MAX) -> tuple[Rulebook, ...]:
        """The versions, newest first; `before` gives only those older than that one."""

    async def write(self, book: Rulebook) -> Written:
        """Write the version after the one that `book` names; where that is no longer the newest, nothing is done."""


class Latest(Protocol):
    """What came in of late, whatever became of it."""

    async def posts(self, limit: int) -> tuple[Post, ...]:
        """The posts that came last and stand by themselves, newest first."""


class Authors(Protocol):
    """What is known of authors."""

    async def histories(self, keys: Collection[str]) -> Mapping[str, History]:
        """What became of the other posts of each post's author; a post whose author is not known is left out."""

    async def shown(self, authors: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Which of these authors, each a network and its own name for the person, have an approved post now."""


class Forgetting(Protocol):
    """Authors who want nothing of theirs to stay."""

    async def of_post(self, key: str) -> Leaving | None:
        """The author of a post; None where there is no such post, or it is gone."""

    async def known(self, address: str) -> tuple[Leaving, ...]:
        """Who is known by an address, or by the address of a profile."""

    async def mentions(self, leaving: Leaving) -> int:
        """How many posts of others mention an author in their words."""

    async def forget(self, leaving: Leaving, marks: Collection[str], by: str, at: datetime) -> Forgot:
        """Forget an author, in one transaction.

        Their posts are gone, with all that goes then; their boosts are, and the votes of their phone. Nobody's post
        says any more that it answers them. The record keeps who decided when and how, and that they were forgotten, as
        one act; the reasons, which may quote, go. Rules that name them go out of every version. What comes with one of
        the `marks` is not taken in from then on, were it under way at that moment. To forget somebody twice changes
        nothing. What others wrote about them in their words stays: those are the others' posts.
        """


class Retiring(Protocol):
    """What becomes of posts whose time is over: they are gone, as if their network had deleted them."""

    async def retire_unshown(self, before: datetime, at: datetime, limit: int) -> Forgot:
        """Erase posts that were put aside before a moment, in one transaction, at most so many and their copies."""

    async def retire(self, before: datetime, at: datetime, limit: int) -> Forgot:
        """Erase posts that came before a moment, in one transaction, at most so many."""

    async def close(self, before: datetime) -> None:
        """Throw away what stood beside them: lines to stages, answers, reasons, who was here, rules about people."""


class Badges(Protocol):
    """Badges and invitations, by the hashes of their secrets."""

    async def add(self, secret_hash: str, badge: Badge, at: datetime, term: Term = FOR_EVER, browser: str = "") -> None:
        """Keep a badge, whosever it is; those that ended may go."""

    async def find(self, secret_hash: str, at: datetime) -> Badge | None:
        """Whose badge it is; None where there is none, or it has ended."""

    async def invite(self, secret_hash: str, badge: Badge, at: datetime, until: datetime, by: str = "") -> str:
        """Keep an invitation that can be turned into a badge once, before `until`; returns its id."""

    async def invitation(self, secret_hash: str, at: datetime) -> Badge | None:
        """What an invitation that still works would give, or None."""

    async def redeem(
        self, secret_hash: str, badge_hash: str, name: str, at: datetime, term: Term = FOR_EVER, browser: str = ""
    ) -> Badge | None:
        """Turn an invitation into a badge under a name, once; None where it was used, is too old or never was."""


@dataclass(frozen=True, slots=True)
class Returner:
    """Somebody who set a password and may come back by it; `who` is the name's hash: no other comes under it."""

    who: str
    badge: Badge
    password_hash: str = field(repr=False)
    at: datetime


class Passwords(Protocol):
    """Those who may sign in again without an invitation, by the hashes of their names and passwords."""

    async def find(self, who: str) -> Returner | None:
        """Who comes back under this name, or None."""

    async def all(self) -> tuple[Returner, ...]:
        """Everybody, the first who set a password first."""

    async def set(self, badge_id: str, who: str, password_hash: str, at: datetime) -> bool:
        """Keep the password of who holds a badge in a browser, and end their other badges that came by the one before.

        False, with nothing done, where somebody else comes back under this name, or the badge is none of a browser.
        """

    async def sign_in(
        self, who: str, password_hash: str, badge_hash: str, at: datetime, term: Term, browser: str
    ) -> Badge | None:
        """A new badge for who comes back; None where the password is another by now, or was ended."""

    async def take(self, who: str) -> bool:
        """End a password; whether there was one."""


class People(Protocol):
    """Who is signed in, and who is invited. What was ended, or has ended, is found no more."""

    async def signed_in(self, at: datetime) -> tuple[Person, ...]:
        """Every badge, the oldest first."""

    async def invited(self, at: datetime) -> tuple[Invitation, ...]:
        """The invitations that still work, the one that lapses first before all."""

    async def see(self, badge_id: str, at: datetime) -> None:
        """Note that the holder of a badge asked something."""

    async def standing(self, badge_ids: Collection[str], at: datetime) -> frozenset[str]:
        """Which of these badges have not ended."""

    async def sign_out(
        self, badge_ids: Collection[str], at: datetime, *, spares_owner: bool = True, keeps: str = ""
    ) -> frozenset[str] | None:
        """End badges, in one transaction; which of them there were.

        Where the last owner is spared, others sign them out: their passwords end with them, but for `keeps`. None, with
        nothing done, where the last owner would be among them.
        """

    async def uninvite(self, invitation_id: str) -> bool:
        """End an invitation; whether it could still be used."""


class Kept(StrEnum):
    """What a note is."""

    NOTE = "note"  # what moderators tell each other
    STEP = "step"  # that somebody picked a question, merged it, or said that it was answered
    DESCRIPTION = "description"  # the desk's words on a picture, as they were put; empty where they were taken away


@dataclass(frozen=True, slots=True)
class Note:
    """What a moderator said of a post, never changed; `taken_by` took it back, and then its text is told no more."""

    id: str
    by: str
    text: str
    at: datetime
    kind: Kept = Kept.NOTE
    taken_by: str = ""
    taken_at: datetime | None = None


class Notes(Protocol):
    """What moderators say of posts. Nothing is kept of a post that is gone; a copy has none of its own."""

    async def of(self, key: str) -> tuple[Note, ...]:
        """The notes on a post, the oldest first."""

    async def add(self, key: str, by: str, text: str, at: datetime) -> Note | None:
        """Keep a note, with an update for the desk alone. None, with nothing done, where there is no such post."""

    async def take_back(self, key: str, note_id: str, by: str, at: datetime) -> Note | None:
        """Take a note back, once, with an update for the desk; None where there is none to take."""

    async def describe(self, key: str, place: int, text: str, by: str, at: datetime) -> Decided:
        """Describe a picture, in one transaction with its updates for every stream that the post is on.

        Refused where the author described it; unknown where there is no such post or picture.
        """


@dataclass(frozen=True, slots=True)
class Message:
    """A line to a hall's stage, and who took note of it when."""

    id: str
    hall: str
    by: str
    text: str
    at: datetime
    got_by: str = ""
    got_at: datetime | None = None


class Messages(Protocol):
    """Lines to the stages."""

    async def send(self, hall: str, by: str, text: str, at: datetime) -> Message:
        """Keep a line."""

    async def latest(self, hall: str, limit: int) -> tuple[Message, ...]:
        """The last lines to a hall, the newest first."""

    async def acknowledge(self, hall: str, message_id: str, by: str, at: datetime) -> Message | None:
        """Note who took note of a line: the first who does. None where there is no such line."""


class Claims(Protocol):
    """Who is at the desk, and which post each has in hand. A claim lapses `CLAIM_LASTS` after its last word."""

    async def claim(self, by: str, key: str, at: datetime) -> None:
        """Note what somebody has in hand. The same post claimed again before it lapsed is held since the first time."""

    async def standing(self, at: datetime) -> tuple[Claim, ...]:
        """Who is here, who has had a post in hand for longest first: of several with one post that one has it."""


class Tallies(Protocol):
    """Numbers that are only ever added to, each for a word at a place."""

    async def add(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add to the totals of places and words, in one transaction."""

    async def totals(self, places: Collection[str]) -> Mapping[str, Mapping[str, int]]:
        """The totals of these places, by word; what nothing was added to is left out."""


class Screens(Protocol):
    """Screens that were paired, and the codes by which they are. Secrets come as their hashes."""

    async def offer(self, code: str, secret_hash: str, at: datetime) -> bool:
        """Keep a code for as long as it lasts; whether it is kept: not where it is taken, or too many are open."""

    async def pair(self, code: str, screen: Screen, by: str, at: datetime) -> tuple[Pairing, Screen | None]:
        """Make a screen of whoever shows a code, once; and which it is, or which one has its name or browser."""

    async def find(self, secret_hash: str) -> Screen | None:
        """Which screen a secret proves, or None."""

    async def all(self) -> tuple[Screen, ...]:
        """Every screen, by hall and name."""

    async def change(self, screen: Screen) -> Pairing:
        """Put a screen in the place of what it was; done, unknown, or named where another has its name."""

    async def end(self, screen_id: str) -> bool:
        """Unpair a screen; whether there was one. What it showed keeps its name."""


class Openings(Protocol):
    """The pages that are open as screens, on every server."""

    async def keep(self, openings: Collection[Opening], at: datetime) -> None:
        """Write how pages stand, in one transaction; what ended an hour ago is forgotten."""

    async def latest(self) -> tuple[Opening, ...]:
        """Those of the last hour, the one that was heard last before all."""


class Receipts(Protocol):
    """Which post was on which screen, from when until when. Nothing is kept of a post that is gone."""

    async def keep(self, receipts: Collection[Receipt]) -> None:
        """Write receipts, in one transaction; one of the same screen, post and beginning is brought up to date."""

    async def standing(self, screen: str, since: datetime) -> tuple[Receipt, ...]:
        """What was on a screen since then, and nobody heard it leave."""

    async def showings(self, keys: Collection[str]) -> Mapping[str, tuple[Showing, ...]]:
        """How often and how long each of these posts was on which screen, the first screen before all."""

    async def page(self, query: ReceiptQuery) -> tuple[Told, ...]:
        """A page of receipts."""


@dataclass(frozen=True, slots=True)
class Recall:
    """What became of a takedown on all servers; `at` is when it began."""

    hall: str
    key: str
    at: datetime
    asked: int
    confirmed: int
    took_ms: int | None
    late: tuple[str, ...] = ()


class Recalls(Protocol):
    """What became of takedowns."""

    async def keep(self, node: str, counts: Mapping[Count, datetime]) -> None:
        """Write how takedowns stand on one server, each with when it began, in one transaction."""

    async def since(self, at: datetime) -> tuple[Recall, ...]:
        """Those that began after a moment, newest first."""


class Cursors(Protocol):
    """Where each source goes on."""

    async def read(self, source: str) -> str | None:
        """The stored cursor of a source, or None."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address showed: WebP, named by its bytes. Of what is kept already there are none here."""

    url: str
    name: str
    width: int
    height: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Served:
    """A picture, and whether a post that shows it is shown to everybody."""

    body: bytes
    is_public: bool


class Pictures(Protocol):
    """The pictures of posts. They go with the last post that shows them: nothing else keeps them."""

    async def find(self, url: str) -> Fetched | None:
        """What an address showed when it was fetched for another post, without its bytes."""

    async def settle(self, key: str, new: Sequence[Fetched], at: datetime) -> frozenset[str]:
        """Keep what was found for a post, and of what it had only what it still shows; name the streams with news.

        Nothing is kept of a post that is gone.
        """

    async def unsettled(self, limit: int) -> tuple[Post, ...]:
        """The latest posts that may be shown, have media, and no picture yet."""

    async def served(self, name: str) -> Served | None:
        """A picture by its name."""

    async def expire(self, before: datetime) -> None:
        """Throw away the pictures of posts that were rejected or withdrawn before a moment."""
