"""What may happen to a house, in any order: the networks, the rules, the clock and three moderators have their say.

The store, the desk, the court and the countdown are real. What must stay true meanwhile is said in test_states.py.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from backchannel.concern import Concern
from backchannel.countdown import Countdown
from backchannel.court import Court
from backchannel.desk import Desk, Judge
from backchannel.hub.local import LocalHub
from backchannel.post import Author, Media, Order, Outcome, Post, Result, Sighting, Status, Verb
from backchannel.rulebook import Clause, Kind, Preset
from backchannel.rules import Rule, Rules
from backchannel.store.base import Query
from backchannel.store.house import Store, open_store
from backchannel.store.tables import decisions
from backchannel.updates import DESK
from tests.made_up import Clock, content
from tests.store.peek import Rows, peeking
from tests.store.world import HALLS

SETTINGS_RULES: Final = (
    Rule("blocked", "reject", words=("spam",)),
    Rule("doubts", "hold", words=("hmm",)),
    Rule("pause", "hold", words=("two",), hold_s=10),
    Rule("trusted", "approve", authors=("@ines@social.example",)),
    Rule("known", "approve", words=("again",), first_time=False),
)
# None of them shows what the settings block, so that nothing blocked is ever shown by a rule.
CLAUSES: Final = (
    Clause(Rule("not one", "reject", words=("one",))),
    Clause(Rule("let it rest", "hold", words=("runbook",), hold_s=10)),
    Clause(Rule("no eve", "reject", authors=("@eve@social.example",)), Kind.MUTE),
    Clause(Rule("trust eve", "approve", authors=("@eve@social.example",)), Kind.TRUST),
)
INES, EVE = (Author(name.title(), f"@{name}@social.example", id=name) for name in ("ines", "eve"))
LONG: Final = "ask who wrote the runbook before the pager goes off then buy that team coffee"
PICTURED: Final = "look"
TEXTS: Final = (
    *("one", "ONE", "two", "one again", "spam", "hmm"),
    *(PICTURED, f"{PICTURED} here", f"{PICTURED} there"),
    *(LONG, f"{LONG}!", f"So true {LONG}", f"{LONG} indeed"),
)
PICTURE: Final = (Media("image", "https://social.example/1.png"),)

IDS: Final = st.sampled_from("abcdef")
QUOTES: Final = st.sampled_from("uvw")
PEOPLE: Final = st.sampled_from(["mo", "jo", "sam"])
BATCHES: Final = st.lists(st.tuples(IDS, st.sampled_from([INES, EVE]), st.sampled_from(TEXTS)), min_size=1, max_size=3)


class Happenings(RuleBasedStateMachine):
    """A desk with rules over a store, and what the networks hold: `said` is None where a post was deleted."""

    address: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        url = self.address()
        self.runner = asyncio.Runner()
        self.open = AsyncExitStack()
        self.store: Store = self.run(self.open.enter_async_context(open_store(url, HALLS)))
        self.rows: Rows = self.run(self.open.enter_async_context(peeking(url)))
        self.clock = Clock()
        self.authors: dict[str, Author] = {}
        self.said: dict[str, str | None] = {}
        self.boosts: dict[str, str] = {}
        self.quotes: set[str] = set()
        self.changed_at: dict[str, datetime] = {}
        self.read: dict[str | Query, Any] = {}  # since something was last done
        self.put: dict[str, Status] = {}  # where a person last put a post, unless that was on the wall

    @initialize(two_people=st.sampled_from([(), (Concern.MEDIA,), (Concern.MEDIA, Concern.FIRST)]))
    def open_the_desk(self, two_people: tuple[Concern, ...]) -> None:
        """The house opens, with what takes two people."""
        store, hub, self.two_people = self.store, LocalHub(), two_people
        judge = Judge(Rules(), store.authors, two_people)
        self.desk = Desk(store.posts, hub, store.secret, self.clock, judge)
        self.court = Court(
            SETTINGS_RULES, store.rulebooks, store.posts, store.latest, store.authors, self.desk, judge, hub, self.clock
        )
        self.countdown = Countdown(store.holds, self.desk, self.clock)
        self.run(self.court.sit())

    def run(self, work: Any) -> Any:
        """Wait for something that changes nothing."""
        return self.runner.run(work)

    def act(self, work: Any) -> Any:
        """Wait for something that may change anything."""
        self.read.clear()
        return self.run(work)

    def teardown(self) -> None:
        """Close the store."""
        self.run(self.open.aclose())
        self.runner.close()

    @rule(batch=BATCHES)
    def arrive(self, batch: list[tuple[str, Author, str]]) -> None:
        """Posts that are new, repeated or edited: a post keeps its author, and an edit comes later."""
        sightings = []
        for post_id, author, text in batch:
            self.clock.turn(1)
            author = self.authors.setdefault(post_id, author)
            sightings.append(Sighting("test", post_id, said(text, author, self.clock.at)))
            if self.said.get(post_id, "") not in {None, text}:
                self.said[post_id], self.changed_at[post_id] = text, self.clock.at
        self.act(self.desk.receive(sightings))

    @rule(post_id=IDS | QUOTES)
    def delete(self, post_id: str) -> None:
        """Its author deletes a post at its network."""
        self.act(self.desk.receive([Sighting("test", post_id, None)]))
        self.said[post_id] = None

    @precondition(lambda self: any(self.said.values()))
    @rule(choice=st.randoms(use_true_random=False), boost=st.sampled_from(["x", "y", "z"]))
    def boost(self, choice: Any, boost: str) -> None:
        """Somebody passes a post on."""
        post_id = choice.choice(sorted(each for each, text in self.said.items() if text))
        post = self.find(post_id)
        self.act(self.desk.receive([Sighting("test", post_id, post.content, boost)]))
        self.boosts.setdefault(boost, post_id)

    @rule(post_id=QUOTES, quoted=IDS, text=st.sampled_from(["This", LONG]))
    def quote(self, post_id: str, quoted: str, text: str) -> None:
        """A quote that adds nothing stands for itself only where the quoted post does not."""
        self.clock.turn(1)
        quote = said(text, EVE, self.clock.at)
        self.act(self.desk.receive([Sighting("test", post_id, quote, quotes=quoted)]))
        if self.said.get(post_id, "") is not None:
            self.authors[post_id] = EVE
            if self.said.get(post_id) != text:
                self.said[post_id], self.changed_at[post_id] = text, self.clock.at
            self.quotes.add(post_id)

    @rule(
        post_ids=st.lists(IDS | QUOTES, min_size=1, max_size=3),
        verb=st.sampled_from([*[Verb.APPROVE] * 3, *Verb]),
        by=PEOPLE,
        halls=st.none() | st.just(("side",)),
    )
    def decide(self, post_ids: list[str], verb: Verb, by: str, halls: tuple[str, ...] | None) -> None:
        """Somebody decides on posts with one order."""
        keys = tuple(self.desk.key(Sighting("test", post_id, None)) for post_id in post_ids)
        self.clock.turn(1)
        self.note(verb, self.act(self.desk.decide(Order(keys, verb, by, halls=halls))))

    @rule(post_id=IDS | QUOTES, by=PEOPLE)
    def undo(self, post_id: str, by: str) -> None:
        """Somebody puts a post back."""
        self.decide([post_id], Verb.RESTORE, by, None)

    @rule(clause=st.sampled_from(CLAUSES), by=PEOPLE)
    def write_or_strike_a_rule(self, clause: Clause, by: str) -> None:
        """A rule of the desk is carried to what waits; a mute that ends brings back what it hid."""
        self.clock.turn(1)
        if self.court.book.clause(clause.rule.name) is None:
            self.act(self.court.amend(lambda book: book.having(clause), by))
            self.note(Verb(clause.rule.verdict), self.act(self.court.carry_out(clause, by)))
        else:
            self.act(self.court.amend(lambda book: book.without(clause.rule.name), by))
            if clause.kind is Kind.MUTE:
                self.note(Verb.RESTORE, self.act(self.court.bring_back(clause, by)))

    @rule(preset=st.sampled_from(Preset))
    def switch(self, preset: Preset) -> None:
        """The rules do something else at this time."""
        self.act(self.court.amend(lambda book: replace(book, preset=preset), "mo"))

    @rule(seconds=st.sampled_from([5, 16]))
    def wait(self, seconds: int) -> None:
        """Time passes, and what nobody stopped goes up."""
        self.clock.turn(seconds)
        self.act(self.countdown.round())

    def note(self, verb: Verb, outcomes: Sequence[Outcome]) -> None:
        """Remember where people put posts; an approval that waits for a second one puts a post nowhere."""
        for outcome in outcomes:
            if outcome.outcome is Result.DONE and outcome.status is not None:
                self.put[outcome.key] = Status.APPROVED if verb is Verb.APPROVE else outcome.status

    def find(self, post_id: str) -> Post:
        """A post that arrived, as it is now."""
        if post_id not in self.read:
            self.read[post_id] = self.run(self.store.posts.find(self.desk.key(Sighting("test", post_id, None))))
        post = self.read[post_id]
        assert isinstance(post, Post)
        return post

    def list(self, status: Status, stream: str = DESK, hall: str | None = None) -> dict[str, Post]:
        """A whole list, by key."""
        query = Query(status, stream, hall, limit=200)
        if query not in self.read:
            page = self.run(self.store.posts.page(query))
            assert page.next is None
            self.read[query] = {post.key: post for post in page.posts}
        found: dict[str, Post] = self.read[query]
        return found

    def decided(self) -> Sequence[Mapping[str, Any]]:
        """Every row of the log of decisions, post by post, in order."""
        if "decisions" not in self.read:
            self.read["decisions"] = self.run(self.rows(decisions))
        rows: Sequence[Mapping[str, Any]] = self.read["decisions"]
        return rows


def said(text: str, author: Author, at: datetime) -> Any:
    """What a network says of a post; some of the texts come with a picture."""
    return content(text, author=author, edited_at=at, media=PICTURE if text.startswith(PICTURED) else ())
