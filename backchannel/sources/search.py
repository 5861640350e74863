"""Search: what was posted on Bluesky before the stream begins, asked for in the name of an account.

Lexicon app.bsky.feed.searchPosts. The index is not complete and lags behind; the stream is what counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from backchannel.media.fetcher import Fetcher
from backchannel.post import Sighting
from backchannel.sources import labels, profile, record
from backchannel.sources.commits import Commits
from backchannel.sources.fields import Fields
from backchannel.sources.profiles import Profiles
from backchannel.sources.session import Session

METHOD: Final = "app.bsky.feed.searchPosts"
PAGE_MAX: Final = 100
PAGES_MAX: Final = 10  # of one hashtag or phrase

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
Query = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, oldest first; `is_cut` says that there was more than may be asked for."""

    sightings: tuple[Sighting, ...]
    refused: tuple[str, ...]
    is_cut: bool


class Search:
    """Looks for hashtags and phrases."""

    def __init__(self, session: Session, hashtags: Sequence[str], phrases: Sequence[str]) -> None:
        self._session = session
        self._queries: list[Query] = [(("q", f"#{tag}"), ("tag", tag)) for tag in hashtags]
        self._queries += [(("q", '"{}"'.format(words.replace('"', " "))),) for words in phrases]

    async def since(self, fetcher: Fetcher, at: datetime, commits: Commits, profiles: Profiles) -> Found:
        """What was posted since a time. Raises SourceError."""
        views: dict[str, Fields] = {}
        is_cut = False
        for query in self._queries:
            found, is_short = await self._pages(fetcher, query, at)
            views |= {view.text("uri"): view for view in found}
            is_cut = is_cut or not is_short
        oldest_first = reversed(list(views.values()))
        in_order = sorted(oldest_first, key=lambda view: view.moment("indexedAt") or _ALWAYS)
        profiles.learn(filter(None, (profile.read(view.one("author")) for view in in_order)))
        read = [_read(view, commits) for view in in_order]
        return Found(
            tuple(each for each in read if isinstance(each, Sighting)),
            tuple(each for each in read if isinstance(each, str) and each),
            is_cut,
        )

    async def _pages(self, fetcher: Fetcher, query: Query, at: datetime) -> tuple[list[Fields], bool]:
        """The posts of one query, and whether these are all."""
        since = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        asked = [*query, ("sort", "latest"), ("since", since), ("limit", str(PAGE_MAX))]
        views: list[Fields] = []
        cursor = ""
        for _ in range(PAGES_MAX):
            page = await self._session.ask(fetcher, METHOD, [*asked, *([("cursor", cursor)] if cursor else [])])
            found = list(page.many("posts", PAGE_MAX))
            views += found
            cursor = page.text("cursor")
            if not found or not cursor:
                return views, True
        return views, False


def _read(view: Fields, commits: Commits) -> Sighting | str:
    """The sighting of a post as the AppView shows it, by the same name that the stream has for it."""
    did, _, rest = view.text("uri").removeprefix("at://").partition("/")
    collection, _, rkey = rest.partition("/")
    told = list(view.many("labels", labels.LABELS_MAX))
    if refusal := labels.refusal(told):
        return refusal
    found = commits.posted(did, rkey, view.one("record")) if collection == record.COLLECTION else ""
    found = commits.named(found) if isinstance(found, Sighting) else found
    if isinstance(found, Sighting) and found.content and labels.is_sensitive(told):
        return replace(found, content=replace(found.content, sensitive=True))
    return found
