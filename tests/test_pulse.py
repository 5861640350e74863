from backchannel.figures import Why
from backchannel.memory import memory_mb
from backchannel.pulse import Pulse
from backchannel.store.house import Store
from tests.hub.desked import opened
from tests.hub.test_audience import Seats
from tests.made_up import Clock


async def test_a_sample_tells_what_happened_since_the_one_before(store: Store) -> None:
    async with opened(store) as desked:
        pulse, seats, figures = Pulse(desked.fanout, Clock()), Seats(desked), desked.fanout.figures
        phones = [seats.come(0) for _ in range(3)]
        await seats.approved()
        await seats.settled(*phones)
        figures.loop_delay.observe(0.25)
        figures.refused[Why.RUSH] += 2
        first = pulse.sample(seconds=2)
        assert (first.phones, first.deliveries, first.resumed, first.refused) == (3, 1.5, 3, 2)
        assert first.delay_ms == 250
        assert first.lag_ms > 0
        later = pulse.sample(seconds=2)
        assert (later.phones, later.deliveries, later.delay_ms, later.refused) == (3, 0, 0, 0)


def test_memory_is_told() -> None:
    assert memory_mb() > 10
