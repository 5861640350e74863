"""Payloads as they should never come: what strangers, and the bugs of their servers, may put into them."""

import copy
from typing import Any, Final

from hypothesis import strategies as st

# Depth beyond what adapters decode is refused before they look (media/fetcher.py): this stays below.
odd: Final[st.SearchStrategy[Any]] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from([-1, 2**31, 2**63, 10**400, 1e308, -0.5]),
    st.text(st.characters(codec=None), max_size=20),  # halves of characters too
    st.sampled_from(["", "\0", "\ud800", "at://", "did:plc:a", "javascript:alert(1)", "https://[", "https://a:b@c"]),
    st.sampled_from(["9999-99-99T99:99:99Z", "0001-01-01T00:00:00+23:59", "1794916800"]),
    st.sampled_from(["x" * 30_000, "<div>" * 9000, "😀&amp;" * 4000, "#pink11 " * 900, "\u0301" * 9000]),
    st.lists(st.none() | st.text(max_size=3) | st.dictionaries(st.text(max_size=3), st.integers()), max_size=4),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=3),
    st.recursive(st.none(), lambda inner: st.lists(inner, max_size=2), max_leaves=20),
)

_JUNK: Final = (
    *(b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!DOCTYPE x [", b"&#0;", b"<item>"),
    *(b"\xff\xfe", b"\0", b"null", b"[[", b'"'),
)


@st.composite
def mangled(draw: st.DrawFn, payloads: st.SearchStrategy[Any], otherwise: st.SearchStrategy[Any] = odd) -> Any:
    """A payload of which up to five parts are something else, away, or where others were."""
    made = [copy.deepcopy(draw(payloads))]  # inside of something, so that the whole can change too
    for _ in range(draw(st.integers(1, 5))):
        places = list(_places(made))
        inside, name = places[draw(st.integers(0, len(places) - 1))]
        match draw(st.sampled_from(["other", "away", "moved"])):
            case "other":
                inside[name] = draw(otherwise)
            case "away" if isinstance(inside, dict):
                del inside[name]
            case _:
                elsewhere, there = places[draw(st.integers(0, len(places) - 1))]
                inside[name] = copy.deepcopy(elsewhere[there])
    return made[0]


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what it is in, and by which name or number."""
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for name, inner in named for place in ((value, name), *_places(inner))]


@st.composite
def mangled_document(draw: st.DrawFn, documents: st.SearchStrategy[bytes]) -> bytes:
    """A document in which up to five places are overwritten with junk, and which may end too soon."""
    document = draw(documents)
    for _ in range(draw(st.integers(0, 5))):
        at, length = draw(st.integers(0, len(document))), draw(st.integers(0, 80))
        document = document[:at] + draw(st.sampled_from(_JUNK) | st.binary(max_size=8)) + document[at + length :]
    return document[: draw(st.integers(len(document) // 5, len(document)))]
