"""What likeness folds of the archives of real conferences, in the order in which they were written."""

import csv
import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest

from backchannel.gist import Gist, gist_of
from backchannel.likeness import bands, nearness
from backchannel.post import Author, Content
from backchannel.text import from_plain
from tests.shared import fixtures, json_documents

TABLES: Final = ("GI2013.csv", "SFAF2013.csv", "bog13.csv")
LINE: Final = re.compile(r"(\d+)\s+\w+\s+\d+\s+\S+\s+@(\w+)\s+(.*)")
# Who repeats somebody says so in one of these ways.
REPEATS: Final = re.compile(r"\b(?:RT|MT|via|HT)\b\W*@|[\"“'‘]@\w+:|^\W*\w+!?\W+@\w+:")


@dataclass(frozen=True, slots=True)
class Told:
    """A post of an archive, and the post that its network says it repeats."""

    number: str
    author: str
    text: str
    repeats: str = ""


def archives() -> Iterator[tuple[str, list[Told]]]:
    for name in TABLES:
        with fixtures("conference", name).open() as rows:
            told = [Told(row["id"], row["user"], html.unescape(row["text"])) for row in csv.DictReader(rows)]
        yield name, list({each.number: each for each in told}.values())
    lines = fixtures("conference", "hitseq14.txt").read_text().split("\n")
    found = (match for line in lines if (match := LINE.fullmatch(line)))
    told = [Told(match[1], match[2], html.unescape(match[3])) for match in found]
    yield "hitseq14.txt", list({each.number: each for each in told}.values())
    busiest = [
        Told(each["status_id"], each["screen_name"], html.unescape(each["text"]), each.get("retweet_status_id") or "")
        for each in json_documents(fixtures("conference", "useR2018-busiest-day.jsonl"))
        if isinstance(each, dict)
    ]
    yield "useR2018-busiest-day.jsonl", busiest


def gist(told: Told) -> Gist:
    said = from_plain(told.text)
    return gist_of("x", Content(Author(told.author, f"@{told.author}", id=told.author), said.plain, said.spans))


class Fold:
    """Posts as they come: the firsts, and each copy with its first."""

    def __init__(self, posts: list[Told]) -> None:
        self.firsts: dict[int, list[tuple[Told, Gist]]] = {}
        self.copies: list[tuple[Told, Told, float]] = []
        for post in posts:
            self._take(post, gist(post))

    def _take(self, post: Told, said: Gist) -> None:
        found_by = bands(said, b"secret")
        candidates = [first for band in found_by for first in self.firsts.get(band, ())]
        near = [(nearness(its, said, timedelta(0)), first) for first, its in candidates]
        score, first = max(near, key=lambda each: each[0], default=(0.0, post))
        if score:
            self.copies.append((post, first, score))
            return
        for band in found_by:
            self.firsts.setdefault(band, []).append((post, said))


def kind(post: Told, first: Told, score: float) -> str:
    words = "the same words" if score == 1 else "few words more"
    if post.repeats:
        return f"{words}, a retweet"
    if REPEATS.search(post.text) or REPEATS.search(first.text):
        return f"{words}, and says whose"
    return f"{words}, by the same person" if post.author == first.author else f"{words}, by somebody else"


def test_what_is_folded_of_real_conferences_says_whom_it_repeats(capsys: pytest.CaptureFixture[str]) -> None:
    kinds: Counter[str] = Counter()
    total = 0
    for _, posts in archives():
        total += len(posts)
        kinds.update(kind(*copy) for copy in Fold(posts).copies)
    with capsys.disabled():
        print(f"\n{total} posts of five conferences, {kinds.total()} folded:", dict(kinds.most_common()))  # noqa: T201
    assert kinds.total() > total / 3
    silent = sum(many for name, many in kinds.items() if "somebody else" in name)
    assert silent < kinds.total() / 100


def test_every_retweet_with_enough_words_is_folded_into_what_it_repeats() -> None:
    _, posts = next(archive for archive in archives() if archive[0].startswith("useR"))
    by_number = {post.number: post for post in posts}
    folded = {post.number for post, _, _ in Fold(posts).copies}
    long = [
        post
        for post in posts
        if post.repeats in by_number and len(set(gist(post).words)) > 14 and post.text == by_number[post.repeats].text
    ]
    assert len(long) > 100
    assert all(post.number in folded for post in long)
