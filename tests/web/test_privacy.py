"""What people are told of what is kept, and what they take along."""

from pathlib import Path

import pytest

from backchannel.web.privacy import leads_to
from tests.served import Served, made_config, served


async def test_the_notice_says_how_long_and_whom_to_ask_in_every_language(tmp_path: Path) -> None:
    privacy = {"contact": "privacy@pink11.example", "ends": "2026-11-19", "keep_days": 10}
    async with served(made_config(tmp_path, privacy=privacy)) as house:
        english = (await house.client.get("/privacy")).text
        assert "On Monday 30 November all of it is deleted." in english
        assert 'href="mailto:privacy@pink11.example"' in english
        for tag in ("de", "fr", "es", "ar"):
            page = (await house.client.get("/privacy", headers={"Accept-Language": tag})).text
            assert f'lang="{tag}"' in page
            assert "What is kept of you" not in page


async def test_every_page_for_attendees_leads_to_the_notice(house: Served) -> None:
    for address in ("/", "/about", "/join"):
        assert 'href="/privacy"' in (await house.client.get(address)).text, address


async def test_a_phone_takes_its_own_posts_along_and_nobody_elses(house: Served) -> None:
    await house.post("somebody else")
    await house.client.get("/")
    key = await house.post("mine", name="Mia")
    await house.decide("approve", key)
    answer = await house.client.get("/posts/mine.json")
    assert 'attachment; filename="my-posts.json"' in answer.headers["content-disposition"]
    [post] = answer.json()["posts"]
    assert (post["text"], post["name"], post["status"]) == ("mine", "Mia", "approved")
    assert "Jo" not in answer.text  # who decided stays at the desk
    house.client.cookies.clear()
    assert (await house.client.get("/posts/mine.json")).json() == {"posts": []}


@pytest.mark.parametrize(
    ("contact", "url"),
    [
        ("desk@pink11.example", "mailto:desk@pink11.example"),
        ("https://pink11.example/privacy", "https://pink11.example/privacy"),
        ("the desk in the foyer", ""),
        ("javascript:alert(1)@x.example", ""),
        ("a@b", ""),
    ],
)
def test_a_contact_leads_where_it_says_or_nowhere(contact: str, url: str) -> None:
    assert leads_to(contact) == url
