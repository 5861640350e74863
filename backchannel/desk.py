"""The desk: the only place where a post's status changes. Stores first, wakes the hub second."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from backchannel.concern import Concern, concerns
from backchannel.cooperative import cooperatively
from backchannel.forgotten import Forgot, Leaving, mark_of_id, marks_of, marks_of_leaving
from backchannel.gist import gist_of, saying_of
from backchannel.hashtag import matches
from backchannel.hub.base import Hub
from backchannel.likeness import bands, says_little
from backchannel.post import (
    Absence,
    Content,
    Order,
    Outcome,
    Portrait,
    Post,
    Presence,
    Reason,
    Result,
    Sighting,
    Status,
    Verb,
    fold_of,
    is_rule,
    key_of,
)
from backchannel.programme import Binding, Programme, Why
from backchannel.rules import Rules, Verdict
from backchannel.sources.leaving import leaves
from backchannel.store.base import (
    Arrival,
    Authors,
    Bookmark,
    Claim,
    Claims,
    Forgetting,
    Posts,
    Received,
    Sayings,
    Sightings,
)
from backchannel.updates import CLAIMS, RULES, VOTES

AWAY: Final = "The author's account is away"
REPHRASED: Final = "Said differently, after it was not shown"
OF_AUTHOR_MAX: Final = 1000
WHY: Final = {Presence.AWAY: AWAY, Presence.LEFT: Reason.OPT_OUT.value}  # why posts are out of sight


class Judge:
    """Applies the rules. What they ask of an author's history is looked up once for a whole batch.

    Where one of `two_people` concerns a post, no rule shows it: it waits for people.
    """

    def __init__(self, rules: Rules, authors: Authors, two_people: Collection[Concern] = ()) -> None:
        self._rules = rules
        self._authors = authors
        self.two_people = frozenset(two_people)

    def adopt(self, rules: Rules) -> None:
        """Judge by other rules from now on; a batch is judged by those that stood when it came."""
        self._rules = rules

    @property
    def asks_for_repeats(self) -> bool:
        """Whether a rule asks what was said before."""
        return self._rules.asks_for_repeats

    async def verdicts(
        self, sightings: Sequence[Sighting], at: datetime, repeats: Collection[int] = ()
    ) -> list[Verdict]:
        """The verdict on every sighting at a moment; there is none to give on a post that is gone.

        `repeats` are the numbers of those that say what another post said before.
        """
        rules = self._rules
        authors = {_author(sighting) for sighting in sightings if sighting.content and sighting.content.author.id}
        asks = rules.asks_for_history or Concern.FIRST in self.two_people
        known = await self._authors.shown(authors) if authors and asks else frozenset()
        verdicts = [
            rules.judge(each.network, each.content, is_known=_author(each) in known, is_repeat=number in repeats, at=at)
            if each.content
            else Verdict()
            async for number, each in cooperatively(enumerate(sightings))
        ]
        if not self.two_people:
            return verdicts
        return [
            self._for_two(verdict, each.content, is_first=asks and _author(each) not in known)
            async for verdict, each in cooperatively(zip(verdicts, sightings, strict=True))
        ]

    def _for_two(self, verdict: Verdict, content: Content | None, *, is_first: bool) -> Verdict:
        """A verdict that takes no person's place."""
        if content is None:
            return verdict
        verdict = replace(verdict, is_first=is_first)
        if not verdict.lets_go or not concerns(content, is_first=is_first) & self.two_people:
            return verdict
        return replace(verdict, status=Status.QUEUED, reason="", marks=(), hold_s=0)


class Desk:
    """Takes posts in and carries orders out.

    Without a judge, everything new waits for a person; without `seen`, a source's own names for posts mean nothing;
    without `claims` nobody hears what others have in hand; without `sayings` only what comes together is a repeat;
    without `forgetting` nobody is forgotten. What carries one of the hashtags `opt_outs` is not taken in.
    `programme` is the one in force.
    """

    def __init__(
        self,
        posts: Posts,
        hub: Hub,
        secret: bytes,
        clock: Callable[[], datetime],
        judge: Judge | None = None,
        seen: Sightings | None = None,
        claims: Claims | None = None,
        programme: Callable[[], Programme] = Programme,
        sayings: Sayings | None = None,
        forgetting: Forgetting | None = None,
        opt_outs: Collection[str] = (),
    ) -> None:
        self._posts = posts
        self._hub = hub
        self._secret = secret
        self._clock = clock
        self._judge = judge
        self._seen = seen
        self._claims = claims
        self._programme = programme
        self._sayings = sayings
        self._forgetting = forgetting
        self._opt_outs = tuple(opt_outs)

    def key(self, sighting: Sighting) -> str:
        """The name that the sighted post has with us."""
        return key_of(sighting.network, sighting.id, self._secret)

    async def receive(
        self, sightings: Sequence[Sighting], bookmark: Bookmark | None = None, source: str = ""
    ) -> Received:
        """Judge a batch and take it in, in one transaction with the place its source goes on from.

        A delete that names its post only as `source` knows it reaches that post; where we never saw it, it means
        nothing.
        """
        sightings = [self._heeded(each) for each in sightings] if self._opt_outs else sightings
        if leaving := dict.fromkeys((each.network, each.leaver) for each in sightings if each.leaver):
            # The source's place stays behind until all are carried out: a crash in between has them told again.
            received = await self.receive([replace(each, leaver="") for each in sightings], None, source)
            for network, author_id in leaving:
                await self.receive_absence(Absence(network, author_id, Presence.LEFT))
            await self.receive((), bookmark, source)
            return received
        named = await self._keys_of_refs(sightings, source)
        told = [(self.key(each) if each.id else named.get(each.ref, ""), each) for each in sightings]
        told = [(key, each) for key, each in told if key]
        verdicts = await self._verdicts(told)
        arrivals = [
            self._arrival(*each, verdict) async for each, verdict in cooperatively(zip(told, verdicts, strict=True))
        ]
        received = await self._posts.receive(arrivals, self._clock(), bookmark, source)
        self._hub.wake(received.streams)
        return received

    async def decide(self, order: Order) -> tuple[Outcome, ...]:
        """Carry an order out; when this returns, it is on disk. What takes two people waits for the second.

        Where a rule decides, it was asked before whether it takes people.
        """
        judge = None if is_rule(order.by) else self._judge
        return await self._carry_out(order, judge.two_people if judge else ())

    async def _carry_out(self, order: Order, two_people: Collection[Concern] = ()) -> tuple[Outcome, ...]:
        decided = await self._posts.decide(order, self._clock(), two_people)
        self._hub.wake(decided.streams)
        return decided.outcomes

    async def take_back(self, post: Post) -> None:
        """Carry out that its author takes a post back: it is gone from every stream, and nothing of it is kept."""
        gone = Sighting(post.network, "", None, only_known=True)
        received = await self._posts.receive([Arrival(post.key, gone)], self._clock())
        self._hub.wake(received.streams)

    async def forget(self, leaving: Leaving, by: str) -> Forgot:
        """Carry out that an author is forgotten; what they post from now on is not taken in."""
        if self._forgetting is None:
            return Forgot()
        marks = marks_of_leaving(leaving, self._secret)
        forgot = await self._forgetting.forget(leaving, marks, by, self._clock())
        self._hub.wake({*forgot.streams, RULES, VOTES})
        return forgot

    async def claim(self, by: str, key: str) -> None:
        """Note which post a moderator has in hand, or that there is none. Whoever decides first wins all the same."""
        if self._claims is not None:
            await self._claims.claim(by, key, self._clock())
            self._hub.wake((CLAIMS,))

    async def claimed(self) -> tuple[Claim, ...]:
        """Who is at the desk, who has had a post in hand for longest first."""
        return await self._claims.standing(self._clock()) if self._claims is not None else ()

    async def receive_absence(self, absence: Absence) -> None:
        """Carry out what a network says of all that an author wrote; the network itself is who decides.

        While the account is away, what was approved is withdrawn and what was queued is held; once it is back, what we
        did is undone, except where a person has decided since or the words are others. Each step names the versions it
        saw, so that a moderator who is faster wins. To carry the same out twice changes nothing. Whoever asked to be
        kept off the wall is out of sight in the same way, until a person decides otherwise.
        """
        posts = await self._posts.of_authors(absence.network, (absence.author_id,), OF_AUTHOR_MAX)
        if absence.presence is Presence.GONE:
            gone = Sighting(absence.network, "", None, only_known=True)
            received = await self._posts.receive([Arrival(post.key, gone) for post in posts], self._clock())
            self._hub.wake(received.streams)
        elif absence.presence in WHY:
            await self._order(Verb.WITHDRAW, absence, (each for each in posts if each.status is Status.APPROVED))
            await self._order(Verb.HOLD, absence, (each for each in posts if each.status is Status.QUEUED))
        else:
            await self._bring_back(absence, [post for post in posts if _is_hidden(post, absence)])

    async def receive_portraits(self, portraits: Sequence[Portrait]) -> None:
        """Give posts the name of their author that came after them.

        What is shown, or may be shown again without a person, keeps the name that was approved. What waits, is held or
        was rejected is judged anew with the name in it.
        """
        keys, sightings = [], []
        for network, theirs in _by_network(portraits).items():
            for post in await self._posts.of_authors(network, theirs, OF_AUTHOR_MAX):
                keys.append(post.key)
                sightings.append(_with_portrait(post, theirs[post.content.author.id]))
        verdicts = await self._verdicts([*zip(keys, sightings, strict=True)])
        arrivals = [self._arrival(*told) async for told in cooperatively(zip(keys, sightings, verdicts, strict=True))]
        received = await self._posts.receive(arrivals, self._clock())
        self._hub.wake(received.streams)

    async def _bring_back(self, absence: Absence, posts: Sequence[Post]) -> None:
        restored = await self._order(Verb.RESTORE, absence, posts)
        for post in posts:
            if post.status is Status.WITHDRAWN and _is_unchanged(post) and post.key in restored:
                versions = {post.key: restored[post.key]}
                # It was shown before, with these words.
                await self._carry_out(
                    Order((post.key,), Verb.APPROVE, absence.network, halls=post.halls, versions=versions)
                )

    async def _order(self, verb: Verb, absence: Absence, posts: Iterable[Post]) -> dict[str, int]:
        """The new versions of the posts that an order reached."""
        versions = {post.key: post.version for post in posts}
        if not versions:
            return {}
        why = WHY.get(absence.presence, AWAY)
        outcomes = await self._carry_out(Order(tuple(versions), verb, absence.network, why, versions=versions))
        return {each.key: each.version for each in outcomes if each.outcome is Result.DONE}

    async def judge_again(self, posts: Sequence[Post], judge: Judge | None = None) -> Sequence[Verdict]:
        """What the rules say now of posts that are here; or those of another judge."""
        return await self._verdicts([(post.key, Sighting(post.network, "", post.content)) for post in posts], judge)

    async def _verdicts(self, told: Sequence[tuple[str, Sighting]], another: Judge | None = None) -> Sequence[Verdict]:
        judge = another or self._judge
        if judge is None:
            return [Verdict()] * len(told)
        repeats = await self._repeats(told) if judge.asks_for_repeats else ()
        return await judge.verdicts([each for _, each in told], self._clock(), repeats)

    async def _repeats(self, told: Sequence[tuple[str, Sighting]]) -> Collection[int]:
        """The numbers of those that say what another post said before, or an earlier one of these."""
        sayings = [self._saying(each) async for _, each in cooperatively(told)]
        first = dict(await self._sayings.said(set(sayings) - {""})) if self._sayings else {}
        for (key, _), saying in zip(told, sayings, strict=True):
            first.setdefault(saying, key)
        numbered = enumerate(zip(told, sayings, strict=True))
        return {number for number, ((key, _), saying) in numbered if saying and first[saying] != key}

    def _saying(self, sighting: Sighting) -> str:
        return saying_of(gist_of(sighting.network, sighting.content), self._secret) if sighting.content else ""

    async def _keys_of_refs(self, sightings: Sequence[Sighting], source: str) -> Mapping[str, str]:
        """The keys of posts that are named by `ref` alone."""
        alone = {each.ref for each in sightings if not each.id}
        if not alone or self._seen is None:
            return {}
        beside = {each.ref: self.key(each) for each in sightings if each.id and each.ref in alone}
        return {**await self._seen.keys(source, alone - beside.keys()), **beside}

    def _arrival(self, key: str, sighting: Sighting, verdict: Verdict) -> Arrival:
        return Arrival(
            key,
            sighting,
            verdict.status,
            reasons=tuple(filter(None, (REPHRASED if sighting.is_rephrased else "", verdict.reason))),
            rule=verdict.rule,
            marks=verdict.marks,
            hold_s=verdict.hold_s,
            is_first=verdict.is_first,
            session=self._session(sighting),
            boost=key_of(sighting.network, sighting.boost, self._secret) if sighting.boost else "",
            known_by=marks_of(sighting.network, sighting.content.author, self._secret)
            if sighting.content
            else frozenset(),
            carried_by=mark_of_id(sighting.network, sighting.booster, self._secret) if sighting.booster else "",
            **self._sketch(sighting),
        )

    def _heeded(self, sighting: Sighting) -> Sighting:
        """What asks by one of the conference's own hashtags not to be here is gone, and leaves no trace."""
        content = sighting.content
        if content is None or not matches(self._opt_outs, content.text):
            return sighting
        leaver = content.author.id if leaves(content.text, has_media=bool(content.media)) else ""
        return replace(sighting, content=None, only_known=True, leaver=leaver)

    def _session(self, sighting: Sighting) -> Binding | None:
        """What of the programme a post belongs to: what was on when it was said, by its author's claim, or now.

        A question belongs to the session that it asks, whatever its words name.
        """
        programme, content = self._programme(), sighting.content
        if content is None or not programme:
            return None
        if sighting.question is not None:
            return Binding(sighting.session, Why.HALL) if programme.find(sighting.session) else None
        now = self._clock()
        return programme.bind(content.text, content.spans, min(content.posted_at or now, now), sighting.hall)

    def _sketch(self, sighting: Sighting) -> dict[str, Any]:
        """By what other posts that say the same are found."""
        network, content = sighting.network, sighting.content
        if content is None:
            return {}
        gist, secret = gist_of(network, content), self._secret
        if sighting.question is not None:  # it repeats nothing but a question that was asked there as well
            place = f"{sighting.question.hall}\0{sighting.session}"
            secret = blake2b(place.encode(), key=secret, digest_size=32).digest()
        says_more = not sighting.quotes or not says_little(gist, sighting.quotes)
        return {
            "fold": fold_of(network, content, secret),
            "bands": () if sighting.is_rephrased else bands(gist, secret),
            "saying": saying_of(gist, self._secret),
            "quotes": "" if says_more else key_of(network, sighting.quotes, self._secret),
        }


def _author(sighting: Sighting) -> tuple[str, str]:
    return sighting.network, sighting.content.author.id if sighting.content else ""


def _by_network(portraits: Iterable[Portrait]) -> Mapping[str, Mapping[str, Portrait]]:
    """The latest portrait of each author."""
    found: dict[str, dict[str, Portrait]] = {}
    for portrait in portraits:
        found.setdefault(portrait.network, {})[portrait.author.id] = portrait
    return found


def _with_portrait(post: Post, portrait: Portrait) -> Sighting:
    content = replace(post.content, author=portrait.author)
    return Sighting(post.network, "", content, only_known=True, matched=post.matched, is_portrait=True)


def _is_hidden(post: Post, absence: Absence) -> bool:
    """Whether a post is out of sight because its author was away, and for no other reason."""
    decision = post.decision
    if decision is None or post.status not in {Status.WITHDRAWN, Status.HELD}:
        return False
    return (decision.by, decision.reason) == (absence.network, AWAY)


def _is_unchanged(post: Post) -> bool:
    """Whether a post still reads as it did when it was decided on."""
    edited_at = post.content.edited_at
    return edited_at is None or post.decision is None or edited_at <= post.decision.at
