"""The lists of the desk as SQL: their order, their pages, and what a sieve lets through."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Text, and_, func, not_, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from backchannel.poll import ANSWERS, answers_to
from backchannel.post import Post, Status, Way
from backchannel.sieve import Sieve, Sort, Term, Trait
from backchannel.store.base import Found, Page, Query
from backchannel.store.rows import WHOLE
from backchannel.store.tables import posts
from backchannel.store.transactions import Transactions
from backchannel.updates import DESK

# A post that was gone before it was seen has no number: nobody was ever told of it.
WAS_SEEN: Final = posts.c.arrived > 0

_SPANS: Final = type_coerce(posts.c.spans, Text)
_REASONS: Final = type_coerce(posts.c.reasons, Text)
_HAS: Final[Mapping[Trait, ColumnElement[bool]]] = {
    Trait.MEDIA: type_coerce(posts.c.media, Text) != "[]",
    Trait.LINK: _SPANS.contains('"kind":"link"'),  # a quotation mark in a value is escaped there
    Trait.REPLY: posts.c.reply_name.is_not(None),
    Trait.WARNING: or_(posts.c.warning != "", posts.c.sensitive),
}
_TYPED_BY: Final = func.coalesce(posts.c.author_id, "")
IS_ANSWER: Final = and_(posts.c.network == ANSWERS, _TYPED_BY.startswith(answers_to("")))
_VIA: Final[Mapping[Way, ColumnElement[bool]]] = {  # as `Post.channel` tells them apart
    Way.PHONE: and_(posts.c.network == "floor", not_(_TYPED_BY.contains("/"))),
    Way.KIOSK: and_(posts.c.network == "floor", _TYPED_BY.startswith("kiosk/")),
    Way.RUNNER: and_(posts.c.network == "desk", _TYPED_BY.startswith("line/")),
    Way.CARD: and_(posts.c.network == "desk", _TYPED_BY.startswith("card/")),
}
# A search looks through whole texts, in the order of the list, and stops where the page is full. Of 100,000 posts that
# takes a tenth of a second where nothing is found. An index of trigrams knows no words of two letters, as Japanese and
# Chinese have them, and costs every arrival more than a search saves.
_TERMS: Final[Mapping[Sort, Callable[[str], ColumnElement[bool]]]] = {
    Sort.WORDS: lambda value: posts.c.sought.contains(value, autoescape=True),
    Sort.TAG: lambda value: posts.c.sought.contains(f" {value} ", autoescape=True),
    Sort.FROM: lambda value: posts.c.sought.like(f"%\n%{_escaped(value)}%", escape="/"),
    Sort.ON: lambda value: posts.c.network == value,
    Sort.REASON: lambda value: or_(
        func.lower(func.coalesce(posts.c.decided_reason, "")) == value,
        func.lower(_REASONS).contains(value, autoescape=True),
    ),
    Sort.HAS: lambda value: _HAS[Trait(value)],
    Sort.VIA: lambda value: _VIA[Way(value)],
}


class SqlFinds:
    """What a search finds in a database."""

    def __init__(self, reading: Transactions) -> None:
        self._reading = reading

    async def found(self, query: Query) -> Found:
        """How much there is, by network and by reason."""
        by = (posts.c.network, posts.c.decided_reason)
        counted = select(*by, func.count().label("posts")).where(*_wanted(query)).group_by(*by)

        async def read(connection: AsyncConnection) -> Found:
            networks: Counter[str] = Counter()
            reasons: Counter[str] = Counter()
            for network, reason, many in await connection.execute(counted):
                networks[network] += many
                if reason:
                    reasons[reason] += many
            return Found(networks.total(), networks, reasons)

        return await self._reading.run(read)


def listed(query: Query) -> Select[*tuple[Any, ...]]:
    """The posts of a list from a place on, in order; where the page before a place is asked for, backwards."""
    number = posts.c.arrived if query.status is Status.QUEUED else posts.c.moved
    rises = (query.status is Status.QUEUED) is (query.before is None)
    whole = select(*WHOLE).where(*_wanted(query)).order_by(number if rises else number.desc())
    place = query.after if query.before is None else query.before
    return whole if place is None else whole.where(number > place if rises else number < place)


def page_of(query: Query, epoch: str, seq: int, found: Sequence[Post], limit: int) -> Page:
    """The page that was asked for, of what was found with one more than it holds."""
    shown, is_cut = tuple(found[:limit]), len(found) > limit
    if not shown:  # what was asked from is not there any more either
        step = 1 if query.status is Status.QUEUED else -1
        return Page(epoch, seq, (), None, None if query.after is None else query.after + step)
    if query.before is None:
        last = _place(shown[-1], query) if is_cut else None
        return Page(epoch, seq, shown, last, None if query.after is None else _place(shown[0], query))
    shown = shown[::-1]
    return Page(epoch, seq, shown, _place(shown[-1], query), _place(shown[0], query) if is_cut else None)


def _wanted(query: Query) -> list[ColumnElement[bool]]:
    wanted = [posts.c.status.in_([query.status.value, *query.also]), WAS_SEEN]
    if query.hall is not None:
        named = type_coerce(posts.c.halls, Text).contains(f'"{query.hall}"', autoescape=True)
        wanted.append(or_(posts.c.halls.is_(None), named))
    if query.stream != DESK and query.status is Status.APPROVED:
        wanted.append(not_(and_(IS_ANSWER, posts.c.halls.is_(None))))  # as `public_streams` says
    if query.among is not None:
        wanted.append(posts.c.key.in_(query.among))
    return wanted + _let_through(query.sieve)


def _let_through(sieve: Sieve) -> list[ColumnElement[bool]]:
    through = [_answers(term) for term in sieve.terms]
    if sieve.since is not None:
        through.append(posts.c.received_at >= sieve.since)
    if sieve.before is not None:
        through.append(posts.c.received_at < sieve.before)
    return through


def _answers(term: Term) -> ColumnElement[bool]:
    answers = _TERMS[term.sort](term.value)
    return not_(answers) if term.is_unwanted else and_(answers)


def _escaped(value: str) -> str:
    return value.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _place(post: Post, query: Query) -> int:
    return post.arrived if query.status is Status.QUEUED else post.moved
