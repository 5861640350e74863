import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from backchannel.sponsor import Rota, Sponsor
from backchannel.stage import BETWEEN_POSTS, Layout, Panic, Stage
from tests.made_up import MORNING
from tests.test_pacing import MODEST, Room, after

ROTA = Rota(("Acme", "Borealis"), every=timedelta(minutes=5), lasts=timedelta(seconds=12))
DAY = st.lists(
    st.one_of(
        st.integers(1, 30),  # so many posts are approved
        st.floats(0.1, 400),  # time passes
        st.sampled_from(["calm", "lively", "pin", "unpin", "black", "off", "on", *Layout]),
    ),
    max_size=20,
)


def ready(layout: Layout = Layout.COLUMNS) -> Room:
    """A hall in which six posts were seen, and nothing waits."""
    room = Room(Stage("main", layout=layout), rota=ROTA)
    for number in range(1, 7):
        room.approve(number)
    room.pass_by(280)
    assert not room.stage.is_sponsored
    return room


def until_a_card(room: Room) -> None:
    for _ in range(60):
        if room.stage.is_sponsored:
            return
        room.pass_by(1)
    raise AssertionError("no card came")


def did(room: Room, deed: str) -> None:
    stage = room.stage
    pinned = stage.on_air[0] if stage.on_air else None
    deeds = {
        "calm": lambda: stage.calmed(True),
        "lively": lambda: stage.calmed(False),
        "pin": lambda: stage.pinned(pinned, room.now),
        "unpin": lambda: stage.pinned(None, room.now),
        "black": lambda: stage.alarmed(Panic.BLACK, room.now),
        "off": lambda: stage.thanking(False).alarmed(Panic.OFF, room.now),
        "on": lambda: stage.thanking(True).alarmed(Panic.OFF, room.now),
    }
    room.stage = deeds[deed]() if deed in deeds else stage.laid_out(Layout(deed), room.now)
    room.lineup = room.lineup.showing(room.stage.on_air, room.now)
    room.look()


@MODEST
@given(DAY)
def test_whatever_happens_a_card_stands_over_nothing_seldom_enough_and_never_too_long(
    day: list[int | float | str],
) -> None:
    room, approved, seen = Room(rota=ROTA), 0, []
    for step in day:
        for _ in range(int(step) if isinstance(step, float) else 1):
            if isinstance(step, str):
                did(room, step)
            elif isinstance(step, int):
                room.approve_together({approved + number: 6.0 for number in range(1, step + 1)})
                approved += step
            else:
                room.pass_by(1)
            stage = room.stage
            if stage.is_sponsored:
                assert stage.layout in BETWEEN_POSTS
                assert (stage.panic, stage.spotlight, stage.calm, stage.sponsors) == (Panic.OFF, None, False, True)
                assert stage.sponsored_at is not None
                assert room.now - stage.sponsored_at < ROTA.lasts
                seen.append((stage.sponsored_at, stage.sponsor))
    begun = list(dict.fromkeys(seen))
    for (one, first), (other, second) in itertools.pairwise(begun):
        assert other - one >= ROTA.every
        assert first != second


def test_a_card_comes_between_two_posts_and_what_was_on_air_begins_its_time_anew() -> None:
    room = ready(Layout.SPOTLIGHT)
    until_a_card(room)
    on_air = room.stage.on_air
    room.approve(9)
    room.pass_by(11)
    assert (room.stage.is_sponsored, room.stage.on_air) == (True, on_air)
    room.pass_by(1)
    assert (room.stage.is_sponsored, room.stage.on_air, room.stage.sponsor) == (False, on_air, "Acme")
    room.pass_by(20)
    assert room.stage.on_air == ("post 9",)


def test_while_posts_are_in_a_hurry_no_card_comes() -> None:
    room = ready()
    room.approve_together(dict.fromkeys(range(10, 60), 20.0))
    room.pass_by(60)
    assert not room.stage.is_sponsored


def test_a_card_that_is_no_longer_in_the_configuration_leaves_at_once() -> None:
    room = ready()
    until_a_card(room)
    room.rota = Rota(("Borealis",))
    room.look()
    assert not room.stage.is_sponsored


def test_every_sponsor_has_its_turn_and_what_is_unknown_begins_again() -> None:
    assert ROTA.due(None, None, MORNING) is None
    assert ROTA.due(None, MORNING, after(300)) == "Acme"
    assert ROTA.due("Acme", MORNING, after(299)) is None
    assert ROTA.due("Acme", MORNING, after(300)) == "Borealis"
    assert ROTA.due("Borealis", MORNING, after(300)) == "Acme"
    assert ROTA.due("Gone", MORNING, after(300)) == "Acme"
    assert Rota().due(None, None, MORNING) is None


def test_a_card_says_something() -> None:
    assert Sponsor("Acme").trouble
    assert not Sponsor("Acme", words="Acme Change").trouble
