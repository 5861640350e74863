"""Forgetting: nothing of an author is left in any table, and what they post again is refused."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from backchannel.forgotten import Leaving, is_somebody, mark_of_id, marks_of, marks_of_leaving
from backchannel.poll import Ballot
from backchannel.post import Author, Content, Media, Order, ReplyTo, Sighting, Status, Verb
from backchannel.question import Question
from backchannel.record import RecordQuery
from backchannel.rule import Rule
from backchannel.rulebook import Clause, Kind, Rulebook
from backchannel.store.base import Arrival, Bookmark, Fetched
from backchannel.store.house import Store, open_store, place_at
from backchannel.store.tables import metadata
from backchannel.text import Span, SpanKind
from backchannel.updates import DESK, FLOOR
from tests import migrated
from tests.store.world import HALLS, NOON, after, arrival, content, decide, key, receive

pytestmark = pytest.mark.anyio

CANARIES: Final = ("canary", "c4n4ry")
MIA: Final = Author(
    "Canary Mia",
    "@canary@social.example",
    "https://social.example/@canary",
    "https://social.example/canary.png",
    "https://social.example/users/canary",
)
PICTURE: Final = Fetched("https://social.example/canary/1.png", "f" * 32, 640, 480, b"the c4n4ry picture")
ANNA: Final = Author("Anna", "@anna@social.example", id="id-anna")


def theirs(number: int | str, words: str = "The canary sings", **more: object) -> Arrival:
    said = Content(
        MIA,
        f"{words} {number}",
        url=f"https://social.example/@canary/{number}",
        media=(Media("image", PICTURE.url, "a canary in a cage"),),
        warning="canary",
        language="en",
    )
    sighting = Sighting("test", f"{MIA.id}/statuses/{number}", said, ref=f"canary-{number}", matched=("@canary",))
    return Arrival(key(number), sighting, reasons=("says canary",), fold=f"fold {number}", **more)  # type: ignore[arg-type]


async def known(store: Store, number: int | str = 1) -> Leaving:
    leaving = await store.forgetting.of_post(key(number))
    assert leaving is not None
    return leaving


async def forget(store: Store, leaving: Leaving) -> int:
    marks = marks_of_leaving(leaving, store.secret)
    return (await store.forgetting.forget(leaving, marks, "Jo", after(60))).posts


async def dumped(url: str) -> str:
    """All that is in every table, as it is written there."""
    writing, reading = place_at(url).open_engines()
    try:
        async with reading.connect() as connection:
            rows: list[str] = []
            for table in metadata.tables:
                found = await connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 (our own names)
                rows += [repr(tuple(row)) for row in found]
            return "\n".join(rows)
    finally:
        await writing.dispose()
        await reading.dispose()


def found_in(dump: str) -> list[str]:
    return [line for line in dump.splitlines() if any(canary in line.lower() for canary in CANARIES)]


async def lived(store: Store) -> None:
    """Everything that a conference makes of an author."""
    await store.posts.receive(
        [theirs(1, "Morning"), theirs(2), theirs(3), arrival(9, content("Good point", author=ANNA))],
        NOON,
        Bookmark("one", "7"),
        "test:one",
    )
    await decide(store, Verb.APPROVE, 1, reason="the canary is right")
    await decide(store, Verb.REJECT, 2, reason="spam of a canary", idem="once")
    await store.pictures.settle(key(1), [PICTURE], NOON)
    await store.notes.add(key(1), "Jo", "I know that canary", NOON)
    await store.notes.describe(key(3), 0, "a canary", "Jo", NOON)
    await store.claims.claim("Jo", key(1), NOON)
    # A copy by the same author, one by somebody else, and a boost of somebody's post.
    copied = content("Morning 1", author=ANNA)
    await receive(store, Arrival(key(4), Sighting("test", "anna-4", copied), fold="fold 1"))
    boosted = Sighting("test", "id-9", content("Good point", author=ANNA), boost=f"{MIA.id}/statuses/99/activity")
    await receive(store, Arrival(key(9), boosted, boost=key("boost")))
    # Somebody answers them, and somebody names them.
    answer = content("I disagree", author=ANNA, reply_to=ReplyTo("Canary Mia", MIA.address))
    await receive(store, arrival(5, answer))
    # Rules about them: who was muted, and whom two rules name.
    mute = Rule("Muted: @canary@social.example", "reject", "Muted", authors=(MIA.address,))
    both = Rule("known", "hold", "known", authors=(MIA.url, "@bo@social.example"))
    book = Rulebook(
        clauses=(Clause(mute, Kind.MUTE, "Jo", NOON), Clause(both, Kind.RULE, "Jo", NOON)), by="Jo", at=NOON
    )
    await store.rulebooks.write(book)
    await receive(store, theirs(6, status=Status.REJECTED, rule=mute.name))


async def test_nothing_of_an_author_is_left_in_any_table(store: Store, url: str) -> None:
    await lived(store)
    assert len(found_in(await dumped(url))) > 10
    assert await forget(store, await known(store)) == 5  # four posts, and the boost
    assert found_in(await dumped(url)) == []


async def test_what_others_wrote_stays_and_names_nobody_as_answered(store: Store) -> None:
    await lived(store)
    await forget(store, await known(store))
    copy, answer, boosted = [await store.posts.find(key(number)) for number in (4, 5, 9)]
    assert copy is not None
    assert copy.status is Status.QUEUED  # it takes the place of what it repeated, as after any delete
    assert answer is not None
    assert (answer.content.text, answer.content.reply_to) == ("I disagree", None)
    assert boosted is not None
    assert (boosted.status, boosted.similar) == (Status.QUEUED, 0)


async def test_every_stream_hears_that_the_posts_are_dropped(store: Store) -> None:
    await lived(store)
    heads = (await store.log.heads()).seqs
    leaving = await known(store)
    forgot = await store.forgetting.forget(leaving, marks_of_leaving(leaving, store.secret), "Jo", after(60))
    assert forgot.streams >= {DESK, FLOOR, "hall:main", "hall:side"}
    for stream in ("hall:main", FLOOR):
        [dropped] = await store.log.since(stream, heads[stream], 9)
        assert (dropped.update.kind, dropped.update.key, dropped.post) == ("drop", key(1), None)


async def test_the_record_says_that_somebody_was_forgotten_and_by_whom(store: Store) -> None:
    await lived(store)
    await forget(store, await known(store))
    page = await store.record.decisions(RecordQuery(folded=True))
    newest = page.decisions[0]
    assert (newest.decision.verb, newest.decision.by, newest.decision.reason) == (Verb.FORGET, "Jo", "")
    assert (newest.together, newest.post, newest.reverse) == (5, None, None)
    assert {each.decision.reason for each in page.decisions} == {""}
    assert not any(share.verb is Verb.FORGET for share in await store.record.shares())


async def test_what_comes_again_is_refused_under_any_name_and_others_are_not(store: Store) -> None:
    await receive(store, theirs(1))
    await forget(store, await known(store))
    secret = store.secret
    new_name = Author("Somebody", id=MIA.id)
    new_id = Author("Somebody", "@Canary@SOCIAL.example", id="another")
    for number, author in ((1, MIA), (11, MIA), (12, new_name), (13, new_id)):
        again = arrival(number, content(f"Again {number}", author=author), known_by=marks_of("test", author, secret))
        assert (await store.posts.receive([again], after(70))).refused == 1
        found = await store.posts.find(key(number))
        assert found is None or found.status is Status.GONE
    other = arrival(14, content("Hello", author=ANNA), known_by=marks_of("test", ANNA, secret))
    assert (await store.posts.receive([other], after(70))).new == 1


async def test_a_boost_of_theirs_leaves_no_trace_and_the_boosted_post_is_taken_in(store: Store) -> None:
    await receive(store, theirs(1))
    await forget(store, await known(store))
    mark = mark_of_id("test", MIA.id, store.secret)
    boosted = Sighting("test", "id-8", content("Good", author=ANNA), boost="canary", booster=MIA.id)
    received = await store.posts.receive([Arrival(key(8), boosted, boost=key("b"), carried_by=mark)], after(70))
    assert (received.new, received.copies) == (1, 0)
    assert await store.posts.find(key("b")) is None


async def test_forgetting_twice_changes_nothing_more(store: Store) -> None:
    await receive(store, theirs(1))
    leaving = await known(store)
    assert [await forget(store, leaving) for _ in range(2)] == [1, 0]
    assert await store.forgetting.of_post(key(1)) is None
    assert await store.forgetting.known(MIA.address) == ()


async def test_an_author_is_found_by_address_or_profile_on_every_network(store: Store) -> None:
    elsewhere = Sighting("other", "x", content("hi", author=Author("Mia", MIA.address, id="7")))
    await receive(store, theirs(1), theirs(2), Arrival("other:1", elsewhere))
    for address in ("@CANARY@social.example", "canary@social.example"):
        assert [(each.network, each.posts) for each in await store.forgetting.known(address)] == [
            ("other", 1),
            ("test", 2),
        ]
    [found] = await store.forgetting.known("https://social.example/@canary/")
    assert (found.network, found.names) == ("test", frozenset({"Canary Mia"}))
    assert await store.forgetting.known("@somebody@else.example") == ()


async def test_who_cannot_be_told_from_others_loses_the_one_post_and_may_post_again(store: Store) -> None:
    strangers = Author("Bo", id="strangers")
    assert not is_somebody("floor", strangers)
    for number in (1, 2):
        said = content(f"typed {number}", author=strangers)
        await receive(store, Arrival(f"floor:{number}", Sighting("floor", f"s/{number}", said)))
    leaving = await store.forgetting.of_post("floor:1")
    assert leaving is not None
    assert marks_of_leaving(leaving, store.secret) == marks_of("floor", strangers, store.secret) == frozenset()
    assert await forget(store, leaving) == 1
    left = await store.posts.find("floor:2")
    assert left is not None
    assert left.content.text == "typed 2"


async def test_the_votes_of_their_phone_go(store: Store, url: str) -> None:
    phone = Author("Mia", id="canary-phone")
    asked = Sighting("floor", "q", content("Why?", author=ANNA), question=Question("main"))
    said = Sighting("floor", "p", content("typed", author=phone))
    await receive(store, Arrival("floor:q", asked), Arrival("floor:p", said))
    await store.posts.decide(Order(("floor:q",), Verb.APPROVE, "mo"), NOON)
    await store.votes.cast([Ballot("floor:q", "canary-phone", up=True), Ballot("floor:q", "other", up=True)], NOON)
    leaving = await store.forgetting.of_post("floor:p")
    assert leaving is not None
    await forget(store, leaving)
    assert await store.votes.voted("other", ["floor:q"]) == {"floor:q"}
    assert found_in(await dumped(url)) == []


async def test_those_who_mention_them_are_counted(store: Store) -> None:
    mention = content("Hi @canary", author=ANNA, spans=(Span(SpanKind.MENTION, 3, 10, MIA.url),))
    await receive(store, theirs(1), arrival(2, mention), arrival(3, content("Hi", author=ANNA)))
    assert await store.forgetting.mentions(await known(store)) == 1


async def test_what_is_being_taken_in_meanwhile_does_not_slip_through(store: Store) -> None:
    await receive(store, theirs(1))
    leaving = await known(store)
    marks = marks_of("test", MIA, store.secret)
    batches = [store.posts.receive([theirs(f"n{number}", known_by=marks)], after(1)) for number in range(20)]
    await asyncio.gather(*batches[:10], forget(store, leaving), *batches[10:])
    assert await store.forgetting.known(MIA.address) == ()


async def test_no_byte_of_it_is_left_in_the_file(tmp_path: Path) -> None:
    url = migrated.at(tmp_path / "file.db")
    async with open_store(url, HALLS) as store:
        await lived(store)
        assert _bytes_with_canaries(tmp_path)
        await forget(store, await known(store))
        assert _bytes_with_canaries(tmp_path) == []


def _bytes_with_canaries(folder: Path) -> list[str]:
    files = [file for file in sorted(folder.iterdir()) if file.suffix != ".lock"]
    return [file.name for file in files if any(canary.encode() in file.read_bytes().lower() for canary in CANARIES)]
