"""Which language a page speaks, and how it is kept."""

from pathlib import Path

import pytest
from httpx2 import AsyncClient

from backchannel.roles import Role
from backchannel.web.catalogues import known_tags
from backchannel.web.tongues import best
from tests.served import Served, made_config, served

KNOWN = ("en", "ar", "de", "es", "fr")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("ja, fr;q=0.4, ar;q=0.8", "ar"),
        ("DE", "de"),
        ("en;q=0.1, es;q=0.2", "es"),
        ("ja;q=1, *;q=0.5", ""),
        ("de;q=0, en", "en"),
        ("de;q=zero;, fr", "fr"),
        ("", ""),
        (",,;;=,", ""),
        ("de" * 4000, ""),
    ],
)
def test_a_browser_gets_what_it_likes_best_of_what_there_is(header: str, tag: str) -> None:
    assert best({"accept-language": header}, KNOWN) == tag


def test_english_stands_first_and_four_catalogues_beside_it() -> None:
    assert known_tags() == KNOWN


async def test_a_page_speaks_the_language_of_the_browser_and_says_so(house: Served) -> None:
    page = (await house.client.get("/", headers={"Accept-Language": "de-CH, en;q=0.5"})).text
    assert '<html lang="de" dir="ltr">' in page
    assert "Erst liest es ein Mensch; dann können es alle sehen." in page
    assert '<html lang="ar" dir="rtl">' in (await house.client.get("/about", headers={"Accept-Language": "ar"})).text


async def test_what_is_chosen_is_kept_in_a_cookie_that_names_nothing_but_the_language(house: Served) -> None:
    form = {"lang": "fr", "to": "/?tab=write"}
    answer = await house.client.post("/language", data=form, headers=house.from_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?tab=write")
    assert house.client.cookies["language"] == "fr"
    assert '<html lang="fr" dir="ltr">' in (await house.client.get("/", headers={"Accept-Language": "de"})).text
    assert '<html lang="de" dir="ltr">' in (await house.client.get("/?lang=de")).text
    assert house.client.cookies["language"] == "fr"


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "", "/\n/x"]
)
async def test_choosing_leads_back_into_our_own_pages_only(house: Served, to: str) -> None:
    answer = await house.client.post("/language", data={"lang": "xx", "to": to}, headers=house.from_page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "language" not in house.client.cookies


async def test_a_refusal_speaks_the_language_of_whoever_is_refused(house: Served) -> None:
    german = {**house.from_page, "Accept-Language": "de"}
    answer = await house.client.post("/posts", json={"text": "x" * 301}, headers=german)
    assert answer.json()["error"]["message"] == "Das sind 301 Zeichen; die letzte Reihe kann 300 lesen."
    form = await house.client.post("/posts", data={"text": " ", "made": house.made}, headers=german)
    assert "Da steht noch nichts." in form.text
    missing = await house.client.get("/nowhere", headers={"Accept-Language": "ar"})
    assert "لا يوجد شيء هنا" in missing.text


async def test_a_page_in_another_language_has_a_script_of_its_own_with_the_words_that_it_says(
    client: AsyncClient,
) -> None:
    page = (await client.get("/?lang=de")).text
    address = page.partition('type="module" src="')[2].partition('"')[0]
    assert address.startswith("/parcels/phone.de.")
    script = (await client.get(address)).text
    assert '"Not sent": "Nicht gesendet"' in script
    assert "Redaktion öffnen" not in script  # no page says more than its own words
    assert (await client.get(address.replace(".de.", ".xx."))).status_code == 404


@pytest.fixture
def client(house: Served) -> AsyncClient:
    return house.client


async def test_a_card_comes_live_in_the_language_of_the_page(house: Served) -> None:
    await house.approved("Before")
    async with house.feed("/feed/phone?lang=de", origin=house.url) as german, house.feed("/feed/phone") as english:
        await german.frame("snapshot")
        await english.frame("snapshot")
        key = await house.approved("After it")
        for feed, words in ((german, "Jemand im Saal"), (english, "Somebody in the hall")):
            frame = await feed.frame("put")
            assert frame["key"] == key
            assert words in frame["html"]
        await house.decide("withdraw", key)
        assert (await german.frame("drop"))["key"] == key


async def test_a_screen_speaks_what_its_address_says_else_the_conference(tmp_path: Path) -> None:
    """The browser behind a projector asks for the language of whoever set it up."""
    async with served(made_config(tmp_path, conference={"language": "es"})) as house:
        await house.approved()
        for address, tag in (("/screen", "es"), ("/screen?lang=ar", "ar"), ("/screen?lang=xx", "es")):
            page = (await house.client.get(address, headers={"Accept-Language": "de"})).text
            assert f'<html lang="{tag}"' in page
            assert f"&amp;lang={tag}" in page
        assert "Alguien en la sala" in (await house.client.get("/screen")).text
        assert '<html lang="es"' in (await house.client.get("/", headers={"Accept-Language": "ja"})).text


async def test_a_card_to_print_and_a_digest_speak_the_readers_language(house: Served) -> None:
    german = {**await house.badge(), "Accept-Language": "de"}
    assert "Erst liest es ein Mensch" in (await house.client.get("/runner/cards?many=1", headers=german)).text
    assert "Was sagen sie?" in (await house.client.get("/runner", headers=german)).text
    assert "Noch nichts. Hier erscheint" in (await house.client.get("/speaker", headers=german)).text


async def test_the_desks_lists_and_their_refusals_speak_the_readers_language(house: Served) -> None:
    german = {**await house.badge(), "Accept-Language": "de"}
    page = (await house.client.get("/console", headers=german)).text
    assert '<html lang="de"' in page
    assert "Noch ist nichts hereingekommen." in page
    assert (
        "Eine Suche hat höchstens 300 Zeichen."
        in (await house.client.get("/console", params={"q": "a" * 301}, headers=german)).text
    )
    stage = await house.client.post("/api/halls/main/stage", json={"spotlight": "next"}, headers=german)
    assert stage.json()["error"]["message"] == "In diesem Saal kommt nichts als Nächstes."


async def test_the_rules_and_what_they_may_ask_for_are_told_in_the_readers_language(house: Served) -> None:
    german = {**await house.badge(), "Accept-Language": "de"}
    assert "Die erste, die passt, entscheidet." in (await house.client.get("/console/rules", headers=german)).text
    words = (await house.client.get("/api/rules", headers=german)).json()["conditions"][0]["words"]
    assert words == "sagt"
    everything = [{"kind": "rule", "rule": {"name": "Alles", "verdict": "reject", "has_media": False}}]
    wish = {"version": 0, "clauses": everything, "preset": "session", "trust_after": 3}
    doubted = (await house.client.put("/api/rules", json=wish, headers=german)).json()["error"]
    assert doubted["message"].startswith("„Alles“ würde fast jeden Beitrag ablehnen")
    assert (await house.client.put("/api/rules", json={**wish, "sure": True}, headers=german)).status_code == 200
    (version,) = (await house.client.get("/api/rules/versions", headers=german)).json()["versions"]
    assert version["changes"] == ["„Alles“ hinzugefügt"]


async def test_the_people_and_the_screens_of_the_desk_are_told_in_the_readers_language(house: Served) -> None:
    german = {**await house.badge(role=Role.OWNER), "Accept-Language": "de"}
    people = (await house.client.get("/console/people", headers=german)).text
    assert '<html lang="de"' in people
    assert "deine Rolle hier: <b>Leitung</b>: entscheidet, und sagt, wer hereinkommt." in people
    assert "Was jede zeigt, und ob sie antwortet." in (await house.client.get("/console/screens", headers=german)).text
    refusal = await house.client.request("DELETE", "/api/invitations/none", headers=german)
    assert refusal.json()["error"]["message"].startswith("Diese Einladung wurde schon benutzt")
