"""The court: every node judges by the newest rulebook, and a rule is tried before it is carried out."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from anyio import create_task_group
from sqlalchemy import insert

from backchannel.court import Court, done
from backchannel.desk import Desk, Judge
from backchannel.hub.local import LocalHub
from backchannel.muting import MUTED
from backchannel.post import Author, Order, Post, Status, Verb
from backchannel.record import RecordQuery
from backchannel.rulebook import Clause, Kind, Preset, Rulebook
from backchannel.rules import Rule, Rules
from backchannel.store.house import Store, open_store
from backchannel.store.tables import rulebooks
from tests import migrated
from tests.made_up import MORNING, Clock, sighting

pytestmark = pytest.mark.anyio

EVE = Author("Eve", "@eve@x.example", id="eve")
MUTE = Clause(Rule("Mute Eve", "reject", authors=("@eve@x.example",)), Kind.MUTE)
CRYPTO = Clause(Rule("No crypto", "hold", "Adverts", words=("crypto",)))


class Node:
    """One server on a store."""

    def __init__(self, store: Store, hub: LocalHub, *settings: Rule) -> None:
        self.store = store
        self.clock = Clock()
        judge = Judge(Rules(), store.authors)
        self.desk = Desk(store.posts, hub, store.secret, self.clock, judge)
        self.court = Court(
            settings, store.rulebooks, store.posts, store.latest, store.authors, self.desk, judge, hub, self.clock
        )

    async def receive(self, number: int, text: str = "", author: Author | None = None) -> Post:
        """A post, as it stands once it was judged."""
        seen = sighting(str(number), text or f"said {number}", author=author or Author("Ines", id=str(number)))
        await self.desk.receive([seen])
        return await self.find(number)

    async def find(self, number: int) -> Post:
        found = await self.store.posts.find(self.desk.key(sighting(str(number))))
        assert found is not None
        return found


@pytest.fixture
async def store(tmp_path: Path) -> AsyncGenerator[Store]:
    async with open_store(migrated.at(tmp_path / "b.db"), ("main",)) as opened:
        yield opened


@asynccontextmanager
async def sitting(*nodes: Node) -> AsyncGenerator[None]:
    async with create_task_group() as tasks:
        for node in nodes:
            tasks.start_soon(node.court.run)
        yield
        tasks.cancel_scope.cancel()


async def test_what_one_node_writes_every_node_judges_by(store: Store) -> None:
    hub = LocalHub()
    one, other = Node(store, hub), Node(store, hub)
    async with sitting(other):
        kept = await one.court.write(Rulebook(clauses=(MUTE,)), "Sam")
        assert kept.done
        assert (await one.receive(1, author=EVE)).status is Status.REJECTED
        async with asyncio.timeout(5):
            while other.court.book.version != 1:
                await asyncio.sleep(0.01)
    post = await other.receive(2, author=EVE)
    assert post.decision is not None
    assert (post.status, post.decision.by) == (Status.REJECTED, "rule: Mute Eve")
    assert (other.court.book.by, other.court.book.at) == ("Sam", MORNING)


async def test_who_changes_an_older_version_gets_the_newest_and_changes_nothing(store: Store) -> None:
    node = Node(store, LocalHub())
    first = await node.court.write(Rulebook(clauses=(MUTE,)), "Sam")
    second = await node.court.write(Rulebook(clauses=(CRYPTO,)), "Jo")
    assert not second.done
    assert second.book == first.book == node.court.book


async def test_an_amendment_is_made_to_the_newest_version_whatever_this_node_knows(store: Store) -> None:
    one, other = Node(store, LocalHub()), Node(store, LocalHub())
    await one.court.write(Rulebook(clauses=(MUTE,)), "Sam")
    kept = await other.court.amend(lambda book: book.having(CRYPTO), "Jo")
    assert [each.rule.name for each in kept.book.clauses] == ["Mute Eve", "No crypto"]


async def test_a_mute_that_is_over_judges_no_more(store: Store) -> None:
    node = Node(store, LocalHub())
    ends = replace(MUTE, rule=replace(MUTE.rule, until=MORNING.replace(hour=10)))
    await node.court.write(Rulebook(clauses=(ends,)), "Sam")
    assert (await node.receive(1, author=EVE)).status is Status.REJECTED
    node.clock.turn(3600)
    await node.court.sit()
    assert (await node.receive(2, author=EVE)).status is Status.QUEUED


async def test_a_rulebook_that_cannot_be_read_leaves_the_rules_that_stand(store: Store) -> None:
    node = Node(store, LocalHub(), Rule("written", "hold", words=("buy",)))
    await node.court.write(Rulebook(clauses=(MUTE,)), "Sam")
    row = {"version": 2, "book": '{"clauses":[{"rule":{"name":"?","verdict":"sing"}}]}', "by": "", "at": MORNING}
    writing = store.rulebooks._writing  # type: ignore[attr-defined]
    await writing.run(lambda connection: connection.execute(insert(rulebooks).values(row)))
    await node.court.sit()
    assert (await node.receive(1, author=EVE)).status is Status.REJECTED
    fresh = Node(store, LocalHub(), Rule("written", "hold", words=("buy",)))
    await fresh.court.sit()
    assert (await fresh.receive(2, "buy")).status is Status.HELD


async def test_a_rule_that_cannot_work_any_more_is_left_out_and_the_others_judge(store: Store) -> None:
    node = Node(store, LocalHub())
    broken = Clause(Rule("broken", "hold", patterns=("(",)))
    await node.court.write(Rulebook(clauses=(broken, MUTE)), "an earlier version of ours")
    fresh = Node(store, LocalHub())
    await fresh.court.sit()
    assert (await fresh.receive(1, "(", author=EVE)).status is Status.REJECTED
    assert (await fresh.receive(2, "(")).status is Status.QUEUED
    assert [each.rule.name for each in fresh.court.in_order] == ["Mute Eve", "broken"]


async def test_a_trial_tells_what_a_rule_alone_would_have_caught_whether_it_is_on_or_not(store: Store) -> None:
    node = Node(store, LocalHub())
    await node.receive(1, "Buy crypto now")
    await node.desk.decide(Order((node.desk.key(sighting("1")),), Verb.HOLD, "Sam"))
    await node.receive(2, "More crypto")
    await node.receive(3, "Hello")
    tried = await node.court.attempt(replace(CRYPTO.rule, on=False))
    assert tried.looked_at == 3
    assert [each.post.content.text for each in tried.caught] == ["More crypto", "Buy crypto now"]
    assert [each.post.content.text for each in tried.waiting] == ["More crypto"]
    assert tried.caught[0].verdict.marks == ((5, 11),)


async def test_a_rule_that_would_hide_most_of_what_came_is_doubted(store: Store) -> None:
    node = Node(store, LocalHub())
    for number in range(12):
        await node.receive(number, f"hello {number}" if number < 8 else f"bye {number}")
    wide = Clause(Rule("No greetings", "reject", words=("hello",)))
    narrow = Clause(Rule("No farewells", "reject", words=("bye",)))
    assert await node.court.doubt(Rulebook(clauses=(narrow,))) is None
    assert str(await node.court.doubt(Rulebook(clauses=(narrow, wide)))) == (
        "“No greetings” would reject 8 of the last 12 posts."
    )
    off = replace(wide, rule=replace(wide.rule, on=False))
    assert await node.court.doubt(Rulebook(clauses=(off,))) is None
    kept = await node.court.write(Rulebook(clauses=(wide,)), "Sam")
    assert await node.court.doubt(kept.book.having(narrow)) is None  # asked for once


async def test_before_anything_came_a_rule_that_names_nothing_is_doubted(store: Store) -> None:
    node = Node(store, LocalHub())
    doubted = await node.court.doubt(Rulebook(clauses=(Clause(Rule("All", "reject", has_media=False)),)))
    assert str(doubted) == "“All” would reject nearly every post: it names nothing that it looks for."


async def test_a_mute_is_carried_to_what_waits_by_who_muted_and_brought_back_whole(store: Store) -> None:
    node = Node(store, LocalHub())
    await node.receive(1, "Spam", EVE)
    await node.receive(2, "More spam", EVE)
    await node.receive(3)
    await node.court.write(Rulebook(clauses=(MUTE,)), "Sam")
    assert done(await node.court.carry_out(MUTE, "Sam")) == 2
    await node.receive(4, "Spam again", EVE)
    assert [(await node.find(number)).status.value for number in range(1, 5)] == [
        "rejected",
        "rejected",
        "queued",
        "rejected",
    ]
    first = (await node.find(1)).decision
    assert first is not None
    assert (first.by, first.reason) == ("Sam", MUTED)
    [act] = (await store.record.decisions(RecordQuery(by="Sam", folded=True))).decisions
    assert (act.together, act.standing) == (2, 2)  # one line of the record, taken back at once
    await node.desk.decide(Order((node.desk.key(sighting("2")),), Verb.RESTORE, "Ada"))
    await node.desk.decide(Order((node.desk.key(sighting("2")),), Verb.REJECT, "Ada", "spam"))
    await node.court.amend(lambda book: book.without("Mute Eve"), "Sam")
    assert done(await node.court.bring_back(MUTE, "Sam")) == 2
    assert [(await node.find(number)).status.value for number in (1, 2, 4)] == ["queued", "rejected", "queued"]


async def test_presets_judge_from_the_moment_they_are_set(store: Store) -> None:
    node = Node(store, LocalHub(), Rule("trusted authors", "approve", authors=("@eve@x.example",)))
    await node.court.sit()
    assert (await node.receive(1, author=EVE)).status is Status.APPROVED
    for preset, mine, others in (
        (Preset.KEYNOTE, Status.QUEUED, Status.QUEUED),
        (Preset.LOCKDOWN, Status.APPROVED, Status.HELD),
        (Preset.SESSION, Status.APPROVED, Status.QUEUED),
    ):
        await node.court.amend(lambda book, preset=preset: replace(book, preset=preset), "Sam")  # type: ignore[misc]
        number = list(Preset).index(preset) * 2 + 2
        assert (await node.receive(number, author=EVE)).status is mine
        assert (await node.receive(number + 1)).status is others
