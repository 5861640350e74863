from typing import Any

import pytest
from sqlalchemy import select

from backchannel.store.house import place_at
from backchannel.store.members import as_list, members

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("values", [[], ["a", 'quo"te', "ä\\n'", "🎉"], ["a\0b", "c"]])
async def test_the_members_of_a_list_are_rows_on_every_engine(url: str, values: list[Any]) -> None:
    listed = members("listed")
    writing, reading = place_at(url).open_engines()
    async with reading.begin() as connection:
        found = await connection.scalars(select(listed.c.value), {"listed": as_list(values)})
    await reading.dispose()
    await writing.dispose()
    assert sorted(found) == sorted(value for value in values if "\0" not in value)
