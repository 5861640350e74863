"""The house as a machine: whatever arrives, is edited, deleted, boosted, quoted, judged, held for a time and decided by
whom, under rules that change meanwhile, in any order.

After every step the statuses are what the log of decisions makes of them; nothing unapproved, and nothing that is gone,
is in any public stream; what takes two people was approved by two; every living post is in a list, or folded into one
that says the same, to the letter or nearly; and where to look for such a one is told of all that stand, and of nothing
else. `pytest --hypothesis-profile=thorough` tries much more.
"""

from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from backchannel.concern import concerns_of
from backchannel.gist import gist_of
from backchannel.likeness import nearness
from backchannel.post import Post, Status, Verb, is_rule, moved
from backchannel.rulebook import Preset
from backchannel.store.tables import likenesses
from backchannel.text import fold
from backchannel.updates import FLOOR, Kind
from tests.store.happenings import Happenings

PUBLIC: Final = {FLOOR: None, "hall:main": "main", "hall:side": "side"}
SETTINGS = settings(
    max_examples=settings().max_examples // 12,
    stateful_step_count=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes longer than a test may
)
# Decisions that the table of moves does not have: half an approval, its end, and a countdown that was stopped.
STAYS: Final = {
    (Status.QUEUED, Verb.APPROVE, Status.QUEUED),
    (Status.HELD, Verb.APPROVE, Status.QUEUED),
    (Status.QUEUED, Verb.RESTORE, Status.QUEUED),
    (Status.HELD, Verb.HOLD, Status.HELD),
}


def says_the_same(one: Post, other: Post) -> bool:
    """To the letter, by one author; or nearly, by anybody."""
    if (fold(one.content.text), one.content.author) == (fold(other.content.text), other.content.author):
        return True
    apart = abs(one.received_at - other.received_at)
    return nearness(gist_of(one.network, one.content), gist_of(other.network, other.content), apart) > 0


class House(Happenings):
    """What stays true of it."""

    def __init__(self) -> None:
        super().__init__()
        self.shown_by_rules = 0

    @invariant()
    def statuses_are_what_the_log_makes_of_them(self) -> None:
        folded: dict[str, Status] = {}
        for row in self.decided():
            is_first = row["post_key"] not in folded
            assert row["before"] == folded.get(
                row["post_key"], Status.COPY if row["before"] == "copy" else Status.QUEUED
            )
            assert is_first or row["before"] != Status.COPY
            step = Status(row["before"]), Verb(row["verb"]), Status(row["after"])
            assert moved(*step[:2]) is step[2] or step in STAYS
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
    def what_takes_two_people_was_approved_by_two(self) -> None:
        last: dict[str, list[str]] = {}
        for row in self.decided():
            last.setdefault(row["post_key"], []).append(row["by"] if row["verb"] == Verb.APPROVE else "")
        for post in self.list(Status.APPROVED).values():
            if concerns_of(post, self.two_people):
                one, other = ["", *last[post.key]][-2:]
                assert one not in {"", other}
                assert not is_rule(one)
                assert not is_rule(other)

    @invariant()
    def while_people_decide_all_no_rule_shows_anything(self) -> None:
        rows = self.decided()
        shown = sum(row["verb"] == Verb.APPROVE and is_rule(row["by"]) for row in rows)
        if self.court.book.preset is Preset.KEYNOTE:
            assert shown == self.shown_by_rules
        self.shown_by_rules = shown

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


@pytest.mark.timeout(20 * SETTINGS.max_examples)
def test_whatever_happens_in_whatever_order_the_house_stays_true(
    request: pytest.FixtureRequest, fresh_url: Callable[[], str]
) -> None:
    class Fresh(House):
        address = staticmethod(fresh_url)

    few = settings(SETTINGS, max_examples=SETTINGS.max_examples // 2)  # an example takes four times as long there
    run_state_machine_as_test(Fresh, settings=few if "postgresql" in request.node.name else SETTINGS)
