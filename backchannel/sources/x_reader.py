"""What of X's posts a source keeps: those that carry what it follows.

A rule of the stream also finds what only a quoted post carries, and other programs of the project have rules of theirs.
"""

from dataclasses import dataclass, replace
from typing import Final

from backchannel.interest import Interest
from backchannel.post import Content, Sighting
from backchannel.sources import x_post
from backchannel.sources.fields import Fields
from backchannel.sources.x_told import Told
from backchannel.text import SpanKind

UNWANTED: Final = "the post has what is excluded"
ELSEWHERE: Final = "what is followed is not in the post itself"
OUT_OF_SIGHT: Final = frozenset({x_post.PROTECTED, x_post.OUT_IN_PROFILE, x_post.OUT_IN_POST})


@dataclass(frozen=True, slots=True)
class Heard:
    """The sightings of what was told, in its order, and one reason for each post that is none."""

    sightings: tuple[Sighting, ...]
    refused: tuple[str, ...]


NOTHING: Final = Heard((), ())


class XReader:
    """Reads for one interest."""

    def __init__(self, interest: Interest) -> None:
        self._interest = interest

    def read(self, told: Told) -> Heard:
        """What is followed; a problem that X tells of without a post is a reason too."""
        read = [self._sighting(post, told) for post in told.posts] + ([told.trouble] if told.trouble else [])
        return Heard(
            tuple(each for each in read if isinstance(each, Sighting)),
            tuple(each for each in read if isinstance(each, str)),
        )

    def read_again(self, told: Told) -> tuple[Sighting, ...]:
        """Posts that were kept once, as they are now: one that strayed matches nothing, one out of sight is gone."""
        return tuple(seen for post in told.posts if (seen := self._seen_again(post, told)) is not None)

    def _sighting(self, post: Fields, told: Told) -> Sighting | str:
        found = x_post.read(post, told.beside)
        if isinstance(found, str) or found.content is None:
            return found
        if self._interest.is_excluded(found.content, _tags(found.content)):
            return UNWANTED
        matched = self._interest.matched(found.content, _tags(found.content))
        return replace(found, matched=matched) if matched else ELSEWHERE

    def _seen_again(self, post: Fields, told: Told) -> Sighting | None:
        found = x_post.read(post, told.beside)
        if isinstance(found, str):
            return gone(x_post.first_of(post)) if found in OUT_OF_SIGHT else None
        if found.content is None:
            return found
        return replace(found, matched=self._interest.matched(found.content, _tags(found.content)))


def gone(ref: str) -> Sighting:
    """What is said of a post that nobody is shown any more."""
    return Sighting(x_post.NETWORK, "", None, ref=ref)


def _tags(content: Content) -> list[str]:
    return [span.value for span in content.spans if span.kind is SpanKind.HASHTAG]
