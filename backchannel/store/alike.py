"""Posts that wait and are like another one, inside a transaction that the caller opened."""

import re
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, Text, and_, false, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.cooperative import cooperatively
from backchannel.gist import Gist, gist_of
from backchannel.likeness import Common, hosts, in_common, pictures
from backchannel.post import Post, Status
from backchannel.sieve import plain
from backchannel.store.base import Alike
from backchannel.store.rows import WHOLE, post_of
from backchannel.store.tables import posts

COMPARED: Final = 300  # the oldest that share a word, a link or the author
TELLING: Final = 5  # words looked for: the longest say most
TELLING_CHARS: Final = 12  # of a long one, which in a script without spaces is a whole sentence
HOSTS: Final = 4
_LONG_WORD: Final = re.compile(r"[^\W_]{4,}")


async def alike(connection: AsyncConnection, post: Post, limit: int) -> tuple[Alike, ...]:
    """The queued posts that are like a post, those with most in common first, then the oldest."""
    gist = gist_of(post.network, post.content)
    leads = sorted(hosts(gist))[:HOSTS]
    good = {host for host in leads if await _was_approved(connection, posts.c.sought.contains(host, autoescape=True))}
    good |= {look for look in _looks(gist) if await _was_approved(connection, _has(look))}
    is_good = bool(gist.account[1]) and await _was_approved(connection, _by(post))
    queued = (posts.c.status == Status.QUEUED.value, posts.c.key != post.key)
    met = [posts.c.sought.contains(word, autoescape=True) for word in (*_telling(post), *leads)]
    met += [_has(look) for look in _looks(gist)]
    asked = select(*WHOLE).where(*queued, or_(_by(post), *met)).order_by(posts.c.arrived).limit(COMPARED)
    found: list[Alike] = []
    async for row in cooperatively((await connection.execute(asked)).mappings()):
        other = post_of(row)
        common = _common(gist, gist_of(other.network, other.content), good, is_good=is_good)
        if common:
            found.append(Alike(other, common))
    return tuple(sorted(found, key=lambda each: -len(each.common))[:limit])


def _common(one: Gist, other: Gist, good: set[str], *, is_good: bool) -> frozenset[Common]:
    common = in_common(one, other)
    if not (hosts(one) & hosts(other)) - good:
        common -= {Common.LINK}
    if {look for look, *_ in pictures(one) & pictures(other)} <= good:
        common -= {Common.PICTURE}
    return common - {Common.AUTHOR} if is_good else common


def _by(post: Post) -> ColumnElement[bool]:
    """Whether a post is by the author of this one."""
    author_id = post.content.author.id
    return and_(posts.c.network == post.network, posts.c.author_id == author_id) if author_id else false()


def _looks(gist: Gist) -> list[str]:
    return sorted({look for look, *_ in pictures(gist)})


def _has(look: str) -> ColumnElement[bool]:
    """Whether a post has a picture that looks so, or stands at this address."""
    return type_coerce(posts.c.media, Text).contains(msgspec.json.encode(look).decode(), autoescape=True)


def _telling(post: Post) -> list[str]:
    words = set(_LONG_WORD.findall(plain(post.content.text)))
    return [word[:TELLING_CHARS] for word in sorted(words, key=lambda word: (-len(word), word))[:TELLING]]


async def _was_approved(connection: AsyncConnection, condition: ColumnElement[bool]) -> bool:
    approved = select(posts.c.key).where(posts.c.status == Status.APPROVED.value, condition).limit(1)
    return (await connection.execute(approved)).first() is not None
