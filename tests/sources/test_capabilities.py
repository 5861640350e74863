"""What a server says of itself, whatever that is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backchannel.sources import capabilities
from backchannel.sources.instance import Instance
from tests.sources.mangling import mangled
from tests.sources.mastodon_shapes import about, about_v1


@given(mangled(st.sampled_from([about(streaming="wss://stream.social.example"), about_v1()])))
def test_whatever_a_server_says_of_itself_it_can_be_asked(said: Any) -> None:
    instance = Instance("https://social.example", "sesame")
    instance.can = capabilities.read(said)
    assert instance.can.stream(instance.url).startswith("wss://")
    assert instance.can.stream(instance.url).endswith("/api/v1/streaming")
    assert instance.token_remedy()
    assert instance.can.searches in {True, False}
    assert instance.can.tells_of_many in {True, False}
