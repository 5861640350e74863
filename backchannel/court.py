"""The court: keeps the rulebook in force, tries rules on what came in, and carries a rule to what waits.

Every node has one, and judges by the newest version from the moment it hears of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from backchannel.desk import Desk, Judge
from backchannel.errors import Refusal
from backchannel.hub.base import Hub
from backchannel.muting import MUTED
from backchannel.post import RULE, Order, Outcome, Post, Result, Status, Verb
from backchannel.rule import Rule
from backchannel.rulebook import Clause, Kind, Rulebook, Standing, in_force, in_order, names_nothing
from backchannel.rules import Rules, Verdict
from backchannel.store.base import PAGE_MAX, Authors, Latest, Posts, Query, Rulebooks, Written
from backchannel.updates import RULES
from backchannel.wording import spoken

TRIED_ON: Final = 500
ORDERED_AT_ONCE: Final = 500
LISTED_MAX: Final = 5000
COUNTED_MAX: Final = 1000
FEW: Final = 10  # of fewer posts no share is told
# Why a rule is asked for twice.
MANY: Final = {
    "approve": spoken("“%(name)s” would approve %(num)s of the last %(all)s posts."),
    "hold": spoken("“%(name)s” would hold %(num)s of the last %(all)s posts."),
    "reject": spoken("“%(name)s” would reject %(num)s of the last %(all)s posts."),
}
NEARLY_ALL: Final = {
    "approve": spoken("“%(name)s” would approve nearly every post: it names nothing that it looks for."),
    "hold": spoken("“%(name)s” would hold nearly every post: it names nothing that it looks for."),
    "reject": spoken("“%(name)s” would reject nearly every post: it names nothing that it looks for."),
}
VERBS: Final = {"approve": Verb.APPROVE, "hold": Verb.HOLD, "reject": Verb.REJECT}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Caught:
    """A post that a rule matches, and what it says of it."""

    post: Post
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """What a rule, asked alone, would have caught of so many of the latest posts.

    `waiting` is what it catches of the posts that have waited longest, a thousand of them.
    """

    looked_at: int
    caught: tuple[Caught, ...]
    waiting: tuple[Caught, ...]


class Court:
    """Keeps the rules of the settings and those of the desk, and sees to it that the judge goes by them."""

    def __init__(
        self,
        settings: Sequence[Rule],
        rulebooks: Rulebooks,
        posts: Posts,
        latest: Latest,
        authors: Authors,
        desk: Desk,
        judge: Judge,
        hub: Hub,
        clock: Callable[[], datetime],
    ) -> None:
        self.settings = tuple(settings)
        self.book = self._sound = Rulebook()
        self._in_force: tuple[Rule, ...] = ()
        self._rulebooks = rulebooks
        self._posts = posts
        self._latest = latest
        self._authors = authors
        self._desk = desk
        self._judge = judge
        self._hub = hub
        self._clock = clock
        self.on_adopted: Callable[[Rulebook], None] = lambda _: None  # who else goes by a version, on this server

    @property
    def in_order(self) -> tuple[Standing, ...]:
        """Every rule of the settings, of the desk and of the preset, in the order in which they are asked."""
        return in_order(self.book, self.settings)

    async def sit(self) -> None:
        """Judge by the newest version. One that cannot be read leaves the rules that stand: collecting goes on."""
        newest = self.book
        if await self._rulebooks.version() > self.book.version:
            try:
                newest = await self._rulebooks.newest()
            except ValueError:
                log.exception("the rulebook cannot be read")
        self._adopt(newest)

    async def run(self) -> None:
        """Hear of every new version, and of rules that are over, until cancelled."""
        while True:
            await self._hub.wait(RULES, "court")
            try:
                await self.sit()
            except Exception:  # the outermost edge of this task: without the store the rules stay as they were
                log.exception("rulebook cannot be read")

    async def write(self, book: Rulebook, by: str) -> Written:
        """Make `book` the next version after the one it names; where that is no longer the newest, nothing is done."""
        kept = await self._rulebooks.write(replace(book, by=by, at=self._clock()))
        self._adopt(kept.book)
        if kept.done:
            self._hub.wake((RULES,))
        return kept

    async def amend(self, change: Callable[[Rulebook], Rulebook], by: str) -> Written:
        """Change the newest version, whoever else does at the same time."""
        while True:
            present = await self._rulebooks.newest()
            kept = await self.write(change(present), by)
            if kept.done:
                return kept

    async def attempt(self, rule: Rule) -> Trial:
        """What a rule would have caught of late, and would catch of what waits, as if it were switched on."""
        latest = await self._latest.posts(TRIED_ON)
        caught = await self._caught(rule, latest)
        known = {post.key for post in latest}
        others = [post for post in await self._listed(Status.QUEUED, COUNTED_MAX) if post.key not in known]
        waiting = [each for each in caught if each.post.status is Status.QUEUED]
        return Trial(len(latest), caught, (*waiting, *await self._caught(rule, others)))

    async def doubt(self, book: Rulebook) -> Refusal | None:
        """Why a change of the rulebook should be asked for twice, or nothing."""
        for clause in book.clauses:
            rule, present = clause.rule, self.book.clause(clause.rule.name)
            is_new = present is None or present.rule != rule
            if is_new and rule.stands(self._clock()) and (doubt := await self._too_much(rule)):
                return doubt
        return None

    async def carry_out(self, clause: Clause, by: str) -> tuple[Outcome, ...]:
        """Do to the posts that wait what a rule would do to new ones, as an order of the moderator who asks."""
        verb = VERBS.get(clause.rule.verdict)
        if verb is None:
            return ()
        caught = await self._caught(clause.rule, await self._listed(Status.QUEUED))
        reason = MUTED if clause.kind is Kind.MUTE else clause.rule.reason or clause.rule.name
        return await self._order(verb, by, (each.post for each in caught), reason)

    async def bring_back(self, clause: Clause, by: str) -> tuple[Outcome, ...]:
        """Put back into the queue what a mute kept from the hall, where nobody decided again since."""
        rejected = [post for post in await self._listed(Status.REJECTED) if _is_by(post, clause)]
        caught = await self._caught(clause.rule, rejected)
        return await self._order(Verb.RESTORE, by, (each.post for each in caught), "")

    def _adopt(self, book: Rulebook) -> None:
        """Judge by a version, as its rules stand now: one may be over since, or have trouble that it had not before."""
        if book.version < self.book.version:
            return
        if book is not self.book:
            self.book, self._sound = book, _sound(book)
            self.on_adopted(book)
        rules = in_force(self._sound, self.settings, self._clock())
        if rules != self._in_force:
            self._in_force = rules
            self._judge.adopt(Rules(rules))

    async def _too_much(self, rule: Rule) -> Refusal | None:
        if rule.verdict == "queue":
            return None
        latest = await self._latest.posts(TRIED_ON)
        if len(latest) < FEW:
            return Refusal(409, "sure", NEARLY_ALL[rule.verdict], name=rule.name) if names_nothing(rule) else None
        caught = await self._caught(rule, latest)
        if 2 * len(caught) > len(latest):
            said = {"name": rule.name, "num": len(caught), "all": len(latest)}
            return Refusal(409, "sure", MANY[rule.verdict], **said)
        return None

    async def _caught(self, rule: Rule, posts: Sequence[Post]) -> tuple[Caught, ...]:
        judge = Judge(Rules([replace(rule, on=True, until=None)]), self._authors)
        verdicts = await self._desk.judge_again(posts, judge)
        return tuple(Caught(*each) for each in zip(posts, verdicts, strict=True) if each[1].rule == rule.name)

    async def _listed(self, status: Status, most: int = LISTED_MAX) -> list[Post]:
        """The first posts of a list."""
        page = await self._posts.page(Query(status, limit=PAGE_MAX))
        listed = list(page.posts)
        while page.next is not None and len(listed) < most:
            page = await self._posts.page(Query(status, after=page.next, limit=PAGE_MAX))
            listed += page.posts
        return listed

    async def _order(self, verb: Verb, by: str, posts: Iterable[Post], reason: str) -> tuple[Outcome, ...]:
        versions = {post.key: post.version for post in posts}
        keys = tuple(versions)
        outcomes: list[Outcome] = []
        for at in range(0, len(keys), ORDERED_AT_ONCE):
            outcomes += await self._desk.decide(
                Order(keys[at : at + ORDERED_AT_ONCE], verb, by, reason, versions=versions)
            )
        return tuple(outcomes)


def done(outcomes: Iterable[Outcome]) -> int:
    """How many posts an order reached."""
    return sum(each.outcome is Result.DONE for each in outcomes)


def _is_by(post: Post, clause: Clause) -> bool:
    """Whether a post is out of sight because of a mute: by its rule, or by who muted, at that time."""
    decision = post.decision
    if decision is None:
        return False
    return decision.by == f"{RULE}: {clause.rule.name}" or decision.reason == MUTED


def _sound(book: Rulebook) -> Rulebook:
    """A rulebook without the rules that cannot work: another version of ours may have written them."""
    troubled = [each.rule.name for each in book.clauses if each.rule.trouble]
    if troubled:
        log.warning("rules cannot work, and are not asked", version=book.version, rules=troubled)
    return replace(book, clauses=tuple(each for each in book.clauses if each.rule.name not in troubled))
