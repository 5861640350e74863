"""The beginning of a text that is too long for a wall, ending where a reader would pause."""

from re import compile as pattern
from typing import Final

from backchannel.taming import BLANKS, cut
from backchannel.text import Segment, Text, segments

_STOP: Final = pattern(r"[.!?…][\"'”’)\]]*(?=\s)|[。！？]")


def excerpt(text: Text, limit: int) -> list[Segment]:
    """The runs of a text up to about `limit` code points, with … where something is missing.

    It ends after a sentence where one ends in the second half, else between words, and never inside a span.
    """
    if len(text.plain) <= limit:
        return segments(text.plain, text.spans)
    end, more = _pause(text.plain, limit)
    end = next((span.start for span in text.spans if 0 < span.start < end < span.end), end)
    words = text.plain[:end].rstrip(BLANKS)
    kept = tuple(span for span in text.spans if span.end <= len(words))
    return [*segments(words, kept), Segment(None, more)]


def _pause(plain: str, limit: int) -> tuple[int, str]:
    """Where to stop before `limit`, and what to say there."""
    ends = [stop.end() for stop in _STOP.finditer(plain[: limit + 1]) if limit // 2 <= stop.end() <= limit]
    if ends:
        return ends[-1], " …"
    blank = max(plain.rfind(blank, 0, limit + 1) for blank in " \n")
    return (blank, "…") if blank >= limit // 2 else (len(cut(plain, limit)) - 1, "…")
