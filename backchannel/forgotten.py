"""Who left, and wants nothing of theirs to stay: what is kept are keyed hashes, by which they are refused. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from backchannel.post import Author, folded_address

STRANGERS: Final = "strangers"  # whom the floor calls all who posted without a device: no author of their own
FLOOR: Final = "floor"


@dataclass(frozen=True, slots=True)
class Leaving:
    """An author who shall be forgotten, with all that posts here call them; `posts` counts those.

    Where nobody can tell the author from others, `key` names the one post that is meant, and nothing else of it is
    forgotten.
    """

    network: str
    id: str
    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    posts: int = 0
    key: str = ""

    @property
    def name(self) -> str:
        """What people may call the author: one of the names, or else what is known."""
        return min(self.names, default="") or min(self.addresses, default="") or self.id


@dataclass(frozen=True, slots=True)
class Forgot:
    """What became of it: how many posts are gone, how many of others still mention the author, who has news."""

    posts: int = 0
    mentions: int = 0
    streams: frozenset[str] = frozenset()


def is_somebody(network: str, author: Author) -> bool:
    """Whether an author can be told from others."""
    return bool(author.addresses) and (network, author.id) != (FLOOR, STRANGERS)


def marks_of(network: str, author: Author, secret: bytes) -> frozenset[str]:
    """By which an author is known again; none where nobody can tell the author from others."""
    if not is_somebody(network, author):
        return frozenset()
    of_id = {mark_of_id(network, author.id, secret)} if author.id else set()
    return frozenset({*of_id, *marks_of_addresses(author.addresses, secret)})


def marks_of_leaving(leaving: Leaving, secret: bytes) -> frozenset[str]:
    """The same for all that posts here call them."""
    if leaving.key:
        return frozenset()
    of_id = {mark_of_id(leaving.network, leaving.id, secret)} if leaving.id else set()
    return frozenset({*of_id, *marks_of_addresses(leaving.addresses, secret)})


def marks_of_addresses(addresses: Collection[str], secret: bytes) -> frozenset[str]:
    """The marks of addresses, however they are spelled."""
    return frozenset(_mark(f"address\0{folded_address(each)}", secret) for each in addresses)


def mark_of_id(network: str, author_id: str, secret: bytes) -> str:
    """The mark of a network's own name for somebody."""
    return _mark(f"id\0{network}\0{author_id}", secret)


def _mark(name: str, secret: bytes) -> str:
    return blake2b(name.encode(errors="surrogatepass"), key=secret, digest_size=16, person=b"forgotten").hexdigest()
