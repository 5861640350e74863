"""Labels of accounts and posts."""

import pytest

from backchannel.post import Sighting
from backchannel.sources import labels, record
from backchannel.sources.fields import Fields
from tests.sources.jetstream_server import DID, made_up


def labelled(*values: str) -> Sighting | str:
    selfmade = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": value} for value in values]}
    return record.read(DID, "3l", Fields(made_up(labels=selfmade)))


@pytest.mark.parametrize("value", ["porn", "sexual", "nudity", "graphic-media", "!warn"])
def test_what_its_author_warns_of_is_sensitive(value: str) -> None:
    found = labelled("odd", value)
    assert isinstance(found, Sighting)
    assert found.content is not None
    assert found.content.sensitive


@pytest.mark.parametrize("value", ["!hide", "!no-unauthenticated", "!takedown"])
def test_what_its_author_hides_is_refused(value: str) -> None:
    assert labelled("odd", value) == labels.REFUSALS[value]


def test_other_labels_mean_nothing_here() -> None:
    found = labelled("spam", "", "bot")
    assert isinstance(found, Sighting)
    assert found.content is not None
    assert not found.content.sensitive
