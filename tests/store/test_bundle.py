import asyncio
from collections.abc import Sequence

import pytest

from backchannel.store.bundle import Bundle

pytestmark = pytest.mark.anyio


class Doubler:
    """Answers with twice the number, once it may; what it was asked at once is remembered."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def answer(self, numbers: Sequence[int]) -> list[int]:
        self.asked.append(list(numbers))
        await self.may_answer.wait()
        if 13 in numbers:
            msg = "13 has no answer"
            raise ValueError(msg)
        return [2 * number for number in numbers]


@pytest.fixture
def doubler() -> Doubler:
    return Doubler()


async def test_questions_of_one_turn_are_answered_together_and_each_gets_its_own_answer(doubler: Doubler) -> None:
    bundle = Bundle(doubler.answer)
    assert await asyncio.gather(*map(bundle.ask, (1, 2, 3))) == [2, 4, 6]
    assert await bundle.ask(4) == 8
    assert doubler.asked == [[1, 2, 3], [4]]


async def test_a_question_that_comes_while_others_are_answered_does_not_wait_for_them(doubler: Doubler) -> None:
    bundle = Bundle(doubler.answer)
    doubler.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(bundle.ask(1), name="first")
        while doubler.asked != [[1]]:
            await asyncio.sleep(0)
        second = group.create_task(bundle.ask(2), name="second")
        while doubler.asked != [[1], [2]]:
            await asyncio.sleep(0)
        doubler.may_answer.set()
    assert (first.result(), second.result()) == (2, 4)


async def test_who_stops_waiting_takes_the_answer_from_nobody(doubler: Doubler) -> None:
    bundle = Bundle(doubler.answer)
    doubler.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        impatient = group.create_task(bundle.ask(1), name="impatient")
        patient = group.create_task(bundle.ask(2), name="patient")
        while not doubler.asked:
            await asyncio.sleep(0)
        impatient.cancel()
        while not impatient.done():
            await asyncio.sleep(0)
        doubler.may_answer.set()
    assert impatient.cancelled()
    assert patient.result() == 4


async def test_what_goes_wrong_is_told_to_everybody_who_asked_and_the_next_question_is_answered(
    doubler: Doubler,
) -> None:
    bundle = Bundle(doubler.answer)
    told = await asyncio.gather(bundle.ask(13), bundle.ask(1), return_exceptions=True)
    assert [str(each) for each in told] == ["13 has no answer"] * 2
    assert await bundle.ask(2) == 4
