"""What one server is asked for, a lane each: some hashtags together, an account, a phrase. Each has its own place."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from re import compile as pattern
from typing import Final, Protocol

from backchannel.errors import SourceError, StartError
from backchannel.interest import Interest
from backchannel.media.fetcher import Fetcher
from backchannel.sources.status import EXCLUDED, NETWORK
from backchannel.sources.timeline import PAGE_MAX, TAGS_MAX, Reader, Timeline, TimelinePage

SEARCHED_PAGES_MAX: Final = 5

_ACCT: Final = pattern(r"@?([\w.-]+(?:@[\w.:-]+)?)")
_PROFILE: Final = pattern(r"https?://([\w.:-]+)/(?:@|users/|u/)([\w.-]+)/?")


class Lane(Protocol):
    """One thing that is followed. `name` keys its place in the cursor."""

    @property
    def name(self) -> str:
        """Unique among the lanes."""

    async def page(self, fetcher: Fetcher, after: str, read: Reader) -> TimelinePage:
        """The posts right after the place `after`, or the newest ones. Raises SourceError."""
        ...


class TagLane:
    """A few hashtags: as many as fit into one request."""

    def __init__(self, timeline: Timeline, tags: tuple[str, ...]) -> None:
        self.name = " ".join(tags)
        self._timeline = timeline
        self._tags = tags

    async def page(self, fetcher: Fetcher, after: str, read: Reader) -> TimelinePage:
        """What carries one of the hashtags."""
        if closed := self._timeline.instance.closed():
            raise closed
        return await self._timeline.of_tags(fetcher, self._tags, after, read)


class AccountLane:
    """An account, written as `@ann@social.example` or as the address of its profile."""

    def __init__(self, timeline: Timeline, account: str) -> None:
        self.name = f"@{_acct(account)}"
        self._timeline = timeline
        self._account = account
        self._id = ""

    async def page(self, fetcher: Fetcher, after: str, read: Reader) -> TimelinePage:
        """What the account wrote itself."""
        self._id = self._id or await self._timeline.account_id(fetcher, self.name.removeprefix("@"))
        try:
            return await self._timeline.of_account(fetcher, self._account, self._id, after, read)
        except SourceError:
            self._id = ""  # it may be another one by now
            raise


class PhraseLane:
    """A phrase, where a server looks for words: it needs a token for it."""

    def __init__(self, timeline: Timeline, phrase: str) -> None:
        self.name = f"“{phrase}”"
        self._timeline = timeline
        self._phrase = phrase

    async def page(self, fetcher: Fetcher, after: str, read: Reader) -> TimelinePage:
        """What the server finds: a search cannot be asked for what comes after a place, so it is read down to it."""
        instance = self._timeline.instance
        if not instance.has_token:
            raise _unsearched(f"{instance.host} searches only for its own people", instance.token_remedy())
        if not instance.can.searches:
            raise _unsearched(f"{instance.can.flavour} does not search posts for words", "")
        found = await self._timeline.search(fetcher, self._phrase, 0, read)
        pages = [found]
        while after and found.size == PAGE_MAX and after not in found.ids and len(pages) < SEARCHED_PAGES_MAX:
            found = await self._timeline.search(fetcher, self._phrase, len(pages) * PAGE_MAX, read)
            pages.append(found)
        return replace(
            found,
            size=0,  # there is nothing after it
            newest=pages[0].newest,
            sightings=tuple(each for page in reversed(pages) for each in page.sightings),
            # A search is looser than a phrase: what does not say it was not asked for.
            refused=tuple(each for page in pages for each in page.refused if each != EXCLUDED),
        )


def tag_lanes(timeline: Timeline, hashtags: Sequence[str]) -> list[Lane]:
    """The lanes of hashtags."""
    return [TagLane(timeline, tags) for tags in groups(hashtags)]


def other_lanes(timeline: Timeline, interest: Interest) -> list[Lane]:
    """The lanes of accounts and phrases. Raises StartError."""
    accounts = [AccountLane(timeline, account) for account in interest.accounts]
    return [*accounts, *(PhraseLane(timeline, phrase) for phrase in interest.phrases)]


def groups(hashtags: Iterable[str]) -> list[tuple[str, ...]]:
    """Hashtags in groups that fit into one request."""
    tags = tuple(hashtags)
    return [tags[at : at + TAGS_MAX] for at in range(0, len(tags), TAGS_MAX)]


def _acct(account: str) -> str:
    """An account as servers look it up: ann@social.example."""
    if profile := _PROFILE.fullmatch(account.strip()):
        return f"{profile[2]}@{profile[1]}"
    if acct := _ACCT.fullmatch(account.strip()):
        return acct[1]
    msg = f"[[sources]] ({NETWORK}) accounts: {account!r} is no account; write it like @ann@social.example"
    raise StartError(msg)


def _unsearched(why: str, remedy: str) -> SourceError:
    msg = f"{why}: the phrases are looked for only in posts that come by hashtags and accounts."
    return SourceError(msg, remedy=remedy, needs_person=True)
