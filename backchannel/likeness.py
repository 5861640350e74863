"""Likeness: whether two posts say the same although not to the letter, and where to look for such a one.

| who says it | distinct words | copies, where |
|---|---|---|
| one account | any | they are the same to the letter: `fold_of` in post.py |
| one voice | 4 and more | all words, hashtags, mentions, as many links and pictures; within a day |
| anybody | 10 and more | one has all words of the other, in order, and few more; or one is the other, cut off |
| anybody | fewer | never |

One voice is a name on two networks, or who repeats somebody and says whom. A link that both have counts like three
words. Never copies, however long they are: where one alone has a number, a negation or a single letter (hall B); where
a word stands in another's place (open, closed); where each has hashtags, mentions or links that the other lacks; where
they answer different people; and, of one account, with other pictures.

Chosen by reading what it folds of five conferences' archives, and what it leaves (tests/test_likeness_fixtures.py).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from backchannel.gist import Gist
from backchannel.phrase import is_unspaced
from backchannel.turning import turns

VOICE_WORDS: Final = 4
ANYBODY_WORDS: Final = 10
LINK_WORDS: Final = 3
FEW_WORDS: Final = 3
SHARED_WORDS: Final = 3
ALIKE: Final = 0.8  # how many of all their shingles both have (Jaccard)
COMPARED: Final = 2  # words of a shingle that is compared
SKETCHED: Final = 4  # words of a shingle to look up: two strangers seldom share one
VOICE_WITHIN: Final = timedelta(days=1)


class Common(StrEnum):
    """What two posts can have in common."""

    WORDS = "words"
    LINK = "link"
    PICTURE = "picture"
    AUTHOR = "author"


def nearness(one: Gist, other: Gist, apart: timedelta) -> float:
    """How much of two posts that are copies is the same, up to 1; and 0 where they are none."""
    if _is_parted(one, other):
        return 0.0
    if one.words == other.words:
        return float(_is_long(one, other) or (_is_one_voice(one, other) and apart <= VOICE_WITHIN))
    if not _is_long(one, other):
        return 0.0
    if _begins(one, other) or _begins(other, one):
        return ALIKE
    if not (_adds_little(one, other) or _adds_little(other, one)):
        return 0.0
    alike = _jaccard(_shingles(one.words, COMPARED), _shingles(other.words, COMPARED))
    return alike if alike >= ALIKE else 0.0


def bands(gist: Gist, secret: bytes) -> tuple[int, ...]:
    """What to look a post up by: two that are copies have, but for rare luck, one of these in common.

    For long ones: of all their shingles' hashes the least and the greatest, which is MinHash (Broder 1997) in bands of
    one row. For short ones: their words, with each name that they go by.
    """
    words = gist.words
    weight = _weight(words)
    with_link = weight + LINK_WORDS * bool(gist.addresses)
    found: list[int] = []
    if with_link >= ANYBODY_WORDS:
        found += _least_and_greatest(words, secret)
    if weight < ANYBODY_WORDS and with_link >= VOICE_WORDS:
        keyed = blake2b(key=secret, digest_size=8)
        found += [_number(_digest(keyed.copy(), (name, "", *words))) for name in sorted(gist.names | gist.credited)]
    return tuple(dict.fromkeys(found))


def in_common(one: Gist, other: Gist) -> frozenset[Common]:
    """In what two posts are alike that are no copies of each other: enough to ask a person about both at once.

    Words are, where at least three are in both, and those are half of all.
    """
    mine, others = set(one.words), set(other.words)
    found = set()
    if len(mine & others) >= SHARED_WORDS and len(mine & others) * 2 >= len(mine | others):
        found.add(Common.WORDS)
    if hosts(one) & hosts(other):
        found.add(Common.LINK)
    if pictures(one) & pictures(other):
        found.add(Common.PICTURE)
    if one.account[1] and one.account == other.account:
        found.add(Common.AUTHOR)
    return frozenset(found)


def hosts(gist: Gist) -> frozenset[str]:
    """Where the links of a post lead, without those that do not tell."""
    return frozenset(address.partition("/")[0] for address in gist.addresses) - {""}


def pictures(gist: Gist) -> frozenset[tuple[str, int, int]]:
    """What the pictures of a post are known by: their look and size, or their address where nobody tells the look."""
    known = ((media.look or media.url, media.width, media.height) for media in gist.media)
    return frozenset(each for each in known if each[0])


def says_little(gist: Gist, quoted: str) -> bool:
    """Whether a post adds next to nothing to what it quotes. A link to the server where that stands is nothing."""
    home = urlsplit(quoted).netloc if quoted.startswith("http") else ""
    leads_on = any(address.partition("/")[0] != home for address in gist.addresses)
    return _are_few(Counter(gist.words)) and not (gist.media or gist.shorts or leads_on)


def _is_parted(one: Gist, other: Gist) -> bool:
    """Whether two posts are no copies of each other, whatever their words are."""
    if one.answers != other.answers or _each_has_its_own(one.tags, other.tags):
        return True
    if _each_has_its_own(one.mentions, other.mentions) or not _lead_alike(one, other):
        return True
    is_one_account = one.account == other.account
    return is_one_account and (one.media != other.media or _each_has_its_own(one.shorts, other.shorts))


def _each_has_its_own(one: frozenset[str], other: frozenset[str]) -> bool:
    return not (one <= other or other <= one)


def _lead_alike(one: Gist, other: Gist) -> bool:
    """Whether links may lead to the same places: a short one may lead anywhere."""
    left, right = one.addresses - other.addresses, other.addresses - one.addresses
    return not (left and right) or (len(left) <= len(other.shorts) and len(right) <= len(one.shorts))


def _is_long(one: Gist, other: Gist) -> bool:
    shared = LINK_WORDS * bool(one.addresses & other.addresses)
    return min(_weight(one.words), _weight(other.words)) + shared >= ANYBODY_WORDS


def _is_one_voice(one: Gist, other: Gist) -> bool:
    """Whether one person says it on two networks, or somebody repeats it and says whose it is."""
    is_credited = bool(one.credited & other.names or other.credited & one.names)
    is_namesake = one.account[0] != other.account[0] and bool(one.names & other.names)
    if one.account == other.account or not (is_credited or (is_namesake and len(one.media) == len(other.media))):
        return False
    links = [len(each.addresses) + len(each.shorts) for each in (one, other)]
    enough = _weight(one.words) + LINK_WORDS * bool(one.addresses & other.addresses) >= VOICE_WORDS
    return enough and (one.tags, one.mentions, links[0]) == (other.tags, other.mentions, links[1])


def _begins(cut: Gist, whole: Gist) -> bool:
    """Whether one is the other up to where it was cut off, maybe inside a word."""
    words = cut.words[:-1]
    return cut.is_cut and _weight(words) >= ANYBODY_WORDS and whole.words[: len(words)] == words


def _adds_little(more: Gist, less: Gist) -> bool:
    """Whether one has all words of the other, and few more, none of which turns it over."""
    if not set(less.words) <= set(more.words):
        return False  # nearly always, and sooner told than by counting
    added, missing = Counter(more.words), Counter(less.words)
    if missing - added:
        return False
    return _are_few(added - missing)


def _are_few(words: Counter[str]) -> bool:
    """Whether it does not matter that somebody adds these words."""
    return sum(_worth(word) * many for word, many in words.items()) <= FEW_WORDS and not any(map(turns, words))


@lru_cache(maxsize=1024)  # of one batch: a post is compared with many
def _weight(words: tuple[str, ...]) -> float:
    """How many distinct words there are."""
    return sum(_worth(word) for word in set(words) if len(word) > 1 or is_unspaced(word))


def _worth(word: str) -> float:
    """A character of a script without spaces is about half a word."""
    return 0.5 if len(word) == 1 and is_unspaced(word) else 1


def _jaccard(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return len(one & other) / len(one | other)


def _shingles(words: Sequence[str], size: int) -> frozenset[tuple[str, ...]]:
    """All runs of so many words; of fewer words there is one."""
    return frozenset(zip(*(words[at:] for at in range(size)), strict=False)) or frozenset({tuple(words)})


def _least_and_greatest(words: Sequence[str], secret: bytes) -> tuple[int, int]:
    keyed = blake2b(key=secret, digest_size=8)
    hashes = [_digest(keyed.copy(), shingle) for shingle in _shingles(words, SKETCHED)]
    return _number(min(hashes)), _number(max(hashes))


def _digest(hashed: blake2b, words: Iterable[str]) -> bytes:
    hashed.update("\0".join(words).encode(errors="surrogatepass"))
    return hashed.digest()


def _number(digest: bytes) -> int:
    """A digest as databases keep numbers."""
    return int.from_bytes(digest, "big", signed=True)
