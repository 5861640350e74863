"""Who somebody on Bluesky is, read from what the network's AppView says."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.post import Author
from backchannel.sources import labels, profile
from backchannel.sources.fields import Fields
from backchannel.sources.profile import Profile, short
from tests.shared import fixtures, json_documents
from tests.sources.appview_server import label

DID = "did:plc:ines0000000000000000kowa"


def view(**more: Any) -> Fields:
    return Fields({"did": DID, "handle": "ines.example", "displayName": "Ines"} | more)


def test_a_profile_names_the_author() -> None:
    told = {"avatar": "https://cdn.example/ines.png", "createdAt": "2024-02-06T09:00:00.000Z", "followersCount": 42}
    found = profile.read(view(displayName="Ines\u202e\nKowalczyk", **told))
    assert found is not None
    made_at = datetime(2024, 2, 6, 9, tzinfo=UTC)
    assert found.author == Author(
        "Ines Kowalczyk",
        "@ines.example",
        f"https://bsky.app/profile/{DID}",
        "https://cdn.example/ines.png",
        DID,
        made_at,
        42,
    )


@pytest.mark.parametrize(
    ("more", "name", "address"),
    [
        ({"displayName": None}, "ines.example", "@ines.example"),
        ({"displayName": "", "handle": "handle.invalid"}, "ines0000…", ""),
        ({"handle": "no handle"}, "Ines", ""),
        ({"avatar": "javascript:alert(1)"}, "Ines", "@ines.example"),
    ],
)
def test_what_is_missing_is_left_out(more: dict[str, Any], name: str, address: str) -> None:
    found = profile.read(view(**more))
    assert found is not None
    assert (found.author.name, found.author.address, found.author.avatar) == (name, address, "")


@pytest.mark.parametrize(
    ("did", "name"),
    [
        ("did:plc:ewvi7nxzyoun6zhx", "ewvi7nxz…"),
        ("did:web:ines.example", "ines.example"),
        ("did:plc:abc", "abc"),
        ("", "?"),
    ],
)
def test_who_has_no_name_yet_can_be_told_apart(did: str, name: str) -> None:
    assert short(did) == name
    assert Profile(did).author.name == name


@pytest.mark.parametrize("value", ["!no-unauthenticated", "!hide", "!takedown"])
def test_who_is_not_for_everybody_s_eyes_is_refused(value: str) -> None:
    found = profile.read(view(labels=[label("spam"), label(value)]))
    assert found is not None
    assert found.refusal == labels.REFUSALS[value]


def test_a_label_that_was_taken_back_says_nothing_and_only_its_giver_can_take_it_back() -> None:
    taken_back = label("!hide", neg=True)
    for labelled, refusal in (
        ([label("!hide"), taken_back], ""),
        ([label("!hide", src="did:plc:other"), taken_back], "!"),
    ):
        found = profile.read(view(labels=labelled))
        assert found is not None
        assert bool(found.refusal) is bool(refusal)


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)


@settings(max_examples=50)
@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5))
def test_whatever_a_view_holds_is_read_or_nobody(value: Any) -> None:
    for name in ("did", "handle", "displayName", "avatar", "labels"):
        found = profile.read(view(**{name: value}))
        assert found is None or found.author.name


def test_every_recorded_author_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    views = [
        Fields(document).one("author") for document in json_documents(fixtures("bluesky", "postviews-bskyr.jsonl"))
    ]
    found = [profile.read(each) for each in views]
    assert all(found)
    with capsys.disabled():
        hidden = sum(bool(each.refusal) for each in found if each)
        print(f"\n{len(found)} recorded authors, {hidden} for signed-in people only")  # noqa: T201 (the count is the result)
