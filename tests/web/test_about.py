"""The public account in words."""

import pytest

from backchannel.post import Status
from backchannel.record import Account, Aside
from backchannel.web.about import BY_RULE, OTHERWISE, figures, reasons
from backchannel.web.catalogues import ENGLISH
from backchannel.web.times import duration
from tests.served import Served

NONE = dict.fromkeys(Status, 0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 second"),
        (40.4, "40 seconds"),
        (57, "1 minute"),
        (89, "1 minute"),
        (90, "2 minutes"),
        (3500, "1 hour"),
        (9000, "2 hours"),
    ],
)
def test_a_duration_is_told_as_one_says_it(seconds: float, words: str) -> None:
    assert duration(seconds, ENGLISH) == words


def test_reasons_that_a_person_typed_stay_at_the_desk() -> None:
    asides = (Aside("spam", False, 2), Aside("He is my boss", False, 1), Aside("", False, 1), Aside("", True, 5))
    assert reasons(Account(NONE, asides)) == ((BY_RULE, 5), ("Advertising or spam", 2), (OTHERWISE, 2))


def test_what_seldom_happens_is_told_where_it_did() -> None:
    seldom = {Status.WITHDRAWN: 1, Status.GONE: 2, Status.COPY: 3}
    assert [each.many for each in figures(Account(NONE))] == [0, 0, 0]
    assert [each.many for each in figures(Account(NONE | seldom))] == [0, 0, 0, 1, 2, 3]


async def test_the_account_is_for_everybody_and_names_nobody(house: Served) -> None:
    await house.decide("reject", await house.post("Buy my book", name="Ines"), reason="He is my boss")
    page = await house.client.get("/about")
    assert page.status_code == 200
    assert OTHERWISE in page.text
    assert not any(word in page.text for word in ("Ines", "Buy my book", "He is my boss"))
