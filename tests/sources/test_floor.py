from contextlib import aclosing

from backchannel.sources.base import Batch
from backchannel.sources.floor import Floor


async def test_the_floor_says_that_it_is_open_before_anybody_has_typed() -> None:
    floor = Floor()
    async with aclosing(floor.follow(None)) as batches:
        assert await anext(batches) == Batch()
    assert (floor.name, floor.title, floor.network) == ("floor", "Floor", "floor")
