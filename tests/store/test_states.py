"""The house as a machine: whatever arrives, is edited, deleted, boosted, quoted, judged and decided, in any order.

After every step the statuses are what the log of decisions makes of them; nothing unapproved, and nothing that is gone,
is in any public stream; every living post is in a list, or folded into one that says the same, to the letter or nearly;
and where to look for such a one is told of all that stand, and of nothing else.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any, Final

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from backchannel.desk import Desk, Judge
from backchannel.gist import gist_of
from backchannel.hub.local import LocalHub
from backchannel.likeness import nearness
from backchannel.post import Author, Order, Post, Result, Sighting, Status, Verb, moved
from backchannel.rules import Rule, Rules
from backchannel.store.base import Query
from backchannel.store.house import Store, open_store
from backchannel.store.tables import decisions, likenesses
from backchannel.text import fold
from backchannel.updates import DESK, FLOOR, Kind
from tests.made_up import Clock, content
from tests.store.peek import Rows, peeking
from tests.store.world import HALLS

RULES: Final = (
    Rule("blocked", "reject", words=("spam",)),
    Rule("doubts", "hold", words=("hmm",)),
    Rule("trusted", "approve", authors=("@ines@social.example",)),
    Rule("known", "approve", words=("again",), first_time=False),
)
INES, EVE = (Author(name.title(), f"@{name}@social.example", id=name) for name in ("ines", "eve"))
LONG: Final = "ask who wrote the runbook before the pager goes off then buy that team coffee"
TEXTS: Final = ("one", "ONE", "two", "one again", "spam", "hmm", LONG, f"{LONG}!", f"So true {LONG}", f"{LONG} indeed")
PUBLIC: Final = {FLOOR: None, "hall:main": "main", "hall:side": "side"}
SETTINGS = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes longer than a test may
)

IDS = st.sampled_from("abcdef")
QUOTES = st.sampled_from("uvw")
BATCHES = st.lists(st.tuples(IDS, st.sampled_from([INES, EVE]), st.sampled_from(TEXTS)), min_size=1, max_size=3)


def says_the_same(one: Post, other: Post) -> bool:
    """To the letter, by one author; or nearly, by anybody."""
    if (fold(one.content.text), one.content.author) == (fold(other.content.text), other.content.author):
        return True
    apart = abs(one.received_at - other.received_at)
    return nearness(gist_of(one.network, one.content), gist_of(other.network, other.content), apart) > 0


class House(RuleBasedStateMachine):
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
        judge = Judge(Rules(RULES), self.store.authors)
        self.desk = Desk(self.store.posts, LocalHub(), self.store.secret, self.clock, judge)
        self.authors: dict[str, Author] = {}
        self.said: dict[str, str | None] = {}
        self.boosts: dict[str, str] = {}
        self.quotes: set[str] = set()
        self.changed_at: dict[str, datetime] = {}
        self.read: dict[str | Query, Any] = {}  # since something was last done
        self.put: dict[str, Status] = {}  # where a person last put a post, unless that was on the wall

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def act(self, work: Any) -> Any:
        self.read.clear()
        return self.run(work)

    def teardown(self) -> None:
        self.run(self.open.aclose())
        self.runner.close()

    @rule(batch=BATCHES)
    def arrive(self, batch: list[tuple[str, Author, str]]) -> None:
        """Posts that are new, repeated or edited: a post keeps its author, and an edit comes later."""
        sightings = []
        for post_id, author, text in batch:
            self.clock.turn(1)
            author = self.authors.setdefault(post_id, author)
            sightings.append(Sighting("test", post_id, content(text, author=author, edited_at=self.clock.at)))
            if self.said.get(post_id, "") not in {None, text}:
                self.said[post_id], self.changed_at[post_id] = text, self.clock.at
        self.act(self.desk.receive(sightings))

    @rule(post_id=IDS | QUOTES)
    def delete(self, post_id: str) -> None:
        self.act(self.desk.receive([Sighting("test", post_id, None)]))
        self.said[post_id] = None

    @precondition(lambda self: any(self.said.values()))
    @rule(choice=st.randoms(use_true_random=False), boost=st.sampled_from(["x", "y", "z"]))
    def boost(self, choice: Any, boost: str) -> None:
        post_id = choice.choice(sorted(each for each, text in self.said.items() if text))
        post = self.find(post_id)
        self.act(self.desk.receive([Sighting("test", post_id, post.content, boost)]))
        self.boosts.setdefault(boost, post_id)

    @rule(post_id=QUOTES, quoted=IDS, text=st.sampled_from(["This", LONG]))
    def quote(self, post_id: str, quoted: str, text: str) -> None:
        """A quote that adds nothing stands for itself only where the quoted post does not."""
        self.clock.turn(1)
        said = content(text, author=EVE, edited_at=self.clock.at)
        self.act(self.desk.receive([Sighting("test", post_id, said, quotes=quoted)]))
        if self.said.get(post_id, "") is not None:
            self.authors[post_id] = EVE
            if self.said.get(post_id) != text:
                self.said[post_id], self.changed_at[post_id] = text, self.clock.at
            self.quotes.add(post_id)

    @rule(
        post_ids=st.lists(IDS | QUOTES, min_size=1, max_size=3),
        verb=st.sampled_from([*[Verb.APPROVE] * 3, *Verb]),
        halls=st.none() | st.just(("side",)),
    )
    def decide(self, post_ids: list[str], verb: Verb, halls: tuple[str, ...] | None) -> None:
        keys = tuple(self.desk.key(Sighting("test", post_id, None)) for post_id in post_ids)
        self.clock.turn(1)
        for outcome in self.act(self.desk.decide(Order(keys, verb, "mo", halls=halls))):
            if outcome.outcome is Result.DONE:
                self.put[outcome.key] = outcome.status

    @rule(post_id=IDS | QUOTES)
    def undo(self, post_id: str) -> None:
        self.decide([post_id], Verb.RESTORE, None)

    def find(self, post_id: str) -> Post:
        if post_id not in self.read:
            self.read[post_id] = self.run(self.store.posts.find(self.desk.key(Sighting("test", post_id, None))))
        post = self.read[post_id]
        assert isinstance(post, Post)
        return post

    def list(self, status: Status, stream: str = DESK, hall: str | None = None) -> dict[str, Post]:
        query = Query(status, stream, hall, limit=200)
        if query not in self.read:
            page = self.run(self.store.posts.page(query))
            assert page.next is None
            self.read[query] = {post.key: post for post in page.posts}
        found: dict[str, Post] = self.read[query]
        return found

    @invariant()
    def statuses_are_what_the_log_makes_of_them(self) -> None:
        folded: dict[str, Status] = {}
        for row in self.run(self.rows(decisions)):
            is_first = row["post_key"] not in folded
            assert row["before"] == folded.get(
                row["post_key"], Status.COPY if row["before"] == "copy" else Status.QUEUED
            )
            assert is_first or row["before"] != Status.COPY
            assert moved(Status(row["before"]), Verb(row["verb"])) == row["after"]
            folded[row["post_key"]] = Status(row["after"])
        for post_id, text in self.said.items():
            post = self.find(post_id)
            if text is None:
                assert post.status is Status.GONE
            elif post.status is Status.COPY:
                assert post.key not in folded
            else:
                assert post.status is folded.get(post.key, Status.QUEUED)

    @invariant()
    def nothing_unapproved_or_gone_is_in_a_public_stream(self) -> None:
        for stream, hall in PUBLIC.items():
            shown: dict[str, Post] = {}
            for logged in self.run(self.store.log.since(stream, 0, 10_000)):
                assert logged.post is None or logged.post.status is Status.APPROVED
                shown.pop(logged.update.key, None)
                if logged.update.kind is Kind.PUT and logged.post is not None:
                    shown[logged.update.key] = logged.post
            assert shown == self.list(Status.APPROVED, stream, hall)
        living = [self.find(post_id) for post_id, text in self.said.items() if text]
        approved = {post.key: post.content.text for post in living if post.status is Status.APPROVED}
        floor = self.list(Status.APPROVED, FLOOR).values()
        assert {post.key: post.content.text for post in floor} == approved

    @invariant()
    def nothing_living_is_lost(self) -> None:
        lists = [each for each in Status if each not in {Status.GONE, Status.COPY}]
        listed = {key: post for status in lists for key, post in self.list(status).items()}
        copies = dict.fromkeys(listed, 0)
        for post_id, text in self.said.items():
            if text is None:
                continue
            post = self.find(post_id)
            assert post.content.text == text
            if post.key in listed:
                continue
            if post.has_words:
                assert says_the_same(listed[post.copy_of], post)
                copies[post.copy_of] += 1
            else:
                assert post_id in self.quotes
        without_words = {key: post.similar - copies[key] for key, post in listed.items()}
        assert all(many >= 0 for many in without_words.values())
        assert sum(without_words.values()) <= len(self.boosts) + len(self.quotes)

    @invariant()
    def where_to_look_is_told_of_what_stands_and_of_nothing_else(self) -> None:
        posts = [self.find(post_id) for post_id in self.said]
        told = {(row["band"], row["arrived"]) for row in self.run(self.rows(likenesses))}
        assert told == {(band, post.arrived) for post in posts if post.stands for band in post.bands}
        assert not any(post.bands for post in posts if post.status is Status.GONE)

    @invariant()
    def what_is_shown_was_decided_on_as_it_reads_and_a_person_has_the_last_word(self) -> None:
        for post_id, text in self.said.items():
            post = self.find(post_id)
            if post.status is Status.APPROVED:
                assert post.decision is not None
                assert post.decision.at >= self.changed_at[post_id]
            if text is not None and (status := self.put.get(post.key, Status.APPROVED)) is not Status.APPROVED:
                assert post.status is status

    @invariant()
    def no_word_that_a_rule_blocks_is_shown_unless_a_person_approved_it(self) -> None:
        for post in self.list(Status.APPROVED).values():
            assert post.decision is not None
            assert post.decision.verb is Verb.APPROVE
            assert not (post.decision.is_by_rule and post.content.text in {"spam", "hmm"})


@pytest.mark.timeout(180)
def test_whatever_happens_in_whatever_order_the_house_stays_true(fresh_url: Callable[[], str]) -> None:
    class Fresh(House):
        address = staticmethod(fresh_url)

    run_state_machine_as_test(Fresh, settings=SETTINGS)
