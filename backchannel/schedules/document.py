"""A document that may be a programme: which form it has is seen from itself, whatever it is called."""

import json
from datetime import tzinfo
from typing import Final

from backchannel.errors import SourceError
from backchannel.media.fetcher import DEPTH_MAX, nests_too_deep
from backchannel.schedules import devoxx, frab, ical
from backchannel.schedules.reading import Reading
from backchannel.sources.fields import Fields

FORMS: Final = "Name the address of schedule.json or schedule.xml (pretalx, Frab), or of an iCalendar file."


def read(body: bytes, zone: tzinfo) -> Reading:
    """The sessions of a document. Raises SourceError where it is no programme, or nothing in it can be used."""
    reading = _read(body.removeprefix(b"\xef\xbb\xbf").strip(), zone)
    if not reading.sessions:
        why = ", ".join(f"{many} {reason}" for reason, many in reading.refused.most_common(3))
        msg = f"The programme holds no session that can be used{f' ({why})' if why else ''}."
        raise SourceError(msg, remedy="Is it released? pretalx exports only what is.")
    return reading


def _read(body: bytes, zone: tzinfo) -> Reading:
    start = body[:1000].lstrip().lower()
    if not body:
        msg = "The programme is empty."
        raise SourceError(msg, remedy=FORMS)
    if start.startswith((b"<!doctype html", b"<html")):
        msg = "The programme is a web page."
        raise SourceError(msg, remedy=FORMS)
    if start.startswith(b"<"):
        return frab.read_xml(body, zone)
    if start.startswith(b"begin:vcalendar"):
        return ical.read(body, zone)
    return _of_json(body, zone)


def _of_json(body: bytes, zone: tzinfo) -> Reading:
    if nests_too_deep(body):
        msg = f"The programme is JSON nested more than {DEPTH_MAX} deep."
        raise SourceError(msg)
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        msg = "The programme is neither JSON nor XML nor iCalendar; it may be cut off."
        raise SourceError(msg, remedy=FORMS) from error
    if Fields(document).has("schedule"):
        return frab.read(document, zone)
    if Fields(document).has("slots"):
        return devoxx.read(document)
    msg = "The programme is JSON, but no schedule."
    raise SourceError(msg, remedy=FORMS)
