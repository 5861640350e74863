"""What takes two people is shown by two, whatever rules say."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.concern import Concern, concerns
from backchannel.countdown import Countdown
from backchannel.desk import Desk, Judge
from backchannel.hub.local import LocalHub
from backchannel.post import Absence, Decision, Media, Order, Post, Presence, Result, Sighting, Status, Verb
from backchannel.rules import Rule, Rules
from backchannel.store.house import Store
from backchannel.store.turns import ordered
from backchannel.text import Span, SpanKind
from tests.made_up import MORNING, Clock, content, post, sighting

PICTURE = (Media("image", "https://social.example/1.png"),)
LINK = (Span(SpanKind.LINK, 0, 3, "https://social.example"),)
TRUSTED = Rule("trusted", "approve", networks=("mastodon",))
BREAK = Rule("break", "hold", "Shown after 15 s", hold_s=15, networks=("mastodon",))


class House:
    """A desk with rules where some posts take two people."""

    def __init__(self, store: Store, *rules: Rule, two_people: tuple[Concern, ...] = tuple(Concern)) -> None:
        self.store = store
        self.clock = Clock()
        judge = Judge(Rules(rules), store.authors, two_people)
        self.desk = Desk(store.posts, LocalHub(), store.secret, self.clock, judge)

    async def receive(self, *sightings: Sighting) -> list[Post]:
        await self.desk.receive(sightings)
        return [await self.post(each) for each in sightings]

    async def post(self, sighting: Sighting) -> Post:
        found = await self.store.posts.find(self.desk.key(sighting))
        assert found is not None
        return found

    async def decide(self, verb: Verb, by: str, sighting: Sighting) -> Status | None:
        [outcome] = await self.desk.decide(Order((self.desk.key(sighting),), verb, by))
        return outcome.status


@pytest.mark.parametrize(
    ("more", "found"),
    [({}, set()), ({"media": PICTURE}, {Concern.MEDIA}), ({"spans": LINK}, {Concern.LINKS})],
)
def test_what_a_post_gives_reason_for(more: dict[str, Any], found: set[Concern]) -> None:
    assert concerns(content(**more), is_first=False) == found
    assert concerns(content(**more), is_first=True) == found | {Concern.FIRST}


STEPS = st.lists(st.tuples(st.sampled_from([*[Verb.APPROVE] * 3, *Verb]), st.sampled_from(["Jo", "Sam", "Ada"])))


@given(STEPS, st.booleans(), st.sets(st.sampled_from(Concern)), st.booleans())
def test_whatever_people_decide_what_takes_two_was_approved_by_two_in_a_row(
    steps: list[tuple[Verb, str]], is_first: bool, wanted: set[Concern], has_media: bool
) -> None:
    standing = post(is_first=is_first)
    standing = replace(standing, content=content(media=PICTURE if has_media else ()))
    takes_two = (is_first and Concern.FIRST in wanted) or (has_media and Concern.MEDIA in wanted)
    done: list[tuple[Verb, str]] = []
    for verb, by in steps:
        was = standing.status
        after = ordered(standing, Order((standing.key,), verb, by), MORNING, wanted)
        if not isinstance(after, Post):
            assert after is Result.REFUSED
            continue
        standing = after
        done.append((verb, by))
        if standing.status is Status.APPROVED and was is not Status.APPROVED and takes_two:
            (one, first), (other, second) = done[-2:]
            assert (one, other) == (Verb.APPROVE, Verb.APPROVE)
            assert first != second
        assert takes_two or not standing.approver
        assert standing.decision == Decision(by, verb, "", MORNING)


@pytest.mark.anyio
async def test_no_rule_shows_what_takes_two_people(store: Store) -> None:
    house = House(store, TRUSTED, two_people=(Concern.MEDIA,))
    [plain, pictured] = await house.receive(sighting("1"), sighting("2", "Look", media=PICTURE))
    assert plain.status is Status.APPROVED
    assert (pictured.status, pictured.decision, pictured.reasons) == (Status.QUEUED, None, ())
    assert await house.decide(Verb.APPROVE, "Jo", sighting("2")) is Status.QUEUED
    assert await house.decide(Verb.APPROVE, "Sam", sighting("2")) is Status.APPROVED


@pytest.mark.anyio
async def test_no_countdown_shows_what_takes_two_people(store: Store) -> None:
    before = House(store, BREAK, two_people=())
    held, pictured = sighting("1"), sighting("2", "Look", media=PICTURE)
    await before.receive(held, pictured)
    house = House(store, BREAK, two_people=(Concern.MEDIA,))  # after a restart with another setting
    [late] = await house.receive(sighting("3", "Look there", media=PICTURE))
    assert (late.status, late.release_at) == (Status.QUEUED, None)
    house.clock.turn(15)
    await Countdown(store.holds, house.desk, house.clock).round()
    assert [(await house.post(each)).status for each in (held, pictured)] == [Status.APPROVED, Status.HELD]


@pytest.mark.anyio
async def test_of_somebody_new_two_people_approve_all_that_came_before_one_was_shown(store: Store) -> None:
    house = House(store, two_people=(Concern.FIRST,))
    author = content(name="Ines").author
    first, second, third = (sighting(name, name, author=author) for name in ("one", "two", "three"))
    await house.receive(first, second)
    assert await house.decide(Verb.APPROVE, "Jo", first) is Status.QUEUED
    assert await house.decide(Verb.APPROVE, "Sam", first) is Status.APPROVED
    assert await house.decide(Verb.APPROVE, "Jo", second) is Status.QUEUED
    await house.receive(third)
    assert await house.decide(Verb.APPROVE, "Jo", third) is Status.APPROVED


@pytest.mark.anyio
async def test_who_comes_back_is_shown_again_as_two_people_showed_it(store: Store) -> None:
    house = House(store, two_people=(Concern.MEDIA,))
    [pictured] = await house.receive(sighting("1", media=PICTURE))
    for by in ("Jo", "Sam"):
        await house.decide(Verb.APPROVE, by, sighting("1"))
    house.clock.turn(1)
    for presence in (Presence.AWAY, Presence.HERE):
        await house.desk.receive_absence(Absence("mastodon", pictured.content.author.id, presence))
    assert (await house.post(sighting("1"))).status is Status.APPROVED
