"""Mutes and trust: the rules that a moderator makes of a post in hand, without writing any. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Final
from zoneinfo import ZoneInfo

from backchannel.post import Author, Post
from backchannel.rule import Rule
from backchannel.wording import spoken

NAME_MAX: Final = 60
MUTED: Final = spoken("Muted")
TRUSTED: Final = spoken("Trusted")
MUTE: Final = spoken("Mute %(who)s")
TRUST: Final = spoken("Trust %(who)s")


class What(StrEnum):
    """What of a post is muted."""

    AUTHOR = "author"
    SERVER = "server"
    PHRASE = "phrase"


class Lasting(StrEnum):
    """For how long."""

    HOUR = "hour"
    TODAY = "today"
    WEEK = "week"
    GOOD = "good"


SPANS: Final[Mapping[Lasting, timedelta]] = {Lasting.HOUR: timedelta(hours=1), Lasting.WEEK: timedelta(days=7)}


def until(lasting: Lasting, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When a mute that begins now is over; None for never. Today ends at midnight by the venue's clock."""
    if lasting is Lasting.TODAY:
        tomorrow = at.astimezone(zone).date() + timedelta(days=1)
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).astimezone(at.tzinfo)
    return at + SPANS[lasting] if lasting in SPANS else None


def muting(what: What, post: Post, phrase: str, over: datetime | None) -> Rule | None:
    """The rule that mutes something of a post, or None where the post has no such thing."""
    author = post.content.author
    if what is What.AUTHOR:
        found: Mapping[str, Any] = {"authors": (address_of(author),)} if address_of(author) else {}
        who = _who(author)
    elif what is What.SERVER:
        who = server_of(author)
        found = {"servers": (who,)} if who else {}
    else:
        who = " ".join(phrase.split())
        found = {"words": (who,)} if who else {}
    return Rule(_named(MUTE, who), "reject", MUTED, until=over, **found) if found else None


def trusting(post: Post) -> Rule | None:
    """The rule that trusts a post's author, or None where nobody could tell the author from another."""
    address = address_of(post.content.author)
    name = _named(TRUST, _who(post.content.author))
    return Rule(name, "approve", TRUSTED, authors=(address,)) if address else None


def address_of(author: Author) -> str:
    """What an author is known by in a rule; empty for somebody without any."""
    return author.address or author.url or (f"id:{author.id}" if author.id else "")


def server_of(author: Author) -> str:
    """The server that an author shares with others; empty where the address is a name of the author's own."""
    person, is_parted, server = author.address.removeprefix("@").rpartition("@")
    if not is_parted:
        person, is_parted, server = author.address.removeprefix("@").partition(":")
    return server if is_parted and person and server and not server.startswith("//") else ""


def _who(author: Author) -> str:
    """An author in a rule's name; whoever posts from a phone has a name that is anybody's, and a number beside it."""
    if author.address or author.url:
        return author.address or author.url
    return f"{author.name[:30]} (phone {author.id[:6]})"


def _named(template: str, who: str) -> str:
    """A rule's name; of two that are too long each keeps its own."""
    name = template % {"who": who}
    digest = blake2b(name.encode(errors="surrogatepass"), digest_size=3).hexdigest()
    return name if len(name) <= NAME_MAX else f"{name[: NAME_MAX - 8]}… {digest}"
