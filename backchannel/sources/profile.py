"""Profiles: who somebody on Bluesky is. A post's record does not tell.

Shape: the lexicon app.bsky.actor.defs, profileViewBasic and profileViewDetailed.
"""

from datetime import datetime
from re import compile as pattern
from typing import Final

import msgspec

from backchannel.post import Author
from backchannel.sources import labels
from backchannel.sources.fields import Fields
from backchannel.text import ADDRESS_MAX, NAME_MAX, tame_line

SHORT_MAX: Final = 8
NO_HANDLE: Final = "handle.invalid"  # what the network writes for somebody whose name leads nowhere

DID: Final = pattern(r"did:[a-z]{1,20}:[A-Za-z0-9._:%-]{1,250}")
HANDLE: Final = pattern(
    r"(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


class Profile(msgspec.Struct, frozen=True, gc=False):
    """Who the person `did` is; `refusal` says why nothing of theirs may be shown.

    Thousands are remembered, and the garbage collector is spared them: nothing in them can lead back to them.
    """

    did: str
    handle: str = ""
    name: str = ""
    avatar: str = ""
    refusal: str = ""
    created_at: datetime | None = None
    followers: int | None = None

    @property
    def author(self) -> Author:
        """The person as posts name them: where nothing else is known, by the beginning of the DID."""
        return Author(
            name=tame_line(self.name, NAME_MAX) or tame_line(self.handle, NAME_MAX) or short(self.did),
            address=tame_line(f"@{self.handle}", ADDRESS_MAX) if self.handle else "",
            url=f"https://bsky.app/profile/{self.did}",
            avatar=self.avatar,
            id=self.did,
            created_at=self.created_at,
            followers=self.followers,
        )


def read(view: Fields) -> Profile | None:
    """The profile of a view; None where it names nobody."""
    did, handle = view.text("did"), view.text("handle")
    if not DID.fullmatch(did):
        return None
    is_named = handle != NO_HANDLE and HANDLE.fullmatch(handle) is not None
    return Profile(
        did,
        handle if is_named else "",
        view.text("displayName"),
        view.url("avatar"),
        labels.refusal(view.many("labels", labels.LABELS_MAX)),
        view.moment("createdAt"),
        view.whole("followersCount"),
    )


def short(did: str) -> str:
    """Enough of a DID to tell people apart, for where no name is known: a host is a name."""
    method, _, name = did.removeprefix("did:").partition(":")
    if method == "web" or len(name) <= SHORT_MAX:
        return tame_line(name, NAME_MAX) or "?"
    return f"{tame_line(name[:SHORT_MAX], NAME_MAX)}…"
