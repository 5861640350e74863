"""Interest: what one source follows, and what of it a post matches.

A post is wanted for a hashtag, an author or a phrase; one thing that is excluded outweighs all of them. What is
excluded is written as people write it: `#spam` is a hashtag, `@bot@server.example` or the address of a profile is an
author, anything else is a phrase.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta

from backchannel import hashtag
from backchannel.phrase import Phrase, read
from backchannel.post import Content, folded_address
from backchannel.text import SpanKind

Wish = Annotated[str, Meta(min_length=1, max_length=200)]
Wishes = Annotated[tuple[Wish, ...], Meta(max_length=100)]

SIGNS: Final = ("#", "＃")


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """The settings that every source understands. No hashtags means the conference's."""

    hashtags: Wishes = ()
    accounts: Wishes = ()
    phrases: Wishes = ()
    exclude: Wishes = ()

    def interest(self, hashtags: Sequence[str]) -> "Interest":
        """What is followed, where the conference's hashtags are these."""
        return Interest(self.hashtags or tuple(hashtags), self.accounts, self.phrases, self.exclude)


class Interest:
    """What a source follows, folded once. All that it tells is as people wrote it, without doubles."""

    def __init__(
        self,
        hashtags: Iterable[str] = (),
        accounts: Iterable[str] = (),
        phrases: Iterable[str] = (),
        exclude: Iterable[str] = (),
    ) -> None:
        self._tags = {hashtag.fold(tag): tag.lstrip("#＃") for tag in hashtags if hashtag.fold(tag)}
        self._authors = {folded_address(each): each for each in accounts}
        self._phrases = _Phrases(phrases)
        unwanted = tuple(exclude)
        self.excluded_accounts = tuple(each for each in unwanted if _is_author(each))
        self._unwanted_tags = {hashtag.fold(each) for each in unwanted if each.startswith(SIGNS)}
        self._unwanted_authors = {folded_address(each) for each in self.excluded_accounts}
        self._unwanted_phrases = _Phrases(
            each for each in unwanted if not each.startswith(SIGNS) and not _is_author(each)
        )

    @property
    def hashtags(self) -> tuple[str, ...]:
        """The hashtags, without sign."""
        return tuple(self._tags.values())

    @property
    def accounts(self) -> tuple[str, ...]:
        """The authors who are followed, by address."""
        return tuple(self._authors.values())

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases."""
        return self._phrases.words

    def matched(self, content: Content, named: Iterable[str] = ()) -> tuple[str, ...]:
        """What a post is wanted for, hashtags with their sign; nothing where it is not wanted.

        `named` are hashtags that the network tells of beside the text.
        """
        carried = {hashtag.fold(tag) for tag in named} | {found.tag for found in hashtag.find(content.text)}
        authors = content.author.addresses
        if self._is_unwanted(content, carried, authors):
            return ()
        return (
            *(f"#{tag}" for folded, tag in self._tags.items() if folded in carried),
            *(account for folded, account in self._authors.items() if folded in authors),
            *self._phrases.said_in(content),
        )

    def is_excluded(self, content: Content, named: Iterable[str] = ()) -> bool:
        """Whether a post is not wanted, whatever it is found by."""
        carried = {hashtag.fold(tag) for tag in named} | {found.tag for found in hashtag.find(content.text)}
        return self._is_unwanted(content, carried, content.author.addresses)

    def _is_unwanted(self, content: Content, carried: set[str], authors: frozenset[str]) -> bool:
        return bool(
            not self._unwanted_tags.isdisjoint(carried)
            or not self._unwanted_authors.isdisjoint(authors)
            or self._unwanted_phrases.said_in(content)
        )


class _Phrases:
    """Phrases, ready to be looked for."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = [phrase for phrase in map(Phrase, dict.fromkeys(phrases)) if phrase]
        self.words = tuple(phrase.words for phrase in self._phrases)

    def said_in(self, content: Content) -> tuple[str, ...]:
        """Those that a post's text says."""
        if not self._phrases:
            return ()
        tags = [(span.start, span.end) for span in content.spans if span.kind is SpanKind.HASHTAG]
        text = read(content.text, tags)
        return tuple(phrase.words for phrase in self._phrases if phrase.find(text))


def _is_author(entry: str) -> bool:
    return entry.startswith(("@", "https://", "http://", "did:"))
