"""A document that a server gave for a feed, read in a process of its own.

In a thread feedparser would hold up everything else: a hostile feed of 58 kB kept Python for a minute, without a gap.
"""

import json
from typing import Final

from backchannel.errors import SourceError
from backchannel.media.fetcher import Answer
from backchannel.sources.apart import apart
from backchannel.sources.fields import Fields

DEADLINE_S: Final = 20.0
TOO_SLOW_RETRY_S: Final = 300.0  # it costs a core each time


async def read(answer: Answer, url: str, where: str, deadline_s: float = DEADLINE_S) -> Fields:
    """The feed that `url` answered with, in the shape of JSON Feed that `dialect` gives it.

    Raises SourceError where it is none, or where it takes too long.
    """
    if not answer.body.strip():
        msg = f"{where} answered with an empty document."
        raise SourceError(msg)
    feed = Fields(json.loads(await _translated(answer, url, where, deadline_s)))
    if not feed.has("items"):
        raise _no_feed(feed, where)
    return feed


async def _translated(answer: Answer, url: str, where: str, deadline_s: float) -> bytes:
    asked = json.dumps({"content_type": answer.headers.get("content-type", ""), "url": url}).encode()
    try:
        translation = await apart("backchannel.sources.dialect", asked + b"\n" + answer.body, deadline_s)
    except TimeoutError as error:
        msg = f"{where} answered with a feed that cannot be read within {deadline_s:g} seconds."
        raise SourceError(msg, retry_after_s=TOO_SLOW_RETRY_S) from error
    if translation is None:
        msg = f"{where} answered with a feed that is too broken to be read."
        raise SourceError(msg)
    return translation


def _no_feed(found: Fields, where: str) -> SourceError:
    if not found.flag("_page"):
        remedy = "Check the source's url in config.toml; it is the address of an RSS, Atom or JSON feed."
        return SourceError(f"{where} answered with something that is no feed.", remedy=remedy, needs_person=True)
    remedy = "Write the address of its feed as the source's url in config.toml."
    if feed := found.url("_alternate"):
        remedy = f"The page names its feed: write {feed} as the source's url in config.toml."
    return SourceError(f"{where} is a web page and no feed.", remedy=remedy, needs_person=True)
