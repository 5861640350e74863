"""What X is asked to filter by: an interest, written in X's words.

https://docs.x.com/x-api/posts/filtered-stream/integrate/build-a-rule; searches understand the same words.
"""

from collections.abc import Iterable, Iterator, Sequence
from re import ASCII
from re import compile as pattern
from typing import Final
from unicodedata import category

from backchannel import hashtag

TAG: Final = "backchannel"  # marks our rules, so that others of the same project are left alone
RULE_MAX: Final = 512  # of a search by everyone; rules of the stream may have twice as many characters
UNWANTED_MAX: Final = 200
NO_REPOSTS: Final = "-is:retweet"

_ACCOUNT: Final = pattern(r"(?:@|https://(?:www\.)?(?:x|twitter)\.com/)(\w{1,15})/?", ASCII)
_QUOTES: Final = pattern(r'["“”„\\]')
_TAG: Final = pattern(r"\w+")


def account(entry: str) -> str:
    """The name of an account as a person writes it, without its sign; empty where X can have no such account."""
    found = _ACCOUNT.fullmatch(entry)
    return found[1] if found else ""


def rules(wanted: Iterable[str], unwanted: Sequence[str]) -> tuple[str, ...]:
    """As few rules as hold everything `wanted`, less what is `unwanted`: hashtags with their sign, accounts, phrases.

    What is unwanted and finds no room here is for the reader of the posts to see to.
    """
    tail = _tail(unwanted)
    packed: list[list[str]] = []
    for clause in dict.fromkeys(clause for wish in wanted for clause in _clauses(wish)):
        if packed and len(_rule([*packed[-1], clause], tail)) <= RULE_MAX:
            packed[-1].append(clause)
        else:
            packed.append([clause])
    return tuple(_rule(clauses, tail) for clauses in packed)


def _rule(clauses: Sequence[str], tail: str) -> str:
    any_of = " OR ".join(clauses)
    return f"({any_of}) {tail}" if len(clauses) > 1 else f"{any_of} {tail}"


def _tail(unwanted: Sequence[str]) -> str:
    tail = NO_REPOSTS
    for clause in dict.fromkeys(clause for wish in unwanted for clause in _clauses(wish)):
        if len(tail) + len(clause) + 2 <= UNWANTED_MAX:
            tail += f" -{clause}"
    return tail


def _clauses(wish: str) -> Iterator[str]:
    """A wish in X's words. The stream tells accents apart where we do not, so both spellings are asked for."""
    if wish.startswith(("#", "＃")):
        tag = wish.lstrip("#＃").lower()
        spellings = (tag, hashtag.fold(tag)) if _TAG.fullmatch(tag) else (hashtag.fold(tag),)
        yield from (f"#{spelling}" for spelling in dict.fromkeys(spellings) if spelling)
    elif name := account(wish):
        yield f"from:{name}"
    elif not wish.startswith(("@", "https://", "http://", "did:")) and (words := _words(wish)):
        yield f'"{words}"'


def _words(phrase: str) -> str:
    """A phrase without what would end it; empty without a letter or emoji, for X looks for nothing else."""
    words = " ".join(_QUOTES.sub(" ", phrase).split())
    return words if any(char.isalnum() or category(char) == "So" for char in words) else ""
